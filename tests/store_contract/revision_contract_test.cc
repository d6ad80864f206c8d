// Later revisions, refusals, and copies that are left behind: the same promises of every driver.

#include "broker/store/rules.h"
#include "tests/store_contract/invented.h"
#include "tests/store_contract/store_driver.h"

namespace firstbell::store {
namespace {

using base::Code;

template <typename Driver>
class RevisionContract : public ContractTest<Driver> {
 protected:
  void SetUp() override {
    AddSchools(this->store());
    ASSERT_TRUE(EnrolNow(this->store(), device_).ok());
    ASSERT_TRUE(EnrolNow(this->store(), second_).ok());
    ASSERT_TRUE(EnrolNow(this->store(), lead_).ok());
    const std::vector<RollEntry> roll = {PupilOf("1", "Quillfeather", {"q"})};
    ASSERT_TRUE(
        this->store().ImportRoll(kHythe, roll, RollMode::kReplace, At(-10), OneEvent()).ok());
    ASSERT_TRUE(this->store().AcceptIncident(night_).ok());
    ASSERT_TRUE(this->store().RecordSealings(absl::MakeConstSpan(&sealing_, 1)).front().ok());
  }
  static NewIncident Night() {
    NewIncident night = NightOf(kKent, "42-2026", 0, {kHythe, kSaltwood});
    night.alerts[0].local_id = base::LocalId("1");
    return night;
  }
  model::Alert Stored(std::size_t number = 0) {
    return this->store().GetAlert(night_.alerts[number].id).value();
  }
  // As it stands now.
  NewRevision Revision() {
    NewIncident now = night_;
    now.alerts = this->store().AlertsOf(night_.incident.id).value();
    now.cases = this->store().CasesOf(night_.incident.id).value();
    return RevisionOf(now, 10);
  }
  Status Take(v1::ReceiptKind kind, const model::Recipient& signer, int minute,
              const NewSealing* of = nullptr, v1::RefusalReason refusal = v1::REFUSAL_REASON_LEFT) {
    NewReceipt receipt = ReceiptOf(of == nullptr ? sealing_ : *of, kind, signer, minute);
    if (kind == v1::RECEIPT_KIND_REFUSED) receipt.receipt.refusal = refusal;
    return this->store().RecordReceipts(absl::MakeConstSpan(&receipt, 1)).front().status();
  }
  std::vector<LeftBehind> Left(base::Urn urn = kHythe, std::size_t limit = 100) {
    std::vector<LeftBehind> left;
    std::string after;
    do {
      Page<LeftBehind> page = this->store().StillHeld(urn, after, limit).value();
      for (LeftBehind& one : page.items) left.push_back(std::move(one));
      after = page.next;
    } while (!after.empty());
    return left;
  }

