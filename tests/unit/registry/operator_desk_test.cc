#include "broker/registry/operator_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "broker/crypto/x509.h"
#include "broker/model/text.h"
#include "broker/model/violations.h"
#include "tests/support/members.h"
#include "tests/support/world.h"

namespace firstbell::registry {
namespace {

using namespace support;
using testing::HasSubstr;
using testing::Not;

class OperatorDeskTest : public testing::Test, RecipientObserver, ClockObserver {
 protected:
  void TearDown() override { EXPECT_TRUE(world_.memory.Verify({}).ok()); }

  OperatorDesk DeskOn(const base::Clock& clock, base::SimulatedClock* simulated) {
    return OperatorDesk({world_.store,
                         world_.calendar,
                         world_.ladders,
                         world_.policies,
                         world_.index,
                         enrolment_,
                         certificates_,
                         {TestAuthority().certificate},
                         clock,
                         simulated,
                         *this,
                         "0.0-test",
                         [this](base::Urn urn) { rescheduled_.push_back(urn); }});
  }
  base::Status AdvanceBy(const std::string& by) {
    v1::AdvanceClockRequest request;
    request.set_by(by);
    return desk_.AdvanceClock(request).status();
  }
  base::Status AdvanceUntil(std::int64_t unix_seconds) {
    v1::AdvanceClockRequest request;
    request.mutable_until()->set_seconds(unix_seconds);
    return desk_.AdvanceClock(request).status();
  }
  static std::string Field(const base::Status& status) {
    const auto request = model::BadRequestOf(status);
    return request.field_violations().empty() ? "" : request.field_violations(0).field();
  }
  void RecipientChanged(const model::Recipient&) override {}
  void ClockMoved() override { ++moved_; }

