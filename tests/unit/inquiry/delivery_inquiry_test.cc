#include "broker/inquiry/delivery_inquiry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "broker/audit/event_encoding.h"
#include "broker/audit/merkle.h"
#include "broker/audit/proof.h"
#include "broker/base/bytes.h"
#include "broker/base/limits.h"
#include "broker/model/text.h"
#include "tests/support/log_options.h"
#include "tests/support/world.h"

namespace firstbell::inquiry {
namespace {

using namespace support;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Auditor kNational{.identity = "urn:firstbell:auditor:named-national:icl",
                        .names = Names::kNamed};
const Auditor kOfForce{.identity = "urn:firstbell:auditor:named-force-examplebury:dpo",
                       .force = kForce,
                       .names = Names::kNamed};

// Two forces' alerts, one each.
class DeliveryInquiryTest : public testing::Test {
 protected:
  void SetUp() override {
    ours_ = world_.AlertsOf(world_.Submit(IncidentOf("R1"))).at(0);
    const auto answer = world_.intake.Submit(kOtherForce, IncidentOf("R1"), kNight);
    theirs_ = world_.AlertsOf(*answer).at(0);
    ASSERT_TRUE(keeper_.Open(kNight).ok());
  }
  std::vector<v1::LogEntry> Read(const Auditor& auditor, std::uint64_t first = 0,
                                 std::uint64_t count = 0) {
    v1::ReadEntriesRequest request;
    request.set_first(first);
    request.set_count(count);
    std::vector<v1::LogEntry> entries;
    EXPECT_TRUE(keeper_.Turn(kNight).ok());
    auto range = inquiry_.OpenEntries(auditor, request, kNight);
    EXPECT_TRUE(range.ok()) << range.status();
    while (range.ok() && !range->empty()) {
      const auto page = inquiry_.NextEntries(auditor, *range);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) break;
      EXPECT_LE(page->size(), limits::kMaxPageSize);
      entries.insert(entries.end(), page->begin(), page->end());
    }
    return entries;
  }
  v1::Checkpoint Newest() {
    EXPECT_TRUE(keeper_.Turn(kNight).ok());
    return inquiry_.GetCheckpoint({}).value();
  }
  std::uint64_t LogSize() { return world_.memory.LogSize().value(); }

