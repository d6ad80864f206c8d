#include "clients/control/review_commands.h"

#include <memory>
#include <string>
#include <vector>

#include "clients/console/call.h"
#include "clients/console/checks.h"
#include "clients/console/listing.h"
#include "clients/control/review_stub.h"
#include "clients/control/review_text.h"

namespace firstbell::control {
namespace {

using console::App;
using console::BrokerOptions;
using console::Exit;
using console::LocalTime;
using Stub = v1::ReviewService::Stub;

constexpr char kWhat[] =
    "For the force's named officers: children whom no machine may place. Each look is kept in the "
    "delivery log in your name.";

// --- list ---------------------------------------------------------------------------------------

struct ListOfCases {
  bool decided = false;
  console::ListOptions common;
};

base::Result<Exit> List(App& app, const BrokerOptions& broker, const ListOfCases& options) {
  FB_ASSIGN_OR_RETURN(const LocalTime london, LocalTime::London());
  FB_ASSIGN_OR_RETURN(const auto stub, ReviewStub(broker));
  v1::ListCasesRequest request;
  request.set_decided(options.decided);
  return console::PrintList<v1::CaseSummary>(
      app, options.common, CaseTable(london), [&](const auto& each) {
        return console::ListPages(
            request, options.common.limit,
            [&](const v1::ListCasesRequest& page) {
              return console::Call(*stub, &Stub::ListCases, page);
            },
            [](const v1::ListCasesResponse& page) -> auto& { return page.cases(); }, each);
      });
}

void AddList(App& app, CLI::App& group, const BrokerOptions& broker) {
  auto options = std::make_shared<ListOfCases>();
  CLI::App& command = app.Command(
      group, "list",
      "Lists the children who wait, the one to be decided soonest first. Names no child "
      "and no school.",
      R"(  firstbell-control review list
  firstbell-control review list --decided --limit 20
  firstbell-control review list --json --limit 0
)",
      [&app, &broker, options] { return List(app, broker, *options); });
  command.add_flag("--decided", options->decided,
                   "Those that officers have decided, newest first, instead");
  command.add_option("--limit", options->common.limit, "At most so many; 0: all")
      ->check(console::IsCount())
      ->capture_default_str();
}

// --- show ---------------------------------------------------------------------------------------

// The child of a case, as both are typed.
struct OfChild {
  std::string reference, child_ref;
};

void AddOfChild(CLI::App& command, OfChild& of) {
  command.add_option("REFERENCE", of.reference, "The force's own reference")->required();
  command.add_option("CHILD", of.child_ref, "The child's ref in it, as the list has it")
      ->required();
}

base::Result<Exit> Show(App& app, const BrokerOptions& broker, const OfChild& of) {
  FB_ASSIGN_OR_RETURN(const LocalTime london, LocalTime::London());
  FB_ASSIGN_OR_RETURN(const auto stub, ReviewStub(broker));
  v1::GetCaseRequest request;
  request.set_reference(of.reference);
  request.set_child_ref(of.child_ref);
  FB_ASSIGN_OR_RETURN(const v1::GetCaseResponse seen,
                      console::Call(*stub, &Stub::GetCase, request));
  app.out() << (app.json() ? console::ToJson(seen) + "\n" : Describe(seen, london));
  return Exit::kDone;
}

void AddShow(App& app, CLI::App& group, const BrokerOptions& broker) {
  auto of = std::make_shared<OfChild>();
  CLI::App& command = app.Command(
      group, "show",
      "Shows one child as reported, and each candidate's school with what agrees, is close or "
      "differs; never the pupil's own details. A look, which is logged and counted.",
      R"(  firstbell-control review show INV-2026-0001 C1
  firstbell-control review show --json INV-2026-0001 C1
)",
      [&app, &broker, of] { return Show(app, broker, *of); });
  AddOfChild(command, *of);
}

// --- place, withhold, unplaceable ---------------------------------------------------------------

struct Decision {
  OfChild of;
  std::string reason;
  std::vector<std::uint32_t> urns;
};

base::Result<Exit> Decide(App& app, const BrokerOptions& broker, v1::ChildOutcome outcome,
                          const Decision& decision) {
  FB_ASSIGN_OR_RETURN(const LocalTime london, LocalTime::London());
  FB_ASSIGN_OR_RETURN(const auto stub, ReviewStub(broker));
  v1::DecideCaseRequest request;
  request.set_reference(decision.of.reference);
  request.set_child_ref(decision.of.child_ref);
  request.set_outcome(outcome);
  request.set_reason(ParseReason(decision.reason));
  for (const std::uint32_t urn : decision.urns) request.add_urns(urn);
  FB_ASSIGN_OR_RETURN(const v1::DecideCaseResponse decided,
                      console::Call(*stub, &Stub::DecideCase, request));
  app.out() << (app.json() ? console::ToJson(decided) + "\n" : Describe(decided, london));
  return Exit::kDone;
}

std::vector<std::string> TypedReasons(v1::ChildOutcome outcome) {
  std::vector<std::string> typed;
  for (const v1::DecisionReason reason : ReasonsOf(outcome)) typed.push_back(Typed(reason));
  return typed;
}

CLI::App& AddDecision(App& app, CLI::App& group, const BrokerOptions& broker,
                      const std::string& name, v1::ChildOutcome outcome, const std::string& what,
                      const std::string& examples, const std::shared_ptr<Decision>& decision) {
  CLI::App& command = app.Command(
      group, name,
      what +
          " For good: another decision on the same child is refused. Typed again, it gets the "
          "same answer.\n\nReasons:\n" +
          ReasonLines(outcome),
      examples,
      [&app, &broker, outcome, decision] { return Decide(app, broker, outcome, *decision); });
  AddOfChild(command, decision->of);
  command.add_option("--reason", decision->reason, "One of those above")
      ->required()
      ->type_name("REASON")
      ->check(CLI::IsMember(TypedReasons(outcome)).description(""));
  return command;
}

void AddDecisions(App& app, CLI::App& group, const BrokerOptions& broker) {
  auto place = std::make_shared<Decision>();
  CLI::App& command = AddDecision(
      app, group, broker, "place", v1::CHILD_OUTCOME_ACCEPTED,
      "Places the child at a school, or at each of several: its people are told at once.",
      R"(  firstbell-control review place INV-2026-0001 C1 --at 100001 --reason school-confirmed
  firstbell-control review place INV-2026-0001 C1 --at 100001 --at 100002 --reason details-agree
)",
      place);
  command.add_option("--at", place->urns, "A school's URN; again for each school")
      ->required()
      ->type_name("URN")
      ->check(CLI::Range(100'000, 999'999).description(""))
      ->expected(1)
      ->take_all();
  AddDecision(app, group, broker, "withhold", v1::CHILD_OUTCOME_WITHHELD,
              "Decides that no school is told of the child.",
              "  firstbell-control review withhold INV-2026-0001 C1 --reason duplicate\n",
              std::make_shared<Decision>());
  AddDecision(app, group, broker, "unplaceable", v1::CHILD_OUTCOME_UNPLACEABLE,
              "Decides that no school can be told of the child.",
              "  firstbell-control review unplaceable INV-2026-0001 C1 --reason no-school-found\n",
              std::make_shared<Decision>());
}

}  // namespace

void AddReviewCommands(App& app, const BrokerOptions& broker) {
  CLI::App& group = app.Group("review", kWhat);
  AddList(app, group, broker);
  AddShow(app, group, broker);
  AddDecisions(app, group, broker);
}

}  // namespace firstbell::control
