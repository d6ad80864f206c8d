// CheckAlgorithms and RecipientKeyIds of cms.h: walks the DER by ASN1_get_object alone and compares
// what must be constant byte by byte. What it lets through has one shape: RFC 5083's
// AuthEnvelopedData without any optional part.

#include <openssl/objects.h>

#include <array>

#include "broker/base/bytes.h"
#include "broker/base/limits.h"
#include "broker/crypto/openssl.h"
#include "broker/sealing/cms.h"

namespace firstbell::sealing {
namespace {

// Whole DER elements, tag to content.
constexpr std::string_view kAuthEnvelopedData(  // 1.2.840.113549.1.9.16.1.23, RFC 5083
    "\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17", 13);
constexpr std::string_view kVersion0("\x02\x01\x00", 3);
constexpr std::string_view kVersion3("\x02\x01\x03", 3);
constexpr std::string_view kEcPublicKey(  // SEQUENCE { 1.2.840.10045.2.1 }
    "\x30\x09\x06\x07\x2a\x86\x48\xce\x3d\x02\x01", 11);
constexpr std::string_view kStdDhSha256Kdf("\x06\x06\x2b\x81\x04\x01\x0b\x01",
                                           8);  // 1.3.132.1.11.1
constexpr std::string_view kAes256Wrap(         // SEQUENCE { 2.16.840.1.101.3.4.1.45 }
    "\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01\x2d", 13);
constexpr std::string_view kData(  // 1.2.840.113549.1.7.1
    "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", 11);
constexpr std::string_view kAes256Gcm(  // 2.16.840.1.101.3.4.1.46
    "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01\x2e", 11);
constexpr std::string_view kTagLength16("\x02\x01\x10", 3);

// Sizes of content.
constexpr std::size_t kPointBitString = 1 + 65;  // no unused bits, an uncompressed P-256 point
constexpr std::size_t kKeyIdBytes = 20;
constexpr std::size_t kWrappedKeyBytes = 32 + 8;
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

// Of the recipients, as they come; views of the message.
using KeyIds = std::vector<std::string_view>;

struct Tag {
  int number;
  int kind;  // V_ASN1_UNIVERSAL or V_ASN1_CONTEXT_SPECIFIC
  int form;  // V_ASN1_CONSTRUCTED or 0
};
constexpr Tag kSequence{V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL, V_ASN1_CONSTRUCTED};
constexpr Tag kSet{V_ASN1_SET, V_ASN1_UNIVERSAL, V_ASN1_CONSTRUCTED};
constexpr Tag kOctets{V_ASN1_OCTET_STRING, V_ASN1_UNIVERSAL, 0};
constexpr Tag kBits{V_ASN1_BIT_STRING, V_ASN1_UNIVERSAL, 0};
constexpr Tag Context(int number, int form) {
  return {number, V_ASN1_CONTEXT_SPECIFIC, form};
}

base::Status Refuse(std::string_view what) {
  return base::FailedPrecondition("the sealed message is not as Firstbell seals: " +
                                  std::string(what));
}

// The elements of one constructed value, in order. A view; copies nothing.
class Elements {
 public:
  explicit Elements(std::string_view bytes) : rest_(bytes) {}
  bool empty() const { return rest_.empty(); }

  // The content of the next element, which must have this tag and the shortest length form.
  base::Result<std::string_view> Next(Tag tag, std::string_view name) {
    FB_ASSIGN_OR_RETURN(const Element element, Parse(name));
    const bool same = element.tag.number == tag.number && element.tag.kind == tag.kind &&
                      element.tag.form == tag.form;
    if (!same) return Refuse(std::string(name) + " is missing or of another kind");
    rest_.remove_prefix(element.whole.size());
    return element.content;
  }

  // The next element must be exactly these bytes.
  base::Status Expect(std::string_view expected, std::string_view name) {
    FB_ASSIGN_OR_RETURN(const Element element, Parse(name));
    if (element.whole != expected) {
      return Refuse(std::string(name) + " is " + Describe(element.whole));
    }
    rest_.remove_prefix(expected.size());
    return base::OkStatus();
  }

  base::Result<std::string_view> NextOfSize(Tag tag, std::size_t size, std::string_view name) {
    FB_ASSIGN_OR_RETURN(const std::string_view content, Next(tag, name));
    if (content.size() != size) return Refuse(std::string(name) + " has another length");
    return content;
  }
  base::Status ExpectSize(Tag tag, std::size_t size, std::string_view name) {
    return NextOfSize(tag, size, name).status();
  }

  base::Status ExpectEnd(std::string_view name) const {
    return rest_.empty() ? base::OkStatus() : Refuse(std::string(name) + " holds more than it may");
  }

