// The programs on a command line of their own: what they answer where something is wrong, and that
// they go on where it is only for a while.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "absl/strings/str_split.h"
#include "broker/base/file.h"
#include "tests/support/eventually.h"
#include "tests/support/free_ports.h"
#include "tests/support/program.h"
#include "tests/support/temp_directory.h"

namespace firstbell {
namespace {

using support::Arguments;
using support::Finished;
using support::Running;
using testing::HasSubstr;
using testing::Not;

constexpr absl::Duration kPatience = absl::Seconds(60);
constexpr char kIncident[] = FIRSTBELL_SOURCE "/proto/examples/minimal.json";

class ProgramsTest : public testing::Test {
 protected:
  // An installation `name` with an operator's and a force's certificate.
  void Init(const std::string& name) {
    const Finished made = Admin(name, InitArguments(name));
    ASSERT_EQ(made.exit_code, 0) << made.err;
    for (const std::string role : {"operator", "force"}) {
      const Finished issued = Admin(name, {"certificate", "issue", "--role", role, "--name",
                                           "invented", "--out", File(name + "-" + role)});
      ASSERT_EQ(issued.exit_code, 0) << issued.err;
    }
  }
  Arguments InitArguments(const std::string& name) {
    Arguments init = {
        "init",     "--root-keys",         File(name + "-root"), "--simulated-clock",  "--grpc",
        Address(0), "--enrolment",         Address(1),           "--public-enrolment", Address(1),
        "--link",   "tcp://" + Address(2), "--public-link",      "tcp://" + Address(2)};
    init.insert(init.end(), {"--metrics", "", "--log", ""});
    return init;
  }
  Finished Admin(const std::string& name, Arguments arguments) {
    arguments.insert(arguments.end(), {"--data", File(name)});
    return Run("firstbell-admin", std::move(arguments));
  }
  Finished AsOperator(const std::string& identity, const std::string& address) {
    return Run("firstbell-admin", {"status", "--broker", address, "--identity", File(identity)});
  }
  Finished Run(const std::string& program, Arguments arguments) {
    arguments.insert(arguments.begin(), Program(program));
    return support::RunToEnd(arguments, directory_.path());
  }
  void StartBroker(const std::string& name) {
    broker_ = std::make_unique<Running>(
        Arguments{Program("firstbell-broker"), "--data", File(name), "--simulated-clock"},
        File("broker.log"));
    ASSERT_TRUE(support::Eventually(kPatience, [&] { return Log("broker.log", "serving"); }));
  }
  bool Log(const std::string& name, const std::string& text) {
    const auto log = base::ReadFile(File(name));
    return log.ok() && log->find(text) != std::string::npos;
  }
  std::string File(const std::string& name) const { return directory_.File(name); }
  std::string Address(std::size_t index) const {
    return "127.0.0.1:" + std::to_string(ports_[index]);
  }
  static std::string Program(const std::string& name) {
    return std::string(FIRSTBELL_BIN) + "/" + name;
  }
  static auto Lines(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

  const support::TempDirectory directory_;
  const std::vector<int> ports_ = support::FreePorts(3);
  std::unique_ptr<Running> broker_;
};

TEST_F(ProgramsTest, ASecondInitLeavesTheFirstRootAlone) {
  Init("first");
  const std::string before = base::ReadFile(File("first-root") + "/root.key").value();
  Arguments second = InitArguments("second");
  second[2] = File("first-root");
  const Finished refused = Admin("second", second);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("holds a root key already"));
  EXPECT_EQ(base::ReadFile(File("first-root") + "/root.key").value(), before);
}

TEST_F(ProgramsTest, NeitherBrokerNorToolsUseAnotherInstallationsKeys) {
  Init("first");
  Init("second");
  for (const std::string program : {"firstbell-broker", "firstbell-admin"}) {
    Arguments arguments = {"--data", File("first"), "--keys", File("second.keys")};
    if (program == "firstbell-admin") arguments.insert(arguments.begin(), "status");
    if (program == "firstbell-broker") arguments.push_back("--simulated-clock");
    const Finished refused = Run(program, arguments);
    EXPECT_EQ(refused.exit_code, 1) << program;
    EXPECT_THAT(refused.err, HasSubstr("another installation")) << program;
  }
}

TEST_F(ProgramsTest, WhatIsMissingIsNamedWithTheWayOut) {
  const Finished no_data = Run("firstbell-broker", {"--data", File("nosuch")});
  EXPECT_EQ(no_data.exit_code, 1);
  EXPECT_THAT(no_data.err, HasSubstr("firstbell-admin init"));
  Init("first");
  const Finished no_keys = Run(
      "firstbell-broker", {"--data", File("first"), "--keys", File("nosuch"), "--simulated-clock"});
  EXPECT_EQ(no_keys.exit_code, 1);
  EXPECT_THAT(no_keys.err, HasSubstr("'nosuch'"));
  EXPECT_THAT(no_keys.err, HasSubstr("--keys"));
}

TEST_F(ProgramsTest, ARefusedCertificateIsNoBrokerThatIsAway) {
  Init("first");
  Init("second");
  StartBroker("first");
  EXPECT_EQ(AsOperator("first-operator", Address(0)).exit_code, 0);
  // Trusts the broker, and shows a certificate that the broker does not trust.
  std::filesystem::copy_file(File("first-operator/ca.pem"), File("second-operator/ca.pem"),
                             std::filesystem::copy_options::overwrite_existing);
  const Finished refused = AsOperator("second-operator", Address(0));
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("does not accept the certificate in 'cert.pem'"));
  EXPECT_THAT(refused.err, Not(HasSubstr("cannot be reached")));
  EXPECT_EQ(Lines(refused.err), 1);
  const Finished stranger = AsOperator("second-force", Address(0));
  EXPECT_EQ(stranger.exit_code, 1);
  EXPECT_THAT(stranger.err, HasSubstr("is not our broker"));
  EXPECT_EQ(Lines(stranger.err), 1);
  const Finished port = AsOperator("first-operator", Address(1));
  EXPECT_EQ(port.exit_code, 1);
  EXPECT_THAT(port.err, HasSubstr("enrolment"));
  EXPECT_EQ(Lines(port.err), 1);
}

TEST_F(ProgramsTest, ASubmissionWaitsForABrokerThatComesBack) {
  Init("first");
  StartBroker("first");
  broker_->Kill();
  Running submission({Program("firstbell-control"), "submit", kIncident, "--address", Address(0),
                      "--identity", File("first-force")},
                     File("control.log"));
  ASSERT_TRUE(
      support::Eventually(kPatience, [&] { return Log("control.log", "does not answer"); }));
  StartBroker("first");
  EXPECT_TRUE(support::Eventually(kPatience, [&] { return !submission.alive(); }));
  EXPECT_EQ(submission.Stop(), 0) << base::ReadFile(File("control.log")).value();
}

// --- Matching without a broker --------------------------------------------------------------

// As an operator judges a roll: an invented county, questions of which the truth is known.
class MatchTest : public ProgramsTest {
 protected:
  void SetUp() override {
    Init("first");
    ASSERT_EQ(Run("firstbell-admin",
                  {"demo-roll", File("county"), "--pupils", "3000", "--queries", "400"})
                  .exit_code,
              0);
    ASSERT_EQ(Admin("first", {"schools", "import", File("county/schools.csv")}).exit_code, 0);
    ASSERT_EQ(Admin("first", {"roll", "import", File("county/roll.csv")}).exit_code, 0);
  }
  static std::vector<std::vector<std::string>> Rows(const std::string& file) {
    std::vector<std::vector<std::string>> rows;
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);) {
      std::erase(line, '"');
      rows.push_back(absl::StrSplit(line, ','));
    }
    return rows;
  }
};

