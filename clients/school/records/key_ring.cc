#include "clients/school/records/key_ring.h"

#include "broker/crypto/aead.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/random.h"
#include "broker/sealing/cms.h"

namespace firstbell::school {
namespace {

constexpr std::string_view kIdContext = "firstbell/record-key/v1";
constexpr std::size_t kIdBytes = 8;

Ring NewRing() {
  base::Secret key = crypto::RandomSecret(crypto::kAeadKeyBytes);
  std::string id = crypto::Sha256({kIdContext, key.Reveal()}).substr(0, kIdBytes);
  return Ring(std::move(id), std::move(key));
}

struct Reader {
  base::RecipientId person;
  std::string certificate;
};

base::Result<std::vector<Reader>> ReadReaders(Database& database) {
  std::vector<Reader> readers;
  FB_ASSIGN_OR_RETURN(
      Statement row,
      database.Query("SELECT person_id, certificate FROM reader ORDER BY person_id"));
  while (true) {
    FB_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return readers;
    readers.push_back({base::RecipientId(row.Text(0)), row.Text(1)});
  }
}

}  // namespace

base::Result<bool> Readers::Any() {
  FB_ASSIGN_OR_RETURN(Statement row, database_.Query("SELECT 1 FROM reader LIMIT 1"));
  return row.Step();
}

base::Result<std::vector<base::RecipientId>> Readers::List() {
  FB_ASSIGN_OR_RETURN(const auto readers, ReadReaders(database_));
  std::vector<base::RecipientId> people;
  for (const Reader& reader : readers) people.push_back(reader.person);
  return people;
}

base::Status Readers::Wrap(const Ring& ring, const base::RecipientId& person,
                           const std::string& certificate) {
  FB_ASSIGN_OR_RETURN(const auto recipient, sealing::OpeningCertificates::Read({&certificate, 1}));
  FB_ASSIGN_OR_RETURN(const std::string wrapped, sealing::SealTo(recipient, ring.key().Reveal()));
  return database_.Run(
      "INSERT OR REPLACE INTO reader (person_id, certificate, key_id, wrapped) VALUES (?, ?, ?, ?)",
      std::string_view(person.value()), Blob{certificate}, Blob{ring.id()}, Blob{wrapped});
}

base::Result<Ring> Readers::MakeFirst(const PersonIdentity& person) {
  FB_ASSIGN_OR_RETURN(const bool any, Any());
  if (any) return base::FailedPrecondition("the school's records have a key already");
  Ring ring = NewRing();
  FB_RETURN_IF_ERROR(Wrap(ring, person.id, person.opening_certificate));
  return ring;
}

base::Status Readers::LetIn(const Ring& ring, const PersonIdentity& person) {
  return Wrap(ring, person.id, person.opening_certificate);
}

base::Result<Ring> Readers::Open(const UnlockedPerson& person) {
  FB_ASSIGN_OR_RETURN(Statement row,
                      database_.Query("SELECT key_id, wrapped FROM reader WHERE person_id = ?",
                                      std::string_view(person.identity.id.value())));
  FB_ASSIGN_OR_RETURN(const bool there, row.Step());
  if (!there) {
    return base::PermissionDenied(
        "nobody has let you in yet to what this school has written down: ask a colleague who reads "
        "it to do so, on the page of people");
  }
  FB_ASSIGN_OR_RETURN(base::Secret key, sealing::Open(row.Text(1), person.opening_key,
                                                      person.identity.opening_certificate));
  const std::string id = crypto::Sha256({kIdContext, key.Reveal()}).substr(0, kIdBytes);
  if (id != row.Text(0) || key.size() != crypto::kAeadKeyBytes) {
    return base::DataLoss("the key of the school's records is damaged: restore it from a backup");
  }
  return Ring(row.Text(0), std::move(key));
}

base::Result<Ring> Readers::Replace(const base::RecipientId& without) {
  FB_ASSIGN_OR_RETURN(const auto readers, ReadReaders(database_));
  FB_RETURN_IF_ERROR(
      database_.Run("DELETE FROM reader WHERE person_id = ?", std::string_view(without.value())));
  Ring ring = NewRing();
  std::size_t left = 0;
  for (const Reader& reader : readers) {
    if (reader.person == without) continue;
    FB_RETURN_IF_ERROR(Wrap(ring, reader.person, reader.certificate));
    ++left;
  }
  if (left == 0) {
    return base::FailedPrecondition(
        "nobody else can read the school's records: let somebody in first");
  }
  return ring;
}

}  // namespace firstbell::school
