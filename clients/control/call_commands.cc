#include "clients/control/call_commands.h"

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "broker/model/alert.h"
#include "clients/console/call.h"
#include "clients/console/checks.h"
#include "clients/console/listing.h"
#include "clients/control/call_subject.h"
#include "clients/control/call_text.h"
#include "clients/control/reply_commands.h"
#include "clients/control/review_stub.h"

namespace firstbell::control {
namespace {

using console::App;
using console::BrokerOptions;
using console::Exit;
using console::LocalTime;
using Stub = v1::ReviewService::Stub;

constexpr char kWhat[] =
    "For the force's named officers: schools that have not answered and are to be telephoned now. "
    "Each list is kept in the delivery log in your name.";

using Each = std::function<void(const v1::Call&)>;

base::Result<console::Listed> ReadCalls(Stub& stub, std::uint64_t limit, const Each& each) {
  return console::ListPages(
      v1::ListCallsRequest(), limit,
      [&](const v1::ListCallsRequest& page) { return console::Call(stub, &Stub::ListCalls, page); },
      [](const v1::ListCallsResponse& page) -> auto& { return page.calls(); }, each);
}

// --- list, watch --------------------------------------------------------------------------------

base::Result<Exit> List(App& app, const BrokerOptions& broker,
                        const console::ListOptions& options) {
  FB_ASSIGN_OR_RETURN(const LocalTime london, LocalTime::London());
  FB_ASSIGN_OR_RETURN(const auto stub, ReviewStub(broker));
  return console::PrintList<v1::Call>(app, options, CallTable(london), [&](const auto& each) {
    return ReadCalls(*stub, options.limit, each);
  });
}

base::Result<Exit> PrintSheet(App& app, const BrokerOptions& broker) {
  FB_ASSIGN_OR_RETURN(const LocalTime london, LocalTime::London());
  FB_ASSIGN_OR_RETURN(const auto stub, ReviewStub(broker));
  std::vector<v1::Call> calls;
  FB_RETURN_IF_ERROR(
      ReadCalls(*stub, 0, [&](const v1::Call& call) { calls.push_back(call); }).status());
  for (const v1::Call& call : calls) {
    const bool before_morning = call.about() == v1::CALL_ABOUT_UNREADY;
    if (app.json() && before_morning) app.out() << console::ToJson(call) << "\n";
  }
  if (!app.json()) app.out() << Sheet(calls, london);
  return Exit::kDone;
}

struct WatchOptions {
  int every = 10;  // seconds
  bool until_empty = false;
};

// What stands on the list now, as text; `none` once nobody is to be called.
base::Result<std::string> NowOnTheList(App& app, Stub& stub, const LocalTime& london) {
  CallTable table(london);
  std::string lines;
  FB_ASSIGN_OR_RETURN(const console::Listed listed, ReadCalls(stub, 0, [&](const v1::Call& call) {
                        if (app.json()) lines += console::ToJson(call) + "\n";
                        table.Add(call);
                      }));
  if (listed.count == 0) return std::string();
  return app.json() ? lines : table.ToString();
}

base::Result<Exit> Watch(App& app, const BrokerOptions& broker, const WatchOptions& options) {
  FB_ASSIGN_OR_RETURN(const LocalTime london, LocalTime::London());
  FB_ASSIGN_OR_RETURN(const auto stub, ReviewStub(broker));
  std::string shown = "-";  // never what is read
  while (true) {
    FB_ASSIGN_OR_RETURN(const std::string now, NowOnTheList(app, *stub, london));
    if (now != shown && !app.json()) {
      app.out() << (now.empty() ? "nobody is to be telephoned\n" : now) << "\n";
    } else if (now != shown) {
      app.out() << now;
    }
    app.out().flush();
    shown = now;
    if (now.empty() && options.until_empty) return Exit::kDone;
    std::this_thread::sleep_for(std::chrono::seconds(options.every));
  }
}

// --- show, record -------------------------------------------------------------------------------

// The one on the list whose alert begins so.
base::Result<v1::Call> Find(Stub& stub, const std::string& begins) {
  std::vector<v1::Call> found;
  FB_ASSIGN_OR_RETURN(const console::Listed listed, ReadCalls(stub, 0, [&](const v1::Call& call) {
                        if (call.alert_id().starts_with(begins)) found.push_back(call);
                      }));
  (void)listed;
  if (found.size() == 1) return found.front();
  if (!found.empty()) return base::InvalidArgument(begins + ": several alerts begin so");
  return base::NotFound(begins +
                        ": no such alert is on the call list; it may have been answered, or its "
                        "force has corrected it");
}

base::Result<Exit> Show(App& app, const BrokerOptions& broker, const std::string& alert) {
  FB_ASSIGN_OR_RETURN(const LocalTime london, LocalTime::London());
  FB_ASSIGN_OR_RETURN(const auto stub, ReviewStub(broker));
  FB_ASSIGN_OR_RETURN(const v1::Call call, Find(*stub, alert));
  app.out() << (app.json() ? console::ToJson(call) + "\n" : Script(call, london));
  return Exit::kDone;
}

struct RecordOptions {
  std::string alert, outcome, again_at, child, of;
};

const std::vector<std::pair<std::string, v1::CallOutcome>>& Outcomes() {
  static const auto* const kOutcomes = new std::vector<std::pair<std::string, v1::CallOutcome>>{
      {"acknowledged", v1::CALL_OUTCOME_ACKNOWLEDGED},
      {"not-reached", v1::CALL_OUTCOME_NOT_REACHED},
      {"call-again", v1::CALL_OUTCOME_CALL_AGAIN}};
  return *kOutcomes;
}

base::Result<v1::RecordCallRequest> RequestOf(const RecordOptions& options,
                                              const LocalTime& london) {
  v1::RecordCallRequest request;
  for (const auto& [typed, outcome] : Outcomes()) {
    if (typed == options.outcome) request.set_outcome(outcome);
  }
  const bool again = request.outcome() == v1::CALL_OUTCOME_CALL_AGAIN;
  if (again == options.again_at.empty()) {
    return console::UsageError("--at says when they are to be called again: with call-again alone");
  }
  for (const v1::Arrival arrival : {v1::ARRIVAL_SEEN, v1::ARRIVAL_LATE, v1::ARRIVAL_ABSENT}) {
    if (model::Word(arrival) == options.child) request.set_arrival(arrival);
  }
  if (again) {
    FB_ASSIGN_OR_RETURN(*request.mutable_call_again_at(), london.Parse(options.again_at, "--at"));
  }
  return request;
}

std::string Settled(const v1::Call& call, const v1::RecordCallRequest& request,
                    const v1::RecordCallResponse& recorded) {
  std::string text = call.about() == v1::CALL_ABOUT_ABSENCE
                         ? "kept: it is decided what is done about the absent child"
                         : "kept";
  if (call.about() == v1::CALL_ABOUT_ALERT || call.about() == v1::CALL_ABOUT_UNREADY) {
    text = std::string("acknowledged by telephone") + (recorded.late() ? ", late" : ", in time");
  }
  if (request.arrival() == v1::ARRIVAL_UNSPECIFIED) return text + "\n";
  text += "; the child is " + std::string(model::Word(request.arrival()));
  return text + (request.arrival() == v1::ARRIVAL_ABSENT
                     ? ": decide about its welfare now, and record that: calls record ID "
                       "acknowledged\n"
                     : "\n");
}

base::Result<Exit> Record(App& app, const BrokerOptions& broker, const RecordOptions& options) {
  FB_ASSIGN_OR_RETURN(const LocalTime london, LocalTime::London());
  FB_ASSIGN_OR_RETURN(v1::RecordCallRequest request, RequestOf(options, london));
  FB_ASSIGN_OR_RETURN(const auto stub, ReviewStub(broker));
  FB_ASSIGN_OR_RETURN(const v1::Call call, Find(*stub, options.alert));
  request.set_alert_id(call.alert_id());
  SetSubject(call, request);
  if (!options.of.empty()) FB_RETURN_IF_ERROR(ReadSubject(options.of, request));
  FB_ASSIGN_OR_RETURN(const v1::RecordCallResponse recorded,
                      console::Call(*stub, &Stub::RecordCall, request));
  if (app.json()) {
    app.out() << console::ToJson(recorded) << "\n";
  } else if (request.outcome() == v1::CALL_OUTCOME_ACKNOWLEDGED &&
             call.about() == v1::CALL_ABOUT_REPLY) {
    app.out() << "what the school said is dealt with\n";
  } else if (request.outcome() == v1::CALL_OUTCOME_ACKNOWLEDGED) {
    app.out() << Settled(call, request, recorded);
  } else {
    app.out() << "kept; it stays on the call list (calls so far: " << recorded.calls() << ")\n";
  }
  return Exit::kDone;
}

void AddShowAndRecord(App& app, CLI::App& group, const BrokerOptions& broker) {
  auto record = std::make_shared<RecordOptions>();
  CLI::App& show = app.Command(
      group, "show",
      "Says whom to telephone about one alert, and what to say, line by line: no child is named "
      "until a code that both sides see agrees.",
      "  firstbell-control calls show 06f1h9t2\n",
      [&app, &broker, record] { return Show(app, broker, record->alert); });
  show.add_option("ALERT", record->alert, "Its id, or how it begins")->required();
  std::vector<std::string> typed;
  for (const auto& [word, outcome] : Outcomes()) typed.push_back(word);
  CLI::App& command =
      app.Command(group, "record",
                  "Keeps what came of a call, in your name. Acknowledged, the "
                  "alert ends; of a child that is absent, "
                  "acknowledged says that you have decided what is done.",
                  R"(  firstbell-control calls record 06f1h9t2 acknowledged --of alert-1-0
  firstbell-control calls record 06f1h9t2 acknowledged
  firstbell-control calls record 06f1h9t2 acknowledged --child seen
  firstbell-control calls record 06f1h9t2 not-reached
  firstbell-control calls record 06f1h9t2 call-again --at "2026-03-03 08:55"
)",
                  [&app, &broker, record] { return Record(app, broker, *record); });
  command.add_option("ALERT", record->alert, "Its id, or how it begins")->required();
  command.add_option("OUTCOME", record->outcome, "acknowledged, not-reached or call-again")
      ->required()
      ->check(CLI::IsMember(typed).description(""));
  command
      .add_option(
          "--child", record->child,
          "What the school says of the child, once it has acknowledged: seen, late or absent")
      ->check(CLI::IsMember({"seen", "late", "absent"}));
  command
      .add_option(
          "--of", record->of,
          "What the call was about, as calls show prints it: refused where that has changed "
          "since. Left out: whatever stands now")
      ->type_name("SUBJECT");
  command.add_option("--at", record->again_at, "When they are to be called again, London time")
      ->type_name("TIME");
}

}  // namespace

