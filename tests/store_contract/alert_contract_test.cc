// Incidents, alerts, sealings and receipts: the same promises of every driver.

#include "tests/store_contract/invented.h"
#include "tests/store_contract/store_driver.h"

namespace firstbell::store {
namespace {

using base::Code;

template <typename Driver>
class AlertContract : public ContractTest<Driver> {
 protected:
  // A device and a lead at Hythe, and one incident with an alert there.
  void SetUp() override {
    ASSERT_TRUE(EnrolNow(this->store(), device_).ok());
    ASSERT_TRUE(EnrolNow(this->store(), lead_).ok());
    ASSERT_TRUE(this->store().AcceptIncident(night_).ok());
  }
  base::AlertId alert_id() const { return night_.alerts[0].id; }
  model::Alert StoredAlert() { return this->store().GetAlert(alert_id()).value(); }
  Status Seal(const NewSealing& sealing) {
    return this->store().RecordSealings(absl::MakeConstSpan(&sealing, 1)).front();
  }
  Result<Recorded> Receive(const NewReceipt& receipt) {
    return this->store().RecordReceipts(absl::MakeConstSpan(&receipt, 1)).front();
  }
  Code CodeOf(const NewReceipt& receipt) { return Receive(receipt).status().code(); }

  const model::Recipient device_ = RecipientOf("device", kHythe, v1::RECIPIENT_ROLE_DEVICE);
  const model::Recipient lead_ = RecipientOf("lead", kHythe, v1::RECIPIENT_ROLE_LEAD);
  const NewIncident night_ = NightOf(kKent, "42-2026", 0, {kHythe, kSaltwood});
  const NewSealing first_ = SealingOf(night_.alerts[0], 1, {lead_.id});
};
TYPED_TEST_SUITE(AlertContract, Drivers, DriverNames);

template <typename Item, typename Read>
std::vector<std::string> AllPages(std::size_t limit, const Read& read) {
  std::vector<std::string> ids;
  std::string after;
  do {
    const Page<Item> page = read(after, limit).value();
    EXPECT_LE(page.items.size(), limit);
    for (const Item& item : page.items) ids.push_back(item.id.value());
    after = page.next;
  } while (!after.empty());
  return ids;
}

TYPED_TEST(AlertContract, AnIncidentLandsWholeAndOnce) {
  const std::uint64_t size = this->LogSize();
  const Accepted again = this->store().AcceptIncident(this->night_).value();
  EXPECT_TRUE(again.was_there);
  EXPECT_EQ(again.incident, this->night_.incident);
  EXPECT_EQ(this->LogSize(), size);

  NewIncident other_id =
      this->night_;  // the same words, sent again: the broker made new ids for them
  other_id.incident.id = base::IncidentId("another");
  other_id.incident.accepted_at = At(9);
  EXPECT_EQ(this->store().AcceptIncident(other_id).value().incident, this->night_.incident);
  NewIncident other_words = this->night_;
  other_words.incident.digest = crypto::Sha256("other words");
  EXPECT_EQ(this->store().AcceptIncident(other_words).status().code(), Code::kAlreadyExists);
  EXPECT_EQ(this->LogSize(), size);

  NewIncident other_force = NightOf(kEssex, "42-2026", 1, {kHythe});
  EXPECT_FALSE(this->store().AcceptIncident(other_force).value().was_there);
  this->Restart();
  Store& store = this->store();
  const Incident& incident = this->night_.incident;
  EXPECT_EQ(store.GetIncident(incident.id).value(), incident);
  EXPECT_EQ(store.GetIncident(kKent, incident.reference).value(), incident);
  EXPECT_EQ(store.AlertsOf(incident.id).value(), this->night_.alerts);
  EXPECT_EQ(store.CasesOf(incident.id).value(), this->night_.cases);
  const Counts counts = store.Count().value();
  EXPECT_EQ(counts.incidents, 2u);
  EXPECT_EQ(counts.alerts, 3u);
  EXPECT_EQ(counts.alerts_open, 3u);
  EXPECT_EQ(counts.cases, 2u);
}

TYPED_TEST(AlertContract, WhatIsNotThereIsNotFound) {
  Store& store = this->store();
  const base::AlertId no_alert("no-alert");
  EXPECT_EQ(store.GetIncident(kEssex, base::Reference("42-2026")).status().code(), Code::kNotFound);
  EXPECT_EQ(store.GetIncident(kKent, base::Reference("42-202")).status().code(), Code::kNotFound);
  EXPECT_EQ(store.GetIncident(base::IncidentId("x")).status().code(), Code::kNotFound);
  EXPECT_EQ(store.GetAlert(no_alert).status().code(), Code::kNotFound);
  EXPECT_EQ(store.GetSealing(no_alert, 1).status().code(), Code::kNotFound);
  EXPECT_EQ(store.GetSealing(this->alert_id(), 0).status().code(), Code::kNotFound);
  EXPECT_EQ(store.GetSealing(this->alert_id(), 1).status().code(), Code::kNotFound);
  EXPECT_EQ(Send(store, no_alert, At(1), OneEvent()).code(), Code::kNotFound);
  EXPECT_TRUE(store.AlertsOf(base::IncidentId("x")).value().empty());
  EXPECT_TRUE(store.CasesOf(base::IncidentId("x")).value().empty());
  EXPECT_TRUE(store.ReceiptsOf(no_alert).value().empty());
}

TYPED_TEST(AlertContract, IncidentsArePagedNewestFirstWithinTheirForce) {
  Store& store = this->store();
  for (int i = 1; i <= 6; ++i) {
    // Two at each instant, so that pages end between equals.
    ASSERT_TRUE(store.AcceptIncident(NightOf(kKent, "r" + std::to_string(i), i / 2, {})).ok());
  }
  ASSERT_TRUE(store.AcceptIncident(NightOf(kEssex, "e", 2, {})).ok());
  const std::vector<std::string> all = {"kent-r6", "kent-r4",      "kent-r5", "kent-r2",
                                        "kent-r3", "kent-42-2026", "kent-r1"};
  for (const std::size_t limit : {1u, 2u, 3u, 7u, 50u}) {
    EXPECT_EQ(AllPages<Incident>(limit,
                                 [&](std::string_view after, std::size_t count) {
                                   return store.ListIncidents(kKent, {}, {}, after, count);
                                 }),
              all)
        << limit << " a page";
    EXPECT_EQ(AllPages<Incident>(limit,
                                 [&](std::string_view after, std::size_t count) {
                                   return store.ListIncidents(kKent, At(1), At(3), after, count);
                                 }),
              (std::vector<std::string>{"kent-r4", "kent-r5", "kent-r2", "kent-r3"}))
        << "from is in, before is out";
  }
  EXPECT_EQ(store.ListIncidents(kKent, {}, {}, "nonsense", 5).status().code(),
            Code::kInvalidArgument);
  EXPECT_TRUE(store.ListIncidents(base::ForceCode("ken"), {}, {}, "", 5).value().items.empty());
  EXPECT_TRUE(store.ListIncidents(kKent, {}, absl::InfinitePast(), "", 5).value().items.empty());
}

TYPED_TEST(AlertContract, AlertsAreListedByEachFilterNewestFirst) {
  Store& store = this->store();
  ASSERT_TRUE(store.AcceptIncident(NightOf(kEssex, "b", 10, {kHythe, kHythe})).ok());
  ASSERT_TRUE(store.AcceptIncident(NightOf(kKent, "c", 20, {kSaltwood})).ok());
  ASSERT_TRUE(Send(store, this->alert_id(), At(21), {}).ok());
  const auto list = [&](const AlertFilter& filter) {
    std::vector<std::string> one_by_one =
        AllPages<model::Alert>(1, [&](std::string_view after, std::size_t count) {
          return store.ListAlerts(filter, after, count);
        });
    std::vector<std::string> at_once;
    const Page<model::Alert> page = store.ListAlerts(filter, "", 50).value();
    for (const auto& alert : page.items) {
      at_once.push_back(alert.id.value());
    }
    EXPECT_EQ(one_by_one, at_once);
    return at_once;
  };
  using Ids = std::vector<std::string>;
  const std::string a1 = "kent-42-2026-alert-1", a2 = "kent-42-2026-alert-2";
  const std::string b1 = "essex-b-alert-1", b2 = "essex-b-alert-2", c1 = "kent-c-alert-1";
  EXPECT_EQ(list({}), (Ids{c1, b1, b2, a1, a2}));
  AlertFilter filter;
  filter.urn = kHythe;
  EXPECT_EQ(list(filter), (Ids{b1, b2, a1}));
  filter.force = kKent;
  EXPECT_EQ(list(filter), (Ids{a1}));
  filter.urn = base::Urn();
  EXPECT_EQ(list(filter), (Ids{c1, a1, a2}));
  filter.accepted_before = At(20);
  EXPECT_EQ(list(filter), (Ids{a1, a2}));
  filter = {};
  filter.accepted_from = At(10);
  filter.accepted_before = At(20);
  EXPECT_EQ(list(filter), (Ids{b1, b2}));
  filter = {};
  filter.state = v1::ALERT_STATE_SENT;
  EXPECT_EQ(list(filter), (Ids{a1}));
  filter = {};
  filter.late_at = this->night_.alerts[0].deadline;
  EXPECT_EQ(list(filter), (Ids{a1, a2}));
}

TYPED_TEST(AlertContract, TheOutboxHoldsWhatHasNotEndedOldestFirst) {
  Store& store = this->store();
  ASSERT_TRUE(store.AcceptIncident(NightOf(kKent, "early", -10, {kHythe, kSaltwood})).ok());
  ASSERT_TRUE(store.AcceptIncident(NightOf(kKent, "late", 10, {kHythe})).ok());
  ASSERT_TRUE(this->Seal(this->first_).ok());
  const Page<OpenAlert> first_page = store.OpenAlerts(kHythe, "", 2).value();
  ASSERT_EQ(first_page.items.size(), 2u);
  EXPECT_EQ(first_page.items[0].alert.id.value(), "kent-early-alert-1");
  EXPECT_TRUE(first_page.items[0].sealed_to.empty());
  EXPECT_EQ(first_page.items[1].alert.id, this->alert_id());
  EXPECT_EQ(first_page.items[1].sealed_to, this->first_.sealing.people);
  const Page<OpenAlert> last_page = store.OpenAlerts(kHythe, first_page.next, 2).value();
  ASSERT_EQ(last_page.items.size(), 1u);
  EXPECT_EQ(last_page.items[0].alert.id.value(), "kent-late-alert-1");
  EXPECT_EQ(last_page.next, "");

  ASSERT_TRUE(
      this->Receive(ReceiptOf(this->first_, v1::RECEIPT_KIND_ACKNOWLEDGED, this->lead_, 30)).ok());
  this->Restart();
  EXPECT_EQ(this->store().OpenAlerts(kHythe, "", 9).value().items.size(), 2u);
  EXPECT_EQ(this->store().Count().value().alerts_open, 4u);
  EXPECT_EQ(this->store().Count().value().alerts, 5u);
}

TYPED_TEST(AlertContract, SealingsCountUp) {
  EXPECT_EQ(this->Seal(SealingOf(this->night_.alerts[0], 2, {})).code(), Code::kFailedPrecondition);
  ASSERT_TRUE(this->Seal(this->first_).ok());
  const std::uint64_t size = this->LogSize();
  EXPECT_TRUE(this->Seal(this->first_).ok()) << "the same again";
  EXPECT_EQ(this->LogSize(), size);
  NewSealing other_bytes = this->first_;
  other_bytes.sealing.envelope = "other bytes under the same number";
  EXPECT_EQ(this->Seal(other_bytes).code(), Code::kFailedPrecondition);
  NewSealing other_revision = SealingOf(this->night_.alerts[0], 2, {});
  other_revision.sealing.revision = 2;
  EXPECT_EQ(this->Seal(other_revision).code(), Code::kFailedPrecondition);

  // One bad sealing in a list does not hold up the others.
  NewSealing unknown = this->first_;
  unknown.sealing.alert_id = base::AlertId("unknown");
  const std::vector<NewSealing> list = {unknown, SealingOf(this->night_.alerts[0], 2, {}),
                                        SealingOf(this->night_.alerts[1], 1, {}), this->first_};
  const std::vector<Status> results = this->store().RecordSealings(list);
  ASSERT_EQ(results.size(), 4u);
  EXPECT_EQ(results[0].code(), Code::kNotFound);
  EXPECT_TRUE(results[1].ok() && results[2].ok() && results[3].ok());
  this->Restart();
  EXPECT_EQ(this->LogSize(), size + 2);
  EXPECT_EQ(this->StoredAlert().sealing, 2u);
  EXPECT_EQ(this->store().GetSealing(this->alert_id(), 1).value(), this->first_.sealing);
  EXPECT_EQ(this->store().GetSealing(this->alert_id(), 2).value(), list[1].sealing);
  EXPECT_TRUE(this->store().RecordSealings({}).empty());
}

TYPED_TEST(AlertContract, SentIsOnlyTheFirstStep) {
  const std::uint64_t size = this->LogSize();
  ASSERT_TRUE(Send(this->store(), this->alert_id(), At(3), OneEvent()).ok());
  ASSERT_TRUE(Send(this->store(), this->alert_id(), At(4), OneEvent()).ok());
  EXPECT_EQ(this->StoredAlert().state, v1::ALERT_STATE_SENT);
  EXPECT_EQ(this->StoredAlert().changed_at, At(3));
  ASSERT_TRUE(this->Seal(this->first_).ok());
  ASSERT_TRUE(
      this->Receive(ReceiptOf(this->first_, v1::RECEIPT_KIND_RECEIVED, this->device_, 5)).ok());
  ASSERT_TRUE(Send(this->store(), this->alert_id(), At(6), OneEvent()).ok());
  EXPECT_EQ(this->StoredAlert().state, v1::ALERT_STATE_RECEIVED);
  EXPECT_EQ(this->LogSize(), size + 3);
}

TYPED_TEST(AlertContract, OtherTimesAreForAnAlertThatNobodyHasSeen) {
  Store& store = this->store();
  const absl::Time from = At(4 * 60), by = At(5 * 60);
  const auto sealed = [&] {
    return this->store().OpenAlerts(kHythe, "", 9).value().items.at(0).sealed;
  };
  EXPECT_FALSE(sealed().has_value());
  ASSERT_TRUE(this->Seal(this->first_).ok());
  const SealedAs before{this->first_.sealing.show_from, this->first_.sealing.deadline, At(2)};
  EXPECT_EQ(sealed(), before);
  const std::uint64_t size = this->LogSize();
  ASSERT_TRUE(store.Reschedule(this->alert_id(), from, by, OneEvent()).ok());
  ASSERT_TRUE(store.Reschedule(this->alert_id(), from, by, OneEvent()).ok());  // again
  EXPECT_EQ(this->LogSize(), size + 1);
  this->Restart();
  EXPECT_EQ(this->StoredAlert().show_from, from);
  EXPECT_EQ(this->StoredAlert().deadline, by);
  EXPECT_EQ(sealed(), before) << "what was sealed says the old times";

  // Only a sealing with the new times follows.
  EXPECT_EQ(this->Seal(SealingOf(this->night_.alerts[0], 2, {this->lead_.id})).code(),
            Code::kFailedPrecondition);
  const NewSealing second = SealingOf(this->StoredAlert(), 2, {this->lead_.id});
  ASSERT_TRUE(this->Seal(second).ok());
  EXPECT_EQ(sealed(), (SealedAs{from, by, At(2)}));
  EXPECT_EQ(this->store().GetSealing(this->alert_id(), 2).value(), second.sealing);

  ASSERT_TRUE(this->Receive(ReceiptOf(second, v1::RECEIPT_KIND_RECEIVED, this->device_, 5)).ok());
  ASSERT_TRUE(this->store().Reschedule(this->alert_id(), from, by - absl::Minutes(1), {}).ok());
  ASSERT_TRUE(this->Receive(ReceiptOf(second, v1::RECEIPT_KIND_SHOWN, this->device_, 6)).ok());
  EXPECT_EQ(this->store().Reschedule(this->alert_id(), from, by, {}).code(),
            Code::kFailedPrecondition);
  EXPECT_EQ(this->store().Reschedule(base::AlertId("no-alert"), from, by, {}).code(),
            Code::kNotFound);
  EXPECT_TRUE(this->store().Verify({}).ok()) << this->store().Verify({});
}

TYPED_TEST(AlertContract, SchoolsWithOpenAlertsAreThoseOfTheOutbox) {
  using Urns = std::vector<base::Urn>;
  EXPECT_EQ(this->store().SchoolsWithOpenAlerts().value(), (Urns{kSaltwood, kHythe}));
  ASSERT_TRUE(this->store().AcceptIncident(NightOf(kKent, "43", 3, {kSaltwood})).ok());
  ASSERT_TRUE(this->Seal(this->first_).ok());
  ASSERT_TRUE(
      this->Receive(ReceiptOf(this->first_, v1::RECEIPT_KIND_ACKNOWLEDGED, this->lead_, 5)).ok());
  this->Restart();
  EXPECT_EQ(this->store().SchoolsWithOpenAlerts().value(), (Urns{kSaltwood}));
}

TYPED_TEST(AlertContract, ReceiptsAdvanceToTheFurthestInAnyOrder) {
  ASSERT_TRUE(this->Seal(this->first_).ok());
  const NewReceipt opened = ReceiptOf(this->first_, v1::RECEIPT_KIND_OPENED, this->lead_, 5);
  const NewReceipt received = ReceiptOf(this->first_, v1::RECEIPT_KIND_RECEIVED, this->device_, 6);
  const NewReceipt acknowledged =
      ReceiptOf(this->first_, v1::RECEIPT_KIND_ACKNOWLEDGED, this->lead_, 7);
  const NewReceipt shown = ReceiptOf(this->first_, v1::RECEIPT_KIND_SHOWN, this->device_, 8);
  EXPECT_EQ(this->Receive(opened).value().alert.state, v1::ALERT_STATE_OPENED);
  EXPECT_EQ(this->Receive(received).value().alert.state, v1::ALERT_STATE_OPENED);
  EXPECT_EQ(this->StoredAlert().changed_at, At(5));
  EXPECT_EQ(this->store().OpenAlerts(kHythe, "", 9).value().items.at(0).received_by,
            std::set<base::RecipientId>{this->device_.id});
  const std::uint64_t size = this->LogSize();
  const Recorded again = this->Receive(opened).value();
  EXPECT_TRUE(again.was_there);
  EXPECT_EQ(this->LogSize(), size);
  const Recorded done = this->Receive(acknowledged).value();
  EXPECT_FALSE(done.was_there);
  EXPECT_EQ(done.alert.state, v1::ALERT_STATE_ACKNOWLEDGED);
  EXPECT_EQ(this->Receive(shown).value().alert.state, v1::ALERT_STATE_ACKNOWLEDGED);
  this->Restart();
  EXPECT_EQ(this->StoredAlert().acknowledged_at, At(7));
  EXPECT_EQ(this->StoredAlert().changed_at, At(7));
  EXPECT_EQ(this->store().ReceiptsOf(this->alert_id()).value(),
            (std::vector<model::Receipt>{opened.receipt, received.receipt, acknowledged.receipt,
                                         shown.receipt}));
  EXPECT_EQ(this->Seal(SealingOf(this->night_.alerts[0], 2, {})).code(), Code::kFailedPrecondition)
      << "nothing more is sealed after the end";
}

TYPED_TEST(AlertContract, ASecondAcknowledgementDoesNotMoveTheFirst) {
  const model::Recipient head = RecipientOf("head", kHythe, v1::RECIPIENT_ROLE_HEAD);
  ASSERT_TRUE(EnrolNow(this->store(), head).ok());
  ASSERT_TRUE(this->Seal(this->first_).ok());
  ASSERT_TRUE(
      this->Receive(ReceiptOf(this->first_, v1::RECEIPT_KIND_ACKNOWLEDGED, this->lead_, 5)).ok());
  ASSERT_TRUE(this->Receive(ReceiptOf(this->first_, v1::RECEIPT_KIND_ACKNOWLEDGED, head, 9)).ok());
  EXPECT_EQ(this->StoredAlert().acknowledged_at, At(5));
  EXPECT_EQ(this->store().ReceiptsOf(this->alert_id()).value().size(), 2u);
  EXPECT_EQ(this->store().Count().value().alerts_open, 1u);
}

TYPED_TEST(AlertContract, ForeignForgedAndRevokedReceiptsAreRefused) {
  ASSERT_TRUE(this->Seal(this->first_).ok());
  const model::Recipient stranger = RecipientOf("stranger", kSaltwood, v1::RECIPIENT_ROLE_LEAD);
  ASSERT_TRUE(EnrolNow(this->store(), stranger).ok());
  const std::uint64_t size = this->LogSize();
  const NewReceipt good = ReceiptOf(this->first_, v1::RECEIPT_KIND_OPENED, this->lead_, 5);

  NewReceipt bad = good;
  bad.receipt.alert_id = base::AlertId("unknown");
  EXPECT_EQ(this->CodeOf(bad), Code::kNotFound);
  EXPECT_EQ(this->CodeOf(ReceiptOf(this->first_, v1::RECEIPT_KIND_OPENED, stranger, 5)),
            Code::kNotFound)
      << "another school learns nothing, not even that the alert is there";
  bad = good;
  bad.receipt.ciphertext_sha256 = crypto::Sha256("forged");
  EXPECT_EQ(this->CodeOf(bad), Code::kFailedPrecondition);
  for (const std::uint32_t number : {0u, 2u}) {
    bad = good;
    bad.receipt.sealing = number;
    EXPECT_EQ(this->CodeOf(bad), Code::kFailedPrecondition);
  }
  bad = good;
  bad.receipt.signer = base::RecipientId("nobody");
  EXPECT_EQ(this->CodeOf(bad), Code::kPermissionDenied);
  bad.receipt.signer = stranger.id;
  EXPECT_EQ(this->CodeOf(bad), Code::kPermissionDenied);
  EXPECT_EQ(this->LogSize(), size);
  EXPECT_EQ(this->StoredAlert().state, v1::ALERT_STATE_ACCEPTED);

  ASSERT_TRUE(this->Receive(good).ok());
  ASSERT_TRUE(this->store().Revoke(this->lead_.id, At(6), {}).ok());
  EXPECT_TRUE(this->Receive(good).value().was_there) << "what stands, stands";
  EXPECT_EQ(this->CodeOf(ReceiptOf(this->first_, v1::RECEIPT_KIND_ACKNOWLEDGED, this->lead_, 7)),
            Code::kPermissionDenied);
}

TYPED_TEST(AlertContract, AReceiptCountsForTheSealingItNames) {
  ASSERT_TRUE(this->Seal(this->first_).ok());
  const NewSealing second = SealingOf(this->night_.alerts[0], 2, {this->lead_.id});
  ASSERT_TRUE(this->Seal(second).ok());
  const auto held_by = [&] {
    return this->store().OpenAlerts(kHythe, "", 9).value().items.at(0).received_by;
  };
  ASSERT_TRUE(
      this->Receive(ReceiptOf(this->first_, v1::RECEIPT_KIND_RECEIVED, this->device_, 5)).ok());
  EXPECT_TRUE(held_by().empty()) << "the newest sealing is still to be pushed";
  EXPECT_EQ(this->StoredAlert().state, v1::ALERT_STATE_RECEIVED);
  ASSERT_TRUE(this->Receive(ReceiptOf(second, v1::RECEIPT_KIND_RECEIVED, this->device_, 6)).ok());
  EXPECT_EQ(held_by().size(), 1u);
  ASSERT_TRUE(this->Seal(SealingOf(this->night_.alerts[0], 3, {})).ok());
  EXPECT_TRUE(held_by().empty());
}

TYPED_TEST(AlertContract, AListCanLeaveOutWhatADeviceHasReceived) {
  const auto unreceived = [&](const base::RecipientId& device) {
    AlertFilter filter;
    filter.urn = kHythe;
    filter.unreceived_by = device;
    return this->store().ListAlerts(filter, "", 9).value().items.size();
  };
  ASSERT_TRUE(this->Seal(this->first_).ok());
  EXPECT_EQ(unreceived(this->device_.id), 1u);
  ASSERT_TRUE(this->Receive(ReceiptOf(this->first_, v1::RECEIPT_KIND_OPENED, this->lead_, 4)).ok());
  EXPECT_EQ(unreceived(this->lead_.id), 1u) << "opened is not received";
  ASSERT_TRUE(
      this->Receive(ReceiptOf(this->first_, v1::RECEIPT_KIND_RECEIVED, this->device_, 5)).ok());
  EXPECT_EQ(unreceived(this->device_.id), 0u);
  EXPECT_EQ(unreceived(base::RecipientId("another")), 1u);
  this->Restart();
  EXPECT_EQ(unreceived(this->device_.id), 0u);
  ASSERT_TRUE(this->Seal(SealingOf(this->night_.alerts[0], 2, {this->lead_.id})).ok());
  EXPECT_EQ(unreceived(this->device_.id), 1u) << "of the newest sealing";
}

TYPED_TEST(AlertContract, EachReceiptOfABatchStandsAlone) {
  ASSERT_TRUE(this->Seal(this->first_).ok());
  NewReceipt forged = ReceiptOf(this->first_, v1::RECEIPT_KIND_SHOWN, this->device_, 6);
  forged.receipt.ciphertext_sha256 = crypto::Sha256("forged");
  const NewReceipt received = ReceiptOf(this->first_, v1::RECEIPT_KIND_RECEIVED, this->device_, 5);
  const std::vector<NewReceipt> batch = {
      received, forged, received,
      ReceiptOf(this->first_, v1::RECEIPT_KIND_SHOWN, this->device_, 7)};
  const std::uint64_t size = this->LogSize();
  const std::vector<Result<Recorded>> results = this->store().RecordReceipts(batch);
  ASSERT_EQ(results.size(), 4u);
  EXPECT_FALSE(results[0].value().was_there);
  EXPECT_EQ(results[1].status().code(), Code::kFailedPrecondition);
  EXPECT_TRUE(results[2].value().was_there);
  EXPECT_EQ(results[3].value().alert.state, v1::ALERT_STATE_SHOWN);
  EXPECT_EQ(this->LogSize(), size + 2);
  EXPECT_EQ(this->store().AlertHistory(this->alert_id()).value().size(), 4u);
}

}  // namespace
}  // namespace firstbell::store
