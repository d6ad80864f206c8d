#pragma once

// firstbell-school's commands. Each opens what it needs, does one thing and ends; `run` is the
// daemon.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "clients/console/app.h"
#include "clients/school/desk.h"
#include "clients/school/inbox.h"
#include "clients/school/records/backup.h"
#include "clients/school/records/record_store.h"
#include "clients/school/reply_command.h"

namespace firstbell::school {

using console::Exit;

// Threads: one.
class Program {
 public:
  // `proxy_configured`: whether the environment names one.
  explicit Program(bool proxy_configured);
  int Main(int argc, const char* const* argv) { return app_.Main(argc, argv); }

 private:
  void AddEnrol();
  void AddRun();
  void AddInbox();
  void AddRefuse(CLI::App& inbox);
  void AddArrival(CLI::App& inbox);
  void AddHandOver(CLI::App& inbox);
  void AddReply(CLI::App& inbox);
  void AddDuty();
  void AddLog();
  void AddKeys();
  void AddDoctor();
  void AddBackup();
  void AddWho(CLI::App& command);
  void AddPersonOptions(CLI::App& command);
  base::Result<Exit> Enrol();
  base::Result<Exit> Run();
  struct ServedPage;
  base::Result<std::unique_ptr<ServedPage>> ServePage(const StateDirectory& state);
  static base::Status AwaitEnrolment(const StateDirectory& state, const ServedPage* page);
  base::Result<Exit> List();
  base::Result<Exit> Show();
  base::Result<Exit> Acknowledge();
  base::Result<Exit> Ours();
  base::Result<Exit> Refuse();
  base::Result<Exit> Arrival();
  base::Result<Exit> HandOver();
  base::Result<Exit> Reply();
  base::Result<Exit> People();
  base::Result<Exit> ShowDuty();
  base::Result<Exit> ShowLog();
  base::Result<Exit> TrustLog();
  base::Result<Exit> ShowRecovery();
  base::Result<Exit> ChangePassphrase();
  base::Result<Exit> Recover();
  base::Result<Exit> Doctor();
  base::Result<Exit> Verify();
  base::Result<school_records::Verified> VerifySignatures(const Desk& desk,
                                                          school_records::RecordStore& records);
  base::Result<Exit> Backup();
  base::Result<Exit> RestoreBackup();
  // Of what stands, what it becomes.
  using BecomesDuty = std::function<base::Result<v1::Duty>(v1::Duty duty, absl::Time now)>;
  base::Result<Exit> SayDuty(const BecomesDuty& becomes);
  base::Result<PersonIdentity> Who(const Desk& desk);
  // Within the lease alone.
  base::Result<base::Secret> AskPassphrase(const Desk& desk, const PersonIdentity& person);
  base::Result<UnlockedPerson> UnlockPerson(const Desk& desk);
  void SayBackup(std::string_view what, const school_records::BackupFacts& facts);
  void SayPassphraseChanged(const PersonIdentity& person);
  void SayEnrolled(const v1::EnrolResponse& enrolment);
  void SaySigned(const Desk& desk, const HeldAlert& alert, std::string_view what,
                 const std::string& sentence, Queued queued);
  void SayAcknowledged(const Desk& desk, const HeldAlert& alert, const UnlockedPerson& person,
                       const std::optional<link::Person>& colleague, Queued queued);

  const bool proxy_configured_;
  console::App app_;
  std::filesystem::path state_;
  std::filesystem::path roll_;
  std::filesystem::path passphrase_file_, new_passphrase_file_;
  std::filesystem::path code_file_;
  std::string port_, users_, lock_after_;
  std::filesystem::path backup_;
  bool check_only_ = false, signatures_ = false;
  std::string alert_;
  std::string person_;
  std::string handed_to_;
  std::string reason_;
  std::string arrival_;
  std::string days_, from_, until_;
  ReplyOptions reply_;
  std::string new_school_, new_town_;
  std::string log_key_, confirmed_by_;
  std::uint32_t new_urn_ = 0;
};

}  // namespace firstbell::school
