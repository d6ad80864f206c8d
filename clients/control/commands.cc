#include "clients/control/commands.h"

#include <algorithm>
#include <fstream>
#include <memory>
#include <string>

#include "clients/console/local_time.h"
#include "clients/console/output.h"
#include "clients/control/call_commands.h"
#include "clients/control/desk_commands.h"
#include "clients/control/notices.h"
#include "clients/control/review_commands.h"
#include "clients/control/submit.h"
#include "clients/control/words.h"
#include "firstbell/v1/incident_service.grpc.pb.h"

namespace firstbell::control {
namespace {

using console::App;
using console::BrokerOptions;
using console::Exit;
using console::LocalTime;
using Stub = v1::IncidentService::Stub;

base::Result<std::unique_ptr<Stub>> MakeStub(const BrokerOptions& broker) {
  FB_ASSIGN_OR_RETURN(const auto channel, console::Connect(broker));
  return v1::IncidentService::NewStub(channel);
}

// A minute: a broker that restarts is back by then, and a control room would rather wait than look
// for what was not sent.
console::Retry Patient(App& app) {
  console::Retry retry{.attempts = 20, .longest_asked = absl::Minutes(2)};
  if (!app.json()) {
    retry.held_back = [&app, told = std::make_shared<bool>(false)](const base::Status& why,
                                                                   absl::Duration) {
      if (std::exchange(*told, true)) return;
      app.err() << console::Explain(why) << "\nnot taken on yet; waiting as the broker asks, then "
                << "sending it again" << std::endl;
    };
    retry.away = [&app] {
      app.err() << "the broker does not answer; trying again, nothing is lost" << std::endl;
    };
  }
  return retry;
}

// Prints how each incident ended, and counts.
class Report {
 public:
  Report(App& app, LocalTime london) : app_(app), london_(london) {}

  void Add(const Submission& submission) {
    last_line_ = std::max(last_line_, submission.line);
    if (submission.answer.ok()) {
      ++taken_on_;
      app_.out() << (app_.json() ? console::ToJson(*submission.answer) + "\n"
                                 : Describe(*submission.answer, london_))
                 << std::flush;
      if (!app_.json()) app_.err() << Warnings(*submission.answer) << std::flush;
      return;
    }
    ++(IsRefusal(submission.answer.status()) ? refused_ : unanswered_);
    if (app_.json()) {
      app_.out() << RefusalJson(submission.line, submission.answer.status()) << std::endl;
    } else {
      app_.err() << Refusal(submission.line, submission.answer.status()) << std::endl;
    }
  }

  // `ended`: how reading and sending the whole ended.
  base::Result<Exit> Finish(const base::Status& ended) {
    if (!app_.json() && taken_on_ + refused_ + unanswered_ > 1) app_.err() << Sums() << std::endl;
    if (!ended.ok()) {
      return base::Annotate(ended, "nothing after line " + std::to_string(last_line_) +
                                       " was sent, the whole file again is safe");
    }
    return refused_ + unanswered_ == 0 ? Exit::kDone : Exit::kFailed;
  }

 private:
  std::string Sums() const {
    std::string sums =
        std::to_string(taken_on_) + " taken on, " + std::to_string(refused_) + " refused";
    if (unanswered_ > 0) sums += ", " + std::to_string(unanswered_) + " without an answer";
    return sums;
  }