void AddCallCommands(App& app, const BrokerOptions& broker) {
  CLI::App& group = app.Group("calls", kWhat);
  auto list = std::make_shared<console::ListOptions>();
  CLI::App& command =
      app.Command(group, "list",
                  "Lists whom to telephone now, the earliest deadline first: schools and their "
                  "numbers, and no child.",
                  "  firstbell-control calls list\n  firstbell-control calls list --json\n",
                  [&app, &broker, list] { return List(app, broker, *list); });
  command.add_option("--limit", list->limit, "At most so many; 0: all")
      ->check(console::IsCount())
      ->capture_default_str();
  auto watch = std::make_shared<WatchOptions>();
  CLI::App& watching =
      app.Command(group, "watch", "Prints the list, and again whenever it changes.",
                  "  firstbell-control calls watch\n  firstbell-control calls watch --every 5\n",
                  [&app, &broker, watch] { return Watch(app, broker, *watch); });
  watching.add_option("--every", watch->every, "Looks so often, in seconds")
      ->check(CLI::Range(1, 3600).description(""))
      ->capture_default_str();
  watching.add_flag("--until-empty", watch->until_empty, "Ends once nobody is to be telephoned");
  app.Command(
      group, "sheet",
      "The night call sheet, to be printed: schools that may not hear in the morning of what "
      "waits for them, why, and by when. From 18:00 the evening before, at the latest from "
      "06:30.",
      "  firstbell-control calls sheet | lp\n",
      [&app, &broker] { return PrintSheet(app, broker); });
  AddShowAndRecord(app, group, broker);
  AddReplies(app, group, broker);
}

base::Result<v1::Call> FindCall(Stub& stub, const std::string& begins) {
  return Find(stub, begins);
}

}  // namespace firstbell::control
