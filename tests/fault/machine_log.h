#pragma once

// What a school's machine in the town holds of the delivery log, as `firstbell-school log show`
// tells a program; and what its people were told. Threads: one.

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/fault/town.h"
#include "tests/support/eventually.h"

namespace firstbell::fault {

inline nlohmann::json Shown(Town& town, const std::filesystem::path& state,
                            support::Arguments command) {
  command.insert(command.begin(), "--json");
  command.insert(command.end(), {"--state", state.string()});
  const auto said = town.Run("firstbell-school", command);
  return nlohmann::json::parse(said.out, nullptr, /*allow_exceptions=*/false);
}

inline nlohmann::json LogOf(Town& town, const std::filesystem::path& state) {
  return Shown(town, state, {"log", "show"});
}

inline std::string StateOfLog(Town& town, const std::filesystem::path& state) {
  const auto log = LogOf(town, state);
  return log.is_object() ? log.value("state", "") : "";
}

// It is the log that is trusted, and all whom it is asked about stand in it.
inline bool IsProven(Town& town, const std::filesystem::path& state) {
  const auto log = LogOf(town, state);
  if (!log.is_object() || log["state"] != "as_it_was" || log["people"].empty()) return false;
  for (const auto& one : log["people"]) {
    if (one["in_log"] != "yes") return false;
  }
  return true;
}

inline int NoticesOf(Town& town, const std::filesystem::path& state, const std::string& kind) {
  int count = 0;
  const auto inbox = Shown(town, state, {"inbox", "list"});
  for (const auto& notice : inbox["notices"]) count += notice["notice"] == kind ? 1 : 0;
  return count;
}

// Alerts that have come to the machine, by its daemon's log.
inline int AlertsKept(const Town& town) {
  const std::string log = town.MachineLog(0), what = "a sealed alert is kept";
  int count = 0;
  for (std::size_t at = log.find(what); at != std::string::npos; at = log.find(what, at + 1)) {
    ++count;
  }
  return count;
}

// One school, whose machine trusts the broker's log and has everybody here borne out by it.
class MachineLogTest : public testing::Test {
 protected:
  void SetUp() override {
    town_.SetClock(absl::CivilHour(2026, 3, 3, 3));
    ASSERT_TRUE(Eventually([&] { return IsProven(town_, state_); })) << town_.MachineLog(0);
  }
  static bool Eventually(const std::function<bool()>& holds) {
    return support::Eventually(absl::Seconds(30), holds);
  }
  void ExpectForked() {
    EXPECT_TRUE(Eventually([&] { return StateOfLog(town_, state_) == "forked"; }));
  }
  void ExpectAlertComes(const std::string& reference) {
    const int before = AlertsKept(town_);
    ASSERT_TRUE(town_.Submit(reference).ok());
    EXPECT_TRUE(Eventually([&] { return AlertsKept(town_) > before; })) << reference << " is lost";
  }

  Town town_{1};
  const std::filesystem::path state_ = town_.StateOf(0);
};

}  // namespace firstbell::fault