  App& app_;
  const LocalTime london_;
  std::uint64_t taken_on_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t unanswered_ = 0;
  std::uint64_t last_line_ = 0;
};

base::Result<Exit> Submit(App& app, const BrokerOptions& broker, const std::string& file,
                          std::istream& in) {
  std::ifstream opened;
  if (file != "-") {
    opened.open(file, std::ios::binary);
    if (!opened) {
      return console::UsageError(
          "the file cannot be opened for reading: does it exist, and may "
          "you read it?");
    }
  }
  FB_ASSIGN_OR_RETURN(const LocalTime london, LocalTime::London());
  FB_ASSIGN_OR_RETURN(const auto stub, MakeStub(broker));
  Report report(app, london);
  return report.Finish(SubmitAll(*stub, file == "-" ? in : opened, Patient(app),
                                 [&](const Submission& one) { report.Add(one); }));
}

void AddSubmit(App& app, const BrokerOptions& broker, std::istream& in) {
  auto file = std::make_shared<std::string>();
  CLI::App& command = app.Command(
      "submit",
      "Submits incidents as proto3 JSON: one object, or one a line. Prints for each child what was "
      "taken on. The same again is safe and gets the first answer; with a higher revision it "
      "corrects "
      "what stands, also after it was acknowledged. Fails if any was refused.",
      R"(  firstbell-control submit incident.json
  export-incidents | firstbell-control submit -
  firstbell-control submit --json night.jsonl > answers.jsonl
)",
      [&app, &broker, &in, file] { return Submit(app, broker, *file, in); });
  command.add_option("FILE", *file, "A file, or - for standard input")->required();
}

constexpr std::pair<std::string_view, v1::WithdrawalReason> kWithdrawals[] = {
    {"mistaken", v1::WITHDRAWAL_REASON_MISTAKEN},
    {"out-of-scope", v1::WITHDRAWAL_REASON_OUT_OF_SCOPE},
    {"unsafe-to-tell", v1::WITHDRAWAL_REASON_UNSAFE_TO_TELL},
    {"duplicate", v1::WITHDRAWAL_REASON_DUPLICATE},
};

struct WithdrawOptions {
  std::string reference, reason;
  std::vector<std::string> children;
};

base::Result<Exit> Withdraw(App& app, const BrokerOptions& broker, const WithdrawOptions& options) {
  FB_ASSIGN_OR_RETURN(const LocalTime london, LocalTime::London());
  FB_ASSIGN_OR_RETURN(const auto stub, MakeStub(broker));
  v1::WithdrawIncidentRequest request;
  request.set_reference(options.reference);
  for (const std::string& child : options.children) request.add_child_refs(child);
  for (const auto& [typed, reason] : kWithdrawals) {
    if (typed == options.reason) request.set_reason(reason);
  }
  FB_ASSIGN_OR_RETURN(const auto response,
                      console::Call(*stub, &Stub::WithdrawIncident, request, Patient(app)));
  if (app.json()) {
    app.out() << console::ToJson(response.answer()) << "\n";
  } else {
    app.out() << Heading(response.answer(), london) << Describe(response.answer(), london);
  }
  return Exit::kDone;
}

void AddWithdraw(App& app, const BrokerOptions& broker) {
  auto options = std::make_shared<WithdrawOptions>();
  std::string what =
      "Takes an incident, or some of its children, back from every school, at any time. Each "
      "school "
      "is told and destroys its copy. To correct one, submit it again with the next revision. "
      "Reasons:\n";
  std::vector<std::string> reasons;
  for (const auto& [typed, reason] : kWithdrawals) {
    what.append("  ").append(typed).append(": ").append(Sentence(reason)).append("\n");
    reasons.emplace_back(typed);
  }
  CLI::App& command =
      app.Command("withdraw", what,
                  "  firstbell-control withdraw INV-2026-0001 --reason mistaken\n"
                  "  firstbell-control withdraw INV-2026-0001 --child C2 --reason duplicate\n",
                  [&app, &broker, options] { return Withdraw(app, broker, *options); });
  command.add_option("REFERENCE", options->reference, "The force's own reference")->required();
  command.add_option("--reason", options->reason, "Why")
      ->required()
      ->check(CLI::IsMember(std::move(reasons)));
  command.add_option("--child", options->children,
                     "A child_ref; several: once for each. None: all");
}

struct ListOptions {
  bool open = false;
  bool at_review = false;
  bool late = false;
  console::ListOptions common;
};

base::Result<v1::ListIncidentsRequest> RequestOf(const ListOptions& options,
                                                 const LocalTime& london) {
  v1::ListIncidentsRequest request;
  if (options.open) request.set_filter(v1::ListIncidentsRequest::FILTER_OPEN);
  if (options.at_review) request.set_filter(v1::ListIncidentsRequest::FILTER_AT_REVIEW);
  if (options.late) request.set_filter(v1::ListIncidentsRequest::FILTER_LATE);
  FB_RETURN_IF_ERROR(console::SetPeriod(options.common, london, request));
  return request;
}

base::Result<Exit> List(App& app, const BrokerOptions& broker, const ListOptions& options) {
  FB_ASSIGN_OR_RETURN(const LocalTime london, LocalTime::London());
  FB_ASSIGN_OR_RETURN(const v1::ListIncidentsRequest request, RequestOf(options, london));
  FB_ASSIGN_OR_RETURN(const auto stub, MakeStub(broker));
  return console::PrintList<v1::IncidentStatus>(
      app, options.common, NoticeTable(london),
      [&](const auto& each) { return ListAll(*stub, request, options.common.limit, each); });
}

void AddList(App& app, const BrokerOptions& broker) {
  auto options = std::make_shared<ListOptions>();
  CLI::App& command = app.Command(
      "list", "Lists the force's incidents and what became of each child, newest first.",
      R"(  firstbell-control list --open
  firstbell-control list --late --from 2026-03-02 --to 2026-03-03
  firstbell-control list --json --limit 0 --from "2026-03-02 21:00"
)",
      [&app, &broker, options] { return List(app, broker, *options); });
  auto* open =
      command.add_flag("--open", options->open, "A notice has not ended, or a child is at review");
  auto* review =
      command.add_flag("--at-review", options->at_review, "A child waits to be placed by hand");
  auto* late = command.add_flag("--late", options->late, "A deadline has passed without an end");
  open->excludes(review)->excludes(late);
  review->excludes(late);
  console::AddListOptions(command, options->common);
}

