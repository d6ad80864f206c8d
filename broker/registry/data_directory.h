#pragma once

// Where a broker's things lie, and making them: `firstbell-admin init` writes what firstbell-broker
// and the operator's tools read.
//
//   DIR/broker.toml      addresses and settings
//   DIR/store/           RocksDB
//   DIR/clock            what a real broker's clock last told; broker_clock.h
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
#include "broker/store/store.h"

namespace firstbell::registry {

struct DataDirectory {
  std::filesystem::path root;  // DIR
  std::filesystem::path keys;  // DIR.keys unless said otherwise

  std::filesystem::path config() const { return root / "broker.toml"; }
  std::filesystem::path store() const { return root / "store"; }
  std::filesystem::path clock() const { return root / "clock"; }
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

// OK where DIR holds a store. NotFound: none, and how to make one. PermissionDenied: this user may
// not look.
base::Status CheckInitialised(const DataDirectory& directory);

// Makes root, issuing, server, envelope and CURVE keys; the root's private key goes to `root_keys`
// alone. InvalidArgument: `root_keys` lies in the data or key directory or holds one of them, for
// it must be taken away. AlreadyExists: the key directory or `root_keys` holds keys; nothing was
// changed. Durable on OK; after a crash halfway, start over with empty directories.
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

// NotFound: no keys are there. FailedPrecondition: a key file that others can read. DataLoss: a
// file that holds no key, or a key that is not its certificate's.
base::Result<Keyring> LoadKeys(const DataDirectory& directory);

// When the certificate ends that gRPC shows. It reads server.crt and server.key by itself, also
// while it runs, and would refuse each new connection rather than say what is wrong with them.
// NotFound, FailedPrecondition, DataLoss: as above. `issuing` is the issuer's certificate, DER.
base::Result<absl::Time> ServerCertificateEnds(const DataDirectory& directory,
                                               std::string_view issuing);

// What a store keeps of its authority, so that no other installation's keys are used with it.
std::string RootDigest(const Keyring& keys);
// FailedPrecondition: these keys are not those that the store was initialised with.
base::Status CheckKeysOf(const store::Identity& identity, const Keyring& keys);

}  // namespace firstbell::registry