  World world_;
  int moved_ = 0;
  std::vector<base::Urn> rescheduled_;
  Certificates certificates_{TestAuthority()};
  Enrolment enrolment_{world_.store, certificates_, *this, BrokerFacts()};
  base::SimulatedClock simulated_{kNight - base::SystemClock().Now()};
  OperatorDesk desk_ = DeskOn(simulated_, &simulated_);
};

// --- The clock ----------------------------------------------------------------------------

TEST_F(OperatorDeskTest, TheClockGoesForwardAndIsKept) {
  ASSERT_TRUE(AdvanceBy("5h20m").ok());
  EXPECT_GE(simulated_.Now(), kWindow);
  EXPECT_LT(simulated_.Now(), kWindow + absl::Minutes(5));
  EXPECT_EQ(moved_, 1);
  // A broker that starts again begins no earlier.
  const auto offset = world_.memory.ClockOffset().value();
  ASSERT_TRUE(offset.has_value());
  EXPECT_GE(base::SimulatedClock(*offset).Now(), kWindow);
  EXPECT_THAT(world_.LogText(), HasSubstr("clock.advanced"));
}

TEST_F(OperatorDeskTest, TheClockNeverGoesBackwards) {
  const absl::Time before = simulated_.Now();
  EXPECT_TRUE(absl::IsInvalidArgument(AdvanceBy("-1s")));
  EXPECT_TRUE(absl::IsInvalidArgument(AdvanceUntil(absl::ToUnixSeconds(kNight) - 60)));
  EXPECT_GE(simulated_.Now(), before);
  EXPECT_EQ(world_.memory.ClockOffset().value(), std::nullopt);
  EXPECT_EQ(moved_, 0);
}

TEST_F(OperatorDeskTest, ATimeThatIsNoneIsRefusedAndTheClockStaysUsable) {
  for (const std::string by : {"", "soon", "inf", "-inf", "9000000h"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(AdvanceBy(by))) << by;
  }
  EXPECT_TRUE(absl::IsInvalidArgument(AdvanceUntil(std::numeric_limits<std::int64_t>::max())));
  EXPECT_TRUE(absl::IsInvalidArgument(AdvanceUntil(253402300799)));  // the year 9999
  EXPECT_TRUE(absl::IsInvalidArgument(desk_.AdvanceClock({}).status()));
  EXPECT_LT(simulated_.Now(), kNight + absl::Minutes(5));
  EXPECT_TRUE(AdvanceBy("1m").ok());
}

// The write did not happen: nobody has seen the later time. It did, unanswered: a restart shows it.
TEST_F(OperatorDeskTest, AnAdvanceThatFailedDoesNotShow) {
  for (const Fault fault : {Fault::kNotDone, Fault::kDone}) {
    world_.store.FailNext("SaveClockOffset", fault, base::Unknown("no answer"));
    EXPECT_TRUE(absl::IsUnknown(AdvanceBy("5h")));
    EXPECT_LT(simulated_.Now(), kNight + absl::Minutes(5));
    EXPECT_EQ(moved_, 0);
  }
  EXPECT_TRUE(AdvanceBy("5h20m").ok());
  EXPECT_GE(simulated_.Now(), kWindow);
}

TEST_F(OperatorDeskTest, ALondonTimeIsTheNextOne) {
  v1::AdvanceClockRequest request;
  request.set_london_time("07:31");
  ASSERT_TRUE(desk_.AdvanceClock(request).ok());
  EXPECT_EQ(absl::FormatTime("%F %H:%M", simulated_.Now(), base::LondonTimeZone().value()),
            "2026-03-03 07:31");
  request.set_london_time("07:30");
  ASSERT_TRUE(desk_.AdvanceClock(request).ok());
  EXPECT_EQ(absl::FormatTime("%F %H:%M", simulated_.Now(), base::LondonTimeZone().value()),
            "2026-03-04 07:30");
  for (const std::string text : {"7", "25:00", "07:31x", "noon"}) {
    request.set_london_time(text);
    EXPECT_EQ(Field(desk_.AdvanceClock(request).status()), "london_time") << text;
  }
}

TEST_F(OperatorDeskTest, ARealClockCannotBeAdvanced) {
  OperatorDesk real = DeskOn(world_.clock, nullptr);
  v1::AdvanceClockRequest request;
  request.set_by("1h");
  EXPECT_TRUE(absl::IsFailedPrecondition(real.AdvanceClock(request).status()));
}

// --- Calendars ----------------------------------------------------------------------------

TEST_F(OperatorDeskTest, ACalendarThatChangesMovesTheAlertsThatWait) {
  v1::ImportBankHolidaysRequest mistaken;
  mistaken.add_holidays()->set_nation(v1::NATION_ENGLAND);
  mistaken.mutable_holidays(0)->set_date("2026-03-03");
  ASSERT_TRUE(desk_.ImportBankHolidays(mistaken).ok());
  const v1::IncidentAnswer answer = world_.Submit(IncidentOf("R1"));
  const auto deadline = [&] { return world_.AlertsOf(answer).at(0).deadline; };
  EXPECT_EQ(deadline(), kBell + absl::Hours(24));
  EXPECT_TRUE(rescheduled_.empty());

  v1::ImportBankHolidaysRequest right = mistaken;
  right.mutable_holidays(0)->set_date("2026-12-25");
  ASSERT_TRUE(desk_.ImportBankHolidays(right).ok());
  EXPECT_EQ(deadline(), kBell);
  v1::SetSchoolHoursRequest hours;
  hours.set_urn(kPrimary.value());
  hours.mutable_hours()->set_window("07:00");
  hours.mutable_hours()->set_bell("08:00");
  hours.mutable_hours()->set_closing("15:00");
  ASSERT_TRUE(desk_.SetSchoolHours(hours).ok());
  EXPECT_EQ(deadline(), kBell - absl::Minutes(45));
  EXPECT_EQ(rescheduled_, (std::vector<base::Urn>{kPrimary, kPrimary}));
}

// --- Registers and rolls ------------------------------------------------------------------

TEST_F(OperatorDeskTest, OneFaultyPupilSparesTheWholeRollAndIsNamed) {
  v1::ImportRollRequest request;
  request.set_urn(kPrimary.value());
  *request.add_pupils() = model::ToWire(ZoeAtPrimary());
  *request.add_pupils() = model::ToWire(FinnAtHigh());
  request.mutable_pupils(1)->set_date_of_birth("2010-02-30");
  EXPECT_EQ(Field(desk_.ImportRoll(request).status()), "pupils[1].date_of_birth");
  EXPECT_EQ(world_.memory.GetSchool(kPrimary)->pupils, 1u);
}

TEST_F(OperatorDeskTest, ARollIsReplacedOrAddedToAsAsked) {
  v1::ImportRollRequest request;
  request.set_urn(kPrimary.value());
  *request.add_pupils() = model::ToWire(FinnAtHigh());
  request.set_mode(v1::ImportRollRequest::MODE_ONLY_ADD);
  EXPECT_EQ(desk_.ImportRoll(request)->added(), 1u);
  EXPECT_EQ(world_.memory.GetSchool(kPrimary)->pupils, 2u);
  request.set_mode(v1::ImportRollRequest::MODE_REPLACE);
  const auto replaced = desk_.ImportRoll(request);
  EXPECT_EQ(replaced->removed(), 1u);
  EXPECT_EQ(replaced->unchanged(), 1u);
  request.set_urn(999999);
  EXPECT_TRUE(absl::IsNotFound(desk_.ImportRoll(request).status()));
}

// Each of the rolls once, in the order given.
RollSource SourceOf(std::vector<v1::ImportRollRequest> rolls) {
  std::reverse(rolls.begin(), rolls.end());
  const auto left = std::make_shared<std::vector<v1::ImportRollRequest>>(std::move(rolls));
  return {[left]() -> std::optional<v1::ImportRollRequest> {
    if (left->empty()) return std::nullopt;
    v1::ImportRollRequest next = std::move(left->back());
    left->pop_back();
    return next;
  }};
}

TEST_F(OperatorDeskTest, TheFirstRollsAreAllTakenOrNoneAndTheirPupilsPlaced) {
  v1::ImportRollRequest welsh, high;
  welsh.set_urn(kWelsh.value());
  welsh.set_mode(v1::ImportRollRequest::MODE_REPLACE);
  *welsh.add_pupils() = model::ToWire(ZoeAtPrimary());
  high.set_urn(kHigh.value());
  high.set_mode(v1::ImportRollRequest::MODE_ONLY_ADD);
  *high.add_pupils() = model::ToWire(FinnAtHigh());
  EXPECT_TRUE(absl::IsFailedPrecondition(desk_.ImportFirstRolls(SourceOf({welsh})).status()))
      << "pupils stand there";
  for (const base::Urn urn : {kPrimary, kHigh}) {
    ASSERT_TRUE(world_.memory.ImportRoll(urn, {}, store::RollMode::kReplace, kNight, {}).ok());
  }

  high.mutable_pupils(0)->set_date_of_birth("2010-02-30");
  const auto faulty = desk_.ImportFirstRolls(SourceOf({welsh, high}));
  EXPECT_TRUE(absl::IsInvalidArgument(faulty.status()));
  EXPECT_THAT(base::Message(faulty.status()), HasSubstr("the roll of " + kHigh.ToString()));
  EXPECT_EQ(world_.memory.Count()->pupils, 0u);

  *high.mutable_pupils(0) = model::ToWire(FinnAtHigh());
  const std::string before = world_.LogText();
  EXPECT_EQ(desk_.ImportFirstRolls(SourceOf({welsh, high}))->added(), 2u);
  const std::string said = world_.LogText().substr(before.size());
  EXPECT_THAT(said, HasSubstr("roll.imported"));
  EXPECT_THAT(said, HasSubstr("replace"));
  EXPECT_THAT(said, HasSubstr("only_add"));
  EXPECT_EQ(world_.index.Frequencies().value()->pupils(), 2u) << "counted at once";
  EXPECT_EQ(world_.AlertsOf(world_.Submit(IncidentOf("R1"))).at(0).urn, kWelsh);
}

// What was imported as one spelling is found by another: the keys are made on the way in.
TEST_F(OperatorDeskTest, AnImportedPupilIsPlaced) {
  v1::ImportRollRequest request;
  request.set_urn(kWelsh.value());
  *request.add_pupils() = model::ToWire(ZoeAtPrimary());
  ASSERT_TRUE(desk_.ImportRoll(request).ok());
  ASSERT_TRUE(world_.memory.ImportRoll(kPrimary, {}, store::RollMode::kReplace, kNight, {}).ok());
  EXPECT_EQ(world_.AlertsOf(world_.Submit(IncidentOf("R1"))).at(0).urn, kWelsh);
}

TEST_F(OperatorDeskTest, LimitsAreNamed) {
  v1::ImportRollRequest roll;
  v1::ImportSchoolsRequest schools;
  for (std::size_t i = 0; i <= limits::kPupilsPerRoll; ++i) roll.add_pupils();
  for (std::size_t i = 0; i <= limits::kSchoolsPerImport; ++i) schools.add_schools();
  EXPECT_TRUE(absl::IsResourceExhausted(desk_.ImportRoll(roll).status()));
  EXPECT_TRUE(absl::IsResourceExhausted(desk_.ImportSchools(schools).status()));
}

TEST_F(OperatorDeskTest, AnEmptyListOfHolidaysIsRefusedAndAFullOneCountsAtOnce) {
  EXPECT_EQ(Field(desk_.ImportBankHolidays({}).status()), "holidays");
  v1::ImportBankHolidaysRequest request;
  for (const auto nation : {v1::NATION_ENGLAND, v1::NATION_WALES}) {
    v1::BankHoliday& holiday = *request.add_holidays();
    holiday.set_nation(nation);
    holiday.set_date("2026-03-03");
    holiday.set_title("Invented Day");
  }
  ASSERT_TRUE(desk_.ImportBankHolidays(request).ok());
  const auto answer = world_.Submit(IncidentOf("R1"));
  EXPECT_EQ(model::FromWire(answer.children(0).show_from()), kWindow + absl::Hours(24));
  EXPECT_EQ(desk_.GetStatus()->bank_holidays_until(), "2026-03-03");
}

TEST_F(OperatorDeskTest, HoursAreSetShownAndUsed) {
  v1::SetSchoolHoursRequest request;
  request.set_urn(kPrimary.value());
  request.mutable_hours()->set_window("07:00");
  const auto school = desk_.SetSchoolHours(request);
  ASSERT_TRUE(school.ok()) << school.status();
  EXPECT_EQ(school->school().hours().window(), "07:00");
  EXPECT_EQ(school->school().hours().bell(), "08:45");
  EXPECT_EQ(model::FromWire(school->next_show_from()), kWindow - absl::Minutes(30));
  request.mutable_hours()->set_bell("06:00");
  EXPECT_THAT(Field(desk_.SetSchoolHours(request).status()), HasSubstr("hours"));
  request.set_urn(999999);
  request.clear_hours();
  EXPECT_TRUE(absl::IsNotFound(desk_.SetSchoolHours(request).status()));
}

TEST_F(OperatorDeskTest, DirectLinesAreSetShownAndTakenAway) {
  v1::SetDirectLinesRequest request;
  request.set_urn(kPrimary.value());
  request.add_direct_lines()->set_name("A. Person, DSL");
  request.mutable_direct_lines(0)->set_telephone("01632 960123");
  const auto school = desk_.SetDirectLines(request);
  ASSERT_TRUE(school.ok()) << school.status();
  ASSERT_EQ(school->school().direct_lines_size(), 1);
  EXPECT_EQ(school->school().direct_lines(0).telephone(), "01632 960123");
  const std::string log = world_.LogText();
  EXPECT_THAT(log, HasSubstr("\"count\":1"));
  EXPECT_THAT(log, HasSubstr("school.direct_lines_set"));
  EXPECT_THAT(log, testing::Not(HasSubstr("Person"))) << "whose line it is, is nobody's else";
  EXPECT_THAT(log, testing::Not(HasSubstr("960123")));
  request.mutable_direct_lines(0)->set_telephone("ask");
  EXPECT_EQ(Field(desk_.SetDirectLines(request).status()), "direct_lines[0].telephone");
  request.clear_direct_lines();
  EXPECT_EQ(desk_.SetDirectLines(request)->school().direct_lines_size(), 0);
  request.set_urn(999999);
  EXPECT_TRUE(absl::IsNotFound(desk_.SetDirectLines(request).status()));
}

// --- Certificates and status --------------------------------------------------------------

TEST_F(OperatorDeskTest, ACertificateIsIssuedToCallersAlone) {
  v1::IssueCertificateRequest request;
  const auto key = crypto::PrivateKey::Generate();
  request.set_signing_request(crypto::MakeSigningRequest(key));
  for (const std::string identity :
       {"urn:firstbell:school:100001:device:a", "urn:firstbell:school:100001:person:a",
        "urn:firstbell:king:a", "urn:firstbell:auditor:galactic:x", ""}) {
    request.set_identity(identity);
    EXPECT_EQ(Field(desk_.IssueCertificate(request).status()), "identity") << identity;
  }
  request.set_identity("urn:firstbell:force:examplebury");
  const auto issued = desk_.IssueCertificate(request);
  ASSERT_TRUE(issued.ok()) << issued.status();
  EXPECT_EQ(crypto::ReadCertificate(issued->certificate())->public_key, key.PublicKey());
  EXPECT_EQ(issued->chain_size(), 1);
  EXPECT_THAT(world_.LogText(), HasSubstr("certificate.issued"));
  request.set_signing_request("no request");
  EXPECT_EQ(Field(desk_.IssueCertificate(request).status()), "signing_request");
}

// If it is not in the log, nobody gets it.
TEST_F(OperatorDeskTest, ACertificateThatWasNotLoggedIsNotHandedOut) {
  v1::IssueCertificateRequest request;
  request.set_signing_request(crypto::MakeSigningRequest(crypto::PrivateKey::Generate()));
  request.set_identity("urn:firstbell:force:examplebury");
  world_.store.FailNext("AppendEvents", Fault::kNotDone, base::ResourceExhausted("disk full"));
  EXPECT_TRUE(absl::IsResourceExhausted(desk_.IssueCertificate(request).status()));
}

TEST_F(OperatorDeskTest, StatusCounts) {
  ASSERT_TRUE(Enrol(world_.memory, MakeDevice(kPrimary)).ok());
  ASSERT_TRUE(Enrol(world_.memory, MakePerson(kPrimary)).ok());
  world_.Submit(IncidentOf("R1"));
  v1::Incident unknown = IncidentOf("R2");
  unknown.mutable_children(0)->mutable_name()->set_given_names("Nobody");
  world_.Submit(unknown);
  auto status = desk_.GetStatus();
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_EQ(status->schools(), 3u);
  EXPECT_EQ(status->pupils(), 2u);
  EXPECT_EQ(status->devices(), 1u);
  EXPECT_EQ(status->people(), 1u);
  EXPECT_EQ(status->incidents(), 2u);
  EXPECT_EQ(status->alerts_open(), 1u);
  EXPECT_EQ(status->alerts_late(), 0u);
  EXPECT_EQ(status->cases_at_review(), 1u);
  EXPECT_EQ(status->version(), "0.0-test");
  ASSERT_TRUE(AdvanceBy("6h35m").ok());
  EXPECT_EQ(desk_.GetStatus()->alerts_late(), 1u);
}

TEST_F(OperatorDeskTest, ASchoolWhereNobodyIsLeftWithAnOpenAlertIsCounted) {
  const Member lead = MakePerson(kPrimary), device = MakeDevice(kPrimary);
  ASSERT_TRUE(Enrol(world_.memory, lead).ok());
  ASSERT_TRUE(Enrol(world_.memory, device).ok());
  EXPECT_EQ(desk_.GetStatus()->schools_unattended(), 0u);
  world_.Submit(IncidentOf("R1"));
  EXPECT_EQ(desk_.GetStatus()->schools_unattended(), 0u);
  v1::RevokeRecipientRequest request;
  request.set_recipient_id(lead.id().value());
  const auto revoked = desk_.RevokeRecipient(request);
  ASSERT_TRUE(revoked.ok()) << revoked.status();
  EXPECT_TRUE(revoked->has_people_in_force());
  EXPECT_EQ(revoked->people_in_force(), 0u);
  EXPECT_EQ(revoked->devices_in_force(), 1u);
  EXPECT_EQ(revoked->alerts_open(), 1u);
  EXPECT_EQ(desk_.GetStatus()->schools_unattended(), 1u);
  ASSERT_TRUE(Enrol(world_.memory, MakePerson(kPrimary)).ok());
  EXPECT_EQ(desk_.GetStatus()->schools_unattended(), 0u);
}

TEST_F(OperatorDeskTest, ARegisterThatKnowsLessLeavesWhatIsKnown) {
  v1::ImportSchoolsRequest request;
  v1::School& school = *request.add_schools();
  school = model::ToWire(SchoolOf(kPrimary));
  school.set_type("Community school");
  school.set_telephone("01632960000");
  ASSERT_TRUE(desk_.ImportSchools(request).ok());
  school.clear_type();
  school.clear_telephone();
  school.set_town("Newtown");
  request.set_empty_is_unknown(true);
  ASSERT_TRUE(desk_.ImportSchools(request).ok());
  v1::GetSchoolRequest which;
  which.set_urn(kPrimary.value());
  EXPECT_EQ(desk_.GetSchool(which)->school().type(), "Community school");
  EXPECT_EQ(desk_.GetSchool(which)->school().telephone(), "01632960000");
  EXPECT_EQ(desk_.GetSchool(which)->school().town(), "Newtown");
  request.set_empty_is_unknown(false);
  ASSERT_TRUE(desk_.ImportSchools(request).ok());
  EXPECT_EQ(desk_.GetSchool(which)->school().telephone(), "");
}

TEST_F(OperatorDeskTest, ARegisterWithoutLinksLeavesThoseThatAreKnown) {
  v1::GetSchoolRequest which;
  which.set_urn(kPrimary.value());
  const auto predecessors = [&] { return desk_.GetSchool(which)->school().predecessors_size(); };
  v1::ImportSchoolsRequest request;
  v1::School& school = *request.add_schools();
  school = model::ToWire(SchoolOf(kPrimary));
  school.add_predecessors(100900);
  request.set_predecessors_known(true);
  ASSERT_TRUE(desk_.ImportSchools(request).ok());
  EXPECT_EQ(predecessors(), 1);
  school.clear_predecessors();
  request.set_predecessors_known(false);
  for (const bool empty_is_unknown : {false, true}) {
    request.set_empty_is_unknown(empty_is_unknown);
    EXPECT_EQ(desk_.ImportSchools(request)->unchanged(), 1u);
    EXPECT_EQ(predecessors(), 1);
  }
  request.set_predecessors_known(true);
  EXPECT_EQ(desk_.ImportSchools(request)->changed(), 1u);
  EXPECT_EQ(predecessors(), 0) << "its source knows that it followed none";
}

TEST_F(OperatorDeskTest, ASourceThatKnowsNoTrustsLeavesThoseThatAreKnown) {
  const auto trust = [&] { return world_.memory.GetSchool(kPrimary).value().school.trust_code; };
  v1::ImportSchoolsRequest request;
  v1::School& school = *request.add_schools();
  school = model::ToWire(SchoolOf(kPrimary));
  school.set_trust_code("2044");
  request.set_trusts_known(true);
  EXPECT_EQ(desk_.ImportSchools(request)->changed(), 1u);
  school.clear_trust_code();
  request.set_trusts_known(false);
  EXPECT_EQ(desk_.ImportSchools(request)->unchanged(), 1u);
  EXPECT_EQ(trust(), "2044");
  request.set_trusts_known(true);
  EXPECT_EQ(desk_.ImportSchools(request)->changed(), 1u);
  EXPECT_EQ(trust(), "") << "it left its trust";
}

TEST_F(OperatorDeskTest, RecipientsAreListedPageByPage) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(Enrol(world_.memory, MakeDevice(kPrimary)).ok());
  ASSERT_TRUE(Enrol(world_.memory, MakePerson(kHigh)).ok());
  v1::ListRecipientsRequest request;
  request.set_page_size(4);
  std::set<std::string> ids;
  int pages = 0;
  do {
    const auto page = desk_.ListRecipients(request);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const auto& one : page->recipients()) ids.insert(one.recipient_id());
    request.set_page_token(page->next_page_token());
    ++pages;
  } while (!request.page_token().empty() && pages < 10);
  EXPECT_EQ(ids.size(), 6u);
  EXPECT_EQ(pages, 2);
  request.set_page_token("not a token");
  EXPECT_TRUE(absl::IsInvalidArgument(desk_.ListRecipients(request).status()));
  v1::ListRecipientsRequest of_one;
  of_one.set_urn(kHigh.value());
  EXPECT_EQ(desk_.ListRecipients(of_one)->recipients_size(), 1);
}

}  // namespace
}  // namespace firstbell::registry
