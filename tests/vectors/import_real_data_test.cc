// The real register, and a roll of its schools, through adapters and the use case into a store on
// disk: what stands there afterwards. How long it takes is a benchmark's business. Skipped where
// the data is not there.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "adapters/csv/table.h"
#include "adapters/gias/register.h"
#include "adapters/roll_csv/roll.h"
#include "broker/base/clock.h"
#include "broker/base/file.h"
#include "broker/registry/imports.h"
#include "broker/store/rocksdb/rocksdb_store.h"
#include "tests/support/data.h"
#include "tests/support/temp_directory.h"

namespace firstbell {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

const absl::CivilDay kToday(2026, 3, 3);
const absl::Time kNow = absl::FromUnixSeconds(1772503800);  // that day, 02:10 London
constexpr std::size_t kSchools = 22'010;
constexpr std::size_t kSchoolsWithRoll = 50;
constexpr std::size_t kPupils = 5'000;

// A name of letters alone that no other number has.
std::string NameOf(std::string stem, std::size_t number) {
  for (; number > 0; number /= 26) stem += static_cast<char>('a' + number % 26);
  return stem;
}

// The words of a text, letters and digits, as they stand.
std::vector<std::string> WordsOf(const std::string& text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    const bool inside = std::isalnum(static_cast<unsigned char>(c)) != 0 || (c & 0x80) != 0;
    if (inside) {
      words.back() += c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  return words;
}

class ImportRealData : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto folder = support::DataDir();
    if (!folder) GTEST_SKIP() << "no data: set FIRSTBELL_DATA";
    register_ = *folder / "gias" / "edubaseallstatefunded20250717.csv.gz";
    ASSERT_TRUE(store_->Initialise({"examplebury.example/2026", false}, {}).ok());
    ImportRegister();
  }

  void ImportRegister() {
    std::vector<v1::School> schools;
    adapters::gias::Sinks sinks;
    sinks.school = [&](v1::School school) {
      schools.push_back(std::move(school));
      return base::OkStatus();
    };
    sinks.reject = [&](const adapters::Reject& reject) {
      ADD_FAILURE() << "line " << reject.line << ": " << reject.reason;
    };
    ASSERT_TRUE(adapters::gias::ReadRegister(register_, kToday, sinks).ok());
    for (std::size_t first = 0; first < schools.size(); first += limits::kSchoolsPerImport) {
      v1::ImportSchoolsRequest request;
      for (std::size_t i = first; i < schools.size() && i < first + limits::kSchoolsPerImport;
           ++i) {
        *request.add_schools() = schools[i];
        if (urns_.size() < kSchoolsWithRoll) urns_.emplace_back(schools[i].urn());
      }
      const auto response = imports_.Schools(request, kNow);
      ASSERT_TRUE(response.ok()) << response.status();
      added_ += response->added();
    }
  }

  // Every byte that the store has on disk. What was just written stands in its write-ahead log,
  // which is not compressed.
  std::string Bytes() {
    std::string all;
    for (const auto& file : std::filesystem::directory_iterator(path_)) {
      std::ifstream in(file.path(), std::ios::binary);
      all.append(std::istreambuf_iterator<char>(in), {});
    }
    return all;
  }

  support::TempDirectory directory_;
  const std::filesystem::path path_ = directory_.path() / "store";
  std::filesystem::path register_;
  std::unique_ptr<store::RocksDbStore> store_ = store::RocksDbStore::Open(path_, {}).value();
  placing::SchoolCalendar calendar_{*store_, base::LondonTimeZone().value()};
  placing::RollIndex index_{*store_};
  registry::Imports imports_{*store_, calendar_, index_};
  std::vector<base::Urn> urns_;  // of the first schools
  std::size_t added_ = 0;
};

TEST_F(ImportRealData, EverySchoolStandsInTheStore) {
  EXPECT_EQ(added_, kSchools);
  EXPECT_EQ(store_->Count().value().schools, kSchools);
  const store::SchoolFacts facts = store_->GetSchool(base::Urn(100000)).value();
  EXPECT_EQ(facts.school.name, "The Aldgate School");
  EXPECT_EQ(facts.school.postcode, "EC3A 5DE");
  EXPECT_EQ(facts.school.status, v1::SCHOOL_STATUS_OPEN);
  const base::Status verified = store_->Verify({});
  EXPECT_TRUE(verified.ok()) << verified;
}

