// The whole story with distinctive words, told by the real programs as people run them; then a
// search for those words wherever the programs left something. Who may read them does: the one
// screen of `inbox show`.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "broker/base/bytes.h"
#include "broker/base/file.h"
#include "rocksdb/db.h"
#include "tests/fault/needles.h"
#include "tests/support/eventually.h"
#include "tests/support/free_ports.h"
#include "tests/support/program.h"
#include "tests/support/temp_directory.h"

namespace firstbell::fault {
namespace {

using support::Arguments;
using support::Finished;
using ::testing::IsEmpty;
using ::testing::Not;

// On the roll too, which this version keeps in the clear (SECURITY text of deploy/README.md): not
// searched for in the broker's database.
const std::vector<std::string> kOfTheRoll = {"Zephyrine", "Quillwhistle", "H801200001001"};
// Never anywhere but under a seal.
const std::vector<std::string> kNeedles = {"Thistledownkettle",
                                           "Umbrellastand",
                                           "Marmaladejar",
                                           "Bartholomewina",
                                           "Ravensgatherly",
                                           "Cobblestonemews",
                                           "QX9 7ZZ",
                                           "01632 960 777",
                                           "Larkspurgranny",
                                           "Peppercornaunt",
                                           "Signlanguageuser",
                                           "Verbalstorm",
                                           "desk@examplebury-nightdesk.example"};
const std::string kPassphrase = "four quite unrelated Wintergreens";
const std::string kWrongPassphrase = "not the passphrase but Saxifrages";

nlohmann::json Incident(const std::string& reference) {
  return {{"reference", reference},
          {"occurredAt", "2026-03-03T01:10:00Z"},
          {"place", {{"lines", {"3 Cobblestonemews"}}, {"postcode", "QX9 7ZZ"}}},
          {"nature", "Verbalstorm"},
          {"parties",
           {{{"partyRef", "P1"},
             {"role", "victim"},
             {"name", {{"givenNames", "Bartholomewina"}, {"familyName", "Ravensgatherly"}}}}}},
          {"contact",
           {{"telephone", "01632 960 777"}, {"email", "desk@examplebury-nightdesk.example"}}},
          {"children",
           {{{"childRef", "C1"},
             {"name", {{"givenNames", "Zephyrine"}, {"familyName", "Quillwhistle"}}},
             {"dateOfBirth", "2014-05-09"},
             {"upn", "H801200001001"},
             {"homeAddress", {{"postcode", "LS1 4AP"}}},
             {"currentAddress", {{"lines", {"Umbrellastand"}}}},
             {"account", "She heard the Thistledownkettle break."},
             {"voice",
              {{"whatWasSaid", "Marmaladejar"}, {"howTheChildCommunicates", "Signlanguageuser"}}},
             {"collection",
              {{"mayCollect", {"Larkspurgranny"}}, {"mayNotCollect", {"Peppercornaunt"}}}}}}}};
}

class Leak : public testing::Test {
 protected:
  Leak() {
    std::filesystem::create_directory(Path("tmp"));
    std::filesystem::create_directory(Path("files"));
    const std::vector<int> ports = support::FreePorts(4);
    const auto at = [](int port) { return "127.0.0.1:" + std::to_string(port); };
    grpc_ = at(ports[0]);
    enrolment_ = at(ports[1]);
    link_ = "tcp://" + at(ports[2]);
    metrics_ = at(ports[3]);
  }

  std::string Path(const std::string& name) const { return temp_.File(name); }
  std::string Write(const std::string& name, const std::string& text) {
    EXPECT_TRUE(base::WriteFileDurably(Path("files/" + name), text, base::kOwnerOnly).ok());
    return Path("files/" + name);
  }
  Arguments With(const std::string& program, Arguments arguments) const {
    arguments.insert(arguments.begin(), {"/usr/bin/env", "TMPDIR=" + Path("tmp"),
                                         std::string(FIRSTBELL_BIN) + "/" + program});
    return arguments;
  }
  // Everything that a program says is kept, to be searched; `Read` is whose screen it may be on.
  Finished Run(const std::string& program, Arguments arguments) {
    Finished finished = support::RunToEnd(With(program, std::move(arguments)), temp_.path());
    said_ += "--- " + program + "\n" + finished.out + finished.err;
    return finished;
  }
  void Done(const std::string& program, Arguments arguments) {
    const Finished finished = Run(program, std::move(arguments));
    EXPECT_EQ(finished.exit_code, 0) << program << ": " << finished.out << finished.err;
  }
  void Fails(const std::string& program, Arguments arguments) {
    EXPECT_EQ(Run(program, std::move(arguments)).exit_code, 1) << said_;
  }

