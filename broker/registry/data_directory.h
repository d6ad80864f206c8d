#pragma once

// Where a broker's things lie, and making them: `firstbell-admin init` writes what firstbell-broker
// and the operator's tools read.
//
//   DIR/broker.toml      addresses and settings
//   DIR/store/           RocksDB
//   DIR.keys/            apart, so that a copy of DIR holds no key; mode 0700
//     root.crt issuing.crt issuing.key server.crt server.key envelope.key curve.public curve.secret
//     vault/             the day keys that erase
//   ROOT/root.key        off the broker: the operator takes it away

#include <filesystem>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "broker/crypto/key.h"
#include "broker/crypto/x509.h"

namespace firstbell::registry {

struct DataDirectory {
  std::filesystem::path root;  // DIR
  std::filesystem::path keys;  // DIR.keys unless said otherwise

  std::filesystem::path config() const { return root / "broker.toml"; }
  std::filesystem::path store() const { return root / "store"; }
  std::filesystem::path vault() const { return keys / "vault"; }
};

// `keys` empty: "<root>.keys".
DataDirectory At(const std::filesystem::path& root, const std::filesystem::path& keys);

struct NewAuthority {
  std::string organisation;  // of the certificates' subjects: names this installation
  std::vector<std::string>
      server_names;  // DNS names and addresses under which the broker is reached
  absl::Time now;
};

// Makes root, issuing, server, envelope and CURVE keys; the root's private key goes to `root_keys`
// alone. AlreadyExists: the directory holds keys. Durable on OK; after a crash halfway, start over
// in an empty directory.
base::Status MakeKeys(const DataDirectory& directory, const std::filesystem::path& root_keys,
                      const NewAuthority& authority);

// What a running broker holds of it.
struct Keyring {
  std::string root;             // certificate, DER
  crypto::Authority issuing;    // signs recipients' and operators' certificates
  crypto::PrivateKey envelope;  // signs envelopes
  std::string curve_public;     // 32 bytes
  base::Secret curve_secret;    // 32 bytes
};

// NotFound: the directory was not initialised. FailedPrecondition: a key file that others can read.
base::Result<Keyring> LoadKeys(const DataDirectory& directory);

}  // namespace firstbell::registry
