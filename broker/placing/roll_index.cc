#include "broker/placing/roll_index.h"

#include <algorithm>
#include <utility>

#include "broker/base/log.h"
#include "broker/matching/blocks.h"

namespace firstbell::placing {
namespace {

constexpr double kDoubled = 2.0, kStale = 1.05;

std::uint64_t ToNumber(const matching::Fingerprint& print) {
  return std::uint64_t{print.born} << 48 | std::uint64_t{print.outward} << 40 |
         std::uint64_t{print.inward} << 32 | std::uint64_t{print.forename} << 24 |
         std::uint64_t{print.forename_sound} << 16 | std::uint64_t{print.family} << 8 |
         print.family_sound;
}

matching::Fingerprint FromNumber(std::uint64_t number) {
  const auto byte = [&](int shift) { return static_cast<std::uint8_t>(number >> shift); };
  matching::Fingerprint print;
  print.born = static_cast<std::uint16_t>(number >> 48);
  print.outward = byte(40);
  print.inward = byte(32);
  print.forename = byte(24);
  print.forename_sound = byte(16);
  print.family = byte(8);
  print.family_sound = byte(0);
  return print;
}

bool Differ(std::uint64_t counted, std::uint64_t pupils, double least_ratio) {
  const auto [fewer, more] = std::minmax(counted, pupils);
  return more > fewer && static_cast<double>(more) >= least_ratio * static_cast<double>(fewer);
}

base::Result<matching::Found> Find(store::Store& store, const matching::Heard& heard) {
  const matching::Fingerprint print = matching::FingerprintOf(heard.child);
  matching::Blocks blocks = matching::BlocksFor(heard.child);
  const std::vector<base::Urn>& schools = heard.school.may_be;
  const store::PupilQuery query{std::move(blocks.narrow),
                                std::move(blocks.more),
                                [&](std::uint64_t number, base::Urn urn) {
                                  return matching::Promise(
                                      print, FromNumber(number),
                                      std::binary_search(schools.begin(), schools.end(), urn));
                                },
                                matching::kWorthFetching,
                                matching::kStandsOut,
                                matching::kBehind,
                                matching::kBehindOne};
  FB_ASSIGN_OR_RETURN(store::FoundPupils found, store.FindPupils(query));
  // A school has said that such a one is not its pupil: no machine tells it so again.
  std::erase_if(found.pupils, [](const model::PupilAtSchool& at) { return at.disputed; });
  return matching::Found{std::move(found.pupils), found.cut, found.full};
}

}  // namespace

store::RollEntry EntryOf(model::Pupil pupil) {
  const matching::Description described = matching::Describe(pupil);
  return {std::move(pupil), matching::BlocksOf(described),
          ToNumber(matching::FingerprintOf(described))};
}

base::Result<matching::Decision> RollIndex::Decide(const matching::Wanted& child,
                                                   model::Date today) {
  FB_ASSIGN_OR_RETURN(const auto frequencies, Frequencies());
  FB_ASSIGN_OR_RETURN(matching::Found found, Find(store_, child.heard));
  if (found.cut) {
    base::LogWarning("rolls",
                     "more pupils are alike than limits::kPupilsPerBlock; a person decides");
  }
  return matching::Decide(child, std::move(found), *frequencies, rule_, today);
}

base::Result<matching::Decision> RollIndex::Decide(const model::ChildIdentity& child,
                                                   model::Date today) {
  matching::Wanted wanted{{matching::Describe(child), {}}, child.is_protected};
  for (const model::SchoolHeard& heard : child.schools_heard) {
    FB_ASSIGN_OR_RETURN(const auto meant, SchoolOf(heard.name, heard.town, heard.urn));
    matching::AddTo(wanted.heard.school, meant);
  }
  return Decide(wanted, today);
}

base::Result<matching::SchoolHeard> RollIndex::SchoolOf(std::string_view name,
                                                        std::string_view town, base::Urn urn) {
  FB_ASSIGN_OR_RETURN(const auto frequencies, Frequencies());
  FB_ASSIGN_OR_RETURN(const auto schools, Schools());
  if (!urn.empty()) {
    matching::SchoolHeard meant = schools->Resolve(urn, *frequencies);
    if (!meant.may_be.empty()) return meant;
  }
  return schools->Resolve(name, town, *frequencies);
}

base::Status RollIndex::RollsChanged() {
  return CountWhere(kDoubled);
}

base::Status RollIndex::CountIfStale() {
  return CountWhere(kStale);
}

void RollIndex::SchoolsChanged() {
  base::MutexLock lock(mutex_);
  schools_ = nullptr;
}

base::Status RollIndex::CountWhere(double least_ratio) {
  FB_ASSIGN_OR_RETURN(const auto counted, Frequencies());
  FB_ASSIGN_OR_RETURN(const store::Counts counts, store_.Count());
  return Differ(counted->pupils(), counts.pupils, least_ratio) ? CountRolls() : base::OkStatus();
}

base::Status RollIndex::CountRolls() {
  base::MutexLock one_at_a_time(counting_);
  matching::FrequencyCounter counter;
  FB_RETURN_IF_ERROR(store_.ReadRolls(
      [&](const model::PupilAtSchool& at) { counter.Add(matching::Describe(at.pupil)); }));
  const auto counted = std::make_shared<const matching::Frequencies>(counter.Take());
  FB_RETURN_IF_ERROR(store_.SaveRollCounts(counted->Serialize()));
  base::MutexLock lock(mutex_);
  frequencies_ = counted;
  schools_ = nullptr;  // they know how many pupils each has
  return base::OkStatus();
}

base::Result<std::shared_ptr<const matching::Frequencies>> RollIndex::Frequencies() {
  const auto current = [&] {
    base::MutexLock lock(mutex_);
    return frequencies_;
  };
  if (auto frequencies = current()) return frequencies;
  FB_ASSIGN_OR_RETURN(const std::string kept, store_.RollCounts());
  FB_ASSIGN_OR_RETURN(matching::Frequencies read, matching::Frequencies::Parse(kept));
  FB_ASSIGN_OR_RETURN(const store::Counts counts, store_.Count());
  if (Differ(read.pupils(), counts.pupils, kDoubled)) {
    FB_RETURN_IF_ERROR(CountRolls());
    return current();
  }
  base::MutexLock lock(mutex_);
  if (!frequencies_) {
    frequencies_ = std::make_shared<const matching::Frequencies>(std::move(read));
  }
  return frequencies_;
}

base::Result<std::shared_ptr<const matching::SchoolNames>> RollIndex::Schools() {
  base::MutexLock lock(mutex_);
  if (schools_) return schools_;
  auto schools = std::make_shared<matching::SchoolNames>();
  FB_RETURN_IF_ERROR(store_.ReadSchools([&](const store::SchoolFacts& facts) {
    const model::School& school = facts.school;
    schools->Add({school.urn, school.name, school.town, school.local_authority_name, facts.pupils,
                  school.predecessors});
  }));
  return schools_ = std::move(schools);
}

}  // namespace firstbell::placing
