#include "broker/server/authorisation.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace firstbell::server {
namespace {

using registry::Role;

struct Row {
  Method method;
  std::string_view name;
  std::vector<Role> roles;
};

const std::array<Row, 45>& Table() {
  static const std::array<Row, 45> table = {{
      {Method::kSubmitIncident, "SubmitIncident", {Role::kForce}},
      {Method::kSubmitIncidents, "SubmitIncidents", {Role::kForce}},
      {Method::kWithdrawIncident, "WithdrawIncident", {Role::kForce}},
      {Method::kGetIncident, "GetIncident", {Role::kForce, Role::kOfficer}},
      {Method::kListIncidents, "ListIncidents", {Role::kForce, Role::kOfficer}},
      {Method::kWatchIncident, "WatchIncident", {Role::kForce, Role::kOfficer}},
      {Method::kListCases, "ListCases", {Role::kOfficer}},
      {Method::kGetCase, "GetCase", {Role::kOfficer}},
      {Method::kDecideCase, "DecideCase", {Role::kOfficer}},
      {Method::kListCalls, "ListCalls", {Role::kOfficer}},
      {Method::kRecordCall, "RecordCall", {Role::kOfficer}},
      {Method::kGetReplies, "GetReplies", {Role::kOfficer}},
      {Method::kListDeliveries, "ListDeliveries", {Role::kAuditor}},
      {Method::kGetDelivery, "GetDelivery", {Role::kAuditor}},
      {Method::kGetCheckpoint, "GetCheckpoint", {Role::kAuditor}},
      {Method::kReadEntries, "ReadEntries", {Role::kAuditor}},
      {Method::kExportDeliveries, "ExportDeliveries", {Role::kAuditor}},
      {Method::kGetStatistics, "GetStatistics", {Role::kAuditor}},
      {Method::kListSchoolsWithoutLink, "ListSchoolsWithoutLink", {Role::kAuditor}},
      {Method::kGetProofs, "GetProofs", {Role::kAuditor}},
      {Method::kAddCosignature, "AddCosignature", {Role::kAuditor}},
      {Method::kImportSchools, "ImportSchools", {Role::kOperator}},
      {Method::kImportRoll, "ImportRoll", {Role::kOperator}},
      {Method::kImportBankHolidays, "ImportBankHolidays", {Role::kOperator}},
      {Method::kImportCalendars, "ImportCalendars", {Role::kOperator}},
      {Method::kGetCalendar, "GetCalendar", {Role::kOperator}},
      {Method::kCheckCalendars, "CheckCalendars", {Role::kOperator}},
      {Method::kSetLadder, "SetLadder", {Role::kOperator}},
      {Method::kGetLadder, "GetLadder", {Role::kOperator}},
      {Method::kSetPolicy, "SetPolicy", {Role::kOperator}},
      {Method::kGetPolicy, "GetPolicy", {Role::kOperator}},
      {Method::kSetWakeUps, "SetWakeUps", {Role::kOperator}},
      {Method::kGetWakeUps, "GetWakeUps", {Role::kOperator}},
      {Method::kListWakeUps, "ListWakeUps", {Role::kOperator}},
      {Method::kTestWakeUps, "TestWakeUps", {Role::kOperator}},
      {Method::kGetSchool, "GetSchool", {Role::kOperator}},
      {Method::kSetSchoolHours, "SetSchoolHours", {Role::kOperator}},
      {Method::kSetDirectLines, "SetDirectLines", {Role::kOperator}},
      {Method::kCreateEnrolmentCode, "CreateEnrolmentCode", {Role::kOperator}},
      {Method::kListRecipients, "ListRecipients", {Role::kOperator}},
      {Method::kRevokeRecipient, "RevokeRecipient", {Role::kOperator}},
      {Method::kSetDuty, "SetDuty", {Role::kOperator}},
      {Method::kIssueCertificate, "IssueCertificate", {Role::kOperator}},
      {Method::kGetStatus, "GetStatus", {Role::kOperator}},
      {Method::kAdvanceClock, "AdvanceClock", {Role::kOperator}},
  }};
  return table;
}

const Row& RowOf(Method method) {
  const auto& table = Table();
  const auto row = std::find_if(table.begin(), table.end(),
                                [&](const Row& one) { return one.method == method; });
  FB_CHECK(row != table.end());
  return *row;
}

}  // namespace

std::string_view Name(Method method) {
  return RowOf(method).name;
}

bool Allowed(Role role, Method method) {
  const std::vector<Role>& roles = RowOf(method).roles;
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

base::Result<registry::Identity> Authorise(absl::Span<const std::string> uris, Method method) {
  if (uris.size() != 1) {
    return base::Unauthenticated(
        "the client certificate must carry exactly one URI subjectAltName, urn:firstbell:…");
  }
  const auto identity = registry::ParseIdentity(uris.front());
  if (!identity.ok()) return base::Unauthenticated(base::Message(identity.status()));
  if (!Allowed(identity->role, method)) {
    return base::PermissionDenied("a certificate of role " +
                                  std::string(registry::Word(identity->role)) + " may not call " +
                                  std::string(Name(method)));
  }
  return *identity;
}

}  // namespace firstbell::server
