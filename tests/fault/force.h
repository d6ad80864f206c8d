#pragma once

// A force's system, and the driver's own record: what it sent, what it was told, and therefore what
// must become of it. It follows proto/README.md: what it cannot know it sends again, unchanged.
//
// Threads: Submit is safe; the record is read when nobody submits.

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "broker/base/mutex.h"
#include "tests/fault/town.h"

namespace firstbell::fault {

// What went against a promise, in words; empty is what every round is to end with.
class Findings {
 public:
  void Add(std::string finding);
  std::vector<std::string> Take();

 private:
  base::Mutex mutex_;
  std::vector<std::string> all_ ABSL_GUARDED_BY(mutex_);
};

class Force {
 public:
  Force(const Town& town, Findings& findings) : town_(town), findings_(findings) {}

  // An incident about pupils drawn by `seed`; now and then a faulty one, or one under a reference
  // that was used. Returns once the outcome is known.
  void Submit(const std::string& reference, std::uint64_t seed);

  struct Told {
    v1::IncidentAnswer answer;
    std::vector<PupilOf> children;
  };
  // By reference: told OK.
  const std::map<std::string, Told>& accepted() const { return accepted_; }
  // Told that it failed for good, and nothing else was ever sent under it.
  const std::set<std::string>& refused() const { return refused_; }

 private:
  std::shared_ptr<grpc::Channel> Channel();
  void Reconnect(const std::shared_ptr<grpc::Channel>& broken);
  grpc::Status SendUntilKnown(const v1::Incident& incident, v1::IncidentAnswer& answer);
  void SubmitGood(const std::string& reference, std::mt19937_64& random);
  void SubmitFaulty(const std::string& reference);
  void SubmitUnderUsedReference(std::mt19937_64& random);
  std::vector<PupilOf> Draw(std::mt19937_64& random) const;

  const Town& town_;
  Findings& findings_;
  base::Mutex mutex_;
  std::shared_ptr<grpc::Channel> channel_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Told> accepted_;
  std::set<std::string> refused_;
};

}  // namespace firstbell::fault
