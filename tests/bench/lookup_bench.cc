// Finding a child in the real index: a store built with an invented roll of ten million, asked by a
// process that has nothing else.

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>

#include "broker/placing/roll_index.h"
#include "broker/store/rocksdb/rocksdb_store.h"
#include "clients/demo/slips.h"
#include "tests/bench/benches.h"
#include "tests/bench/broker_process.h"
#include "tests/support/data.h"
#include "tests/support/eventually.h"
#include "tests/support/invented.h"
#include "tests/support/program.h"
#include "tests/support/temp_directory.h"

namespace firstbell::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kSeed = 4711;
constexpr std::size_t kFamilies = 7'300'000;  // ten million pupils
constexpr std::size_t kQueries = 50'000;
constexpr Clock::rep kThreads = 2;  // of a load
constexpr std::size_t kSchoolsAtOnce = 1000;

double Seconds(Clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

demo::NamePool Names() {
  const auto data = support::DataDir();
  base::Result<demo::NamePool> real = base::NotFound("no data");
  if (data) real = demo::NamePool::Read(*data / "names");
  return real.ok() ? *std::move(real) : demo::NamePool();
}

model::Pupil PupilOf(const demo::InventedChild& child, const std::string& local_id) {
  model::Pupil pupil;
  pupil.local_id = base::LocalId(local_id);
  pupil.given_names = model::PersonText(child.given_names);
  pupil.family_name = model::PersonText(child.family_name);
  pupil.preferred_given_name = model::PersonText(child.preferred_given_name);
  pupil.former_family_name = model::PersonText(child.former_family_name);
  pupil.date_of_birth = base::Redacted<model::Date>(child.born);
  pupil.address = model::PersonText(child.address);
  pupil.postcode = model::PersonText(child.postcode);
  return pupil;
}

// Which children each school has: family and place in it.
struct Attending {
  std::uint32_t family = 0;
  std::uint8_t child = 0;
};
using Attendance = std::vector<std::vector<Attending>>;  // by school, in URN order

class Builder {
 public:
  Builder(const demo::InventedRoll& roll, store::Store& store)
      : roll_(roll), store_(store), schools_(roll.Schools()), attendance_(schools_.size()) {
    for (std::uint64_t number = 0; number < roll_.county().families; ++number) {
      std::uint8_t place = 0;
      for (const demo::InventedChild& child : roll_.Family(number)) {
        const std::size_t school = child.school.value() - schools_.front().urn.value();
        attendance_[school].push_back({static_cast<std::uint32_t>(number), place++});
        ++pupils_;
      }
    }
  }

  std::size_t pupils() const { return pupils_; }

  // As the first rolls are, in one load, whose two threads both ask for rolls. The time that
  // inventing took is not in it.
  double ImportAll() {
    RegisterSchools();
    std::atomic<std::size_t> next = 0;
    std::atomic<Clock::rep> inventing = 0;  // by both threads
    const auto take = [&]() -> base::Result<std::optional<store::SchoolRoll>> {
      const std::size_t school = next++;
      if (school >= schools_.size()) return std::optional<store::SchoolRoll>();
      const auto start = Clock::now();
      std::vector<model::Pupil> pupils = Invent(school);
      inventing += (Clock::now() - start).count();
      store::SchoolRoll roll{schools_[school].urn, {}, {}};
      for (model::Pupil& pupil : pupils) roll.entries.push_back(placing::EntryOf(std::move(pupil)));
      return std::optional<store::SchoolRoll>(std::move(roll));
    };
    const auto start = Clock::now();
    FB_CHECK(store_.LoadRolls({take, support::kNight}).ok());
    return Seconds(Clock::now() - start - Clock::duration(inventing / kThreads));
  }

 private:
  void RegisterSchools() {
    std::vector<model::School> some;
    for (const demo::InventedSchool& invented : schools_) {
      model::School school = support::SchoolOf(invented.urn);
      school.name = invented.name;
      school.town = invented.town;
      some.push_back(std::move(school));
      if (some.size() < kSchoolsAtOnce && invented.urn != schools_.back().urn) continue;
      FB_CHECK(store_.ImportSchools(some, {}).ok());
      some.clear();
    }
  }

  std::vector<model::Pupil> Invent(std::size_t school) const {
    std::vector<model::Pupil> pupils;
    for (const Attending& one : attendance_[school]) {
      pupils.push_back(PupilOf(roll_.Family(one.family)[one.child],
                               std::to_string(one.family) + "-" + std::to_string(one.child)));
    }
    return pupils;
  }

  const demo::InventedRoll& roll_;
  store::Store& store_;
  const std::vector<demo::InventedSchool> schools_;
  Attendance attendance_;
  std::size_t pupils_ = 0;
};

double BytesIn(const std::filesystem::path& directory) {
  double bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator(directory)) {
    if (file.is_regular_file()) bytes += static_cast<double>(file.file_size());
  }
  return bytes;
}