// Family names of heads that stand in no other column, so that finding one means a head was kept.
std::set<std::string> NamesOfHeadsAlone(const std::filesystem::path& path) {
  auto table = adapters::csv::Table::Open(path).value();
  const std::size_t family = table.Find("HeadLastName").value();
  const std::size_t given = table.Find("HeadFirstName").value();
  std::set<std::string> heads, elsewhere;
  adapters::csv::Row row;
  while (table.Next(row).value()) {
    for (std::size_t i = 0; i < row.fields.size(); ++i) {
      if (i == family && row.fields[i].size() >= 7) heads.insert(row.fields[i]);
      if (i == family || i == given) continue;
      for (std::string& word : WordsOf(row.fields[i])) elsewhere.insert(std::move(word));
    }
  }
  std::erase_if(heads, [&](const std::string& name) { return elsewhere.contains(name); });
  return heads;
}

TEST_F(ImportRealData, NoHeadTeachersNameIsKept) {
  const std::set<std::string> heads = NamesOfHeadsAlone(register_);
  ASSERT_GT(heads.size(), 1'000u);
  const std::vector<std::string> words = WordsOf(Bytes());
  const std::set<std::string> kept(words.begin(), words.end());
  ASSERT_TRUE(kept.contains("Aldgate")) << "what is kept can be read there";
  std::size_t found = 0;
  for (const std::string& head : heads) found += kept.contains(head) ? 1 : 0;
  EXPECT_EQ(found, 0u);
}

TEST_F(ImportRealData, ARollOfItsSchoolsStandsInTheStoreAndIsFound) {
  std::string csv = "urn,local_id,given_names,family_name,date_of_birth,postcode\n";
  for (std::size_t i = 0; i < kPupils; ++i) {
    csv += urns_[i % kSchoolsWithRoll].ToString() + ",p" + std::to_string(i) + "," +
           NameOf("Ada", i) + ",Quill,2014-05-09,EX1 1AA\n";
  }
  const std::filesystem::path roll = directory_.path() / "roll.csv";
  ASSERT_TRUE(base::WriteFileDurably(roll, csv, base::kOwnerOnly).ok());
  std::map<base::Urn, v1::ImportRollRequest> rolls;
  adapters::roll_csv::Sinks sinks;
  sinks.pupil = [&](adapters::roll_csv::RollRow row) {
    rolls[row.urn].set_urn(row.urn.value());
    *rolls[row.urn].add_pupils() = std::move(row.pupil);
    return base::OkStatus();
  };
  sinks.reject = [](const adapters::Reject& reject) { ADD_FAILURE() << reject.reason; };
  ASSERT_TRUE(adapters::roll_csv::ReadRoll(roll, sinks).ok());
  ASSERT_THAT(rolls, SizeIs(kSchoolsWithRoll));
  for (const auto& [urn, request] : rolls) {
    const auto response = imports_.Roll(request, kNow);
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->added(), kPupils / kSchoolsWithRoll);
    EXPECT_EQ(store_->GetSchool(urn)->pupils, kPupils / kSchoolsWithRoll);
  }
  EXPECT_EQ(store_->Count()->pupils, kPupils);
  model::ChildIdentity last;
  last.given_names = model::PersonText(NameOf("Ada", kPupils - 1));
  last.family_name = model::PersonText("Quill");
  last.date_of_birth = base::Redacted<model::Date>(model::Date(2014, 5, 9));
  const matching::Decision decision = index_.Decide(last, model::Date(2026, 3, 3)).value();
  ASSERT_FALSE(decision.candidates.empty());
  EXPECT_EQ(decision.compared[decision.judgement.ranked.front().pupil].pupil.given_names,
            last.given_names);
  EXPECT_TRUE(store_->Verify({}).ok());
}

}  // namespace
}  // namespace firstbell
