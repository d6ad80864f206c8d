#pragma once

// A mail server and a webhook on this machine, each with a certificate of an authority of the
// test's own: mail_server.py and hook_server.py.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "broker/crypto/x509.h"
#include "broker/registry/wake_up_config.h"
#include "tests/support/program.h"
#include "tests/support/temp_directory.h"

namespace firstbell::support {

// An authority, and files as programs read them.
class PeerAuthority {
 public:
  PeerAuthority();

  std::string ca_file() const { return (directory_.path() / "root.pem").string(); }
  // A certificate for these names, and its key: the path without ".crt" and ".key".
  std::string Issue(const std::vector<std::string>& names) const;
  const std::filesystem::path& path() const { return directory_.path(); }

 private:
  TempDirectory directory_;
  crypto::Authority root_;
};

// A program that serves until it is destroyed, and writes down what is said.
class Peer {
 public:
  // `names`: of its certificate. FB_CHECKs that it comes up.
  Peer(const PeerAuthority& authority, const std::string& script,
       const std::vector<std::string>& names, const Arguments& more = {});

  int port() const { return port_; }
  std::string Transcript() const;
  // Of what was written down, the greatest number behind "-- `what` ".
  int Peak(const std::string& what) const;

 private:
  const int port_;
  TempDirectory directory_;
  std::unique_ptr<Running> program_;
};

// Which mail server, and whom to trust.
registry::WakeUpConfig MailThrough(const PeerAuthority& authority, const Peer& peer,
                                   const std::string& scheme = "smtps");

}  // namespace firstbell::support
