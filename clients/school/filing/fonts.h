#pragma once

// The fonts that a page is set in: the system's, and neither a person's own nor a person's
// settings, so that a document does not depend on who was signed in. HOME is not looked at.
//
// Threads: any; a FontMap is used by one thread at a time.

#include <pango/pango.h>

#include <memory>
#include <string>
#include <vector>

#include "broker/base/status.h"

namespace firstbell::school_filing {

struct Unreferenced {
  void operator()(gpointer object) const { g_object_unref(object); }
};
using FontMap = std::unique_ptr<PangoFontMap, Unreferenced>;

// In Debian's fonts-dejavu-core. Latin, Greek, Cyrillic, Arabic and Hebrew are in it; for other
// scripts another font is taken where one is installed.
inline constexpr char kFontFamily[] = "DejaVu Sans";

std::vector<std::string> SystemFontDirectories();

// FailedPrecondition: kFontFamily is in none of `directories`; what to install.
base::Result<FontMap> LoadFonts(const std::vector<std::string>& directories);

}  // namespace firstbell::school_filing
