#include "clients/audit/altered.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "tests/unit/audit_client/fake_log.h"
#include "tests/unit/audit_client/verifying.h"

namespace firstbell::audit_client {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

// The log without a connection: so long a one takes a while over it.
class DirectLog : public LogSource {
 public:
  explicit DirectLog(const FakeLog& log) : log_(log) {}
  base::Result<v1::Checkpoint> GetCheckpoint(const std::string&) override {
    return log_.checkpoint;
  }
  base::Status ReadEntries(std::uint64_t first, std::uint64_t end,
                           const std::function<bool(const v1::LogEntry&)>& take) override {
    read_from.push_back(first);
    for (std::uint64_t at = first; at < end && take(log_.entries[at]); ++at) continue;
    return base::OkStatus();
  }
  base::Result<std::vector<std::string>> Consistency(std::uint64_t old_size,
                                                     std::uint64_t size) override {
    return log_.tree().Consistency(old_size, size);
  }
  base::Result<std::string> CheckTile(int, std::uint64_t, const std::string&) override {
    return std::string();
  }
  std::vector<std::uint64_t> read_from;

 private:
  const FakeLog& log_;
};

RC_GTEST_PROP(FindAltered, NamesTheFirstOfThoseThatWereAltered, ()) {
  const auto size = *rc::gen::inRange<std::uint64_t>(1, 120);
  const auto places = *rc::gen::nonEmpty(
      rc::gen::container<std::vector<std::uint64_t>>(rc::gen::inRange<std::uint64_t>(0, size)));
  FakeLog log(size);
  for (const std::uint64_t place : places) log.Alter(place);
  DirectLog source(log);
  const std::uint64_t first = *std::min_element(places.begin(), places.end());
  const std::string mismatch = VerifyFrom(source).mismatch;
  RC_ASSERT(mismatch.ends_with(" is entry " + std::to_string(first)));
}

// Trees are remembered at every 65,536th entry: on both sides of one, and on it.
TEST(FindAltered, FindsOneInALogLongerThanWhatItRemembers) {
  FakeLog log(70'000);
  for (v1::LogEntry& entry : log.entries) entry.clear_event();
  DirectLog source(log);
  const Trusted known = KnownOf(source);
  for (const std::uint64_t place : {0u, 40'321u, 65'535u, 65'536u, 65'537u, 69'999u}) {
    const v1::LogEntry whole = log.entries[place];
    log.Alter(place);
    source.read_from.clear();
    EXPECT_THAT(VerifyFrom(source).mismatch, EndsWith(" is entry " + std::to_string(place)));
    // Once all of it, and once the span that holds it.
    EXPECT_THAT(source.read_from, ElementsAre(0u, place < 65'536 ? 0u : 65'536u));
    log.entries[place] = whole;
  }
  log.Grow(10);
  log.Alter(70'003);
  EXPECT_THAT(VerifyFrom(source, {}, known).mismatch, EndsWith(" is entry 70003"));
}

TEST(FindAltered, ALogThatProvesNothingIsNotGivenTheBenefitOfTheDoubt) {
  class Silent final : public DirectLog {
   public:
    using DirectLog::DirectLog;
    base::Result<std::vector<std::string>> Consistency(std::uint64_t, std::uint64_t) override {
      return std::vector<std::string>{std::string(32, 'x')};
    }
  };
  FakeLog log(21);
  Silent silent(log);
  const Trusted known = KnownOf(silent);
  log.Grow(5);
  log.Alter(23);
  EXPECT_THAT(VerifyFrom(silent).mismatch, EndsWith(" is entry 0"));
  EXPECT_THAT(VerifyFrom(silent, {}, known).mismatch, HasSubstr("the log has forked"));
}

}  // namespace
}  // namespace firstbell::audit_client
