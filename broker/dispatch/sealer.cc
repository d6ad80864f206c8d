#include "broker/dispatch/sealer.h"

#include "broker/dispatch/compose.h"
#include "broker/model/incident.h"
#include "broker/sealing/envelope.h"

namespace firstbell::dispatch {
namespace {

model::Event SealedEvent(const model::Alert& alert, const model::Sealing& sealing) {
  return model::Event(model::EventKind::kAlertSealed, sealing.sealed_at)
      .With(alert.id)
      .With(alert.force)
      .With(alert.urn)
      .WithNumber("sealing", sealing.number)
      .WithNumber("people", static_cast<std::int64_t>(sealing.people.size()))
      .WithDigest("ciphertext_sha256", sealing.ciphertext_sha256);
}

}  // namespace

base::Result<model::Sealing> Sealer::Seal(const model::Alert& alert,
                                          const std::vector<model::Recipient>& people,
                                          absl::Time now) {
  FB_ASSIGN_OR_RETURN(const store::Incident stored, store_.GetIncident(alert.incident_id));
  FB_ASSIGN_OR_RETURN(const base::Secret canonical, vault_.Open(stored.content, stored.id.value()));
  FB_ASSIGN_OR_RETURN(const model::Incident incident,
                      model::Incident::FromCanonical(canonical.Reveal()));
  FB_ASSIGN_OR_RETURN(const v1::AlertContent content, Compose(incident, alert));
  FB_ASSIGN_OR_RETURN(model::Sealing sealing,
                      sealing::SealAlert(alert, content, people, envelope_key_, now));
  const store::NewSealing recorded{sealing, {SealedEvent(alert, sealing)}};
  // If we die before this returns, nothing was sent and the next look seals anew; if after, the
  // next look sends these very bytes.
  FB_RETURN_IF_ERROR(store_.RecordSealings({&recorded, 1}).front());
  return sealing;
}

}  // namespace firstbell::dispatch