  void MakeBroker();
  void StartBroker() {
    broker_ = std::make_unique<support::Running>(
        With("firstbell-broker", {"--data", Path("data"), "--simulated-clock"}),
        Path("broker.log"));
    EXPECT_TRUE(support::Eventually(absl::Seconds(30), [&] { return Admin({"status"}); }));
  }
  bool Admin(Arguments arguments) {
    arguments.insert(arguments.end(), {"--broker", grpc_, "--identity", Path("operator")});
    return Run("firstbell-admin", std::move(arguments)).exit_code == 0;
  }
  void Enrol(Arguments whom);
  Arguments AsForce(Arguments arguments) const {
    arguments.insert(arguments.end(), {"--address", grpc_, "--identity", Path("force")});
    return arguments;
  }
  Arguments AtSchool(Arguments arguments) const {
    arguments.insert(arguments.end(), {"--state", Path("state")});
    return arguments;
  }
  void RefusedInputs();
  void AuditorAsks();
  void SchoolReads();
  void ExpectQuietProcess(const support::Running& process);

  support::TempDirectory temp_;
  std::string grpc_, enrolment_, link_, metrics_;
  std::string said_;  // by every program
  std::unique_ptr<support::Running> broker_, daemon_;
  std::string processes_;  // their command lines and environments
};

void Leak::MakeBroker() {
  const std::string data = Path("data");
  Arguments init = {"init", "--data", data, "--root-keys", Path("root"), "--simulated-clock"};
  init.insert(init.end(), {"--clock", "2026-03-03 10:00", "--metrics", metrics_, "--log", ""});
  init.insert(init.end(), {"--grpc", grpc_, "--enrolment", enrolment_, "--public-enrolment",
                           enrolment_, "--link", link_, "--public-link", link_});
  Done("firstbell-admin", init);
  auto config = base::ReadFile(data + "/broker.toml").value();
  config.replace(config.find("\"info\""), 6, "\"debug\"");
  EXPECT_TRUE(base::WriteFileDurably(data + "/broker.toml", config, base::kOwnerOnly).ok());
  for (const char* role : {"operator", "force", "auditor"}) {
    Arguments arguments = {"certificate", "issue", "--role",   role,     "--name",
                           "examplebury", "--out", Path(role), "--data", data};
    if (std::string_view(role) == "auditor") {
      arguments.insert(arguments.end(), {"--scope", "named-national"});
    }
    Done("firstbell-admin", arguments);
  }
  Done("firstbell-admin",
       {"schools", "import",
        Write("register.csv",
              "URN,\"LA (code)\",\"LA (name)\",EstablishmentNumber,EstablishmentName,"
              "\"TypeOfEstablishment (name)\",\"EstablishmentStatus (name)\","
              "\"PhaseOfEducation (name)\",Town,Postcode,TelephoneNum\r\n"
              "100001,\"999\",\"Exampleshire\",4001,\"Larch Row School\",\"Community school\","
              "\"Open\",\"Primary\",\"Examplebury\",\"LS1 4AA\",\"01632960001\"\r\n"),
        "--data", data});
  Done("firstbell-admin",
       {"roll", "import",
        Write("roll.csv",
              "urn,local_id,given_names,family_name,date_of_birth,upn,postcode\n"
              "100001,p-1,Zephyrine,Quillwhistle,2014-05-09,H801200001001,LS1 4AP\n"),
        "--data", data});
}

void Leak::Enrol(Arguments whom) {
  whom.insert(whom.begin(), {"--json", "enrol-code", "100001"});
  whom.insert(whom.end(), {"--broker", grpc_, "--identity", Path("operator")});
  const auto answer = nlohmann::json::parse(Run("firstbell-admin", whom).out, nullptr, false);
  ASSERT_TRUE(answer.contains("code")) << said_;
  Done("firstbell-school",
       AtSchool({"enrol", "--code-file", Write("code", answer["code"].get<std::string>()),
                 "--passphrase-file", Path("files/passphrase")}));
}

// Each holds the words, and each is answered with what is wrong and never with the words.
void Leak::RefusedInputs() {
  auto faulty = Incident("FB-2");
  faulty["children"][0]["dateOfBirth"] = "Thistledownkettle";
  Fails("firstbell-control", AsForce({"submit", Write("faulty.json", faulty.dump())}));
  auto other = Incident("FB-1");
  other["nature"] = "Umbrellastand";
  Fails("firstbell-control", AsForce({"submit", Write("other.json", other.dump())}));
  const std::string text = Incident("FB-3").dump();
  Fails("firstbell-control",
        AsForce({"submit", Write("cut.json", text.substr(0, text.size() - 9))}));
  auto unknown_field = Incident("FB-4");
  unknown_field["weather"] = "Marmaladejar";  // an unknown name is told; it is no one's data
  Fails("firstbell-control", AsForce({"submit", Write("field.json", unknown_field.dump())}));
  auto nobody = Incident("FB-5");
  nobody["children"][0]["name"]["familyName"] = "Ravensgatherly";
  Done("firstbell-control", AsForce({"submit", Write("nobody.json", nobody.dump())}));
  Run("firstbell-admin", {"roll", "import",
                          Write("bad-roll.csv",
                                "urn,local_id,given_names,family_name,date_of_birth\n"
                                "100001,p-9,Bartholomewina,Ravensgatherly,Verbalstorm\n"
                                "100001,p-9,\"Marmaladejar,Umbrellastand,2014-05-09\n"),
                          "--only-add", "--broker", grpc_, "--identity", Path("operator")});
}

void Leak::SchoolReads() {
  std::string alert;
  ASSERT_TRUE(support::Eventually(absl::Seconds(30), [&] {
    const auto inbox = nlohmann::json::parse(
        Run("firstbell-school", AtSchool({"--json", "inbox", "list"})).out, nullptr, false);
    if (!inbox.contains("alerts") || inbox["alerts"].empty()) return false;
    alert = inbox["alerts"][0]["alert_id"].get<std::string>();
    return true;
  })) << said_;
  Fails("firstbell-school",
        AtSchool({"inbox", "show", alert, "--passphrase-file", Write("wrong", kWrongPassphrase)}));
  const Finished screen = support::RunToEnd(
      With("firstbell-school",
           AtSchool({"inbox", "show", alert, "--passphrase-file", Path("files/passphrase")})),
      temp_.path());
  EXPECT_THAT(screen.out, testing::HasSubstr("Thistledownkettle"));
  Done("firstbell-school",
       AtSchool({"inbox", "acknowledge", alert, "--passphrase-file", Path("files/passphrase")}));
}

// No core, no look from another process of the same user, nothing in what everyone may list.
void Leak::ExpectQuietProcess(const support::Running& process) {
  const std::string proc = "/proc/" + std::to_string(process.pid()) + "/";
  const auto read = [&](const char* name) {
    std::ifstream file(proc + name, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  processes_ += read("cmdline") + read("environ");
  EXPECT_THAT(read("limits"), testing::ContainsRegex("Max core file size +0 +0 "));
#ifndef __SANITIZE_ADDRESS__  // which lets nothing be locked
  EXPECT_THAT(read("status"), Not(testing::ContainsRegex("VmLck:[\t ]+0 kB")))
      << "no key is locked in memory";
#endif
}

std::string FilesBelow(const std::filesystem::path& directory) {
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    all += entry.path().filename().string() + "\n";
    if (entry.is_regular_file()) all += base::ReadFile(entry.path()).value();
  }
  return all;
}

// Every row as the store put it, whatever compression makes of it in a file.
std::string RowsOf(const std::string& store) {
  rocksdb::DB* opened = nullptr;
  EXPECT_TRUE(rocksdb::DB::OpenForReadOnly({}, store, &opened).ok());
  const std::unique_ptr<rocksdb::DB> db(opened);
  const std::unique_ptr<rocksdb::Iterator> rows(db->NewIterator({}));
  std::string all;
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
    all += rows->key().ToString() + "\n" + rows->value().ToString() + "\n";
  }
  EXPECT_FALSE(all.empty());
  return all;
}

// All that an auditor to whom schools and alerts are named can be told, and keep.
void Leak::AuditorAsks() {
  const Arguments asked[] = {{"list", "--json"},
                             {"verify", "--whole"},
                             {"stats", "--from", "2026-03-01", "--to", "2026-04-01"},
                             {"links"},
                             {"copy", Path("audited/log")},
                             {"export", "--out", Path("audited/all.csv")},
                             {"export", "--format", "jsonl", "--out", Path("audited/all.jsonl")}};
  for (Arguments arguments : asked) {
    arguments.insert(arguments.end(), {"--address", grpc_, "--identity", Path("auditor"), "--state",
                                       Path("audited")});
    Done("firstbell-audit", arguments);
  }
}

std::vector<std::string> Both(std::vector<std::string> some, const std::vector<std::string>& more) {
  some.insert(some.end(), more.begin(), more.end());
  return some;
}

TEST_F(Leak, NothingOfAChildStandsWhereItDoesNotBelong) {
  Write("passphrase", kPassphrase);
  MakeBroker();
  StartBroker();
  ASSERT_NO_FATAL_FAILURE(Enrol({"--device"}));
  ASSERT_NO_FATAL_FAILURE(Enrol({"--person", "lead", "--name", "Ms Invented"}));
  daemon_ = std::make_unique<support::Running>(With("firstbell-school", AtSchool({"run"})),
                                               Path("daemon.log"));
  Done("firstbell-control", AsForce({"submit", Write("good.json", Incident("FB-1").dump())}));
  RefusedInputs();
  ASSERT_NO_FATAL_FAILURE(SchoolReads());
  Done("firstbell-control", AsForce({"list"}));
  AuditorAsks();
  ExpectQuietProcess(*broker_);
  ExpectQuietProcess(*daemon_);
  const auto metrics = httplib::Client("http://" + metrics_).Get("/metrics");
  ASSERT_TRUE(metrics && metrics->body.find("incident.accepted") != std::string::npos);
  const std::string running_state = FilesBelow(Path("state"));  // with the write-ahead log
  EXPECT_EQ(daemon_->Stop(), 0);
  EXPECT_EQ(broker_->Stop(), 0);
  Done("firstbell-admin", {"verify", "--data", Path("data")});

  const Search all(Both(Both(kNeedles, kOfTheRoll), {"Wintergreens", "Saxifrages"}));
  const Search not_on_the_roll(Both(kNeedles, {"Wintergreens", "Saxifrages"}));
  EXPECT_THAT(all.In(said_), IsEmpty());
  EXPECT_THAT(all.In(metrics->body), IsEmpty());
  const std::string log = base::ReadFile(Path("broker.log")).value();
  EXPECT_THAT(log, testing::ContainsRegex("store: alert.sealed incident=- alert=[0-9a-z]+\n"));
  EXPECT_THAT(all.In(log), IsEmpty());
  EXPECT_THAT(all.In(base::ReadFile(Path("daemon.log")).value()), IsEmpty());
  EXPECT_THAT(all.In(processes_), IsEmpty());
  EXPECT_THAT(all.In(FilesBelow(Path("tmp"))), IsEmpty());
  EXPECT_THAT(all.In(running_state), IsEmpty());
  EXPECT_THAT(all.In(FilesBelow(Path("state"))), IsEmpty());
  EXPECT_THAT(all.In(FilesBelow(Path("audited"))), IsEmpty());
  EXPECT_THAT(all.In(FilesBelow(Path("data.keys"))), IsEmpty());
  EXPECT_THAT(not_on_the_roll.In(FilesBelow(Path("data"))), IsEmpty());
  EXPECT_THAT(not_on_the_roll.In(RowsOf(Path("data/store"))), IsEmpty());
  // A backup is a copy of the data directory, without the keys beside it.
  std::filesystem::copy(Path("data"), Path("backup"), std::filesystem::copy_options::recursive);
  EXPECT_THAT(not_on_the_roll.In(FilesBelow(Path("backup"))), IsEmpty());
  EXPECT_THAT(not_on_the_roll.In(RowsOf(Path("backup/store"))), IsEmpty());
}

TEST(Needles, AreFoundInEveryForm) {
  const std::string word = "Thistledownkettle";
  const Search search({word});
  for (const std::string& form : FormsOf(word)) {
    EXPECT_THAT(search.In("xx" + form + "yy"), testing::ElementsAre(word));
  }
  for (std::size_t before = 0; before < 4; ++before) {
    const std::string text = std::string(before, 'z') + word + "z";
    EXPECT_THAT(search.In(base::Base64UrlEncode(text)), testing::ElementsAre(word));
  }
  EXPECT_THAT(search.In("Thistledownkettl"), IsEmpty());
}

}  // namespace
}  // namespace firstbell::fault