TEST_F(MatchTest, WhoIsPlacedIsWhoItIs) {
  const Finished done = Admin(
      "first", {"match", "--queries", File("county/queries.csv"), "--out", File("decisions.csv")});
  ASSERT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr(" placed, "));
  const auto decisions = Rows(File("decisions.csv")), truth = Rows(File("county/truth.csv"));
  ASSERT_EQ(decisions.size(), truth.size());
  int placed = 0, present = 0;
  for (std::size_t i = 1; i < truth.size(); ++i) {
    ASSERT_EQ(decisions[i][0], truth[i][0]);
    present += truth[i][1] == "present" ? 1 : 0;
    if (decisions[i][1] != "placed") continue;
    ++placed;
    EXPECT_EQ(decisions[i][2], truth[i][2]) << decisions[i][0];
    EXPECT_EQ(decisions[i][3], truth[i][3]) << decisions[i][0];
  }
  EXPECT_GT(placed, present / 2);
}

TEST_F(MatchTest, AnExplanationIsAWaterfallAndTheSameAgain) {
  const Arguments explain = {"match", "--queries", File("county/queries.csv"), "--explain", "Q1"};
  const Finished said = Admin("first", explain);
  ASSERT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("Question Q1: "));
  EXPECT_THAT(said.out, HasSubstr("FIELD"));
  EXPECT_THAT(said.out, HasSubstr("date of birth"));
  EXPECT_EQ(Admin("first", explain).out, said.out);
}