  World world_;
  LogKeeper keeper_{world_.memory, LogOptions(world_.memory)};
  SchoolPseudonyms schools_{world_.memory, base::Secret(std::string(32, 'p'))};
  Questions questions_{world_.store, base::LondonTimeZone().value()};
  DeliveryInquiry inquiry_{{world_.store, keeper_, schools_, questions_}};
  model::Alert ours_, theirs_;
};

TEST_F(DeliveryInquiryTest, AForcesAuditorSeesThatForceAlone) {
  const auto list = inquiry_.List(kOfForce, {}, kNight);
  ASSERT_TRUE(list.ok());
  ASSERT_EQ(list->deliveries_size(), 1);
  EXPECT_EQ(list->deliveries(0).alert_id(), ours_.id.value());
  EXPECT_EQ(inquiry_.List(kNational, {}, kNight)->deliveries_size(), 2);

  v1::ListDeliveriesRequest request;
  request.set_force(kOtherForce.value());
  EXPECT_TRUE(absl::IsPermissionDenied(inquiry_.List(kOfForce, request, kNight).status()));
  EXPECT_EQ(inquiry_.List(kNational, request, kNight)->deliveries_size(), 1);
}

TEST_F(DeliveryInquiryTest, WhatLiesOutsideTheScopeIsNotFoundAsIfItWereNotThere) {
  const auto outside = inquiry_.Get(kOfForce, theirs_.id.value(), kNight).status();
  const auto nowhere = inquiry_.Get(kOfForce, "none", kNight).status();
  EXPECT_TRUE(absl::IsNotFound(outside));
  EXPECT_EQ(outside, nowhere);
  EXPECT_TRUE(inquiry_.Get(kNational, theirs_.id.value(), kNight).ok());
}

// Someone who does not trust us recomputes the head from what they were given.
TEST_F(DeliveryInquiryTest, TheEntriesMakeTheHeadWhateverTheScope) {
  for (const Auditor& auditor : {kNational, kOfForce}) {
    const v1::Checkpoint checkpoint = Newest();
    audit::Frontier tree;
    for (const v1::LogEntry& entry : Read(auditor, 0, checkpoint.size())) {
      EXPECT_EQ(entry.position(), tree.size());
      tree.Append(entry.entry());
      if (entry.event().empty()) continue;
      EXPECT_TRUE(audit::CheckEntry(entry.entry(), entry.event(), entry.salt()).ok());
    }
    EXPECT_EQ(tree.size(), checkpoint.size());
    EXPECT_EQ(tree.Root(), checkpoint.root_sha256());
    EXPECT_EQ(checkpoint.origin(), "examplebury.example/log");
    EXPECT_TRUE(checkpoint.simulated_clock());
  }
}

TEST_F(DeliveryInquiryTest, EventsOutsideTheScopeStayShut) {
  ASSERT_TRUE(
      world_.memory.AppendEvents({model::Event(model::EventKind::kRollImported, kNight)}).ok());
  for (const v1::LogEntry& entry : Read(kOfForce)) {
    EXPECT_EQ(entry.event().empty(), entry.salt().empty());
    EXPECT_THAT(entry.event(), Not(HasSubstr(kOtherForce.value())));
    EXPECT_THAT(entry.event(), Not(HasSubstr("roll.imported")));
  }
  std::string all;
  for (const v1::LogEntry& entry : Read(kNational)) all += entry.event();
  EXPECT_THAT(all, HasSubstr(kOtherForce.value()));
  EXPECT_THAT(all, HasSubstr("roll.imported"));
}

TEST_F(DeliveryInquiryTest, EachQuestionIsAnEventWithoutTheAskersName) {
  for (int question = 0; question < 3; ++question) {
    const std::uint64_t before = LogSize();
    if (question == 0) inquiry_.List(kNational, {}, kNight).IgnoreError();
    if (question == 1) inquiry_.Get(kNational, "none", kNight).IgnoreError();
    if (question == 2) Read(kNational);
    EXPECT_EQ(LogSize(), before + 1) << question;
  }
  EXPECT_THAT(world_.LogText(), HasSubstr("\"question\":\"get_delivery\""));
  EXPECT_THAT(world_.LogText(), Not(HasSubstr("icl")));
}

// A look that could not be logged does not happen.
TEST_F(DeliveryInquiryTest, WithoutItsLogEntryNoQuestionIsAnswered) {
  const auto fail = [&] {
    world_.store.FailNext("RecordQuestion", Fault::kNotDone, base::ResourceExhausted("disk full"));
  };
  fail();
  EXPECT_FALSE(inquiry_.List(kNational, {}, kNight).ok());
  fail();
  EXPECT_FALSE(inquiry_.Get(kNational, ours_.id.value(), kNight).ok());
  fail();
  EXPECT_FALSE(inquiry_.OpenEntries(kNational, {}, kNight).ok());
}

TEST_F(DeliveryInquiryTest, ARangeOfTheLogAndARangeBeyondItsEnd) {
  const std::uint64_t size = LogSize();
  ASSERT_GE(size, 4u);
  const auto middle = Read(kNational, 1, 2);
  ASSERT_EQ(middle.size(), 2u);
  EXPECT_EQ(middle[0].position(), 1u);
  EXPECT_EQ(Read(kNational, LogSize() - 1).size(), 1u);
  EXPECT_THAT(Read(kNational, LogSize()), IsEmpty());
  EXPECT_THAT(Read(kNational, ~std::uint64_t{0}), IsEmpty());
  const std::uint64_t before = LogSize();
  // Its own entry is later.
  EXPECT_EQ(Read(kNational, 1, ~std::uint64_t{0}).size(), before - 1);
}

TEST_F(DeliveryInquiryTest, ALogLongerThanAPageIsReadWholePageByPage) {
  store::Events many;
  for (std::uint32_t i = 0; i < limits::kMaxPageSize + 7; ++i) {
    many.emplace_back(model::EventKind::kSchoolHoursSet, kNight);
  }
  ASSERT_TRUE(world_.memory.AppendEvents(many).ok());
  const std::uint64_t size = LogSize();
  EXPECT_EQ(Read(kNational).size(), size);
  EXPECT_EQ(LogSize(), size + 1) << "the asking is one event, however many pages it has";
}

TEST_F(DeliveryInquiryTest, ADeliveryWithItsHistoryAndWithoutAChild) {
  const auto delivery = inquiry_.Get(kOfForce, ours_.id.value(), kBell);
  ASSERT_TRUE(delivery.ok());
  EXPECT_EQ(delivery->delivery().urn(), kPrimary.value());
  EXPECT_TRUE(delivery->delivery().late());
  EXPECT_FALSE(delivery->delivery().has_acknowledged_at());
  ASSERT_EQ(delivery->history_size(), 1);
  EXPECT_THAT(delivery->history(0).event(), HasSubstr("alert.accepted"));
  for (const std::string word : {"Zo", "ZOE", "Brien", "2014", "C1", "R1"}) {
    EXPECT_THAT(delivery->delivery().ShortDebugString(), Not(HasSubstr(word)));
  }
}

TEST_F(DeliveryInquiryTest, FiltersOfTheListing) {
  v1::ListDeliveriesRequest request;
  request.set_urn(kHigh.value());
  EXPECT_EQ(inquiry_.List(kNational, request, kNight)->deliveries_size(), 0);
  request.set_urn(kPrimary.value());
  EXPECT_EQ(inquiry_.List(kNational, request, kNight)->deliveries_size(), 2);
  request.set_late_only(true);
  EXPECT_EQ(inquiry_.List(kNational, request, kNight)->deliveries_size(), 0);
  EXPECT_EQ(inquiry_.List(kNational, request, kBell)->deliveries_size(), 2);
  request.set_state(v1::ALERT_STATE_SENT);
  EXPECT_EQ(inquiry_.List(kNational, request, kBell)->deliveries_size(), 0);
  request.Clear();
  *request.mutable_accepted_before() = model::ToWire(kNight);
  EXPECT_EQ(inquiry_.List(kNational, request, kNight)->deliveries_size(), 0);
  request.Clear();
  request.set_page_size(1);
  const auto first = inquiry_.List(kNational, request, kNight);
  ASSERT_EQ(first->deliveries_size(), 1);
  request.set_page_token(first->next_page_token());
  const auto second = inquiry_.List(kNational, request, kNight);
  ASSERT_EQ(second->deliveries_size(), 1);
  EXPECT_NE(first->deliveries(0).alert_id(), second->deliveries(0).alert_id());
}

TEST_F(DeliveryInquiryTest, APageIsFiftyUnlessItIsAskedForAndFiveHundredAtMost) {
  for (std::size_t i = 0; i <= limits::kMaxPageSize; ++i) {
    world_.Submit(support::IncidentOf("P" + std::to_string(i)));
  }
  v1::ListDeliveriesRequest request;
  EXPECT_EQ(inquiry_.List(kNational, request, kNight)->deliveries_size(),
            int{limits::kDefaultPageSize});
  request.set_page_size(limits::kMaxPageSize + 1);
  EXPECT_EQ(inquiry_.List(kNational, request, kNight)->deliveries_size(),
            int{limits::kMaxPageSize});
}

TEST_F(DeliveryInquiryTest, ProofsAreOfTheTreeThatIsPublishedAndBounded) {
  const v1::Checkpoint newest = Newest();
  v1::GetProofsRequest request;
  request.add_positions(1);
  request.set_old_size(1);
  const auto proofs = inquiry_.GetProofs(request);
  ASSERT_TRUE(proofs.ok()) << proofs.status();
  EXPECT_EQ(proofs->checkpoint().size(), newest.size());
  const std::string entry = world_.memory.ReadLog(1, 1).value().at(0).entry;
  const auto& hashes = proofs->inclusion(0).hashes();
  EXPECT_TRUE(audit::CheckInclusion(audit::LeafHash(entry), 1, newest.size(),
                                    std::vector<std::string>(hashes.begin(), hashes.end()),
                                    newest.root_sha256())
                  .ok());
  EXPECT_FALSE(proofs->consistency().empty());
  request.set_size(newest.size() + 1);
  EXPECT_TRUE(absl::IsInvalidArgument(inquiry_.GetProofs(request).status()));
  request.Clear();
  for (std::size_t i = 0; i <= limits::kProofsPerCall; ++i) request.add_positions(0);
  EXPECT_TRUE(absl::IsInvalidArgument(inquiry_.GetProofs(request).status()));
}

// Ids, URN and authority are nowhere in what such a scope is told.
TEST_F(DeliveryInquiryTest, AScopeWithoutNamesIsToldPseudonymsThatCanBeChecked) {
  for (int i = 0; i < 4; ++i) world_.Submit(IncidentOf("S" + std::to_string(i)));
  const Auditor auditor{.identity = "urn:firstbell:auditor:national:icl"};
  const auto list = inquiry_.List(auditor, {}, kNight);
  ASSERT_TRUE(list.ok()) << list.status();
  ASSERT_EQ(list->deliveries_size(), 6);
  const auto& all = list->deliveries();
  const auto found = std::find_if(all.begin(), all.end(), [&](const v1::Delivery& delivery) {
    return delivery.alert() == audit::PseudonymOf(ours_.id.value());
  });
  ASSERT_NE(found, all.end());
  const v1::Delivery& one = *found;
  EXPECT_THAT(one.ShortDebugString(), Not(HasSubstr(ours_.id.value())));
  EXPECT_THAT(one.ShortDebugString(), Not(HasSubstr(kPrimary.ToString())));
  EXPECT_TRUE(one.authority().empty());
  Newest();
  EXPECT_TRUE(absl::IsNotFound(inquiry_.Get(auditor, ours_.id.value(), kNight).status()));
  const auto shown = inquiry_.Get(auditor, one.alert(), kNight);
  ASSERT_TRUE(shown.ok()) << shown.status();
  ASSERT_EQ(shown->history_size(), shown->proofs_size());
  for (const v1::LogEntry& entry : shown->history()) {
    EXPECT_TRUE(entry.without_names());
    EXPECT_TRUE(audit::CheckWithoutNames(entry.entry(), {entry.event(), entry.salt()}).ok());
    EXPECT_THAT(entry.event(), Not(HasSubstr(kPrimary.ToString())));
  }
  v1::ListDeliveriesRequest of_school;
  of_school.set_urn(kPrimary.value());
  EXPECT_TRUE(absl::IsPermissionDenied(inquiry_.List(auditor, of_school, kNight).status()));
  of_school.clear_urn();
  of_school.set_school(one.school());
  EXPECT_EQ(inquiry_.List(auditor, of_school, kNight)->deliveries_size(), 6);
  of_school.set_school("s-nowhere");
  EXPECT_TRUE(absl::IsNotFound(inquiry_.List(auditor, of_school, kNight).status()));
}

TEST_F(DeliveryInquiryTest, AScopeWithoutNamesIsShownNoListOfFewerThanFive) {
  const Auditor auditor{.identity = "urn:firstbell:auditor:national:icl"};
  const auto two = inquiry_.List(auditor, {}, kNight);
  EXPECT_TRUE(two->withheld());
  EXPECT_EQ(two->deliveries_size(), 0);
  auto range = inquiry_.OpenExport(auditor, {}, kNight);
  ASSERT_TRUE(range.ok());
  EXPECT_TRUE(inquiry_.NextDeliveries(auditor, *range, kNight)->withheld());
  v1::ListDeliveriesRequest none;
  none.set_state(v1::ALERT_STATE_WITHDRAWN);
  EXPECT_FALSE(inquiry_.List(auditor, none, kNight)->withheld()) << "none is no secret";
  EXPECT_FALSE(inquiry_.List(kNational, {}, kNight)->withheld());
}

// A page's token names the last row that was looked at.
TEST_F(DeliveryInquiryTest, NoIdIsInAPagesTokenAndNoTokenIsOfAnotherList) {
  std::set<std::string> ids = {ours_.id.value(), theirs_.id.value()};
  for (int i = 0; i < 4; ++i) {
    const auto answer = world_.Submit(IncidentOf("S" + std::to_string(i)));
    ids.insert(world_.AlertsOf(answer).at(0).id.value());
  }
  const Auditor auditor{.identity = "urn:firstbell:auditor:national:icl"};
  v1::ListDeliveriesRequest request;
  request.set_page_size(1);
  std::set<std::string> seen;
  do {
    const auto page = inquiry_.List(auditor, request, kNight);
    ASSERT_TRUE(page.ok()) << page.status();
    ASSERT_FALSE(page->withheld());
    for (const std::string& id : ids) {
      EXPECT_THAT(page->SerializeAsString(), Not(HasSubstr(id)));
      const auto token = base::Base64UrlDecode(page->next_page_token());
      EXPECT_THAT(token.ok() ? *token : "", Not(HasSubstr(id)));
    }
    for (const v1::Delivery& one : page->deliveries()) seen.insert(one.alert());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(seen.size(), ids.size());

  request.clear_page_token();
  const std::string token = inquiry_.List(auditor, request, kNight)->next_page_token();
  request.set_page_token(token);
  request.set_page_size(7);
  EXPECT_TRUE(inquiry_.List(auditor, request, kNight).ok()) << "pages may be of any size";
  EXPECT_TRUE(absl::IsInvalidArgument(inquiry_.List(kNational, request, kNight).status()));
  request.set_force(kForce.value());
  EXPECT_TRUE(absl::IsInvalidArgument(inquiry_.List(auditor, request, kNight).status()));
  request.clear_force();
  request.set_page_token(token.substr(0, token.size() - 2) + "AA");
  EXPECT_TRUE(absl::IsInvalidArgument(inquiry_.List(auditor, request, kNight).status()));
  request.set_page_token("1772503800000000000." + ours_.id.value());
  EXPECT_TRUE(absl::IsInvalidArgument(inquiry_.List(auditor, request, kNight).status()));
}

// Or one could try what lies outside for ever, for nothing.
TEST_F(DeliveryInquiryTest, AQuestionOutsideTheScopeIsAnEventToo) {
  v1::ListDeliveriesRequest outside, nowhere;
  outside.set_force(kOtherForce.value());
  nowhere.set_school("s-nowhere");
  for (const auto& request : {outside, nowhere}) {
    const std::uint64_t before = LogSize();
    EXPECT_FALSE(inquiry_.List(kOfForce, request, kNight).ok());
    EXPECT_FALSE(inquiry_.OpenExport(kOfForce, request, kNight).ok());
    EXPECT_EQ(LogSize(), before + 2);
  }
}

TEST_F(DeliveryInquiryTest, TheRegisterIsReadOnceForManyNamesThatAreNone) {
  EXPECT_TRUE(absl::IsNotFound(schools_.Find("s-nowhere", kNight).status()));
  const model::School opened[] = {SchoolOf(base::Urn(100'900))};
  ASSERT_TRUE(world_.memory.ImportSchools(opened, {}).ok());
  const std::string is_new = schools_.Of(base::Urn(100'900));
  EXPECT_TRUE(absl::IsNotFound(schools_.Find(is_new, kNight + absl::Seconds(59)).status()));
  EXPECT_EQ(schools_.Find(is_new, kNight + absl::Minutes(1)).value(), base::Urn(100'900));
}

TEST_F(DeliveryInquiryTest, AnExportIsTheWholeListPageByPage) {
  for (std::size_t i = 0; i < limits::kMaxPageSize; ++i) {
    world_.Submit(IncidentOf("E" + std::to_string(i)));
  }
  auto range = inquiry_.OpenExport(kNational, {}, kNight);
  ASSERT_TRUE(range.ok());
  std::size_t seen = 0, pages = 0;
  for (; !range->over; ++pages) {
    const auto page = inquiry_.NextDeliveries(kNational, *range, kNight);
    ASSERT_TRUE(page.ok());
    seen += static_cast<std::size_t>(page->deliveries_size());
  }
  EXPECT_EQ(seen, limits::kMaxPageSize + 2);
  EXPECT_EQ(pages, 2u);
}

TEST(AuditorTest, TheScopesThatThereAre) {
  EXPECT_TRUE(AuditorOf("u", "national")->national());
  EXPECT_EQ(AuditorOf("u", "national")->names, Names::kPseudonyms);
  EXPECT_EQ(AuditorOf("u", "named-national")->names, Names::kNamed);
  EXPECT_EQ(AuditorOf("u", "authority-845")->authority, base::AuthorityCode("845"));
  EXPECT_EQ(AuditorOf("u", "named-authority-845")->names, Names::kNamed);
  EXPECT_EQ(AuditorOf("u", "national")->force, std::nullopt);
  EXPECT_EQ(AuditorOf("u", "force-kent")->force, base::ForceCode("kent"));
  for (const std::string scope : {"", "force-", "force", "kent", "nationals", "National", "named-",
                                  "named-named-national", "authority-"}) {
    EXPECT_TRUE(absl::IsPermissionDenied(AuditorOf("u", scope).status())) << scope;
  }
}

}  // namespace
}  // namespace firstbell::inquiry