  const model::Recipient device_ = RecipientOf("device", kHythe, v1::RECIPIENT_ROLE_DEVICE);
  const model::Recipient second_ = RecipientOf("device-2", kHythe, v1::RECIPIENT_ROLE_DEVICE);
  const model::Recipient lead_ = RecipientOf("lead", kHythe, v1::RECIPIENT_ROLE_LEAD);
  const NewIncident night_ = Night();
  const NewSealing sealing_ = SealingOf(night_.alerts[0], 1, {lead_.id});
};
TYPED_TEST_SUITE(RevisionContract, Drivers, DriverNames);

TYPED_TEST(RevisionContract, TakesThePlaceOfWhatStoodWhichIsKept) {
  const NewRevision revision = this->Revision();
  const auto accepted = this->store().ReviseIncident(revision);
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_FALSE(accepted->was_there);
  EXPECT_EQ(accepted->incident, revision.incident);
  this->Restart();
  const base::IncidentId& id = this->night_.incident.id;
  EXPECT_EQ(this->store().GetIncident(id).value(), revision.incident);
  EXPECT_EQ(this->store().GetIncident(kKent, base::Reference("42-2026")).value(),
            revision.incident);
  EXPECT_EQ(this->store().GetRevision(id, 1).value(), this->night_.incident);
  EXPECT_EQ(this->store().GetRevision(id, 2).value(), revision.incident);
  EXPECT_EQ(this->store().GetRevision(id, 3).status().code(), Code::kNotFound);
  EXPECT_EQ(this->store().GetRevision(base::IncidentId("none"), 1).status().code(),
            Code::kNotFound);
  EXPECT_EQ(this->Stored(0), revision.changed[0].after);
  EXPECT_EQ(this->Stored(1).state, v1::ALERT_STATE_WITHDRAWN);
  EXPECT_EQ(this->store().AlertsOf(id)->size(), 3u);
  EXPECT_EQ(this->store().CasesOf(id)->at(0), revision.cases[0].after);
  EXPECT_EQ(this->store().Count()->alerts_open, 2u);
  EXPECT_EQ(this->store().Count()->cases_open, 0u);
  EXPECT_EQ(this->store().ListIncidents(kKent, {}, {}, "", 10)->items.size(), 1u);
}

TYPED_TEST(RevisionContract, TheSameAgainWritesNothingAndOtherContentIsRefused) {
  NewRevision revision = this->Revision();
  ASSERT_TRUE(this->store().ReviseIncident(revision).ok());
  const std::uint64_t log = this->LogSize();
  EXPECT_TRUE(this->store().ReviseIncident(revision)->was_there);
  revision.incident.digest = crypto::Sha256("other");
  EXPECT_EQ(this->store().ReviseIncident(revision).status().code(), Code::kAlreadyExists);
  revision.incident.revision = 3;
  EXPECT_EQ(this->store().ReviseIncident(revision).status().code(), Code::kFailedPrecondition)
      << "it follows what stands no more";
  revision.incident.id = base::IncidentId("none");
  EXPECT_EQ(this->store().ReviseIncident(revision).status().code(), Code::kNotFound);
  EXPECT_EQ(this->LogSize(), log);
}

TYPED_TEST(RevisionContract, IsRefusedWhereAnAlertOrCaseHasChangedSinceItWasRead) {
  const NewRevision revision = this->Revision();
  ASSERT_TRUE(this->Take(v1::RECEIPT_KIND_RECEIVED, this->device_, 3).ok());
  EXPECT_EQ(this->store().ReviseIncident(revision).status().code(), Code::kFailedPrecondition);
  const NewRevision fresh = this->Revision();
  ASSERT_TRUE(this->store().DecideCase(DecisionOf(this->night_, "wren", 4, {})).ok());
  EXPECT_EQ(this->store().ReviseIncident(fresh).status().code(), Code::kFailedPrecondition);
  EXPECT_EQ(this->store().GetIncident(this->night_.incident.id)->revision, 1u);
}

TYPED_TEST(RevisionContract, AnAcknowledgementOpensAgainAndWhatIsSaidOfTheOldOneMovesNothing) {
  ASSERT_TRUE(this->Take(v1::RECEIPT_KIND_ACKNOWLEDGED, this->lead_, 3).ok());
  EXPECT_TRUE(this->store().OpenAlerts(kHythe, "", 10)->items.empty());
  ASSERT_TRUE(this->store().ReviseIncident(this->Revision()).ok());
  EXPECT_EQ(this->Stored().state, v1::ALERT_STATE_ACCEPTED);
  EXPECT_EQ(this->Stored().opened_revision, 1u);
  EXPECT_FALSE(this->Stored().acknowledged_at);
  const auto open = this->store().OpenAlerts(kHythe, "", 10)->items;
  ASSERT_EQ(open.size(), 1u);
  EXPECT_EQ(open[0].sealed->revision, 1u) << "so that it is sealed anew";
  ASSERT_TRUE(this->Take(v1::RECEIPT_KIND_SHOWN, this->device_, 12).ok());
  EXPECT_EQ(this->Stored().state, v1::ALERT_STATE_ACCEPTED);
  NewSealing second = SealingOf(this->Stored(), 2, {this->lead_.id});
  second.sealing.revision = 2;
  ASSERT_TRUE(this->store().RecordSealings(absl::MakeConstSpan(&second, 1)).front().ok());
  ASSERT_TRUE(this->Take(v1::RECEIPT_KIND_OPENED, this->lead_, 13).ok()) << "of the first";
  EXPECT_EQ(this->Stored().state, v1::ALERT_STATE_ACCEPTED);
  ASSERT_TRUE(this->Take(v1::RECEIPT_KIND_ACKNOWLEDGED, this->lead_, 14, &second).ok());
  EXPECT_EQ(this->Stored().acknowledged_at, At(14));
}

TYPED_TEST(RevisionContract, ARefusalRedirectsOpensACaseAndDisputesTheRoll) {
  EXPECT_FALSE(FindIn(this->store(), "q").at(0).disputed);
  ASSERT_TRUE(this->Take(v1::RECEIPT_KIND_SHOWN, this->device_, 3).ok());
  ASSERT_TRUE(this->Take(v1::RECEIPT_KIND_REFUSED, this->lead_, 4).ok());
  EXPECT_TRUE(this->Take(v1::RECEIPT_KIND_REFUSED, this->lead_, 4).ok()) << "again";
  this->Restart();
  const model::Alert refused = this->Stored();
  EXPECT_EQ(refused.state, v1::ALERT_STATE_REDIRECTED);
  EXPECT_EQ(refused.refused, v1::REFUSAL_REASON_LEFT);
  EXPECT_FALSE(refused.breach_at) << "nobody had read it";
  const auto cases = this->store().CasesOf(this->night_.incident.id).value();
  ASSERT_EQ(cases.size(), 2u);
  EXPECT_EQ(cases[1].child_ref, refused.child_ref);
  EXPECT_EQ(cases[1].reason, v1::REASON_REFUSED);
  EXPECT_EQ(cases[1].deadline, refused.deadline);
  EXPECT_FALSE(cases[1].decision);
  EXPECT_EQ(this->store().Count()->cases_open, 2u);
  EXPECT_TRUE(FindIn(this->store(), "q").at(0).disputed);
  // The same roll once more changes nothing; one that says otherwise is believed.
  std::vector<RollEntry> roll = {PupilOf("1", "Quillfeather", {"q"})};
  ASSERT_TRUE(this->store().ImportRoll(kHythe, roll, RollMode::kReplace, At(20), {}).ok());
  EXPECT_TRUE(FindIn(this->store(), "q").at(0).disputed);
  roll[0].pupil.address = model::PersonText("2 Mill Lane");
  ASSERT_TRUE(this->store().ImportRoll(kHythe, roll, RollMode::kReplace, At(21), {}).ok());
  EXPECT_FALSE(FindIn(this->store(), "q").at(0).disputed);
}

// An officer chose that entry for another night's child.
TYPED_TEST(RevisionContract, WhatAnOfficerChoseDisputesTheRollUnlessAMachineHadDoubtedIt) {
  const auto disputed = [&](const char* reference, v1::Reason reason, v1::RefusalReason refusal) {
    NewIncident night = NightOf(kKent, reference, 1, {});
    night.cases[0].reason = night.incident.children.back().reason = reason;
    EXPECT_TRUE(this->store().AcceptIncident(night).ok());
    NewDecision decision = DecisionOf(night, "wren", 4, {kHythe});
    decision.alerts[0].local_id = base::LocalId("1");
    EXPECT_TRUE(this->store().DecideCase(decision).ok());
    const NewSealing sealing = SealingOf(decision.alerts[0], 1, {this->lead_.id});
    EXPECT_TRUE(this->store().RecordSealings(absl::MakeConstSpan(&sealing, 1)).front().ok());
    EXPECT_TRUE(this->Take(v1::RECEIPT_KIND_REFUSED, this->lead_, 5, &sealing, refusal).ok());
    EXPECT_EQ(this->store().CasesOf(night.incident.id)->at(0).reason, v1::REASON_REFUSED);
    const bool doubted = FindIn(this->store(), "q").at(0).disputed;
    // Another roll is believed.
    std::vector<RollEntry> roll = {PupilOf("1", "Quillfeather", {"q"})};
    roll[0].pupil.address = model::PersonText(reference);
    EXPECT_TRUE(this->store().ImportRoll(kHythe, roll, RollMode::kReplace, At(20), {}).ok());
    return doubted;
  };
  const auto never = v1::REFUSAL_REASON_NEVER_HERE;
  EXPECT_FALSE(disputed("51-2026", v1::REASON_NOT_CORROBORATED, never)) << "another child's entry";
  EXPECT_TRUE(disputed("52-2026", v1::REASON_NOT_CORROBORATED, v1::REFUSAL_REASON_LEFT));
  EXPECT_TRUE(disputed("53-2026", v1::REASON_NOT_UNIQUE, never));
  EXPECT_TRUE(disputed("54-2026", v1::REASON_REFUSED, never));
}

// What a machine placed by that entry, and an officer has placed elsewhere since.
TYPED_TEST(RevisionContract, AnOfficersChoiceOfAnotherSchoolClearsNoEntry) {
  NewIncident night = NightOf(kKent, "55-2026", 1, {kHythe});
  night.alerts[0].local_id = base::LocalId("1");
  night.alerts[0].child_ref = night.cases[0].child_ref;
  night.incident.children.erase(night.incident.children.begin());
  night.cases[0].reason = night.incident.children[0].reason = v1::REASON_NOT_CORROBORATED;
  ASSERT_TRUE(this->store().AcceptIncident(night).ok());
  const NewSealing sealing = SealingOf(night.alerts[0], 1, {this->lead_.id});
  ASSERT_TRUE(this->store().RecordSealings(absl::MakeConstSpan(&sealing, 1)).front().ok());
  ASSERT_TRUE(this->store().DecideCase(DecisionOf(night, "wren", 4, {kSaltwood})).ok());
  ASSERT_TRUE(
      this->Take(v1::RECEIPT_KIND_REFUSED, this->lead_, 5, &sealing, v1::REFUSAL_REASON_NEVER_HERE)
          .ok());
  EXPECT_TRUE(FindIn(this->store(), "q").at(0).disputed);
}

TYPED_TEST(RevisionContract, ARefusalOfWhatWasReadIsABreach) {
  ASSERT_TRUE(this->Take(v1::RECEIPT_KIND_ACKNOWLEDGED, this->lead_, 3).ok());
  ASSERT_TRUE(this->Take(v1::RECEIPT_KIND_REFUSED, this->lead_, 4).ok());
  EXPECT_EQ(this->Stored().state, v1::ALERT_STATE_REDIRECTED);
  EXPECT_FALSE(this->Stored().acknowledged_at);
  EXPECT_EQ(this->Stored().breach_at, At(4));
}

TYPED_TEST(RevisionContract, OpeningWhatWasTakenBackIsABreachToo) {
  ASSERT_TRUE(this->Take(v1::RECEIPT_KIND_REFUSED, this->lead_, 4).ok());
  ASSERT_TRUE(this->Take(v1::RECEIPT_KIND_OPENED, this->lead_, 9).ok());
  EXPECT_EQ(this->Stored().state, v1::ALERT_STATE_REDIRECTED);
  EXPECT_EQ(this->Stored().breach_at, At(9));
}

// In whatever order its receipts come.
TYPED_TEST(RevisionContract, WhoStillHoldsWhatWasTakenBackIsKnownUntilTheySayThatItIsDestroyed) {
  ASSERT_TRUE(this->Take(v1::RECEIPT_KIND_RECEIVED, this->device_, 3).ok());
  EXPECT_TRUE(this->Left().empty()) << "it is theirs to hold";
  ASSERT_TRUE(this->Take(v1::RECEIPT_KIND_REFUSED, this->lead_, 4).ok());
  ASSERT_TRUE(this->Take(v1::RECEIPT_KIND_RECEIVED, this->second_, 5).ok());
  this->Restart();
  auto left = this->Left();
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].alert, this->Stored());
  EXPECT_EQ(left[0].devices, (std::set<base::RecipientId>{this->device_.id, this->second_.id}));
  EXPECT_TRUE(this->Left(kSaltwood).empty());
  ASSERT_TRUE(this->Take(v1::RECEIPT_KIND_ERASED, this->device_, 6).ok());
  EXPECT_EQ(this->Left().at(0).devices, std::set<base::RecipientId>{this->second_.id});
  ASSERT_TRUE(this->Take(v1::RECEIPT_KIND_ERASED, this->second_, 6).ok());
  EXPECT_TRUE(this->Left().empty());
}