std::vector<model::ChildIdentity> Questions(const demo::InventedRoll& roll, std::size_t count) {
  std::vector<model::ChildIdentity> questions;
  demo::Noise noise = demo::kModerate;
  noise.school_heard = 0.5;
  noise.born_missing = 0;  // an incident has one
  for (std::uint64_t i = 0; questions.size() < count; ++i) {
    demo::Dice dice({kSeed, 99, i});
    const auto family = roll.Family(dice.Below(roll.county().families));
    if (family.empty()) continue;
    const demo::HeardChild heard = demo::Hear(family[dice.Below(family.size())], roll, noise, dice);
    model::ChildIdentity child;
    child.given_names = model::PersonText(heard.given_names);
    child.family_name = model::PersonText(heard.family_name);
    child.date_of_birth = base::Redacted<model::Date>(*heard.born);
    child.postcode = model::PersonText(heard.postcode);
    if (heard.school) child.schools_heard = {{"", "", *heard.school}};
    questions.push_back(std::move(child));
  }
  return questions;
}

double CpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double At(const std::vector<double>& sorted, double share) {
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

void ProbeLookups(const std::filesystem::path& directory, std::size_t families, std::size_t queries,
                  const std::filesystem::path& result) {
  const demo::NamePool names = Names();
  const demo::InventedRoll roll({.seed = kSeed, .families = families}, names);
  const auto questions = Questions(roll, queries);
  const auto store = store::RocksDbStore::Open(directory, {}).value();
  placing::RollIndex index(*store);
  const model::Date today = roll.county().today;
  std::vector<double> took;
  std::size_t placed = 0;
  double spent = 0;
  for (int pass = 0; pass < 2; ++pass) {
    took.clear();
    placed = 0;
    spent = -CpuSeconds();
    for (const model::ChildIdentity& child : questions) {
      const auto start = Clock::now();
      const auto decision = index.Decide(child, today);
      took.push_back(Seconds(Clock::now() - start));
      FB_CHECK(decision.ok());
      placed += decision->placed() ? 1 : 0;
    }
    spent += CpuSeconds();
  }
  std::sort(took.begin(), took.end());
  const nlohmann::json said = {{"p50", 1000 * At(took, 0.5)},
                               {"p99", 1000 * At(took, 0.99)},
                               {"per_second", static_cast<double>(took.size()) / spent},
                               {"placed", placed},
                               {"resident", ResidentMbOf(getpid())}};
  std::ofstream(result) << said;
}

std::vector<Row> Lookup(const Setting& setting) {
  const support::TempDirectory scratch;
  const std::filesystem::path directory = scratch.path() / "store";
  const std::size_t families = setting.Scaled(kFamilies), queries = setting.Scaled(kQueries);
  const demo::NamePool names = Names();
  const demo::InventedRoll roll({.seed = kSeed, .families = families}, names);
  double built = 0, counted = 0;
  std::size_t pupils = 0;
  {
    const auto store = store::RocksDbStore::Open(directory, {.create_if_missing = true}).value();
    Builder builder(roll, *store);
    pupils = builder.pupils();
    built = builder.ImportAll();
    const auto start = Clock::now();
    FB_CHECK(placing::RollIndex(*store).CountIfStale().ok());
    counted = Seconds(Clock::now() - start);
  }
  const std::filesystem::path result = scratch.path() / "result.json";
  support::Running probe({setting.self.string(), "probe", directory.string(),
                          std::to_string(families), std::to_string(queries), result.string()},
                         scratch.path() / "probe.log");
  FB_CHECK(support::Eventually(absl::Hours(1), [&] { return !probe.alive(); }));
  nlohmann::json said;
  std::ifstream(result) >> said;
  const double n = static_cast<double>(pupils);
  const auto value = [&](const char* key) { return said.at(key).get<double>(); };
  const std::string of = "roll of " + std::to_string(pupils) + ", moderate, school heard in half";
  return {
      {"a lookup and its decision, p50", "ms", queries, value("p50"), {}, 0.3, 0.1, false, of},
      {"the same, p99", "ms", queries, value("p99"), {}, 2, 0.5, false, of},
      {"lookups a second of one core's time",
       "/s",
       queries,
       value("per_second"),
       {},
       3000,
       15000,
       true,
       of + "; placed " + std::to_string(said.at("placed").get<std::size_t>())},
      {"index, bytes a pupil",
       "B",
       pupils,
       BytesIn(directory) / n,
       {},
       400,
       200,
       false,
       "every file of the store"},
      {"building it for ten million, two threads",
       "min",
       pupils,
       built / n * 1e7 / 60,
       {},
       10,
       3,
       false,
       "one load of sorted files, in proportion; counting the names took " +
           std::to_string(counted) + " s more"},
      {"resident, with the index open",
       "MB",
       pupils,
       value("resident"),
       {},
       1500,
       600,
       false,
       "a process with the store, the counts and the register; the kernel's page cache beside"},
  };
}

}  // namespace firstbell::bench