 private:
  struct Element {
    Tag tag;
    std::string_view whole;
    std::string_view content;
  };

  base::Result<Element> Parse(std::string_view name) const;

  // An object identifier by its name; anything else as "not the one allowed".
  static std::string Describe(std::string_view element) {
    using OwnedObject = crypto::Owned<ASN1_OBJECT, ASN1_OBJECT_free>;
    const OwnedObject object = crypto::FromDer<OwnedObject>(d2i_ASN1_OBJECT, element);
    crypto::ForgetErrors();
    if (!object) return "not the one allowed";
    std::array<char, 128> text{};
    OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object.get(), 0);
    return std::string(text.data()) + ", which is not allowed";
  }

  std::string_view rest_;
};

base::Result<Elements::Element> Elements::Parse(std::string_view name) const {
  constexpr int kMalformed = 0x80;   // of ASN1_get_object
  constexpr int kIndefinite = 0x01;  // the same
  const unsigned char* const begin = crypto::Data(rest_);
  const unsigned char* at = begin;
  long length = 0;
  int number = 0;
  int kind = 0;
  const int form = ASN1_get_object(&at, &length, &number, &kind, static_cast<long>(rest_.size()));
  crypto::ForgetErrors();
  if (rest_.empty() || (form & kMalformed) != 0) {
    return Refuse(std::string(name) + " is missing or cut off");
  }
  const auto header = static_cast<std::size_t>(at - begin);
  const auto size = static_cast<std::size_t>(length);
  const int shortest =
      ASN1_object_size(form & V_ASN1_CONSTRUCTED, static_cast<int>(length), number);
  if ((form & kIndefinite) != 0 || static_cast<std::size_t>(shortest) != header + size) {
    return Refuse(std::string(name) + " is not encoded in DER");
  }
  return Element{Tag{number, kind, form & V_ASN1_CONSTRUCTED}, rest_.substr(0, header + size),
                 rest_.substr(header, size)};
}

// KeyAgreeRecipientInfo's originator: [0] { [1] { algorithm, BIT STRING } }, RFC 5753
// section 3.1.1.
base::Status CheckOriginator(std::string_view bytes) {
  Elements choice(bytes);
  FB_ASSIGN_OR_RETURN(const std::string_view key,
                      choice.Next(Context(1, V_ASN1_CONSTRUCTED), "originator's key"));
  FB_RETURN_IF_ERROR(choice.ExpectEnd("originator"));
  Elements parts(key);
  FB_RETURN_IF_ERROR(parts.Expect(kEcPublicKey, "originator's algorithm"));
  FB_ASSIGN_OR_RETURN(const std::string_view point, parts.Next(kBits, "originator's point"));
  // 4: OpenSSL would also take the hybrid forms 6 and 7 of the same point.
  if (point.size() != kPointBitString || point[0] != 0 || point[1] != 4) {
    return Refuse("originator's point is not an uncompressed one of P-256");
  }
  return parts.ExpectEnd("originator's key");
}

base::Status CheckKeyAgreement(std::string_view bytes) {
  Elements parts(bytes);
  FB_RETURN_IF_ERROR(parts.Expect(kStdDhSha256Kdf, "key agreement"));
  FB_RETURN_IF_ERROR(parts.Expect(kAes256Wrap, "key wrap"));
  return parts.ExpectEnd("key agreement");
}

// One RecipientEncryptedKey, named by subject key identifier without date or attributes.
base::Status CheckEncryptedKeys(std::string_view bytes, KeyIds& ids) {
  Elements keys(bytes);
  FB_ASSIGN_OR_RETURN(const std::string_view key, keys.Next(kSequence, "recipient's key"));
  FB_RETURN_IF_ERROR(keys.ExpectEnd("recipient's keys"));
  Elements parts(key);
  FB_ASSIGN_OR_RETURN(const std::string_view id,
                      parts.Next(Context(0, V_ASN1_CONSTRUCTED), "recipient's key identifier"));
  FB_RETURN_IF_ERROR(parts.ExpectSize(kOctets, kWrappedKeyBytes, "wrapped key"));
  FB_RETURN_IF_ERROR(parts.ExpectEnd("recipient's key"));
  Elements identifier(id);
  FB_ASSIGN_OR_RETURN(
      const std::string_view name,
      identifier.NextOfSize(kOctets, kKeyIdBytes, "recipient's subject key identifier"));
  ids.emplace_back(name);
  return identifier.ExpectEnd("recipient's key identifier");
}

base::Status CheckRecipient(std::string_view bytes, KeyIds& ids) {
  Elements parts(bytes);
  FB_RETURN_IF_ERROR(parts.Expect(kVersion3, "recipient's version"));
  FB_ASSIGN_OR_RETURN(const std::string_view originator,
                      parts.Next(Context(0, V_ASN1_CONSTRUCTED), "originator"));
  FB_RETURN_IF_ERROR(CheckOriginator(originator));
  FB_ASSIGN_OR_RETURN(const std::string_view agreement, parts.Next(kSequence, "key agreement"));
  FB_RETURN_IF_ERROR(CheckKeyAgreement(agreement));
  FB_ASSIGN_OR_RETURN(const std::string_view keys, parts.Next(kSequence, "recipient's keys"));
  FB_RETURN_IF_ERROR(CheckEncryptedKeys(keys, ids));
  return parts.ExpectEnd("recipient");
}

base::Status CheckRecipients(std::string_view bytes, KeyIds& ids) {
  Elements recipients(bytes);
  std::size_t count = 0;
  do {
    if (++count > limits::kRecipientsPerSchool) return Refuse("it has too many recipients");
    FB_ASSIGN_OR_RETURN(const std::string_view one, recipients.Next(Context(1, V_ASN1_CONSTRUCTED),
                                                                    "recipient by key agreement"));
    FB_RETURN_IF_ERROR(CheckRecipient(one, ids));
  } while (!recipients.empty());
  return base::OkStatus();
}

// AES-256-GCM with a 96-bit nonce and the full tag (RFC 5084 section 3.2).
base::Status CheckContent(std::string_view bytes) {
  Elements parts(bytes);
  FB_RETURN_IF_ERROR(parts.Expect(kData, "content type"));
  FB_ASSIGN_OR_RETURN(const std::string_view algorithm, parts.Next(kSequence, "content cipher"));
  FB_RETURN_IF_ERROR(parts.Next(Context(0, 0), "ciphertext").status());
  FB_RETURN_IF_ERROR(parts.ExpectEnd("encrypted content"));
  Elements cipher(algorithm);
  FB_RETURN_IF_ERROR(cipher.Expect(kAes256Gcm, "content cipher"));
  FB_ASSIGN_OR_RETURN(const std::string_view parameters,
                      cipher.Next(kSequence, "content cipher's parameters"));
  FB_RETURN_IF_ERROR(cipher.ExpectEnd("content cipher"));
  Elements values(parameters);
  FB_RETURN_IF_ERROR(values.ExpectSize(kOctets, kNonceBytes, "nonce"));
  FB_RETURN_IF_ERROR(values.Expect(kTagLength16, "tag's length"));
  return values.ExpectEnd("content cipher's parameters");
}

base::Status CheckAuthEnvelopedData(std::string_view bytes, KeyIds& ids) {
  Elements parts(bytes);
  FB_RETURN_IF_ERROR(parts.Expect(kVersion0, "version"));
  FB_ASSIGN_OR_RETURN(const std::string_view recipients, parts.Next(kSet, "set of recipients"));
  FB_RETURN_IF_ERROR(CheckRecipients(recipients, ids));
  FB_ASSIGN_OR_RETURN(const std::string_view content, parts.Next(kSequence, "encrypted content"));
  FB_RETURN_IF_ERROR(CheckContent(content));
  FB_RETURN_IF_ERROR(parts.ExpectSize(kOctets, kTagBytes, "tag"));
  return parts.ExpectEnd("message");
}

base::Status Walk(std::string_view cms, KeyIds& ids) {
  if (cms.size() > limits::kFrameBytes) return Refuse("it is longer than a frame may be");
  Elements outermost(cms);
  FB_ASSIGN_OR_RETURN(const std::string_view info, outermost.Next(kSequence, "message"));
  FB_RETURN_IF_ERROR(outermost.ExpectEnd("message"));
  Elements parts(info);
  FB_RETURN_IF_ERROR(parts.Expect(kAuthEnvelopedData, "message type"));
  FB_ASSIGN_OR_RETURN(const std::string_view wrapped,
                      parts.Next(Context(0, V_ASN1_CONSTRUCTED), "message"));
  FB_RETURN_IF_ERROR(parts.ExpectEnd("message"));
  Elements inner(wrapped);
  FB_ASSIGN_OR_RETURN(const std::string_view data, inner.Next(kSequence, "message"));
  FB_RETURN_IF_ERROR(inner.ExpectEnd("message"));
  return CheckAuthEnvelopedData(data, ids);
}

}  // namespace

base::Status CheckAlgorithms(std::string_view cms) {
  KeyIds ids;
  return Walk(cms, ids);
}

base::Result<std::vector<std::string>> RecipientKeyIds(std::string_view cms) {
  KeyIds ids;
  FB_RETURN_IF_ERROR(Walk(cms, ids));
  return std::vector<std::string>(ids.begin(), ids.end());
}

}  // namespace firstbell::sealing
