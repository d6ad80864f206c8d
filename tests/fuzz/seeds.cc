// Writes the first inputs of the corpora whose form is not a text: fuzz_seeds FOLDER. Run by hand
// when a message changes; what a search found is added beside them.

#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "broker/audit/checkpoint.h"
#include "broker/audit/cosignature.h"
#include "broker/audit/event_encoding.h"
#include "broker/audit/key_change.h"
#include "broker/audit/merkle.h"
#include "broker/audit/tile.h"
#include "broker/audit/tlog_proof.h"
#include "broker/base/bytes.h"
#include "broker/model/event.h"
#include "broker/sealing/identity_probe.h"
#include "broker/sealing/receipt.h"
#include "broker/store/rocksdb/codec.h"
#include "broker/store/statistics.h"
#include "clients/link/session.h"
#include "firstbell/v1/delivery_log_service.pb.h"
#include "firstbell/v1/enrolment_service.pb.h"
#include "firstbell/v1/link.pb.h"
#include "firstbell/v1/school_records.pb.h"
#include "tests/fuzz/targets.h"
#include "tests/support/invented.h"
#include "tests/support/members.h"
#include "tests/unit/link/invented_school.h"

namespace firstbell::fuzz {
namespace {

std::filesystem::path root;

void Write(const std::string& target, const std::string& name, const std::string& bytes) {
  std::filesystem::create_directories(root / target);
  std::ofstream(root / target / name, std::ios::binary) << bytes;
}

void WriteIncidents() {
  v1::Incident incident = support::IncidentOf("EX-1");
  Write("incident_message", "one-child", incident.SerializeAsString());
  *incident.add_children() = support::FinnReported();
  Write("incident_message", "two-children", incident.SerializeAsString());
}

void WriteLink() {
  const link::InventedSchool school;
  const v1::SealedEnvelope sealed = school.Seal(base::AlertId("06f1h9t2m4qzv8c3k7w5x0y1ra"));
  v1::SealedEnvelope unsigned_one = sealed;
  unsigned_one.clear_signature();
  Write("cms", "sealed", sealed.ciphertext());
  Write("envelope", "sealed",
        JoinParts({sealed.SerializeAsString(), sealed.header(), sealed.ciphertext()}));
  v1::ReceiptStatement statement;
  statement.set_kind(v1::RECEIPT_KIND_ACKNOWLEDGED);
  const v1::Receipt receipt = sealing::SignReceipt(statement, school.lead.signing_key);
  Write("receipt", "acknowledged",
        JoinParts({receipt.SerializeAsString(), statement.SerializeAsString()}));
  v1::Reply reply;
  reply.set_alert_id("06f1h9t2m4qzv8c3k7w5x0y1ra");
  reply.set_about(v1::REPLY_ABOUT_CONCERN);
  reply.set_from("A. Lead");
  reply.set_text("She says that her brother is still at home.");
  Write("reply", "concern", JoinParts({sealed.ciphertext(), reply.SerializeAsString()}));
  const auto who = sealing::IdentityTextOf("Sandwell", "Mia", *model::ParseDate("2017-05-04"));
  Write("identity_probe", "another-child",
        JoinParts({sealing::ProbeOf(*who).SerializeAsString(), "Marsh", "Theo", "2016-03-02"}));
  v1::LinkMessage hello;
  hello.mutable_hello()->set_protocol(1);
  hello.mutable_hello()->set_device_id("06f1h9t2m4qzv8c3k7w5x0y1ra");
  v1::LinkMessage receipts;
  *receipts.mutable_receipts()->add_receipts() = receipt;
  Write("link_of_broker", "hello-and-receipts",
        JoinParts({hello.SerializeAsString(), receipts.SerializeAsString(),
                   statement.SerializeAsString()}));
  v1::LinkMessage holdings;
  holdings.mutable_holdings()->set_complete(true);
  holdings.mutable_holdings()->add_alerts()->set_alert_id("06f1h9t2m4qzv8c3k7w5x0y1ra");
  Write("link_of_broker", "holdings",
        JoinParts({hello.SerializeAsString(), holdings.SerializeAsString()}));
  v1::LinkMessage answers;
  v1::ReceiptAnswer& answer = *answers.mutable_receipt_answers()->add_answers();
  answer.set_statement_sha256(std::string(32, 'd'));
  answer.set_outcome(v1::RECEIPT_OUTCOME_RECORDED);
  v1::LinkMessage refusal;
  refusal.mutable_refusal()->set_why("revoked");
  Write("link_of_school", "morning",
        JoinParts({link::WelcomeFrame({{base::RecipientId("p"), v1::RECIPIENT_ROLE_LEAD,
                                        "Ms Invented", std::string(32, 'k')}}),
                   link::PushFrame(unsigned_one), answers.SerializeAsString(),
                   refusal.SerializeAsString()}));
}

void WriteDuty() {
  v1::DutyStatement away;
  away.mutable_at()->set_seconds(1'772'500'000);
  away.mutable_duty()->add_weekdays(v1::WEEKDAY_MONDAY);
  away.mutable_duty()->mutable_away()->set_first("2026-03-02");
  away.mutable_duty()->mutable_away()->set_last("2026-03-04");
  v1::DutyStatement back = away;
  back.clear_duty();
  Write("duty", "away-and-back", JoinParts({away.SerializeAsString(), back.SerializeAsString()}));
}

void WriteEnded() {
  const link::InventedSchool school;
  const base::AlertId id("06f1h9t2m4qzv8c3k7w5x0y1ra");
  v1::SealedEnvelope unsigned_one = school.Seal(id);
  unsigned_one.clear_signature();
  v1::LinkMessage message;
  v1::EndedAlert& ended = *message.mutable_ended_alerts()->add_alerts();
  ended.set_alert_id(id.value());
  ended.set_revision(1);
  ended.set_state(v1::ALERT_STATE_ACKNOWLEDGED);
  Write("link_of_school", "ended",
        JoinParts({link::PushFrame(unsigned_one), message.SerializeAsString()}));
}

void WriteStored() {
  namespace rocks = store::rocks;
  rocks::SchoolRow school;
  school.school = support::SchoolOf(support::kPrimary);
  school.direct_lines = {{"A. Person, DSL", "01632 960123"}};
  Write("store_records", "school", rocks::Encode(school));
  model::CalendarDefault calendar{model::AuthorityCode("886"), {.boarding = true}};
  calendar.year.terms = {{model::Date(2026, 9, 2), model::Date(2026, 12, 18)}};
  calendar.year.hours[5] = {absl::Hours(8), absl::Hours(9), absl::Hours(12)};
  Write("store_records", "calendar", rocks::Encode(calendar));
  calendar.scope = model::TrustCode("2044");
  Write("store_records", "calendar-of-a-trust", rocks::Encode(calendar));
  Write(
      "store_records", "pupil",
      rocks::Encode(rocks::PupilRow{support::kPrimary, support::EntryOf(support::ZoeAtPrimary())}));
  Write("store_records", "recipient",
        rocks::Encode(support::MakePerson(support::kPrimary).recipient));
  Write("store_keys", "pairs", JoinParts({"examplebury", "EX-1", "examplebury", "EX-2"}));
  const std::string event = audit::EncodeEvent(
      model::Event(model::EventKind::kAlertAccepted, support::kNight).With(support::kPrimary));
  const std::string salt(audit::kSaltBytes, 's');
  audit::Frontier frontier;
  for (int i = 0; i < 5; ++i) frontier.Append(event);
  v1::GetDeliveryResponse response;
  response.mutable_delivery()->set_alert_id("06f1h9t2m4qzv8c3k7w5x0y1ra");
  v1::LogEntry& entry = *response.add_history();
  entry.set_entry(audit::EntryOf(event, salt));
  entry.set_event(event);
  entry.set_salt(salt);
  Write(
      "log_entry", "accepted",
      JoinParts({response.SerializeAsString(), frontier.Serialize(), entry.entry(), event, salt}));
}

// As a teacher puts it into the post box, and as a lead writes it.
void WriteSchoolRecords() {
  v1::SchoolRecord concern;
  concern.set_record_id("06f1h9t2m4qzv8c3k7w5x0y1ra");
  concern.set_number(7);
  concern.set_previous(std::string(32, 'd'));
  concern.mutable_at()->set_seconds(1'772'524'200);
  concern.set_writer_id("06f1h9t2m4qzv8c3k7w5x0y1rc");
  concern.mutable_body()->mutable_concern()->set_about("Mia, 4B");
  concern.mutable_body()->mutable_concern()->set_text("She did not want to go home.");
  v1::SignedSchoolRecord inside;
  inside.set_statement(concern.SerializeAsString());
  inside.set_signature("signed");
  v1::RecordBody passport;
  passport.mutable_passport()->add_needs("a seat by the door");
  v1::ChildWish& wish = *passport.mutable_passport()->add_wishes();
  wish.set_who("form teacher");
  wish.set_may_know(v1::MAY_KNOW_YES);
  Write("school_record", "concern-and-passport",
        JoinParts({inside.SerializeAsString(), passport.SerializeAsString(), "", "wrapped"}));
  v1::AlertContent content;
  content.set_alert_id("06f1h9t2m4qzv8c3k7w5x0y1ra");
  content.set_revision(1);
  v1::RecordBody alert;
  alert.mutable_alert()->set_content(content.SerializeAsString());
  alert.mutable_alert()->mutable_opened_at()->set_seconds(1'772'524'200);
  Write("school_record", "alert",
        JoinParts({"", alert.SerializeAsString(), content.alert_id(), ""}));
  v1::RecordBody child;
  child.mutable_child()->set_given_names("Zo\xc3\xab  Anne");
  child.mutable_child()->set_family_name("O'Brien");
  child.mutable_child()->set_date_of_birth("2018-09-02");
  Write("school_record", "child", JoinParts({"", child.SerializeAsString(), "", ""}));
}

// A log of five entries, its key and a witness's.
void WriteLogs() {
  const std::string event = audit::EncodeEvent(
      model::Event(model::EventKind::kAlertAccepted, support::kNight).With(support::kPrimary));
  const std::string salt(audit::kSaltBytes, 's');
  const std::string entry = audit::EntryOf(event, salt);
  audit::Frontier tree;
  for (int i = 0; i < 5; ++i) tree.Append(entry);
  const auto key = LogKey('b');
  const auto next = LogKey('a');
  const auto witness = LogKey('w');
  audit::Note note{audit::CheckpointText({kOrigin, 5, tree.Root()}), {}};
  note.signatures = {audit::SignNote(note.text, kOrigin, key),
                     audit::Cosign(note.text, "north.example", witness, support::kNight)};
  const std::string checkpoint = audit::FormatNote(note);
  Write("note", "checkpoint", checkpoint);
  Write("checkpoint", "cosigned", checkpoint);
  const std::vector<std::string> proof = {audit::LeafHash(entry)};
  const std::string extra = R"({"entry":")" + base::HexEncode(entry) +
                            R"(","event":"{}","salt":"","withoutNames":false})";
  Write("tlog_proof", "last-of-five", audit::FormatTlogProof({4, proof, checkpoint, extra}));
  Write("tlog_proof", "nothing-extra", audit::FormatTlogProof({4, {}, checkpoint, ""}));
  const auto log_key = [](const crypto::Ed25519Key& of) {
    return audit::VerifierKey{kOrigin, audit::KeyKind::kLog, of.PublicKey()};
  };
  const audit::VerifierKey north{"north.example", audit::KeyKind::kWitness, witness.PublicKey()};
  Write("trust_policy", "one-of-a-group",
        "# whose word is enough\nlog " + log_key(key).ToString() + " https://firstbell.example\n" +
            "witness north " + north.ToString() + "\ngroup all any north\nquorum all\n");
  Write("trust_policy", "nobody", "quorum none\n");
  Write("tile_path", "tile", audit::TilePath({1, 1'234'067, 256}));
  Write("tile_path", "partial-bundle", audit::BundlePath(67, 112));
  Write("bundle", "two", std::string(1, '\x01') + audit::EncodeBundle(std::vector{entry, entry}));
  const audit::KeyChange change{log_key(key), log_key(next)};
  const std::string signed_change = audit::SignKeyChange(change, key, next);
  const std::string change_text = audit::ParseNote(signed_change).value().text;
  Write("key_change", "signed", signed_change);
  Write("key_change", "text", change_text.substr(0, change_text.size() - 1));
  const audit::Opening opening = audit::WithoutNames(entry, event, salt).value();
  Write("event_opening", "whole", JoinParts({entry, event, salt}));
  Write("event_opening", "without-names", JoinParts({entry, opening.event, opening.salt}));
  store::StatCell cell;
  cell.Add(store::Stat::kAlerts, 3);
  cell.Add(store::Span::kShown, absl::Minutes(2));
  Write("stat_cell", "three-alerts", store::Encode(cell));
}

}  // namespace
}  // namespace firstbell::fuzz

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: fuzz_seeds FOLDER\n";
    return 2;
  }
  firstbell::fuzz::root = argv[1];
  firstbell::fuzz::WriteIncidents();
  firstbell::fuzz::WriteLink();
  firstbell::fuzz::WriteDuty();
  firstbell::fuzz::WriteEnded();
  firstbell::fuzz::WriteStored();
  firstbell::fuzz::WriteSchoolRecords();
  firstbell::fuzz::WriteLogs();
}
