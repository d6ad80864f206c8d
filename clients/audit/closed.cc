#include "clients/audit/closed.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "absl/strings/str_split.h"
#include "broker/model/event.h"

namespace firstbell::audit_client {
namespace {

constexpr std::size_t kRunsNamed = 8;

// As model::Event::WithPositions writes them; what does not read names nothing.
std::vector<EntryRun> ParsePositions(const std::string& text) {
  std::vector<EntryRun> runs;
  const std::vector<std::string> parts = absl::StrSplit(text, ',');
  for (const std::string& part : parts) {
    EntryRun run;
    const char* const end = part.data() + part.size();
    const auto first = std::from_chars(part.data(), end, run.first);
    if (first.ec != std::errc()) return {};
    run.last = run.first;
    if (first.ptr != end) {
      const auto last = std::from_chars(first.ptr + 1, end, run.last);
      if (*first.ptr != '-' || last.ec != std::errc() || last.ptr != end) return {};
    }
    if (run.first <= run.last) runs.push_back(run);
  }
  return runs;
}

std::vector<EntryRun> Joined(std::vector<EntryRun> runs) {
  std::sort(runs.begin(), runs.end(),
            [](const EntryRun& a, const EntryRun& b) { return a.first < b.first; });
  std::vector<EntryRun> joined;
  for (const EntryRun& run : runs) {
    const bool touches = !joined.empty() && run.first <= joined.back().last + 1;
    if (touches) joined.back().last = std::max(joined.back().last, run.last);
    if (!touches) joined.push_back(run);
  }
  return joined;
}

}  // namespace

void ClosedEntries::Take(const v1::LogEntry& entry) {
  if (entry.event().empty()) {
    ++count_;
    if (!closed_.empty() && closed_.back().last + 1 == entry.position()) {
      closed_.back().last = entry.position();
    } else if (closed_.size() < kMostRuns) {
      closed_.push_back({entry.position(), entry.position()});
    }
    return;
  }
  const auto event = nlohmann::json::parse(entry.event(), nullptr, /*allow_exceptions=*/false);
  if (!event.is_object()) return;
  of_nation_ = of_nation_ || !event.contains("force");
  const auto kind = event.find("kind"), positions = event.find("positions");
  if (kind == event.end() || *kind != model::Word(model::EventKind::kLogErased)) return;
  if (positions == event.end() || !positions->is_string()) return;
  for (const EntryRun& run : ParsePositions(positions->get<std::string>())) {
    if (erased_.size() < kMostRuns) erased_.push_back(run);
  }
}

// Both ascend, and no run of either touches another of its own.
std::vector<EntryRun> ClosedEntries::Unaccounted() const {
  if (too_many()) return {};
  const std::vector<EntryRun> erased = Joined(erased_);
  std::vector<EntryRun> left;
  auto named = erased.begin();
  for (EntryRun run : closed_) {
    while (named != erased.end() && named->last < run.first) ++named;
    for (auto at = named; at != erased.end() && at->first <= run.last; ++at) {
      if (at->first > run.first) left.push_back({run.first, at->first - 1});
      run.first = at->last + 1;
    }
    if (run.first <= run.last) left.push_back(run);
  }
  return left;
}

std::string Describe(const std::vector<EntryRun>& runs) {
  std::string text;
  for (std::size_t i = 0; i < std::min(runs.size(), kRunsNamed); ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(runs[i].first);
    if (runs[i].last > runs[i].first) text += "-" + std::to_string(runs[i].last);
  }
  if (runs.size() > kRunsNamed)
    text += " and " + std::to_string(runs.size() - kRunsNamed) + " more";
  return text;
}

}  // namespace firstbell::audit_client
