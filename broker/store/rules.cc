#include "broker/store/rules.h"

#include <algorithm>
#include <numeric>

namespace firstbell::store {

std::vector<base::ChildRef> ChildrenOf(const Incident& incident) {
  std::vector<base::ChildRef> children;
  for (const ChildAnswer& answer : incident.children) children.push_back(answer.child_ref);
  return children;
}

Status CheckSameContent(const Incident& stored, const Incident& given) {
  if (stored.digest == given.digest) return base::OkStatus();
  return base::AlreadyExists("other content stands under this reference already");
}

namespace {

Status ChangedMeanwhile() {
  return base::FailedPrecondition("this incident has changed since it was read; read it again");
}

}  // namespace

Status CheckFollows(const Incident& stored, const NewRevision& given) {
  return stored.revision == given.follows ? base::OkStatus() : ChangedMeanwhile();
}

Status CheckUnchanged(absl::Span<const model::Alert> stored, const NewRevision& given) {
  const bool same = std::equal(stored.begin(), stored.end(), given.alerts_before.begin(),
                               given.alerts_before.end());
  return same ? base::OkStatus() : ChangedMeanwhile();
}

Status CheckUnchanged(const model::Case* stored, const CaseChange& given) {
  const bool same = stored == nullptr ? !given.before : given.before && *stored == *given.before;
  return same ? base::OkStatus() : ChangedMeanwhile();
}

Status CheckRoll(absl::Span<const RollEntry> entries) {
  std::set<base::LocalId> seen;
  for (const RollEntry& entry : entries) {
    if (!seen.insert(entry.pupil.local_id).second) {
      return base::InvalidArgument("a local_id stands twice in this roll; nothing was imported");
    }
  }
  return base::OkStatus();
}

Status CheckRoll(const SchoolRoll& roll) {
  const Status checked = CheckRoll(roll.entries);
  return checked.ok() ? checked : base::Annotate(checked, "the roll of " + roll.urn.ToString());
}

Status CheckNoPupils(std::uint64_t pupils) {
  if (pupils == 0) return base::OkStatus();
  return base::FailedPrecondition(
      "pupils stand on the rolls already; only the first rolls are loaded at once. Import each "
      "school's roll");
}

Status RollTwice(base::Urn urn) {
  return base::InvalidArgument("the roll of " + urn.ToString() +
                               " comes twice in this load; nothing was imported");
}

namespace {

// FNV-1a, never 0.
std::uint32_t HashOf(std::string_view text) {
  std::uint32_t hash = 0x811c9dc5;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193;
  return hash == 0 ? 1 : hash;
}

// A temporary UPN gives way to the pupil's own.
Claim::Who WhoIs(const model::Pupil& pupil) {
  const bool own = pupil.upn && !pupil.upn->Reveal().temporary();
  return {HashOf(pupil.given_names.Reveal()), HashOf(pupil.family_name.Reveal()),
          HashOf(model::FormatDate(pupil.date_of_birth.Reveal())),
          own ? HashOf(pupil.upn->Reveal().value()) : 0};
}

}  // namespace

Claim ClaimAfter(const model::Pupil& before, const Claim& claim, const model::Pupil& after,
                 absl::Time now) {
  Claim::Who first = claim.as.value_or(WhoIs(before));
  const Claim::Who fresh = WhoIs(after);
  const int same = (first[0] == fresh[0]) + (first[1] == fresh[1]) + (first[2] == fresh[2]);
  const bool other_upn = first[3] != 0 && fresh[3] != 0 && first[3] != fresh[3];
  if (same < 2 || other_upn) return {now, std::nullopt};
  if (first[3] == 0) first[3] = fresh[3];
  return {claim.at, first == fresh ? std::nullopt : std::optional(first)};
}

void Promising::Look(std::uint64_t fingerprint, base::Urn urn, std::string_view local_id) {
  const int promise = query_.promise(fingerprint, urn);
  if (promise < query_.least) return;
  best_ = std::max(best_, promise);
  // As many of this block come before it as are ever read.
  const auto place =
      static_cast<std::size_t>(std::clamp(promise, 0, static_cast<int>(in_block_.size()) - 1));
  const auto before = std::accumulate(in_block_.begin() + static_cast<std::ptrdiff_t>(place),
                                      in_block_.end(), std::uint32_t{0});
  const bool exact = promise >= 0 && place + 1 < in_block_.size();
  if (exact && before >= limits::kPupilsCompared) {
    skipped_ = std::max(skipped_, promise);
    return;
  }
  ++in_block_[place];
  looked_at_.push_back({-promise, urn, base::LocalId(std::string(local_id))});
}

std::vector<std::pair<base::Urn, base::LocalId>> Promising::Take() {
  std::sort(looked_at_.begin(), looked_at_.end());
  looked_at_.erase(std::unique(looked_at_.begin(), looked_at_.end()), looked_at_.end());
  std::vector<std::pair<base::Urn, base::LocalId>> best;
  const int spread = Enough() ? query_.spread_of_enough : query_.spread;
  const auto behind = [&](int promise) { return std::int64_t{best_} - promise > spread; };
  full_ = !looked_at_.empty() && !behind(skipped_);
  for (One& one : looked_at_) {
    if (behind(-one.promise) && (Enough() || best.size() >= limits::kCandidates)) break;
    full_ |= best.size() == limits::kPupilsCompared;
    if (best.size() == limits::kPupilsCompared) break;
    best.emplace_back(one.urn, std::move(one.id));
  }
  return best;
}

void CountYear(const model::SchoolYear& before, const model::SchoolYear& after,
               ImportCounts& counts) {
  const model::SchoolYear nothing;
  if (before == after) {
    ++counts.unchanged;
  } else if (before == nothing) {
    ++counts.added;
  } else {
    ++(after == nothing ? counts.removed : counts.changed);
  }
}

Status CheckAgainstGrant(const model::EnrolmentGrant& grant, const model::Recipient& recipient) {
  if (!grant.used_by.empty()) return NoSuchGrant();
  if (grant.urn != recipient.urn || grant.role != recipient.role) {
    return base::FailedPrecondition("the enrolment code is for another school or another role");
  }
  return base::OkStatus();
}

Status NoSuchGrant() {
  return base::NotFound("the enrolment code is unknown, used or expired; ask for a new one");
}

Status GrantThere() {
  return base::AlreadyExists("this enrolment code was handed out before");
}

Status RecipientThere() {
  return base::AlreadyExists("a recipient with this id is enrolled");
}

Status CurveKeyInForce() {
  return base::AlreadyExists("a device with this CURVE key is enrolled; make a new key");
}

Status TooManyRecipients() {
  return base::ResourceExhausted("the school has " + std::to_string(limits::kRecipientsPerSchool) +
                                 " recipients in force; revoke one first");
}

Status CheckDuty(const model::Recipient& recipient) {
  if (!recipient.is_device() && recipient.in_force()) return base::OkStatus();
  return base::FailedPrecondition("only a person who is in force has a duty");
}

model::Recipient AfterDuty(model::Recipient recipient, const NewDuty& duty) {
  if (recipient.duty_at && duty.at < *recipient.duty_at) return recipient;
  recipient.duty = duty.duty;
  recipient.duty_at = duty.at;
  return duty.by_person ? AfterSign(std::move(recipient), duty.at) : recipient;
}

model::Recipient AfterSign(model::Recipient recipient, absl::Time at) {
  if (!recipient.in_force()) return recipient;
  auto& last = recipient.is_device() ? recipient.linked_at : recipient.confirmed_at;
  if (!last || at >= *last + limits::kLinkedWithin) last = at;
  return recipient;
}

Status CheckSameDecision(const model::CaseDecision& stored, const model::CaseDecision& given) {
  if (model::SameDecision(stored, given)) return base::OkStatus();
  const std::string by =
      stored.by_machine() ? "by machine" : "by officer " + stored.officer.value();
  return base::AlreadyExists("this case was decided before, " + by + ": " +
                             std::string(model::Word(stored.outcome)) + ", " +
                             std::string(model::Word(stored.reason)) + "; that decision stands");
}

Status CheckToldOnce(const NewDecision& given, absl::Span<const model::Alert> alerts) {
  for (const base::Urn urn : given.decision.urns) {
    const auto living = std::count_if(alerts.begin(), alerts.end(), [&](const model::Alert& alert) {
      return alert.child_ref == given.child_ref && alert.urn == urn &&
             !model::TakenBack(alert.state);
    });
    if (living == 1) continue;
    return base::FailedPrecondition(
        "rolls have changed since the case was looked at, and what lies at a school with them: "
        "look "
        "again and decide");
  }
  return base::OkStatus();
}

absl::Time OrderOf(const model::Case& value) {
  return value.decision ? value.decision->decided_at : value.deadline;
}

Status NoSuchCase() {
  return base::NotFound("no such case");
}

Standing StandingOf(const model::Alert& alert) {
  switch (alert.state) {
    case v1::ALERT_STATE_ACKNOWLEDGED:
      return model::Late(alert, absl::InfinitePast()) ? Standing::kLate : Standing::kInTime;
    case v1::ALERT_STATE_REDIRECTED:
      return Standing::kRedirected;
    case v1::ALERT_STATE_WITHDRAWN:
      return Standing::kWithdrawn;
    default:
      return Standing::kOpen;
  }
}

std::vector<Standing> StandingsOf(const AlertFilter& filter) {
  std::vector<Standing> standings;
  const auto may_be = [&](Standing one) {
    if (filter.standing && *filter.standing != one) return false;
    const bool late = one == Standing::kLate || one == Standing::kOpen;
    if (filter.late_at && !late) return false;
    if (!filter.state) return true;
    const bool acknowledged = one == Standing::kInTime || one == Standing::kLate;
    switch (*filter.state) {
      case v1::ALERT_STATE_ACKNOWLEDGED:
        return acknowledged;
      case v1::ALERT_STATE_REDIRECTED:
        return one == Standing::kRedirected;
      case v1::ALERT_STATE_WITHDRAWN:
        return one == Standing::kWithdrawn;
      default:
        return one == Standing::kOpen;
    }
  };
  for (std::uint32_t i = 0; i < kStandings; ++i) {
    if (may_be(static_cast<Standing>(i))) standings.push_back(static_cast<Standing>(i));
  }
  return standings;
}

bool Matches(const AlertFilter& filter, const model::Alert& alert) {
  return (filter.urn.empty() || filter.urn == alert.urn) &&
         (filter.force.empty() || filter.force == alert.force) &&
         (filter.authority.empty() || filter.authority == alert.authority) &&
         (!filter.state || *filter.state == alert.state) &&
         (!filter.standing || *filter.standing == StandingOf(alert)) &&
         (!filter.rung || *filter.rung == alert.rung) &&
         (!filter.accepted_from || *filter.accepted_from <= alert.accepted_at) &&
         (!filter.accepted_before || alert.accepted_at < *filter.accepted_before) &&
         (!filter.late_at || model::Late(alert, *filter.late_at));
}

Status CheckNextSealing(const model::Alert& alert, const model::Sealing& sealing) {
  if (model::Ended(alert.state)) {
    return base::FailedPrecondition("the alert has ended; nothing more is sealed");
  }
  if (sealing.revision != alert.revision) {
    return base::FailedPrecondition("the sealing is of another revision than the alert");
  }
  if (sealing.part != model::PartOf(alert)) {
    return base::FailedPrecondition("the sealing carries another part of the alert");
  }
  if (sealing.show_from != alert.show_from || sealing.deadline != alert.deadline) {
    return base::FailedPrecondition("the alert's times have changed; seal it anew");
  }
  if (sealing.offered_to != alert.offered_to) {
    return base::FailedPrecondition("another colleague is asked by now; seal it anew");
  }
  if (sealing.number != alert.sealing + 1) {
    return base::FailedPrecondition("the sealing's number does not follow the alert's newest");
  }
  return base::OkStatus();
}

Status CheckReschedule(const model::Alert& alert, absl::Time show_from, absl::Time deadline) {
  if (show_from > alert.show_from || deadline > alert.deadline) {
    return base::FailedPrecondition("an alert never moves to later");
  }
  if (!model::Seen(alert)) return base::OkStatus();
  return base::FailedPrecondition("the alert was shown or has ended; its times stand");
}

model::Alert AfterReschedule(model::Alert alert, absl::Time show_from, absl::Time deadline) {
  alert.show_from = show_from;
  alert.deadline = deadline;
  // At once: a look before its morning may have been passed by.
  if (alert.climb_at) alert.climb_at = alert.accepted_at;
  return alert;
}

Status CheckRedirect(const model::Alert& alert, const base::IncidentId& incident,
                     const base::ChildRef& child) {
  const bool of_child = alert.incident_id == incident && alert.child_ref == child;
  if (!of_child) return NoSuchAlert();
  if (!model::Seen(alert)) return base::OkStatus();
  return base::FailedPrecondition("the alert was shown or has ended; its school keeps it");
}

Status CheckReopen(const model::Case& value) {
  if (!value.decision || value.decision->by_machine()) return base::OkStatus();
  return base::FailedPrecondition("a person has decided on this child; that decision stands");
}

model::Alert AfterRedirect(model::Alert alert, absl::Time at) {
  alert.state = v1::ALERT_STATE_REDIRECTED;
  alert.changed_at = at;
  return alert;
}

model::Alert AfterWithdrawal(model::Alert alert, std::uint32_t revision, absl::Time at) {
  if (model::Opened(alert)) alert.opened_revision = alert.revision;
  alert.revision = revision;
  alert.state = v1::ALERT_STATE_WITHDRAWN;
  alert.changed_at = at;
  alert.acknowledged_at.reset();
  return alert;
}

Status CheckCaseWhole(const model::Case& value, absl::Span<const model::Alert> alerts) {
  if (!value.decision) return base::OkStatus();
  const auto told = [&](base::Urn urn) {
    return std::any_of(alerts.begin(), alerts.end(), [&](const model::Alert& alert) {
      return alert.child_ref == value.child_ref && alert.urn == urn &&
             alert.state != v1::ALERT_STATE_REDIRECTED;
    });
  };
  const std::vector<base::Urn>& urns = value.decision->urns;
  const bool placed = value.decision->outcome == v1::CHILD_OUTCOME_ACCEPTED;
  const bool whole = placed == !urns.empty() && std::all_of(urns.begin(), urns.end(), told);
  if (whole) return base::OkStatus();
  return Damaged("a case against the alerts of incident", value.incident_id.value());
}

Status Damaged(std::string_view what, std::string_view id) {
  std::string message(what);
  if (!id.empty()) message.append(" ").append(id);
  return base::DataLoss(message + " does not agree with the rest of the store; restore a backup");
}

Status NoSuchSchool(base::Urn urn) {
  return base::NotFound("no school with URN " + urn.ToString() + " in the register");
}
Status NoSuchPupil() {
  return base::NotFound("no such pupil on that roll");
}
Status NoSuchAlert() {
  return base::NotFound("no such alert");
}
Status NoSuchIncident() {
  return base::NotFound("no such incident");
}
Status NoSuchRecipient() {
  return base::NotFound("no such recipient");
}
Status NoSuchSealing() {
  return base::NotFound("no such sealing");
}
Status HasIdentity() {
  return base::AlreadyExists("the store has been initialised before");
}
Status NotInitialised() {
  return base::FailedPrecondition("the store is not initialised; run firstbell-admin init");
}

}  // namespace firstbell::store
