#include "broker/server/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace firstbell::server {
namespace {

using Buckets = prometheus::Histogram::BucketBoundaries;

const Buckets& Seconds() {
  static const Buckets buckets = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                  0.1,   0.25,   0.5,   1,    2.5,   10};
  return buckets;
}

const Buckets& Sizes() {
  static const Buckets buckets = {1, 2, 4, 8, 16, 32, 64, 128, 256};
  return buckets;
}

// A family of metrics; `builder` says of which kind.
template <typename Builder>
auto& Make(prometheus::Registry& registry, Builder builder, const std::string& name,
           const std::string& help) {
  return builder.Name("firstbell_" + name).Help(help).Register(registry);
}

// gRPC's names; a closed set.
std::string Word(base::Code code) {
  return absl::StatusCodeToString(code);
}

std::string WordOf(const model::Event& event, const std::string& field) {
  const auto found = event.texts().find(field);
  return found == event.texts().end() ? "" : found->second;
}

}  // namespace

struct Metrics::Families {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& calls =
      Make(registry, prometheus::BuildCounter(), "calls_total",
           "Calls and items of streams that were answered, by method and gRPC code");
  prometheus::Family<prometheus::Histogram>& call_seconds =
      Make(registry, prometheus::BuildHistogram(), "call_seconds",
           "From the call to its answer, by method");
  prometheus::Family<prometheus::Counter>& events =
      Make(registry, prometheus::BuildCounter(), "events_total",
           "Events of the delivery log by kind: incidents, alerts' steps, enrolments, questions");
  prometheus::Family<prometheus::Counter>& children =
      Make(registry, prometheus::BuildCounter(), "children_not_placed_total",
           "Children without an alert, by outcome and reason");
  prometheus::Family<prometheus::Counter>& decisions =
      Make(registry, prometheus::BuildCounter(), "case_decisions_total",
           "Children at review that an officer decided on, by outcome and reason");
  prometheus::Family<prometheus::Counter>& officer_alarms =
      Make(registry, prometheus::BuildCounter(), "officer_alarms_total",
           "An officer's looking at cases was unusual, by kind; the log says whose");
  prometheus::Family<prometheus::Counter>& receipts =
      Make(registry, prometheus::BuildCounter(), "receipts_total", "Receipts by kind and outcome");
  prometheus::Family<prometheus::Counter>& acknowledged =
      Make(registry, prometheus::BuildCounter(), "acknowledgements_total",
           "Acknowledgements, by whether they came before the deadline");
  prometheus::Family<prometheus::Counter>& wake_ups =
      Make(registry, prometheus::BuildCounter(), "wake_ups_total",
           "Schools that were told that something waits, and those that could not be, by outcome "
           "and way");
  prometheus::Histogram& commit_seconds = Make(registry, prometheus::BuildHistogram(),
                                               "commit_seconds", "One synced write of the store")
                                              .Add({}, Seconds());
  prometheus::Histogram& commit_verbs =
      Make(registry, prometheus::BuildHistogram(), "commit_verbs", "Steps in one synced write")
          .Add({}, Sizes());
};

Metrics::Metrics(const std::string& version) : families_(std::make_unique<Families>()) {
  Make(families_->registry, prometheus::BuildGauge(), "build_info", "1, with the version that runs")
      .Add({{"version", version}})
      .Set(1);
}

Metrics::~Metrics() = default;

void Metrics::Called(std::string_view method, base::Code code, absl::Duration took) {
  const std::string word(method);
  families_->calls.Add({{"method", word}, {"code", Word(code)}}).Increment();
  families_->call_seconds.Add({{"method", word}}, Seconds()).Observe(absl::ToDoubleSeconds(took));
}

void Metrics::Committed(const store::Commit& commit) {
  families_->commit_seconds.Observe(absl::ToDoubleSeconds(commit.took));
  families_->commit_verbs.Observe(static_cast<double>(commit.verbs));
  for (const model::Event& event : commit.events) Count(event);
}

namespace {

// Empty: the event is not about a wake-up that ended.
std::string OutcomeOfWakeUp(model::EventKind kind) {
  switch (kind) {
    case model::EventKind::kWakeUpDelivered:
      return "delivered";
    case model::EventKind::kWakeUpBounced:
      return "bounced";
    case model::EventKind::kWakeUpGivenUp:
      return "given_up";
    default:
      return "";
  }
}

}  // namespace

void Metrics::Count(const model::Event& event) {
  families_->events.Add({{"event", std::string(model::Word(event.kind()))}}).Increment();
  if (const std::string outcome = OutcomeOfWakeUp(event.kind()); !outcome.empty()) {
    families_->wake_ups.Add({{"outcome", outcome}, {"way", WordOf(event, "way")}}).Increment();
  }
  const std::string reason = WordOf(event, "reason");
  switch (event.kind()) {
    case model::EventKind::kCaseOpened:
      families_->children.Add({{"outcome", "at_review"}, {"reason", reason}}).Increment();
      return;
    case model::EventKind::kChildWithheld:
      families_->children.Add({{"outcome", "withheld"}, {"reason", reason}}).Increment();
      return;
    case model::EventKind::kCaseDecided:
      families_->decisions.Add({{"outcome", WordOf(event, "outcome")}, {"reason", reason}})
          .Increment();
      return;
    case model::EventKind::kOfficerAlarm:
      families_->officer_alarms.Add({{"kind", WordOf(event, "alarm")}}).Increment();
      return;
    case model::EventKind::kReceiptRefused:
      families_->receipts.Add({{"kind", "any"}, {"outcome", reason}}).Increment();
      return;
    case model::EventKind::kReceiptRecorded:
      families_->receipts.Add({{"kind", WordOf(event, "receipt")}, {"outcome", "recorded"}})
          .Increment();
      if (const std::string in_time = WordOf(event, "in_time"); !in_time.empty()) {
        families_->acknowledged.Add({{"in_time", in_time}}).Increment();
      }
      return;
    default:
      return;
  }
}

std::string Metrics::Text(const std::vector<Value>& now) {
  for (const Value& one : now) {
    Make(families_->registry, prometheus::BuildGauge(), one.name, one.help).Add({}).Set(one.value);
  }
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace firstbell::server
