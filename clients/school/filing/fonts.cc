#include "clients/school/filing/fonts.h"

#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>

#include <map>
#include <utility>

#include "broker/base/mutex.h"

namespace firstbell::school_filing {
namespace {

struct Destroyed {
  void operator()(FcConfig* config) const { FcConfigDestroy(config); }
  void operator()(FcPattern* pattern) const { FcPatternDestroy(pattern); }
  void operator()(FcObjectSet* names) const { FcObjectSetDestroy(names); }
  void operator()(FcFontSet* fonts) const { FcFontSetDestroy(fonts); }
};
template <typename T>
using Owned = std::unique_ptr<T, Destroyed>;

// The system's cache is read, which its packages write. None in a home: that may be missing.
std::string Settings(const std::vector<std::string>& directories) {
  std::string xml = "<?xml version=\"1.0\"?><fontconfig>";
  for (const std::string& directory : directories) xml += "<dir>" + directory + "</dir>";
  return xml + "<cachedir>/var/cache/fontconfig</cachedir></fontconfig>";
}

bool HasOurFamily(FcConfig* config) {
  const Owned<FcPattern> pattern(FcPatternBuild(nullptr, FC_FAMILY, FcTypeString, kFontFamily,
                                                FC_SCALABLE, FcTypeBool, FcTrue, nullptr));
  const Owned<FcObjectSet> names(FcObjectSetBuild(FC_FILE, nullptr));
  const Owned<FcFontSet> fonts(FcFontList(config, pattern.get(), names.get()));
  return fonts != nullptr && fonts->nfont > 0;
}

base::Result<Owned<FcConfig>> Load(const std::vector<std::string>& directories) {
  Owned<FcConfig> config(FcConfigCreate());
  if (config == nullptr) return base::ResourceExhausted("no memory for fonts");
  const std::string settings = Settings(directories);
  const auto* const xml = reinterpret_cast<const FcChar8*>(settings.c_str());
  if (!FcConfigParseAndLoadFromMemory(config.get(), xml, FcTrue) ||
      !FcConfigBuildFonts(config.get())) {
    return base::Internal("the system's fonts cannot be read");
  }
  if (!HasOurFamily(config.get())) {
    return base::FailedPrecondition(
        "no PDF can be made: the font DejaVu Sans is not on this machine; install the package "
        "fonts-dejavu-core");
  }
  return config;
}

// Loaded once and never given up: each font map of Pango's keeps a hold of its settings for good,
// so that settings of its own for each document would stay in memory, one after another.
base::Result<FcConfig*> ConfigOf(const std::vector<std::string>& directories) {
  static base::Mutex mutex;
  static auto* const loaded = new std::map<std::vector<std::string>, Owned<FcConfig>>;
  base::MutexLock lock(mutex);
  const auto found = loaded->find(directories);
  if (found != loaded->end()) return found->second.get();
  FB_ASSIGN_OR_RETURN(Owned<FcConfig> config, Load(directories));
  return loaded->emplace(directories, std::move(config)).first->second.get();
}

}  // namespace

std::vector<std::string> SystemFontDirectories() {
  return {"/usr/share/fonts", "/usr/local/share/fonts"};
}

base::Result<FontMap> LoadFonts(const std::vector<std::string>& directories) {
  FB_ASSIGN_OR_RETURN(FcConfig* const config, ConfigOf(directories));
  // Pango asks for the current settings of the process once, and would read the user's.
  FcConfigSetCurrent(config);
  FontMap fonts(pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT));
  if (fonts == nullptr) return base::Internal("pango was built without fontconfig");
  pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(fonts.get()), config);
  return fonts;
}

}  // namespace firstbell::school_filing
