// firstbell-school log: the broker's delivery log as this machine knows it, and another in the
// place of one that forked.

#include <nlohmann/json.hpp>

#include "broker/audit/key_digits.h"
#include "clients/console/local_time.h"
#include "clients/link/log_acceptance.h"
#include "clients/school/log_text.h"
#include "clients/school/program/program.h"

namespace firstbell::school {
namespace {

constexpr std::size_t kMostConfirmedByBytes = 200;

constexpr char kTrustWhat[] =
    "Accept another delivery log in the place of one that forked. First it only says what that "
    "means and which digits your operator is to read out to you on the telephone; with "
    "--confirmed-by it is done, for this machine. Refused while nothing is wrong with the log, and "
    "where the broker shows none that this key has signed";

base::Result<audit::VerifierKey> ParseKey(const std::string& text) {
  auto key = audit::VerifierKey::Parse(text);
  if (key.ok()) return key;
  return console::UsageError("--log-key: " + std::string(base::Message(key.status())) +
                             "; it is one word, NAME+8 characters+more, as your operator has it");
}

base::Status CheckConfirmedBy(const std::string& name) {
  const bool blank = !name.empty() && name.find_first_not_of(' ') == std::string::npos;
  if (!blank && name.size() <= kMostConfirmedByBytes) return base::OkStatus();
  return console::UsageError("--confirmed-by: a person's name, of at most 200 bytes");
}

base::Result<LogView> ReadLogView(const Desk& desk) {
  LogView view;
  FB_ASSIGN_OR_RETURN(view.trust, desk.store->Trust());
  if (view.trust.log_key.empty()) view.trust.log_key = desk.device.broker.log_key();
  FB_ASSIGN_OR_RETURN(view.past, desk.store->PastForks());
  FB_ASSIGN_OR_RETURN(auto people, desk.store->People());
  view.people = std::move(people).value_or(std::vector<link::Person>());
  return view;
}

}  // namespace

void Program::AddLog() {
  CLI::App& group = app_.Group("log", "The broker's delivery log, as this machine knows it");
  app_.Command(group, "show",
               "Says which log this machine trusts, what it remembers of it, whether it forked and "
               "what to do then, and whom it bears out",
               "  firstbell-school log show --state DIR\n", [this] { return ShowLog(); });
  CLI::App& trust = app_.Command(
      group, "trust", kTrustWhat,
      "  firstbell-school log trust --log-key firstbell.example/2027+1234abcd+AQ... --state DIR\n"
      "  firstbell-school log trust --log-key firstbell.example/2027+1234abcd+AQ... \\\n"
      "    --confirmed-by \"Ms Example, night desk\" --state DIR\n",
      [this] { return TrustLog(); });
  trust.add_option("--log-key", log_key_, "The new log's key, as your operator gave it to you")
      ->required()
      ->type_name("KEY");
  trust
      .add_option("--confirmed-by", confirmed_by_,
                  "Who of your operator's people read out the key's digits to you, by telephone; "
                  "it is kept")
      ->type_name("NAME");
}

base::Result<Exit> Program::ShowLog() {
  FB_ASSIGN_OR_RETURN(const Desk desk, OpenDesk(state_));
  FB_ASSIGN_OR_RETURN(const LogView view, ReadLogView(desk));
  FB_ASSIGN_OR_RETURN(const auto london, console::LocalTime::London());
  app_.out() << (app_.json() ? LogJson(view) + "\n" : LogText(view, london));
  return Exit::kDone;
}

base::Result<Exit> Program::TrustLog() {
  FB_ASSIGN_OR_RETURN(const audit::VerifierKey key, ParseKey(log_key_));
  FB_RETURN_IF_ERROR(CheckConfirmedBy(confirmed_by_));
  FB_ASSIGN_OR_RETURN(const Desk desk, OpenDesk(state_));
  FB_ASSIGN_OR_RETURN(const LogView before, ReadLogView(desk));
  const absl::Time now = desk.clock.Now();
  const bool confirmed = !confirmed_by_.empty();
  const base::Status may = confirmed
                               ? desk.store->AcceptLog(key, confirmed_by_, now)
                               : link::AcceptLog(before.trust, before.past, key, now).status();
  const bool accepted_before = absl::IsAlreadyExists(may);
  if (!accepted_before) FB_RETURN_IF_ERROR(may);
  if (app_.json()) {
    app_.out() << nlohmann::ordered_json({{"log", key.name},
                                          {"digits", audit::KeyDigits(key)},
                                          {"accepted", confirmed || accepted_before},
                                          {"accepted_before", accepted_before}})
                      .dump()
               << '\n';
  } else if (accepted_before) {
    app_.out() << base::Message(may) << '\n';
  } else {
    app_.out() << (confirmed ? AcceptedText(key, confirmed_by_)
                             : BeforeAcceptingText(before.trust, key));
  }
  return confirmed || accepted_before ? Exit::kDone : Exit::kFailed;
}

}  // namespace firstbell::school
