#pragma once

// Who may call what: one table of role × method, deny by default. Identity comes from the
// certificate's URI alone. Pure; any thread.

#include <string_view>

#include "absl/types/span.h"
#include "broker/base/status.h"
#include "broker/registry/identity.h"

namespace firstbell::server {

enum class Method {
  kSubmitIncident,
  kSubmitIncidents,
  kWithdrawIncident,
  kGetIncident,
  kListIncidents,
  kWatchIncident,
  kListCases,
  kGetCase,
  kDecideCase,
  kListCalls,
  kRecordCall,
  kGetReplies,
  kListDeliveries,
  kGetDelivery,
  kGetCheckpoint,
  kReadEntries,
  kExportDeliveries,
  kGetStatistics,
  kListSchoolsWithoutLink,
  kGetProofs,
  kAddCosignature,
  kImportSchools,
  kImportRoll,
  kImportBankHolidays,
  kImportCalendars,
  kGetCalendar,
  kCheckCalendars,
  kSetLadder,
  kGetLadder,
  kSetPolicy,
  kGetPolicy,
  kSetWakeUps,
  kGetWakeUps,
  kListWakeUps,
  kTestWakeUps,
  kGetSchool,
  kSetSchoolHours,
  kSetDirectLines,
  kCreateEnrolmentCode,
  kListRecipients,
  kRevokeRecipient,
  kSetDuty,
  kIssueCertificate,
  kGetStatus,
  kAdvanceClock,
};

std::string_view Name(Method method);
bool Allowed(registry::Role role, Method method);

// The caller, from all URI subjectAltNames of its verified certificate. Unauthenticated: there is
// not exactly one, or it is not an identity of ours. PermissionDenied: its role may not call this.
base::Result<registry::Identity> Authorise(absl::Span<const std::string> uris, Method method);

}  // namespace firstbell::server
