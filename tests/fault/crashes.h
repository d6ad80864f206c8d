#pragma once

// Rounds of trouble in one town: a force submits, schools acknowledge, and meanwhile the broker and
// the daemons are killed or their disk fails, at random moments and at every durable step. After
// each round everything is held against the driver's record of what the force was told.
//
// Threads: one. The same seed draws the same incidents, faults and moments.

#include <deque>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/fault/force.h"
#include "tests/fault/staff.h"
#include "tests/fault/town.h"

namespace firstbell::fault {

// One trouble: a plan, or (with none) a SIGKILL at a random moment.
struct Card {
  enum class Whom { kBroker, kMachine };
  Whom whom = Whom::kBroker;
  std::string phase;  // intake, seal, push, receipt, show, acknowledge; empty: whichever it hits
  std::optional<Plan> plan;
};

class Crashes {
 public:
  Crashes(std::size_t schools, std::uint64_t seed);

  // What went wrong, in words; empty is good.
  // One fault strikes each of its `batches`; the last batch comes in the evening.
  std::vector<std::string> Round(std::size_t incidents, std::size_t batches);
  // Kills carried out so far, by phase.
  const std::map<std::string, int>& kills() const { return kills_; }
  std::string Logs();

 private:
  static std::deque<Card> Deck(const Town& town, std::mt19937_64& random);
  void NextDay();
  void Batch(std::size_t incidents, Card card);
  bool Strike(const Card& card, std::size_t school);
  bool Carry(const Plan& plan, const std::filesystem::path& path);
  void Supervise();
  void StartStaff();
  bool AllAcknowledged();

  // The judge: crashes_judge.cc.
  void Judge();
  void JudgeReads(std::size_t school, const std::map<std::string, Staff::Read>& read);
  void JudgeShown(std::size_t school);
  void JudgeNotices(const std::string& reference, const Force::Told& told);
  void JudgeRefused();
  void JudgeTotals();
  void JudgeStore();
  std::optional<v1::IncidentStatus> StatusOf(const std::string& reference);

  Town town_;
  Findings findings_;
  Force force_;
  std::mt19937_64 random_;
  std::deque<Card> deck_;
  std::vector<std::unique_ptr<Staff>> staff_;
  std::map<std::string, int> kills_;
  std::set<std::string> judged_;    // references
  std::set<std::string> accepted_;  // alerts of those
  absl::CivilDay day_{2026, 3, 2};
  std::size_t submitted_ = 0;
  // How the judge asks; made anew for each round's broker.
  std::shared_ptr<grpc::Channel> as_force_, as_auditor_;
};

}  // namespace firstbell::fault
