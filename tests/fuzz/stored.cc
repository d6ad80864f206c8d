// What is read back from disk, or from a broker that an auditor does not trust.

#include "broker/audit/merkle.h"
#include "broker/base/status.h"
#include "broker/store/rocksdb/codec.h"
#include "broker/store/rocksdb/keys.h"
#include "clients/audit/deliveries.h"
#include "tests/fuzz/targets.h"

namespace firstbell::fuzz {
namespace {

namespace rocks = store::rocks;

// What decodes is written as bytes that decode to the same.
template <typename Row>
void CheckRow(std::string_view bytes) {
  Row row;
  if (!rocks::Decode(bytes, row).ok()) return;
  const std::string written = rocks::Encode(row);
  Row again;
  FB_CHECK(rocks::Decode(written, again).ok());
  FB_CHECK(rocks::Encode(again) == written);
}

// What is read of a log's row for its tree is what the whole row has.
void CheckEntryAlone(std::string_view bytes) {
  rocks::LogRow row;
  std::string entry;
  if (!rocks::Decode(bytes, row).ok()) return;
  FB_CHECK(rocks::DecodeEntry(bytes, entry).ok());
  FB_CHECK(entry == row.entry.entry);
}

std::uint64_t Number(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes.substr(0, 8)) {
    number = number * 256 + static_cast<unsigned char>(byte);
  }
  return number;
}

int Sign(int comparison) {
  return comparison < 0 ? -1 : comparison > 0 ? 1 : 0;
}

template <typename T>
int Compare(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

}  // namespace

void StoreRecords(std::string_view input) {
  CheckRow<store::Identity>(input);
  CheckRow<store::Counts>(input);
  CheckRow<std::vector<model::BankHoliday>>(input);
  CheckRow<rocks::SchoolRow>(input);
  CheckRow<model::CalendarDefault>(input);
  CheckRow<store::SchoolWakeUps>(input);
  CheckRow<store::WakeUp>(input);
  CheckRow<rocks::PupilRow>(input);
  CheckRow<model::EnrolmentGrant>(input);
  CheckRow<model::Recipient>(input);
  CheckRow<store::Incident>(input);
  CheckRow<rocks::CaseRow>(input);
  CheckRow<rocks::OfficerRow>(input);
  CheckRow<rocks::AlertRow>(input);
  CheckRow<model::Sealing>(input);
  CheckRow<rocks::ReceiptRow>(input);
  CheckRow<rocks::LogRow>(input);
  CheckEntryAlone(input);
}

// Four parts, two (text, text) pairs: keys are equal exactly when all of their parts are, no key is
// the beginning of another table's, and numbers sort as they count.
void StoreKeys(std::string_view input) {
  std::vector<std::string> parts = Parts(input);
  parts.resize(4);
  const auto key = [&](std::size_t at) {
    return rocks::ReferenceKey(base::ForceCode(parts[at]), base::Reference(parts[at + 1]));
  };
  FB_CHECK((key(0) == key(2)) == (parts[0] == parts[2] && parts[1] == parts[3]));
  const std::uint64_t a = Number(parts[0]);
  const std::uint64_t b = Number(parts[1]);
  FB_CHECK(Sign(rocks::LogKey(a).compare(rocks::LogKey(b))) == Compare(a, b));
  const auto at = [](std::uint64_t bits) { return static_cast<std::int64_t>(bits); };
  const auto time = [&](auto order, std::uint64_t bits) {
    return (rocks::Key(rocks::Table::kAlertByTime).*order)(at(bits)).Take();
  };
  FB_CHECK(Sign(time(&rocks::Key::OldestFirst, a).compare(time(&rocks::Key::OldestFirst, b))) ==
           Compare(at(a), at(b)));
  FB_CHECK(Sign(time(&rocks::Key::NewestFirst, a).compare(time(&rocks::Key::NewestFirst, b))) ==
           Compare(at(b), at(a)));
  FB_CHECK(rocks::After(key(0)) > key(0));
}

// Part 0 is a GetDeliveryResponse to describe, part 1 a stored frontier, the others an entry, its
// event and its salt.
void LogEntry(std::string_view input) {
  std::vector<std::string> parts = Parts(input);
  parts.resize(5);
  static const auto* const london = new console::LocalTime(console::LocalTime::London().value());
  v1::GetDeliveryResponse response;
  if (response.ParseFromString(parts[0])) audit_client::Describe(response, *london);
  const auto frontier = audit::Frontier::Parse(parts[1]);
  if (frontier.ok()) {
    FB_CHECK(frontier->Serialize() == parts[1]);
    audit::Frontier grown = *frontier;
    if (grown.size() < audit::kMostLeaves) grown.Append(parts[2]);
    FB_CHECK(grown == *frontier || grown.Root() != frontier->Root());
  }
  EventOpening(JoinParts({parts[2], parts[3], parts[4]}));
}

}  // namespace firstbell::fuzz
