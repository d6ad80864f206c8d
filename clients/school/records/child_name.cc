#include "clients/school/records/child_name.h"

#include <string_view>

#include "broker/base/status.h"
#include "unicode/normalizer2.h"
#include "unicode/uchar.h"
#include "unicode/unistr.h"

namespace firstbell::school_records {
namespace {

icu::UnicodeString Composed(const icu::UnicodeString& text) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* const nfc = icu::Normalizer2::getNFCInstance(error);
  FB_CHECK(U_SUCCESS(error));  // ICU's own data
  icu::UnicodeString composed = nfc->normalize(text, error);
  FB_CHECK(U_SUCCESS(error));
  return composed;
}

std::string Squeezed(const icu::UnicodeString& text) {
  icu::UnicodeString squeezed;
  bool blank = false;
  for (std::int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
    const UChar32 code = text.char32At(at);
    if (u_isUWhiteSpace(code)) {
      blank = true;
      continue;
    }
    if (blank && !squeezed.isEmpty()) squeezed.append(u' ');
    blank = false;
    squeezed.append(code);
  }
  std::string utf8;
  return squeezed.toUTF8String(utf8);
}

}  // namespace

// Folding can take a composed text apart again.
std::string Folded(const std::string& name) {
  icu::UnicodeString text = Composed(icu::UnicodeString::fromUTF8(name));
  text.foldCase();
  return Squeezed(Composed(text));
}

std::optional<std::string> IdentityOf(const v1::RecordedChild& child) {
  const std::string family = Folded(child.family_name()), given = Folded(child.given_names());
  if (child.date_of_birth().empty() || (family.empty() && given.empty())) return std::nullopt;
  std::string identity;
  for (const std::string* part : {&family, &given, &child.date_of_birth()}) {
    identity.append(*part).push_back('\0');
  }
  return identity;
}

}  // namespace firstbell::school_records