TYPED_TEST(RevisionContract, LeftBehindArePagedInOrder) {
  ASSERT_TRUE(this->Take(v1::RECEIPT_KIND_RECEIVED, this->device_, 3).ok());
  ASSERT_TRUE(this->Take(v1::RECEIPT_KIND_REFUSED, this->lead_, 4).ok());
  const NewIncident other = NightOf(kKent, "43-2026", 1, {kHythe});
  const NewSealing sealing = SealingOf(other.alerts[0], 1, {this->lead_.id});
  ASSERT_TRUE(this->store().AcceptIncident(other).ok());
  ASSERT_TRUE(this->store().RecordSealings(absl::MakeConstSpan(&sealing, 1)).front().ok());
  ASSERT_TRUE(this->Take(v1::RECEIPT_KIND_RECEIVED, this->device_, 5, &sealing).ok());
  ASSERT_TRUE(this->Take(v1::RECEIPT_KIND_REFUSED, this->lead_, 6, &sealing).ok());
  const auto all = this->Left(), page_by_page = this->Left(kHythe, 1);
  ASSERT_EQ(all.size(), 2u);
  ASSERT_EQ(page_by_page.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(all[i].alert, page_by_page[i].alert);
  EXPECT_FALSE(this->store().StillHeld(kHythe, "no token", 1).ok());
}

// Asked first: what is said of identity alone shows it and no more, and *ours* asks for the whole.
TYPED_TEST(RevisionContract, IdentityAloneIsNeitherOpenedNorAcknowledged) {
  NewIncident asked = NightOf(kKent, "44-2026", 1, {kHythe});
  asked.alerts[0].ours.asked = true;
  ASSERT_TRUE(this->store().AcceptIncident(asked).ok());
  const base::AlertId& id = asked.alerts[0].id;
  NewSealing whole = SealingOf(asked.alerts[0], 1, {this->lead_.id});
  EXPECT_EQ(this->store().RecordSealings(absl::MakeConstSpan(&whole, 1)).front().code(),
            Code::kFailedPrecondition);
  NewSealing identity = whole;
  identity.sealing.part = v1::PART_IDENTITY;
  ASSERT_TRUE(this->store().RecordSealings(absl::MakeConstSpan(&identity, 1)).front().ok());
  ASSERT_TRUE(this->Take(v1::RECEIPT_KIND_OPENED, this->lead_, 3, &identity).ok());
  ASSERT_TRUE(this->Take(v1::RECEIPT_KIND_ACKNOWLEDGED, this->lead_, 4, &identity).ok());
  EXPECT_EQ(this->store().GetAlert(id)->state, v1::ALERT_STATE_SHOWN);
  ASSERT_TRUE(this->Take(v1::RECEIPT_KIND_OURS, this->lead_, 5, &identity).ok());
  this->Restart();
  EXPECT_EQ(this->store().GetAlert(id)->ours.at, At(5));
  whole = SealingOf(this->store().GetAlert(id).value(), 2, {this->lead_.id});
  ASSERT_TRUE(this->store().RecordSealings(absl::MakeConstSpan(&whole, 1)).front().ok());
  ASSERT_TRUE(this->Take(v1::RECEIPT_KIND_OPENED, this->lead_, 6, &whole).ok());
  EXPECT_EQ(this->store().GetAlert(id)->state, v1::ALERT_STATE_OPENED);
}

}  // namespace
}  // namespace firstbell::store