TEST_F(MatchTest, MistakesAreNamed) {
  EXPECT_EQ(Admin("first", {"match", "--queries", File("county/queries.csv")}).exit_code, 2);
  const Finished unknown =
      Admin("first", {"match", "--queries", File("county/queries.csv"), "--explain", "Q9999"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("query_id"));
  const std::string questions = base::ReadFile(File("county/queries.csv")).value();
  for (const std::string& out : {File("county/queries.csv"), File("no/such/folder.csv")}) {
    const Finished refused =
        Admin("first", {"match", "--queries", File("county/queries.csv"), "--out", out});
    EXPECT_EQ(refused.exit_code, 1) << out;
    EXPECT_THAT(refused.err, HasSubstr("--out"));
  }
  EXPECT_EQ(base::ReadFile(File("county/queries.csv")).value(), questions);
  const Finished other =
      Admin("first", {"match", "--queries", File("county/roll.csv"), "--out", File("d.csv")});
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.err, HasSubstr("column"));
  EXPECT_FALSE(std::filesystem::exists(File("d.csv"))) << "half an answer is none";
  EXPECT_FALSE(std::filesystem::exists(File("d.csv.part")));
}

// --- Imports ------------------------------------------------------------------------------

class ImportTest : public ProgramsTest {
 protected:
  void SetUp() override {
    Init("first");
    ASSERT_EQ(Admin("first", {"schools", "import", kSchools}).exit_code, 0);
  }
  Finished ImportRoll(const std::string& rows, const Arguments& more = {}) {
    EXPECT_TRUE(base::WriteFileDurably(File("roll.csv"), kHeader + rows, base::kOwnerOnly).ok());
    Arguments arguments = {"roll", "import", File("roll.csv")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Admin("first", arguments);
  }
  std::string Rejects() { return base::ReadFile(File("roll.csv.rejects.csv")).value_or(""); }

  static constexpr char kSchools[] = FIRSTBELL_SOURCE "/deploy/demo/schools.csv";
  static constexpr char kGood[] = "100001,P1,Mia,Invented,2017-05-04,EX1 1AA\n";
  const std::string kHeader = "urn,local_id,given_names,family_name,date_of_birth,postcode\n";
};

TEST_F(ImportTest, TheLinksSayWhatASchoolFollowedUntilOthersDo) {
  const auto import = [&](const std::string& rows) {
    EXPECT_TRUE(
        base::WriteFileDurably(File("links.csv"), "URN,LinkURN,LinkType\n" + rows, base::kOwnerOnly)
            .ok());
    return Admin("first", {"schools", "import", kSchools, "--rejects", File("schools.rejects.csv"),
                           "--links", File("links.csv")});
  };
  const auto shown = [&] { return Admin("first", {"school", "show", "100002"}).out; };
  const Finished read = import(
      "100900,100002,Successor\n100900,100800,Predecessor\n"
      "100002,100001,Sixth Form Centre Link\n1,100002,Successor\n");
  EXPECT_EQ(read.exit_code, 1);
  EXPECT_THAT(read.out, HasSubstr("1 changed"));
  EXPECT_THAT(read.out, HasSubstr("Links: 4 rows read, 2 schools followed others, 1 left aside"));
  EXPECT_THAT(base::ReadFile(File("links.csv.rejects.csv")).value_or(""), HasSubstr("5,\"URN\""));
  EXPECT_THAT(shown(), HasSubstr("100800, 100900"));
  ASSERT_EQ(Admin("first", {"schools", "import", kSchools}).exit_code, 0);
  EXPECT_THAT(shown(), HasSubstr("100800, 100900")) << "a register without links";
  EXPECT_EQ(import("100002,100001,Other\n").exit_code, 1) << "nothing in it";
  ASSERT_EQ(import("100900,100001,Successor\n").exit_code, 0);
  EXPECT_THAT(shown(), Not(HasSubstr("followed")));
}

TEST_F(ImportTest, ABirthToComeIsRejectedAndAPostcodeThatIsNoneIsNamed) {
  const Finished read = ImportRoll(std::string(kGood) +
                                   "100001,P2,Tom,Invented,2099-02-28,EX1 1AA\n"
                                   "100001,P3,Ida,Invented,2017-05-05,NOTAPOST\n");
  EXPECT_EQ(read.exit_code, 1);
  EXPECT_THAT(read.out, HasSubstr("3 rows read, 2 added"));
  EXPECT_THAT(read.out, HasSubstr("1 rejected"));
  EXPECT_THAT(Rejects(), HasSubstr("3,\"date_of_birth\",\"lies in the future\""));
  EXPECT_THAT(Rejects(), HasSubstr("4,\"postcode\",\"is not one"));
}

TEST_F(ImportTest, TheFirstRollsAreReportedAndRecordedAsAllOthersAre) {
  const std::string rows = std::string(kGood) +
                           "999999,X1,Tom,Invented,2015-02-28,EX1 1AA\n"
                           "100002,Q1,Ann,Invented,2010-05-04,EX1 1AA\n"
                           "100001,P2,Ida,Invented,never,EX1 1AA\n";
  const Finished first = ImportRoll(rows);
  EXPECT_EQ(first.exit_code, 1);
  EXPECT_THAT(first.out, HasSubstr("4 rows read, 2 added, 0 changed, 0 removed"));
  EXPECT_THAT(first.out, HasSubstr("2 rejected"));
  EXPECT_THAT(first.err, HasSubstr("100001: nobody was removed from that roll"));
  EXPECT_THAT(Rejects(), HasSubstr("3,\"urn\",\"is not in the register"));
  const Finished second = ImportRoll(rows);
  EXPECT_THAT(second.out, HasSubstr("0 added, 0 changed, 0 removed, 2 unchanged, 2 rejected"));
  EXPECT_EQ(second.err, first.err);
  const Finished verified = Admin("first", {"verify"});
  EXPECT_EQ(verified.exit_code, 0) << verified.err;
  EXPECT_THAT(Admin("first", {"school", "show", "100002"}).out, HasSubstr("1 pupil"));
  EXPECT_FALSE(std::filesystem::exists(File("first/store/roll_load")));
}

TEST_F(ImportTest, OnlyTheSchoolsConcernedAreSaidToHaveKeptEveryone) {
  ASSERT_EQ(ImportRoll(std::string(kGood) + "100002,Q1,Ann,Invented,2010-05-04,EX1 1AA\n"
                                            "100002,Q2,Ben,Invented,2010-05-04,EX1 1AA\n")
                .exit_code,
            0);
  const Finished read = ImportRoll("100001,P9,Tom,Invented,2099-02-28,\n" + std::string(kGood) +
                                   "100002,Q1,Ann,Invented,2010-05-04,EX1 1AA\n");
  EXPECT_THAT(read.out, HasSubstr("1 removed"));
  EXPECT_THAT(read.err, HasSubstr("100001: nobody was removed from that roll"));
  EXPECT_THAT(read.err, Not(HasSubstr("100002")));
}

TEST_F(ImportTest, TheRejectFileIsSureBeforeAnythingIsWrittenAndGoesWhenAllIsWell) {
  const Finished refused = ImportRoll(kGood, {"--rejects", File("no/such/folder.csv")});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(ImportRoll(kGood).out, HasSubstr("1 added"));
  ASSERT_EQ(ImportRoll("100001,P1,Mia,Invented,never,EX1 1AA\n").exit_code, 1);
  EXPECT_THAT(Rejects(), HasSubstr("date_of_birth"));
  ASSERT_EQ(ImportRoll(kGood).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(File("roll.csv.rejects.csv")));
}

TEST_F(ImportTest, AHeaderAloneIsNoImport) {
  const Finished read = ImportRoll("");
  EXPECT_EQ(read.exit_code, 1);
  EXPECT_THAT(read.err, HasSubstr("not a single row"));
}

TEST_F(ImportTest, HoursThatAreNotGivenStay) {
  ASSERT_EQ(Admin("first", {"school", "set-hours", "100001", "--bell", "08:30"}).exit_code, 0);
  const Finished set = Admin("first", {"school", "set-hours", "100001", "--closing", "15:00"});
  EXPECT_THAT(set.out, HasSubstr("bell 08:30, closing 15:00"));
  const Finished back = Admin("first", {"school", "set-hours", "100001", "--defaults"});
  EXPECT_THAT(back.out, HasSubstr("bell 08:45, closing 15:30"));
  EXPECT_THAT(Admin("first", {"school", "show", "100004"}).out, HasSubstr("goes to review"));
}

// --- Calendars ------------------------------------------------------------------------------

class CalendarTest : public ImportTest {
 protected:
  Finished ImportCalendar(const std::string& rows) {
    const std::string header = "scope,kind,first,last,weekday,window,bell,closing\n";
    EXPECT_TRUE(base::WriteFileDurably(File("days.csv"), header + rows, base::kOwnerOnly).ok());
    return Admin("first", {"calendar", "import", File("days.csv")});
  }
  std::string Month(const std::string& urn, const std::string& month) {
    const Finished shown = Admin("first", {"calendar", "show", urn, "--month", month});
    EXPECT_EQ(shown.exit_code, 0) << shown.err;
    return shown.out;
  }
  static constexpr char kTerms[] =
      "england,term,2026-01-05,2026-03-27,,,,\n"
      "england,term,2026-04-13,2026-07-21,,,,\n"
      "england,term,2026-09-02,2026-12-18,,,,\n";
};

TEST_F(CalendarTest, AMonthShowsWhatNationAuthorityAndSchoolSay) {
  const Finished read = ImportCalendar(std::string(kTerms) +
                                       "201,half_term,2026-02-14,2026-02-22,,,,\n"
                                       "100001,inset,2026-01-05,,,,,\n"
                                       "100001,hours,,,fri,,,13:00\n");
  ASSERT_EQ(read.exit_code, 0) << read.err;
  EXPECT_THAT(read.out,
              HasSubstr("6 rows read; of nations, authorities, trusts and schools 3 added"));
  EXPECT_THAT(Month("100001", "2026-01"), HasSubstr("  5 INSET    6 school"));
  EXPECT_THAT(Month("100001", "2026-02"), HasSubstr(" 16 half    17 half"));
  EXPECT_THAT(Month("100001", "2026-02"), HasSubstr("Fri window 07:30, bell 08:45, closing 13:00"));
  EXPECT_THAT(Month("100002", "2026-01"), HasSubstr("  5 school   6 school"));
  EXPECT_THAT(Month("100002", "2026-08"), HasSubstr("  3 holiday  4 holiday"));
  const Finished json =
      Admin("first", {"calendar", "show", "100001", "--month", "2026-01", "--json"});
  EXPECT_THAT(json.out, HasSubstr("CALENDAR_DAY_KIND_INSET"));
  const Finished again = ImportCalendar(kTerms);
  EXPECT_THAT(again.out, HasSubstr("1 unchanged"));
  EXPECT_EQ(Admin("first", {"verify"}).exit_code, 0);
}

TEST_F(CalendarTest, ATrustSpeaksForItsSchools) {
  std::string schools = base::ReadFile(kSchools).value();
  for (std::size_t at = 0, row = 0; (at = schools.find("\r\n", at)) != std::string::npos; ++row) {
    const std::string trust = row == 0 ? ",\"Trusts (code)\"" : row == 1 ? ",2044" : ",";
    schools.insert(at, trust);
    at += trust.size() + 2;
  }
  ASSERT_TRUE(base::WriteFileDurably(File("schools.csv"), schools, base::kOwnerOnly).ok());
  ASSERT_EQ(Admin("first", {"schools", "import", File("schools.csv")}).exit_code, 0);
  EXPECT_THAT(Admin("first", {"school", "show", "100001"}).out, HasSubstr("2044"));
  const Finished read = ImportCalendar(std::string(kTerms) + "trust:2044,inset,2026-01-05,,,,,\n" +
                                       "trust:9,inset,2026-01-05,,,,,\n");
  ASSERT_EQ(read.exit_code, 0) << read.err;
  EXPECT_THAT(read.err, HasSubstr("the trust 9"));
  EXPECT_THAT(Month("100001", "2026-01"), HasSubstr("  5 INSET    6 school"));
  EXPECT_THAT(Month("100002", "2026-01"), HasSubstr("  5 school   6 school"));
}

TEST_F(CalendarTest, AScopeWithAFaultyRowIsLeftOutWholeAndTheOthersAreTaken) {
  const Finished read = ImportCalendar(std::string(kTerms) +
                                       "100001,term,2026-01-05,2026-03-27,,,,\n"
                                       "100001,term,13/04/2026,2026-07-21,,,,\n"
                                       "100002,term,2026-01-05,2026-03-27,,,,\n"
                                       "100002,term,2026-03-27,2026-07-21,,,,\n"
                                       "999999,inset,2026-01-05,,,,,\n"
                                       "888,inset,2026-01-05,,,,,\n");
  EXPECT_EQ(read.exit_code, 1);
  EXPECT_THAT(read.out, HasSubstr("2 added, 0 changed, 0 removed, 0 unchanged, 3 left out"));
  EXPECT_THAT(read.err, HasSubstr("authority 888"));
  const std::string rejects = base::ReadFile(File("days.csv.rejects.csv")).value_or("");
  EXPECT_THAT(rejects, HasSubstr("6,\"first\""));
  EXPECT_THAT(rejects, HasSubstr("overlap"));
  EXPECT_THAT(rejects, HasSubstr("9,\"scope\",\"is no school of the register"));
  const Finished mended = ImportCalendar(kTerms);
  EXPECT_EQ(mended.exit_code, 0) << mended.err;
  EXPECT_FALSE(std::filesystem::exists(File("days.csv.rejects.csv")));
}

TEST_F(CalendarTest, APublishedCalendarIsTakenForOneScopeOrNotAtAll) {
  const auto import = [&](const std::string& more, const Arguments& scope = {"--scope", "100001"}) {
    const auto day = [](const std::string& name, const std::string& date) {
      return "BEGIN:VEVENT\nSUMMARY:" + name + "\nDTSTART:" + date + "\nEND:VEVENT\n";
    };
    const std::string file = "BEGIN:VCALENDAR\n" + day("INSET", "20260105") +
                             day("Concert for Zoe", "20260106") + day("INSET for Zoe", "20260107") +
                             more + "END:VCALENDAR\n";
    EXPECT_TRUE(base::WriteFileDurably(File("s.ics"), file, base::kOwnerOnly).ok());
    Arguments arguments = {"calendar", "import", File("s.ics")};
    arguments.insert(arguments.end(), scope.begin(), scope.end());
    return Admin("first", arguments);
  };
  EXPECT_EQ(import("", {}).exit_code, 2);
  EXPECT_EQ(import("", {"--scope", "Kent"}).exit_code, 2);
  const Finished endless =
      import("BEGIN:VEVENT\nSUMMARY:Term starts\nDTSTART:20260108\nEND:VEVENT\n");
  EXPECT_EQ(endless.exit_code, 1);
  EXPECT_THAT(base::ReadFile(File("s.ics.rejects.csv")).value_or(""), HasSubstr("14,\"SUMMARY\""));
  EXPECT_THAT(Month("100001", "2026-01"), Not(HasSubstr("INSET")));
  const Finished taken = import("");
  ASSERT_EQ(taken.exit_code, 0) << taken.err;
  EXPECT_THAT(taken.out, HasSubstr("3 events read"));
  EXPECT_THAT(taken.out, HasSubstr("1 events say nothing"));
  EXPECT_THAT(taken.out, HasSubstr("line 10, the event speaks of school days"));
  EXPECT_THAT(taken.out + taken.err, Not(HasSubstr("Zoe")));
  EXPECT_THAT(Month("100001", "2026-01"), HasSubstr("  5 INSET"));
}

TEST_F(CalendarTest, ACheckListsWhatIsMissing) {
  const Finished none = Admin("first", {"calendar", "check"});
  EXPECT_EQ(none.exit_code, 0) << none.err;
  EXPECT_THAT(none.out, HasSubstr("Elm Park Primary School"));
  EXPECT_THAT(none.out, HasSubstr("no terms are known"));
  EXPECT_THAT(none.out, Not(HasSubstr("Birch Lane"))) << "closed";
  ASSERT_EQ(ImportCalendar("england,term,2098-01-05,2099-01-04,,,,\n"
                           "england,term,2099-06-01,2099-12-18,,,,\n")
                .exit_code,
            0);
  const Finished gap = Admin("first", {"calendar", "check", "--json"});
  EXPECT_THAT(gap.out, HasSubstr("CALENDAR_PROBLEM_GAP"));
  EXPECT_THAT(gap.out, HasSubstr("2099-01-05"));
}

TEST_F(ProgramsTest, WrongUsageEndsWithTwo) {
  const std::vector<std::pair<std::string, Arguments>> wrong = {
      {"firstbell-control", {"submit", File("nosuch.json"), "--identity", File("x")}},
      {"firstbell-control", {"list", "--limit", "-1"}},
      {"firstbell-admin", {"clock", "advance", "--by", "foo"}},
      {"firstbell-admin", {"clock", "advance", "--at", "25:00"}},
      {"firstbell-admin", {"school", "set-hours", "100001", "--bell", "25:30"}},
      {"firstbell-admin", {"school", "set-hours", "100001"}},
      {"firstbell-admin", {"rool", "import", "x"}},
      {"firstbell-admin", {"calendar", "show", "100001", "--month", "March"}},
      {"firstbell-admin",
       {"init", "--data", File("d"), "--root-keys", File("r"), "--server-name", "bad name"}},
      {"firstbell-admin",
       {"init", "--data", File("d"), "--root-keys", File("r"), "--grpc", "localhost:99999"}},
  };
  for (const auto& [program, arguments] : wrong) {
    const Finished finished = Run(program, arguments);
    EXPECT_EQ(finished.exit_code, 2) << arguments.front() << ": " << finished.err;
  }
  EXPECT_FALSE(std::filesystem::exists(File("d")));
}

}  // namespace
}  // namespace firstbell
