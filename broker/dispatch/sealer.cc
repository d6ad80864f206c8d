#include "broker/dispatch/sealer.h"

#include "broker/model/incident.h"
#include "broker/placing/compose.h"
#include "broker/placing/reported.h"

namespace firstbell::dispatch {
namespace {

model::Event SealedEvent(const model::Alert& alert, const model::Sealing& sealing) {
  return model::Event(model::EventKind::kAlertSealed, sealing.sealed_at)
      .With(alert.id)
      .With(alert.force)
      .With(alert.urn)
      .With(alert.authority)
      .WithNumber("revision", sealing.revision)
      .WithNumber("sealing", sealing.number)
      .WithNumber("people", static_cast<std::int64_t>(sealing.people.size()))
      .WithWord("part", sealing.part == v1::PART_IDENTITY ? "identity" : "whole")
      .WithDigest("ciphertext_sha256", sealing.ciphertext_sha256);
}

}  // namespace

std::vector<base::Result<model::Sealing>> Sealer::Seal(absl::Span<const model::Alert> alerts,
                                                       const sealing::People& people,
                                                       absl::Time now) {
  std::vector<base::Result<model::Sealing>> sealings;
  std::vector<store::NewSealing> made;
  for (const model::Alert& alert : alerts) {
    sealings.push_back(Make(alert, people, now));
    const auto& sealing = sealings.back();
    if (sealing.ok()) made.push_back({*sealing, {SealedEvent(alert, *sealing)}});
  }
  // If we die before this returns, nothing was sent and the next look seals anew; if after, the
  // next look sends these very bytes.
  const std::vector<base::Status> recorded = store_.RecordSealings(made);
  std::size_t next = 0;
  for (auto& sealing : sealings) {
    if (!sealing.ok()) continue;
    const base::Status& status = recorded[next++];
    if (!status.ok()) sealing = status;
  }
  return sealings;
}

base::Result<model::Sealing> Sealer::Make(const model::Alert& alert, const sealing::People& people,
                                          absl::Time now) {
  FB_ASSIGN_OR_RETURN(const store::Incident stored, store_.GetIncident(alert.incident_id));
  FB_ASSIGN_OR_RETURN(const model::Incident incident, placing::Reported(vault_, stored));
  const v1::Policy policy = policies_.Of(alert.force, alert.urn);
  FB_ASSIGN_OR_RETURN(v1::AlertContent content, placing::Compose(incident, alert, policy));
  FB_RETURN_IF_ERROR(SayWhatChanged(alert, content));
  return sealing::SealAlert(alert, content, people, envelope_key_, now, policy.desk_certificate());
}

// Where what they opened was erased, everything may be new to them: nothing is marked.
base::Status Sealer::SayWhatChanged(const model::Alert& alert, v1::AlertContent& content) {
  if (alert.opened_revision == 0) return base::OkStatus();
  FB_ASSIGN_OR_RETURN(const store::Incident opened,
                      store_.GetRevision(alert.incident_id, alert.opened_revision));
  const auto incident = placing::Reported(vault_, opened);
  if (absl::IsNotFound(incident.status())) return base::OkStatus();
  if (!incident.ok()) return incident.status();
  const auto then = placing::Compose(*incident, alert, policies_.Of(alert.force, alert.urn));
  if (!then.ok()) return base::OkStatus();  // the child was not in it
  for (std::string& field : placing::ChangedFields(*then, content)) {
    content.add_changed(std::move(field));
  }
  return base::OkStatus();
}

}  // namespace firstbell::dispatch
