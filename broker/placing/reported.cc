#include "broker/placing/reported.h"

namespace firstbell::placing {

base::Result<model::Incident> Reported(sealing::Vault& vault, const store::Incident& incident) {
  FB_ASSIGN_OR_RETURN(const base::Secret canonical,
                      vault.Open(incident.content, incident.id.value()));
  return model::Incident::FromCanonical(canonical.Reveal());
}

}  // namespace firstbell::placing
