#include "clients/school/roll_file.h"

#include <system_error>
#include <utility>

#include "adapters/roll_csv/roll.h"
#include "broker/base/limits.h"

namespace firstbell::school {
namespace {

constexpr absl::Duration kLookEvery = absl::Minutes(1);

// Entered, and not yet left. The reader has checked both dates.
bool OnRoll(const v1::Pupil& pupil, model::Date today) {
  const auto entry = model::ParseDate(pupil.entry_date());
  const auto leaving = model::ParseDate(pupil.leaving_date());
  return (!entry || *entry <= today) && (!leaving || today <= *leaving);
}

}  // namespace

base::Result<Roll> ReadRoll(const std::filesystem::path& path, base::Urn urn, model::Date today) {
  Roll roll;
  adapters::roll_csv::Sinks sinks;
  sinks.pupil = [&](const adapters::roll_csv::RollRow& row) -> base::Status {
    const auto born = model::ParseDate(row.pupil.date_of_birth());
    if (row.urn != urn || !born || !OnRoll(row.pupil, today)) return base::OkStatus();
    auto text = sealing::IdentityTextOf(row.pupil.family_name(), row.pupil.given_names(), *born);
    if (!text) return base::OkStatus();
    if (roll.pupils.size() >= limits::kPupilsPerRoll) {
      return base::ResourceExhausted("line " + std::to_string(row.line) + ": more than " +
                                     std::to_string(limits::kPupilsPerRoll) +
                                     " pupils of this school");
    }
    roll.pupils.push_back(*std::move(text));
    return base::OkStatus();
  };
  sinks.reject = [&](const adapters::Reject& fault) {
    if (!roll.first_fault.empty()) return;
    roll.first_fault = "line " + std::to_string(fault.line) + ": " +
                       (fault.field.empty() ? "the row" : fault.field) + " " + fault.reason;
  };
  FB_ASSIGN_OR_RETURN(const adapters::Totals totals, adapters::roll_csv::ReadRoll(path, sinks));
  roll.faulty = totals.rejected;
  return roll;
}

RollFile::State RollFile::StateOf(absl::Time now) const {
  State state{.written = {}, .bytes = 0, .day = absl::ToCivilDay(now, london_)};
  std::error_code failed;
  const auto written = std::filesystem::last_write_time(path_, failed);
  if (failed) return state;
  state.written = written;
  const std::uintmax_t bytes = std::filesystem::file_size(path_, failed);
  if (!failed) state.bytes = bytes;
  return state;
}

std::optional<base::Result<Roll>> RollFile::Look(absl::Time now, absl::Duration since_boot) {
  if (since_boot - looked_at_ < kLookEvery) return std::nullopt;
  looked_at_ = since_boot;
  // As it was before it is read: what is written meanwhile is seen a minute later.
  State state = StateOf(now);
  if (seen_ == state) return std::nullopt;
  seen_ = std::move(state);
  return ReadRoll(path_, urn_, seen_->day);
}

}  // namespace firstbell::school
