#include "clients/school/roll_answers.h"

#include <algorithm>
#include <utility>

namespace firstbell::school {
namespace {

// By the header that was verified when it came. Nothing: the broker sent none.
base::Result<std::optional<v1::IdentityProbe>> ProbeOf(LocalStore& store,
                                                       const link::SealingRef& about) {
  FB_ASSIGN_OR_RETURN(const std::string bytes, store.Envelope(about));
  v1::SealedEnvelope envelope;
  v1::EnvelopeHeader header;
  if (!envelope.ParseFromString(bytes) || !header.ParseFromString(envelope.header())) {
    return base::DataLoss("the kept alert " + about.alert_id.value() + " is damaged");
  }
  if (!header.has_probe()) return std::optional<v1::IdentityProbe>();
  return std::optional(header.probe());
}

}  // namespace

void RollAnswers::Use(std::vector<sealing::IdentityText> pupils) {
  pupils_ = std::move(pupils);
  progress_.reset();
  settled_.clear();
}

std::optional<link::SealingRef> RollAnswers::Next(const std::vector<HeldAlert>& asked) const {
  if (pupils_.empty()) return std::nullopt;
  const auto open = std::find_if(asked.begin(), asked.end(), [&](const HeldAlert& alert) {
    const auto settled = settled_.find(alert.newest.alert_id);
    return settled == settled_.end() || settled->second < alert.newest.revision;
  });
  return open == asked.end() ? std::nullopt : std::optional(open->newest);
}

std::optional<RollSays> RollAnswers::Compare(const link::SealingRef& about,
                                             const v1::IdentityProbe& probe) {
  if (!progress_ || progress_->about != about) progress_ = Progress{about};
  const std::size_t end = std::min(pupils_.size(), progress_->next + kComparedAtOnce);
  for (; progress_->next < end; ++progress_->next) {
    progress_->alike += sealing::IsOf(probe, pupils_[progress_->next]) ? 1 : 0;
  }
  const std::size_t alike = progress_->alike;
  if (alike < 2 && progress_->next < pupils_.size()) return std::nullopt;
  progress_.reset();
  if (alike == 0) return RollSays::kNobody;
  return alike == 1 ? RollSays::kOurs : RollSays::kSeveral;
}

void RollAnswers::Settle(const link::SealingRef& about) {
  std::uint32_t& settled = settled_[about.alert_id];
  settled = std::max(settled, about.revision);
}

base::Result<std::optional<RollAnswer>> AnswerByRoll(LocalStore& store, RollAnswers& answers,
                                                     const link::Signer& device, absl::Time now) {
  FB_ASSIGN_OR_RETURN(const std::vector<HeldAlert> asked, store.AskedAlerts());
  const auto about = answers.Next(asked);
  if (!about) return std::optional<RollAnswer>();
  const auto probe = ProbeOf(store, *about);
  // One that cannot be read is people's, and keeps no other waiting.
  const bool readable = probe.ok() || absl::IsUnavailable(probe.status());
  if (!readable || (probe.ok() && !*probe)) answers.Settle(*about);
  if (!probe.ok()) return probe.status();
  if (!*probe) return std::optional<RollAnswer>();
  const auto says = answers.Compare(*about, **probe);
  if (!says) return std::optional<RollAnswer>();
  if (says == RollSays::kOurs) {
    const auto ours = link::SignToQueue(*about, v1::RECEIPT_KIND_OURS, device, now);
    FB_RETURN_IF_ERROR(store.QueueReceipt(ours).status());
  }
  answers.Settle(*about);
  return std::optional(RollAnswer{about->alert_id, *says});
}

}  // namespace firstbell::school
