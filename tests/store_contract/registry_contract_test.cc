// The store itself, registers and rolls, recipients: the same promises of every driver.

#include "broker/audit/event_encoding.h"
#include "broker/audit/merkle.h"
#include "tests/store_contract/invented.h"
#include "tests/store_contract/store_driver.h"

namespace firstbell::store {
namespace {

using base::Code;

template <typename Driver>
class RegistryContract : public ContractTest<Driver> {};
TYPED_TEST_SUITE(RegistryContract, Drivers, DriverNames);

TYPED_TEST(RegistryContract, IdentityIsGivenOnce) {
  Store& store = this->store();
  EXPECT_EQ(store.GetIdentity().status().code(), Code::kFailedPrecondition);
  const Identity identity{"firstbell.example/2026", true, std::string(32, 'r')};
  ASSERT_TRUE(store.Initialise(identity, OneEvent(EventKind::kBrokerInitialised)).ok());
  EXPECT_EQ(store.Initialise(identity, OneEvent()).code(), Code::kAlreadyExists);
  EXPECT_EQ(this->LogSize(), 1u);
  this->Restart();
  EXPECT_EQ(this->store().GetIdentity().value(), identity);
}

TYPED_TEST(RegistryContract, ClockOffsetIsKept) {
  EXPECT_EQ(this->store().ClockOffset().value(), std::nullopt);
  ASSERT_TRUE(this->store().SaveClockOffset(absl::Hours(7), OneEvent()).ok());
  ASSERT_TRUE(this->store().SaveClockOffset(absl::Nanoseconds(-5), OneEvent()).ok());
  this->Restart();
  EXPECT_EQ(this->store().ClockOffset().value(), absl::Nanoseconds(-5));
  EXPECT_EQ(this->LogSize(), 2u);
}

TYPED_TEST(RegistryContract, SchoolsAreAddedAndReplacedWhileTheRestOfThemStays) {
  Store& store = this->store();
  std::vector<model::School> schools = {SchoolOf(kSaltwood, "Saltwood Primary"),
                                        SchoolOf(kHythe, "Hythe Bay")};
  EXPECT_EQ(store.ImportSchools(schools, OneEvent()).value(), (ImportCounts{2, 0, 0, 0}));
  EXPECT_EQ(store.ImportSchools(schools, OneEvent()).value(), (ImportCounts{0, 0, 0, 2}));

  model::SchoolHours hours;
  hours.bell = absl::Hours(9);
  ASSERT_TRUE(store.SetSchoolHours(kHythe, hours, OneEvent()).ok());
  ASSERT_TRUE(store.SetSchoolHours(kHythe, hours, OneEvent()).ok());
  const std::vector<RollEntry> roll = {PupilOf("1", "Quillfeather", {"q"})};
  ASSERT_TRUE(store.ImportRoll(kHythe, roll, RollMode::kReplace, At(3), OneEvent()).ok());

  schools[1].name = "Hythe Bay Church of England";
  schools[1].predecessors = {base::Urn(118001), base::Urn(118002)};
  schools[1].status = v1::SCHOOL_STATUS_CLOSED;
  EXPECT_EQ(store.ImportSchools(schools, OneEvent()).value(), (ImportCounts{0, 1, 0, 1}));
  this->Restart();
  const SchoolFacts facts = this->store().GetSchool(kHythe).value();
  EXPECT_EQ(facts.school, schools[1]);
  EXPECT_EQ(facts.hours, hours);
  EXPECT_EQ(facts.pupils, 1u);
  EXPECT_EQ(facts.roll_imported_at, At(3));
  const SchoolFacts untouched = this->store().GetSchool(kSaltwood).value();
  EXPECT_EQ(untouched.hours, std::nullopt);
  EXPECT_EQ(untouched.roll_imported_at, std::nullopt);
  EXPECT_EQ(this->store().Count().value().schools, 2u);
  EXPECT_EQ(this->LogSize(), 6u);
}

TYPED_TEST(RegistryContract, AnUnknownSchoolHasNoHoursAndNoRoll) {
  Store& store = this->store();
  EXPECT_EQ(store.GetSchool(kHythe).status().code(), Code::kNotFound);
  EXPECT_EQ(store.SetSchoolHours(kHythe, {}, OneEvent()).code(), Code::kNotFound);
  EXPECT_EQ(store.ImportRoll(kHythe, {}, RollMode::kReplace, At(1), OneEvent()).status().code(),
            Code::kNotFound);
  EXPECT_EQ(this->LogSize(), 0u);
}

TYPED_TEST(RegistryContract, ARollIsReplacedWholeAndItsKeysFollow) {
  Store& store = this->store();
  AddSchools(store);
  std::vector<RollEntry> roll = {PupilOf("1", "Quillfeather", {"q", "shared"}),
                                 PupilOf("2", "Marrowby", {"m", "shared", "shared"}),
                                 PupilOf("3", "Ashgrove", {"a"})};
  roll[0].pupil.upn = UpnOf("801200001001");
  roll[1].pupil.entry_date = model::Date(2022, 9, 1);
  roll[1].pupil.leaving_date = model::Date(2027, 7, 20);
  roll[2].pupil.is_protected = true;
  EXPECT_EQ(store.ImportRoll(kHythe, roll, RollMode::kReplace, At(1), OneEvent()).value(),
            (ImportCounts{3, 0, 0, 0}));
  EXPECT_EQ(store.ImportRoll(kHythe, roll, RollMode::kReplace, At(1), OneEvent()).value(),
            (ImportCounts{0, 0, 0, 3}));
  EXPECT_EQ(FindIn(store, "shared"),
            (std::vector<model::PupilAtSchool>{{kHythe, roll[0].pupil, At(1)},
                                               {kHythe, roll[1].pupil, At(1)}}));

  // One goes, one gets another key alone, one comes.
  const std::vector<RollEntry> next = {roll[0], PupilOf("2", "Marrowby", {"new"}),
                                       PupilOf("4", "Fennimore", {"f"})};
  EXPECT_EQ(store.ImportRoll(kHythe, next, RollMode::kReplace, At(2), OneEvent()).value(),
            (ImportCounts{1, 1, 1, 1}));
  this->Restart();
  Store& after = this->store();
  EXPECT_TRUE(FindIn(after, "a").empty());
  EXPECT_TRUE(FindIn(after, "m").empty());
  EXPECT_EQ(FindIn(after, "shared").size(), 1u);
  EXPECT_EQ(FindIn(after, "new").front().pupil, next[1].pupil);
  EXPECT_EQ(after.GetSchool(kHythe).value().pupils, 3u);
  EXPECT_EQ(after.GetSchool(kHythe).value().roll_imported_at, At(2));
  EXPECT_EQ(after.Count().value().pupils, 3u);
}

TYPED_TEST(RegistryContract, OnlyAddingLeavesTheOthers) {
  Store& store = this->store();
  AddSchools(store);
  const std::vector<RollEntry> roll = {PupilOf("1", "Quillfeather", {"q"}),
                                       PupilOf("2", "Marrowby", {"m"})};
  ASSERT_TRUE(store.ImportRoll(kHythe, roll, RollMode::kReplace, At(1), {}).ok());
  const std::vector<RollEntry> more = {PupilOf("2", "Marrowby-Vane", {"v"}),
                                       PupilOf("3", "Ashgrove", {"a"})};
  EXPECT_EQ(store.ImportRoll(kHythe, more, RollMode::kOnlyAdd, At(2), {}).value(),
            (ImportCounts{1, 1, 0, 0}));
  EXPECT_EQ(FindIn(store, "q").size(), 1u);
  EXPECT_TRUE(FindIn(store, "m").empty());
  EXPECT_EQ(store.GetSchool(kHythe).value().pupils, 3u);
}

TYPED_TEST(RegistryContract, ALocalIdTwiceImportsNothing) {
  AddSchools(this->store());
  const std::vector<RollEntry> roll = {PupilOf("1", "Quillfeather", {"q"}),
                                       PupilOf("1", "Marrowby", {"m"})};
  EXPECT_EQ(
      this->store().ImportRoll(kHythe, roll, RollMode::kReplace, At(1), OneEvent()).status().code(),
      Code::kInvalidArgument);
  EXPECT_TRUE(FindIn(this->store(), "q").empty());
  EXPECT_EQ(this->LogSize(), 0u);
}

TYPED_TEST(RegistryContract, TheMostPromisingOfAllSchoolsAreFound) {
  Store& store = this->store();
  AddSchools(store);
  std::vector<RollEntry> many;
  for (std::size_t i = 0; i < limits::kPupilsCompared; ++i) {
    many.push_back(PupilOf("p" + std::to_string(100 + i), "Quillfeather", {"key", "key2"}, 5));
  }
  ASSERT_TRUE(store.ImportRoll(kHythe, many, RollMode::kReplace, At(1), {}).ok());
  const std::vector<RollEntry> few = {
      PupilOf("z", "Quillfeather", {"key"}, 5), PupilOf("b", "Quillfeather", {"key"}, 5),
      PupilOf("far", "Quillfeather", {"key"}, 1), PupilOf("best", "Quillfeather", {"other"}, 9)};
  ASSERT_TRUE(store.ImportRoll(kSaltwood, few, RollMode::kReplace, At(1), {}).ok());
  const FoundPupils found = FindIn(store, {"key", "key2", "other"}, 2);
  ASSERT_EQ(found.pupils.size(), limits::kPupilsCompared) << "whoever stands in two blocks, once";
  EXPECT_FALSE(found.cut);
  EXPECT_EQ(found.pupils[0].pupil.local_id.value(), "best");
  EXPECT_EQ(found.pupils[1].urn, kSaltwood);
  EXPECT_EQ(found.pupils[1].pupil.local_id.value(), "b");
  EXPECT_EQ(found.pupils[2].pupil.local_id.value(), "z");
  EXPECT_EQ(found.pupils[3].pupil.local_id.value(), "p100");
  EXPECT_EQ(FindIn(store, "key2").size(), limits::kPupilsCompared);
  EXPECT_TRUE(FindIn(store, "ke").empty());
  EXPECT_TRUE(FindIn(store, {"other"}, 10).pupils.empty()) << "nobody so promising";
}

TYPED_TEST(RegistryContract, MoreBlocksAreLookedAtWhereNobodyStandsOut) {
  Store& store = this->store();
  AddSchools(store);
  const std::vector<RollEntry> roll = {PupilOf("1", "Quillfeather", {"narrow"}, 6),
                                       PupilOf("2", "Quillfeather", {"large"}, 9)};
  ASSERT_TRUE(store.ImportRoll(kHythe, roll, RollMode::kReplace, At(1), {}).ok());
  PupilQuery query;
  query.blocks = {BlockOf("narrow")};
  query.more_blocks = {BlockOf("large")};
  query.promise = [](std::uint64_t fingerprint, base::Urn) {
    return static_cast<int>(fingerprint);
  };
  query.enough = 6;
  EXPECT_EQ(store.FindPupils(query).value().pupils.size(), 1u);
  query.enough = 7;
  EXPECT_EQ(store.FindPupils(query).value().pupils.size(), 2u);
}

TYPED_TEST(RegistryContract, WhoIsFarBehindIsReadAmongTheFirstAlone) {
  Store& store = this->store();
  AddSchools(store);
  std::vector<RollEntry> roll = {PupilOf("best", "Quillfeather", {"q"}, 9)};
  while (roll.size() < limits::kCandidates + 3) {
    roll.push_back(PupilOf(std::to_string(roll.size()), "Quillfeather", {"q"}, 4));
  }
  ASSERT_TRUE(store.ImportRoll(kHythe, roll, RollMode::kReplace, At(1), {}).ok());
  PupilQuery query;
  query.blocks = {BlockOf("q")};
  query.promise = [](std::uint64_t fingerprint, base::Urn) {
    return static_cast<int>(fingerprint);
  };
  query.spread = 5;
  EXPECT_EQ(store.FindPupils(query).value().pupils.size(), roll.size());
  query.spread = 4;
  EXPECT_EQ(store.FindPupils(query).value().pupils.size(), limits::kCandidates);
  query.enough = 9;
  query.spread_of_enough = 5;
  EXPECT_EQ(store.FindPupils(query).value().pupils.size(), roll.size());
  query.spread_of_enough = 4;
  EXPECT_EQ(store.FindPupils(query).value().pupils.size(), 1u) << "one stands out";
}

TYPED_TEST(RegistryContract, ThatSomeWereLeftOutForTheirNumberIsSaid) {
  Store& store = this->store();
  AddSchools(store);
  std::vector<RollEntry> alike;
  const auto full = [&](std::size_t pupils) {
    while (alike.size() < pupils) {
      alike.push_back(PupilOf(std::to_string(100 + alike.size()), "Quillfeather", {"q"}, 5));
    }
    EXPECT_TRUE(store.ImportRoll(kHythe, alike, RollMode::kReplace, At(1), {}).ok());
    PupilQuery query;
    query.blocks = {BlockOf("q")};
    query.promise = [](std::uint64_t fingerprint, base::Urn) {
      return static_cast<int>(fingerprint);
    };
    return store.FindPupils(query).value().full;
  };
  EXPECT_FALSE(full(limits::kPupilsCompared));
  EXPECT_TRUE(full(limits::kPupilsCompared + 1));
}

TYPED_TEST(RegistryContract, ABlockThatIsTooLargeIsSaidToBe) {
  Store& store = this->store();
  AddSchools(store);
  std::vector<RollEntry> many;
  for (std::size_t i = 0; i < limits::kPupilsPerBlock; ++i) {
    many.push_back(PupilOf(std::to_string(100'000 + i), "Quillfeather", {"key"}, 1));
  }
  ASSERT_TRUE(store.ImportRoll(kHythe, many, RollMode::kReplace, At(1), {}).ok());
  EXPECT_FALSE(FindIn(store, {"key"}, 2).cut);
  const std::vector<RollEntry> last = {PupilOf("9", "Quillfeather", {"key"}, 3)};
  ASSERT_TRUE(store.ImportRoll(kHythe, last, RollMode::kOnlyAdd, At(1), {}).ok());
  const FoundPupils found = FindIn(store, {"key"}, 2);
  EXPECT_TRUE(found.cut);
  EXPECT_TRUE(found.pupils.empty()) << "the one too many is not looked at";
}

TYPED_TEST(RegistryContract, AClaimIsAsOldAsTheChildIsOnThatRoll) {
  AddSchools(this->store());
  const auto import_at = [&](int minute, const RollEntry& entry) {
    ASSERT_TRUE(this->store().ImportRoll(kHythe, {entry}, RollMode::kReplace, At(minute), {}).ok());
  };
  const auto claimed_at = [&] { return FindIn(this->store(), "q").at(0).claimed_at; };
  RollEntry entry = PupilOf("1", "Quillfeather", {"q"});
  import_at(1, entry);
  import_at(2, entry);
  EXPECT_EQ(claimed_at(), At(1));
  entry.pupil.family_name = model::PersonText("Quillfeather-Vane");
  import_at(3, entry);
  EXPECT_EQ(claimed_at(), At(1)) << "a name was put right";
  entry.pupil.upn = UpnOf("801200001001");
  import_at(4, entry);
  EXPECT_EQ(claimed_at(), At(1)) << "a UPN came";
  entry.pupil.upn = UpnOf("801200001002");
  import_at(5, entry);
  EXPECT_EQ(claimed_at(), At(5)) << "another UPN is another child";
  entry.pupil.upn = base::Redacted<model::Upn>(*model::ParseUpn("Y80120000600A"));
  import_at(6, entry);
  entry.pupil.upn = UpnOf("801200001002");
  import_at(7, entry);
  EXPECT_EQ(claimed_at(), At(5)) << "a temporary UPN gives way to the pupil's own";
  entry.pupil.given_names = model::PersonText("Bartholomew");
  entry.pupil.date_of_birth = base::Redacted<model::Date>(model::Date(2012, 8, 1));
  import_at(8, entry);
  EXPECT_EQ(claimed_at(), At(8)) << "another name and birth date are another child";
  this->Restart();
  EXPECT_EQ(claimed_at(), At(8));

  entry.pupil.given_names = model::PersonText("Sophronia");
  import_at(9, entry);
  EXPECT_EQ(claimed_at(), At(8));
  this->Restart();
  entry.pupil.family_name = model::PersonText("Otherwise");
  ASSERT_TRUE(this->store().ImportRoll(kHythe, {entry}, RollMode::kReplace, At(10), {}).ok());
  EXPECT_EQ(claimed_at(), At(10)) << "no chain of small changes makes an old claim another child's";
}

TYPED_TEST(RegistryContract, RollsAndSchoolsAreReadWhole) {
  Store& store = this->store();
  AddSchools(store);
  const std::vector<RollEntry> hythe = {PupilOf("2", "Marrowby", {"m"}),
                                        PupilOf("1", "Quillfeather", {"q"})};
  ASSERT_TRUE(store.ImportRoll(kHythe, hythe, RollMode::kReplace, At(2), {}).ok());
  const std::vector<RollEntry> saltwood = {PupilOf("9", "Ashgrove", {"a"})};
  ASSERT_TRUE(store.ImportRoll(kSaltwood, saltwood, RollMode::kReplace, At(1), {}).ok());
  this->Restart();
  std::vector<model::PupilAtSchool> pupils;
  ASSERT_TRUE(this->store().ReadRolls([&](const auto& at) { pupils.push_back(at); }).ok());
  EXPECT_EQ(pupils, (std::vector<model::PupilAtSchool>{{kSaltwood, saltwood[0].pupil, At(1)},
                                                       {kHythe, hythe[1].pupil, At(2)},
                                                       {kHythe, hythe[0].pupil, At(2)}}));
  std::vector<std::pair<base::Urn, std::uint32_t>> schools;
  ASSERT_TRUE(this->store()
                  .ReadSchools([&](const SchoolFacts& facts) {
                    schools.emplace_back(facts.school.urn, facts.pupils);
                  })
                  .ok());
  EXPECT_EQ(schools,
            (std::vector<std::pair<base::Urn, std::uint32_t>>{{kSaltwood, 1u}, {kHythe, 2u}}));
}

TYPED_TEST(RegistryContract, RollCountsAreKept) {
  EXPECT_EQ(this->store().RollCounts().value(), "");
  std::string large;
  for (int i = 0; i < 20'000; ++i) large += std::to_string(i);
  ASSERT_TRUE(this->store().SaveRollCounts(large).ok());
  EXPECT_EQ(this->store().RollCounts().value(), large);
  ASSERT_TRUE(this->store().SaveRollCounts("counted").ok());
  ASSERT_TRUE(this->store().SaveRollCounts("counted").ok());
  this->Restart();
  EXPECT_EQ(this->store().RollCounts().value(), "counted");
}

TYPED_TEST(RegistryContract, BankHolidaysReplaceAll) {
  const std::vector<model::BankHoliday> old = {
      {v1::NATION_ENGLAND, model::Date(2026, 12, 25), "Christmas Day"}};
  const std::vector<model::BankHoliday> fresh = {
      {v1::NATION_WALES, model::Date(2027, 1, 1), "New Year’s Day"},
      {v1::NATION_ENGLAND, model::Date(1969, 12, 26), "Boxing Day"}};
  EXPECT_TRUE(this->store().BankHolidays().value().empty());
  ASSERT_TRUE(this->store().ImportBankHolidays(old, OneEvent()).ok());
  ASSERT_TRUE(this->store().ImportBankHolidays(fresh, OneEvent()).ok());
  ASSERT_TRUE(this->store().ImportBankHolidays(fresh, OneEvent()).ok());
  this->Restart();
  EXPECT_EQ(this->store().BankHolidays().value(), fresh);
}

TYPED_TEST(RegistryContract, AnEnrolmentCodeWorksOnceInItsTimeForItsSchoolAndRole) {
  Store& store = this->store();
  const model::EnrolmentGrant grant = GrantOf("s", kHythe, v1::RECIPIENT_ROLE_LEAD);
  ASSERT_TRUE(store.AddEnrolmentGrant(grant, OneEvent()).ok());
  EXPECT_EQ(store.AddEnrolmentGrant(grant, OneEvent()).code(), Code::kAlreadyExists);
  EXPECT_EQ(this->LogSize(), 1u);
  EXPECT_EQ(store.FindEnrolmentGrant(grant.secret_sha256, At(5)).value(), grant);
  EXPECT_EQ(store.FindEnrolmentGrant(grant.secret_sha256, grant.expires_at).status().code(),
            Code::kNotFound);
  EXPECT_EQ(store.FindEnrolmentGrant("other", At(5)).status().code(), Code::kNotFound);

  const model::Recipient lead = RecipientOf("lead", kHythe, v1::RECIPIENT_ROLE_LEAD);
  const model::Recipient head = RecipientOf("head", kHythe, v1::RECIPIENT_ROLE_HEAD);
  const model::Recipient elsewhere = RecipientOf("lead", kSaltwood, v1::RECIPIENT_ROLE_LEAD);
  EXPECT_EQ(store.Enrol(grant.secret_sha256, head, At(5), OneEvent()).code(),
            Code::kFailedPrecondition);
  EXPECT_EQ(store.Enrol(grant.secret_sha256, elsewhere, At(5), OneEvent()).code(),
            Code::kFailedPrecondition);
  EXPECT_EQ(store.Enrol(grant.secret_sha256, lead, grant.expires_at, OneEvent()).code(),
            Code::kNotFound);
  EXPECT_EQ(this->LogSize(), 1u) << "what fails leaves no event";
  ASSERT_TRUE(store.Enrol(grant.secret_sha256, lead, At(5), OneEvent()).ok());
  this->Restart();
  Store& after = this->store();
  EXPECT_EQ(after.Enrol(grant.secret_sha256, lead, At(5), OneEvent()).code(), Code::kNotFound);
  EXPECT_EQ(after.FindEnrolmentGrant(grant.secret_sha256, At(5)).value().used_by, lead.id);
  EXPECT_EQ(after.AddEnrolmentGrant(grant, OneEvent()).code(), Code::kAlreadyExists)
      << "a used code cannot come back";
  EXPECT_EQ(after.GetRecipient(lead.id).value(), lead);
  EXPECT_EQ(after.Count().value().people, 1u);
}

TYPED_TEST(RegistryContract, ADeviceKeyIsInForceOnce) {
  Store& store = this->store();
  const model::Recipient device = RecipientOf("d1", kHythe, v1::RECIPIENT_ROLE_DEVICE);
  ASSERT_TRUE(EnrolNow(store, device).ok());
  model::Recipient same_key = RecipientOf("d2", kSaltwood, v1::RECIPIENT_ROLE_DEVICE);
  same_key.curve_public_key = device.curve_public_key;
  EXPECT_EQ(EnrolNow(store, same_key).code(), Code::kAlreadyExists);
  model::Recipient same_id = RecipientOf("d1", kSaltwood, v1::RECIPIENT_ROLE_DEVICE);
  same_id.curve_public_key = crypto::Sha256("other");
  ASSERT_TRUE(store.AddEnrolmentGrant(GrantOf("x", kSaltwood, same_id.role), {}).ok());
  EXPECT_EQ(store.Enrol(crypto::Sha256("x"), same_id, At(1), {}).code(), Code::kAlreadyExists);
  EXPECT_TRUE(store.FindEnrolmentGrant(crypto::Sha256("x"), At(1)).ok()) << "not used up";
  // People have no CURVE key, and that many of them is no clash.
  EXPECT_TRUE(EnrolNow(store, RecipientOf("p1", kHythe, v1::RECIPIENT_ROLE_LEAD)).ok());
  EXPECT_TRUE(EnrolNow(store, RecipientOf("p2", kHythe, v1::RECIPIENT_ROLE_DEPUTY)).ok());

  ASSERT_TRUE(store.Revoke(device.id, At(9), OneEvent()).ok());
  EXPECT_TRUE(store.Enrol(crypto::Sha256("secret of d2"), same_key, At(1), {}).ok());
  EXPECT_EQ(store.Count().value().devices, 1u);
  EXPECT_EQ(store.Count().value().people, 2u);
}

TYPED_TEST(RegistryContract, RevokingAgainAnswersTheFirst) {
  Store& store = this->store();
  EXPECT_EQ(store.Revoke(base::RecipientId("nobody"), At(9), OneEvent()).status().code(),
            Code::kNotFound);
  EXPECT_EQ(store.GetRecipient(base::RecipientId("nobody")).status().code(), Code::kNotFound);
  const model::Recipient lead = RecipientOf("lead", kHythe, v1::RECIPIENT_ROLE_LEAD);
  ASSERT_TRUE(EnrolNow(store, lead).ok());
  EXPECT_EQ(store.Revoke(lead.id, At(9), OneEvent()).value().revoked_at, At(9));
  EXPECT_EQ(store.Revoke(lead.id, At(10), OneEvent()).value().revoked_at, At(9));
  EXPECT_EQ(this->LogSize(), 1u);
  this->Restart();
  EXPECT_EQ(this->store().GetRecipient(lead.id).value().revoked_at, At(9));
  EXPECT_EQ(this->store().Count().value().people, 0u);
}

TYPED_TEST(RegistryContract, ASchoolHasSoManyRecipientsInForce) {
  Store& store = this->store();
  for (std::size_t i = 0; i < limits::kRecipientsPerSchool; ++i) {
    const auto person = RecipientOf("p" + std::to_string(i), kHythe, v1::RECIPIENT_ROLE_DEPUTY);
    ASSERT_TRUE(EnrolNow(store, person).ok());
  }
  const model::Recipient one_more = RecipientOf("late", kHythe, v1::RECIPIENT_ROLE_HEAD);
  EXPECT_EQ(EnrolNow(store, one_more).code(), Code::kResourceExhausted);
  EXPECT_TRUE(EnrolNow(store, RecipientOf("other", kSaltwood, v1::RECIPIENT_ROLE_HEAD)).ok());
  ASSERT_TRUE(store.Revoke(base::RecipientId("p7"), At(2), {}).ok());
  EXPECT_TRUE(store.Enrol(crypto::Sha256("secret of late"), one_more, At(2), {}).ok());
}

TYPED_TEST(RegistryContract, RecipientsAreListedBySchoolThenId) {
  Store& store = this->store();
  for (const char* id : {"c", "a", "b"}) {
    ASSERT_TRUE(EnrolNow(store, RecipientOf(id, kHythe, v1::RECIPIENT_ROLE_LEAD)).ok());
  }
  ASSERT_TRUE(EnrolNow(store, RecipientOf("z", kSaltwood, v1::RECIPIENT_ROLE_DEVICE)).ok());
  ASSERT_TRUE(store.Revoke(base::RecipientId("b"), At(2), {}).ok());
  std::string of_hythe;
  const std::vector<model::Recipient> recipients = store.RecipientsOf(kHythe).value();
  for (const auto& recipient : recipients) {
    of_hythe += recipient.id.value();
  }
  EXPECT_EQ(of_hythe, "abc");
  EXPECT_TRUE(store.RecipientsOf(base::Urn(999999)).value().empty());

  std::string all, after;
  int pages = 0;
  do {
    const Page<model::Recipient> page = store.ListRecipients(after, 2).value();
    for (const auto& recipient : page.items) all += recipient.id.value();
    after = page.next;
    ++pages;
  } while (!after.empty());
  EXPECT_EQ(all, "zabc");
  EXPECT_EQ(pages, 2) << "a full last page has no page after it";
  EXPECT_EQ(store.ListRecipients("no token", 2).status().code(), Code::kInvalidArgument);
}

TYPED_TEST(RegistryContract, TheLogGrowsByExactlyItsEventsAndItsRootIsTheirs) {
  Store& store = this->store();
  EXPECT_EQ(store.GetLogHead().value().root, audit::Frontier().Root());
  const base::AlertId alert("alert-1");
  ASSERT_TRUE(store
                  .AppendEvents({Event(EventKind::kReceiptRefused, At(1)).With(alert).With(kKent),
                                 Event(EventKind::kLogQueried, At(2))})
                  .ok());
  ASSERT_TRUE(store.AppendEvents({}).ok());
  ASSERT_TRUE(store.AppendEvents({Event(EventKind::kAlertSent, At(3)).With(alert)}).ok());
  this->Restart();
  Store& after = this->store();
  const std::vector<LogEntry> entries = after.ReadLog(0, 10).value();
  ASSERT_EQ(entries.size(), 3u);
  audit::Frontier frontier;
  for (const LogEntry& entry : entries) {
    EXPECT_EQ(entry.position, frontier.size());
    EXPECT_TRUE(audit::CheckEntry(entry.entry, entry.event, entry.salt).ok());
    frontier.Append(entry.entry);
  }
  EXPECT_EQ(after.LogSize().value(), 3u);
  EXPECT_EQ(after.GetLogHead().value(), (LogHead{0, audit::Frontier().Root()}));
  EXPECT_EQ(after.IntegrateLog(1000, {}).value(), (LogHead{3, frontier.Root()}));
  EXPECT_EQ(after.GetLogHead().value(), (LogHead{3, frontier.Root()}));
  EXPECT_EQ(entries[0].force, kKent);
  EXPECT_TRUE(entries[1].force.empty());
  EXPECT_EQ(entries[1].event, audit::EncodeEvent(Event(EventKind::kLogQueried, At(2))));
  EXPECT_NE(entries[0].salt, entries[1].salt);
  EXPECT_EQ(after.AlertHistory(alert).value(), (std::vector<LogEntry>{entries[0], entries[2]}));
  EXPECT_TRUE(after.AlertHistory(base::AlertId("alert-10")).value().empty());
  EXPECT_EQ(after.ReadLog(1, 1).value(), std::vector<LogEntry>{entries[1]});
  EXPECT_TRUE(after.ReadLog(3, 10).value().empty());
  EXPECT_TRUE(after.ReadLog(0, 0).value().empty());
}

}  // namespace
}  // namespace firstbell::store
