#pragma once

// The record key of a school, and who can open it. It is 256 random bits, sealed as CMS to each
// reader's opening certificate (decision 0015): a reader's passphrase opens their opening key, that
// opens this. Replaced, it wraps the keys of the rows anew, and no row is sealed anew.

#include <map>
#include <string>
#include <vector>

#include "broker/base/secret.h"
#include "broker/base/status.h"
#include "clients/school/identity.h"
#include "clients/school/sqlite.h"

namespace firstbell::school {

// An opened key. A resource: moved, never copied; the bytes are wiped with it. Threads: as for a
// value.
class Ring {
 public:
  Ring(std::string id, base::Secret key) : id_(std::move(id)), key_(std::move(key)) {}
  Ring(Ring&&) = default;
  Ring& operator=(Ring&&) = default;

  const std::string& id() const { return id_; }  // 8 bytes; says nothing of the key
  const base::Secret& key() const { return key_; }

 private:
  std::string id_;
  base::Secret key_;
};

// Who can open the record key, by the store's tables. Verbs write within the transaction of whoever
// calls. Threads: one.
class Readers {
 public:
  explicit Readers(Database& database) : database_(database) {}

  base::Result<bool> Any();
  base::Result<std::vector<base::RecipientId>> List();
  // A first key, for them. FailedPrecondition: there is one already.
  base::Result<Ring> MakeFirst(const PersonIdentity& person);
  // By somebody who can open it. OK where they can already.
  base::Status LetIn(const Ring& ring, const PersonIdentity& person);
  // PermissionDenied: nobody has let them in yet. DataLoss: damaged.
  base::Result<Ring> Open(const UnlockedPerson& person);
  // Another key for everybody but `without`; the caller wraps the rows' keys by it in the same
  // transaction. FailedPrecondition: nobody else can open it.
  base::Result<Ring> Replace(const base::RecipientId& without);

 private:
  base::Status Wrap(const Ring& ring, const base::RecipientId& person,
                    const std::string& certificate);

  Database& database_;
};

}  // namespace firstbell::school
