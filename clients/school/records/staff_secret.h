#pragma once

// What opens the keys of staff (key_ring.h): 32 bytes that Argon2id makes of their passphrase, with
// a salt that is their random id's. Pure; any thread. Takes a tenth of a second and 64 MiB.

#include "broker/base/secret.h"
#include "broker/base/status.h"
#include "clients/school/records/record.h"

namespace firstbell::school_records {

// ResourceExhausted: this machine has not so much memory.
base::Result<base::Secret> StaffSecret(const WriterId& staff, const base::Secret& passphrase);

// A first passphrase, to be given on paper: 100 random bits, as "4kfm8-q2w7c-y9h3e-x5d6r".
base::Secret NewStaffCode();

}  // namespace firstbell::school_records
