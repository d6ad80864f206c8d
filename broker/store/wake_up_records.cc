#include "broker/store/wake_up_records.h"

#include <algorithm>
#include <charconv>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "broker/base/limits.h"
#include "broker/base/status.h"

namespace firstbell::store {
namespace {

bool WayFailed(const WakeUpWay& way) {
  return model::Failed(way.last);
}

// All of the text is this number.
template <typename Number>
bool Reads(std::string_view text, Number& number) {
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && rest == end;
}

}  // namespace

bool SchoolWakeUps::failing() const {
  return std::any_of(ways.begin(), ways.end(), WayFailed);
}

bool SchoolWakeUps::cannot_be_woken() const {
  return !ways.empty() && std::all_of(ways.begin(), ways.end(), WayFailed);
}

WakeUpWay* SchoolWakeUps::Find(const model::WakeUpAddressId& address) {
  const auto found = std::find_if(ways.begin(), ways.end(), [&](const WakeUpWay& way) {
    return model::IdOf(way.address) == address;
  });
  return found == ways.end() ? nullptr : &*found;
}

SchoolWakeUps AfterSet(SchoolWakeUps before, const std::vector<model::WakeUpAddress>& addresses,
                       const base::Redacted<std::string>& secret) {
  SchoolWakeUps after{before.urn, {}, secret};
  for (const model::WakeUpAddress& address : addresses) {
    const WakeUpWay* stays = before.Find(model::IdOf(address));
    after.ways.push_back(stays ? *stays : WakeUpWay{address, {}, {}});
  }
  return after;
}

WakeUp NewWakeUp(base::Urn urn, const model::WakeUpAddress& address, const WakeCall& call) {
  WakeUp wake_up{urn, call.occasion, address};
  wake_up.queued_at = wake_up.next_at = call.now;
  wake_up.until = call.until;
  return wake_up;
}

WakeUp AfterCall(WakeUp wake_up, const WakeCall& call) {
  if (model::Waits(wake_up.outcome)) wake_up.until = std::max(wake_up.until, call.until);
  return wake_up;
}

bool Forgotten(const WakeUp& wake_up, absl::Time now) {
  return !model::Waits(wake_up.outcome) && wake_up.next_at + limits::kWakeUpsKept <= now;
}

WakeUp AfterAttempt(WakeUp wake_up, const WakeUpAttempt& attempt) {
  const bool tried = attempt.outcome != v1::WAKE_UP_OUTCOME_UNNEEDED;
  wake_up.attempts = attempt.attempts_before + (tried ? 1 : 0);
  wake_up.outcome = attempt.outcome;
  wake_up.next_at = model::Waits(attempt.outcome) ? attempt.next_at : attempt.at;
  return wake_up;
}

base::Status CheckAttempt(const WakeUp& wake_up, const WakeUpAttempt& attempt) {
  if (!model::Waits(wake_up.outcome)) {
    return base::FailedPrecondition("the wake-up has ended");
  }
  if (wake_up.attempts == attempt.attempts_before) return base::OkStatus();
  return base::FailedPrecondition("another attempt at this wake-up was recorded since");
}

base::Status NoSuchWakeUp() {
  return base::NotFound("no such wake-up: its address was taken away");
}

void NoteAttempt(const WakeUpAttempt& attempt, SchoolWakeUps& school) {
  WakeUpWay* way = school.Find(attempt.key.address);
  if (way == nullptr || attempt.outcome == v1::WAKE_UP_OUTCOME_UNNEEDED) return;
  way->last = attempt.outcome;
  way->last_at = attempt.at;
}

std::string FormatWakeUpKey(const WakeUpKey& key) {
  return absl::StrCat(key.urn.value(), ":", absl::ToUnixNanos(key.occasion.at), ":",
                      static_cast<int>(key.occasion.reason), ":", key.address.value());
}

base::Result<WakeUpKey> ParseWakeUpKey(std::string_view text) {
  const std::vector<std::string> parts = absl::StrSplit(base::View(text), ':');
  std::uint32_t urn = 0;
  std::int64_t at = 0;
  std::uint8_t reason = 0;
  if (parts.size() != 4 || !Reads(parts[0], urn) || !Reads(parts[1], at) ||
      !Reads(parts[2], reason)) {
    return base::InvalidArgument(
        "the page token is not one that a page before this ended with; ask for the first page");
  }
  return WakeUpKey{base::Urn(urn),
                   {static_cast<model::WakeUpReason>(reason), absl::FromUnixNanos(at)},
                   model::WakeUpAddressId(parts[3])};
}

}  // namespace firstbell::store
