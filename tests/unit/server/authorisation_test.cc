#include "broker/server/authorisation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace firstbell::server {
namespace {

using registry::Role;
using testing::HasSubstr;

constexpr std::array<Role, 7> kRoles = {Role::kForce,    Role::kOfficer,   Role::kAuditor,
                                        Role::kOperator, Role::kAuthority, Role::kDevice,
                                        Role::kPerson};

// Each pair spelled out: a column for each role above, x where it may.
struct Row {
  Method method;
  std::string_view name;
  std::string_view may;
};
constexpr std::array<Row, 45> kTable = {{
    //                                                       force
    //                                                       |officer
    //                                                       ||auditor
    //                                                       |||operator
    //                                                       ||||authority
    //                                                       |||||device
    //                                                       ||||||person
    {Method::kSubmitIncident, "SubmitIncident", /*        */ "x------"},
    {Method::kSubmitIncidents, "SubmitIncidents", /*      */ "x------"},
    {Method::kWithdrawIncident, "WithdrawIncident", /*    */ "x------"},
    {Method::kGetIncident, "GetIncident", /*              */ "xx-----"},
    {Method::kListIncidents, "ListIncidents", /*          */ "xx-----"},
    {Method::kWatchIncident, "WatchIncident", /*          */ "xx-----"},
    {Method::kListCases, "ListCases", /*                  */ "-x-----"},
    {Method::kGetCase, "GetCase", /*                      */ "-x-----"},
    {Method::kDecideCase, "DecideCase", /*                */ "-x-----"},
    {Method::kListCalls, "ListCalls", /*                  */ "-x-----"},
    {Method::kRecordCall, "RecordCall", /*                */ "-x-----"},
    {Method::kGetReplies, "GetReplies", /*                */ "-x-----"},
    {Method::kListDeliveries, "ListDeliveries", /*        */ "--x----"},
    {Method::kGetDelivery, "GetDelivery", /*              */ "--x----"},
    {Method::kGetCheckpoint, "GetCheckpoint", /*          */ "--x----"},
    {Method::kReadEntries, "ReadEntries", /*              */ "--x----"},
    {Method::kExportDeliveries, "ExportDeliveries", /*    */ "--x----"},
    {Method::kGetStatistics, "GetStatistics", /*          */ "--x----"},
    {Method::kListSchoolsWithoutLink, "ListSchoolsWithoutLink", "--x----"},
    {Method::kGetProofs, "GetProofs", /*                  */ "--x----"},
    {Method::kAddCosignature, "AddCosignature", /*        */ "--x----"},
    {Method::kImportSchools, "ImportSchools", /*          */ "---x---"},
    {Method::kImportRoll, "ImportRoll", /*                */ "---x---"},
    {Method::kImportBankHolidays, "ImportBankHolidays", /**/ "---x---"},
    {Method::kImportCalendars, "ImportCalendars", /*      */ "---x---"},
    {Method::kGetCalendar, "GetCalendar", /*              */ "---x---"},
    {Method::kCheckCalendars, "CheckCalendars", /*        */ "---x---"},
    {Method::kSetLadder, "SetLadder", /*                  */ "---x---"},
    {Method::kGetLadder, "GetLadder", /*                  */ "---x---"},
    {Method::kSetPolicy, "SetPolicy", /*                  */ "---x---"},
    {Method::kGetPolicy, "GetPolicy", /*                  */ "---x---"},
    {Method::kSetWakeUps, "SetWakeUps", /*                */ "---x---"},
    {Method::kGetWakeUps, "GetWakeUps", /*                */ "---x---"},
    {Method::kListWakeUps, "ListWakeUps", /*              */ "---x---"},
    {Method::kTestWakeUps, "TestWakeUps", /*              */ "---x---"},
    {Method::kGetSchool, "GetSchool", /*                  */ "---x---"},
    {Method::kSetSchoolHours, "SetSchoolHours", /*        */ "---x---"},
    {Method::kSetDirectLines, "SetDirectLines", /*        */ "---x---"},
    {Method::kCreateEnrolmentCode, "CreateEnrolmentCode", "---x---"},
    {Method::kListRecipients, "ListRecipients", /*        */ "---x---"},
    {Method::kRevokeRecipient, "RevokeRecipient", /*      */ "---x---"},
    {Method::kSetDuty, "SetDuty", /*                      */ "---x---"},
    {Method::kIssueCertificate, "IssueCertificate", /*    */ "---x---"},
    {Method::kGetStatus, "GetStatus", /*                  */ "---x---"},
    {Method::kAdvanceClock, "AdvanceClock", /*            */ "---x---"},
}};

std::string UriOf(Role role) {
  switch (role) {
    case Role::kOfficer:
      return "urn:firstbell:officer:kent:7";
    case Role::kAuditor:
      return "urn:firstbell:auditor:national:x";
    case Role::kDevice:
      return "urn:firstbell:school:100001:device:x";
    case Role::kPerson:
      return "urn:firstbell:school:100001:person:x";
    default:
      return "urn:firstbell:" + std::string(registry::Word(role)) + ":x";
  }
}

TEST(AuthorisationTest, EveryRoleAndMethod) {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    const Row& row = kTable[i];
    EXPECT_EQ(static_cast<std::size_t>(row.method), i) << "a method without a row";
    EXPECT_EQ(Name(row.method), row.name);
    for (std::size_t r = 0; r < kRoles.size(); ++r) {
      const bool may = row.may[r] == 'x';
      SCOPED_TRACE(std::string(row.name) + " by " + UriOf(kRoles[r]));
      EXPECT_EQ(Allowed(kRoles[r], row.method), may);
      const auto caller = Authorise({UriOf(kRoles[r])}, row.method);
      EXPECT_EQ(caller.ok(), may);
      EXPECT_EQ(absl::IsPermissionDenied(caller.status()), !may) << caller.status();
      EXPECT_TRUE(!may || caller->role == kRoles[r]);
    }
  }
}

TEST(AuthorisationTest, ExactlyOneUriOfOurs) {
  const std::string force = "urn:firstbell:force:kent";
  for (const std::vector<std::string>& uris :
       std::vector<std::vector<std::string>>{{},
                                             {""},
                                             {force, force},
                                             {force, "https://kent.example/"},
                                             {"https://kent.example/"},
                                             {"urn:firstbell:force:Kent"},
                                             {"urn:firstbell:force:kent:x"}}) {
    EXPECT_EQ(Authorise(uris, Method::kSubmitIncident).status().code(),
              base::Code::kUnauthenticated);
  }
  EXPECT_EQ(Authorise({force}, Method::kSubmitIncident)->force(), base::ForceCode("kent"));
}

TEST(AuthorisationTest, ARefusalSaysWhichRoleAndWhichMethod) {
  const auto refused = Authorise({"urn:firstbell:auditor:national:x"}, Method::kImportRoll);
  EXPECT_THAT(std::string(base::Message(refused.status())), HasSubstr("auditor"));
  EXPECT_THAT(std::string(base::Message(refused.status())), HasSubstr("ImportRoll"));
}

}  // namespace
}  // namespace firstbell::server