base::Result<Exit> Show(App& app, const BrokerOptions& broker, const std::string& reference) {
  FB_ASSIGN_OR_RETURN(const LocalTime london, LocalTime::London());
  FB_ASSIGN_OR_RETURN(const auto stub, MakeStub(broker));
  v1::GetIncidentRequest request;
  reference.starts_with("FB-") ? request.set_notice(reference) : request.set_reference(reference);
  FB_ASSIGN_OR_RETURN(const v1::GetIncidentResponse response,
                      console::Call(*stub, &Stub::GetIncident, request));
  if (app.json()) {
    app.out() << console::ToJson(response.incident()) << "\n";
    return Exit::kDone;
  }
  NoticeTable table(london);
  table.Add(response.incident());
  app.out() << Heading(response.incident().answer(), london) << table.ToString();
  return Exit::kDone;
}

base::Result<Exit> Watch(App& app, const BrokerOptions& broker, const std::string& reference) {
  FB_ASSIGN_OR_RETURN(const LocalTime london, LocalTime::London());
  FB_ASSIGN_OR_RETURN(const auto stub, MakeStub(broker));
  std::uint64_t seen = 0;
  const auto tell = [&](const auto& change) {
    ++seen;
    app.out() << (app.json() ? console::ToJson(change) + "\n" : ChangeLine(change, london))
              << std::flush;
  };
  FB_RETURN_IF_ERROR(WatchAll(*stub, reference, Patient(app), {tell, tell}));
  if (seen == 0 && !app.json()) {
    app.out() << "no notice went to a school; 'show' says why\n";
  }
  return Exit::kDone;
}

using OfReference = base::Result<Exit> (*)(App&, const BrokerOptions&, const std::string&);

void AddOfReference(App& app, const BrokerOptions& broker, const std::string& name,
                    const std::string& what, OfReference run) {
  auto reference = std::make_shared<std::string>();
  const std::string examples = "  firstbell-control " + name + " INV-2026-0001\n" +
                               "  firstbell-control " + name + " --json INV-2026-0001\n";
  CLI::App& command = app.Command(name, what, examples, [&app, &broker, run, reference] {
    return run(app, broker, *reference);
  });
  command.add_option("REFERENCE", *reference, "The force's own reference")->required();
}

}  // namespace

void AddCommands(App& app, const BrokerOptions& broker, std::istream& in) {
  AddSubmit(app, broker, in);
  AddWithdraw(app, broker);
  AddList(app, broker);
  AddOfReference(
      app, broker, "show",
      "Shows one incident and what became of each child: by the force's own reference, or "
      "by the one that a school quotes, FB-3F7KQ2MZ.",
      Show);
  AddOfReference(
      app, broker, "watch",
      "Prints each change of the incident's notices, and what an officer decides on a child "
      "at review, until everything has ended.",
      Watch);
  AddReviewCommands(app, broker);
  AddCallCommands(app, broker);
  AddDeskCommands(app);
}

}  // namespace firstbell::control
