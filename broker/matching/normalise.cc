#include "broker/matching/normalise.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "unicode/normalizer2.h"
#include "unicode/uchar.h"
#include "unicode/unistr.h"
#include "unicode/uscript.h"

namespace firstbell::matching {
namespace {

// Latin letters, folded, that Unicode does not decompose and that English keyboards lack.
struct PlainForm {
  UChar32 letter;
  const char* plain;
};
constexpr PlainForm kPlainForms[] = {
    {0x00E6, "ae"}, {0x00F0, "d"}, {0x00F8, "o"}, {0x00FE, "th"}, {0x0111, "d"},
    {0x0127, "h"},  {0x0131, "i"}, {0x0142, "l"}, {0x0153, "oe"}, {0x0167, "t"},
};

icu::UnicodeString Decomposed(const icu::UnicodeString& text) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* nfkd = icu::Normalizer2::getNFKDInstance(error);
  FB_CHECK(U_SUCCESS(error));
  icu::UnicodeString decomposed = nfkd->normalize(text, error);
  FB_CHECK(U_SUCCESS(error));
  return decomposed;
}

bool IsMark(UChar32 code) {
  return (U_GET_GC_MASK(code) & U_GC_M_MASK) != 0;
}

// An accent goes with letters of any script. A mark of one script alone is a vowel or point of it.
bool IsAccent(UChar32 code) {
  UErrorCode error = U_ZERO_ERROR;
  return IsMark(code) && uscript_getScript(code, &error) == USCRIPT_INHERITED;
}

// U+02B0 to U+02FF: among them the letters that serve as apostrophes.
bool IsSpacingModifier(UChar32 code) {
  return code >= 0x02B0 && code <= 0x02FF;
}

bool BelongsToName(UChar32 code) {
  if (IsMark(code)) return !IsAccent(code);
  return u_isalnum(code) && !IsSpacingModifier(code);
}

void AppendPlain(UChar32 code, icu::UnicodeString& out) {
  const auto* form = std::find_if(std::begin(kPlainForms), std::end(kPlainForms),
                                  [&](const PlainForm& f) { return f.letter == code; });
  if (form == std::end(kPlainForms)) {
    out.append(code);
  } else {
    out.append(icu::UnicodeString(form->plain, -1, US_INV));
  }
}

std::vector<std::string> Keys(const model::PersonText& given, const model::PersonText& preferred,
                              const model::PersonText& family, const model::PersonText& former,
                              const base::Redacted<model::Date>& birth) {
  std::vector<std::string> keys;
  for (const auto* first : {&given, &preferred}) {
    for (const auto* last : {&family, &former}) {
      const std::string a = NormaliseName(first->Reveal());
      const std::string b = NormaliseName(last->Reveal());
      if (a.empty() || b.empty()) continue;
      keys.push_back(model::FormatDate(birth.Reveal()) + "|" + a + "|" + b);
    }
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

}  // namespace

std::string NormaliseName(std::string_view name) {
  auto text = icu::UnicodeString::fromUTF8(
      icu::StringPiece(name.data(), static_cast<std::int32_t>(name.size())));
  text = Decomposed(text).foldCase();
  icu::UnicodeString kept;
  for (std::int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
    const UChar32 code = text.char32At(at);
    if (BelongsToName(code)) AppendPlain(code, kept);
  }
  // Marks that a hyphen kept apart stand together now, and go into canonical order.
  std::string normalised;
  Decomposed(kept).toUTF8String(normalised);
  return normalised;
}

std::vector<std::string> PupilKeys(const model::Pupil& pupil) {
  return Keys(pupil.given_names, pupil.preferred_given_name, pupil.family_name,
              pupil.former_family_name, pupil.date_of_birth);
}

std::vector<std::string> ChildKeys(const model::ChildIdentity& child) {
  return Keys(child.given_names, child.preferred_given_name, child.family_name,
              child.former_family_name, child.date_of_birth);
}

}  // namespace firstbell::matching
