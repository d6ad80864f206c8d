// The delivery log and somebody else's code (tests/log_verifier): what ours writes, Go's own
// transparency log packages accept, and refuse once it was edited; what those write, ours does.
// Skipped where Go or its module is not installed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "broker/audit/proof.h"
#include "broker/audit/tile.h"
#include "broker/base/bytes.h"
#include "broker/base/file.h"
#include "broker/inquiry/delivery_inquiry.h"
#include "broker/inquiry/log_files.h"
#include "broker/inquiry/log_keeper.h"
#include "broker/store/memory/memory_store.h"
#include "clients/audit/directory_log.h"
#include "clients/audit/prove.h"
#include "clients/audit/verify.h"
#include "tests/support/eventually.h"
#include "tests/support/log_options.h"
#include "tests/support/program.h"
#include "tests/support/temp_directory.h"

namespace firstbell {
namespace {

using support::Arguments;
using support::Finished;
using testing::HasSubstr;

const absl::Time kNight = absl::FromUnixSeconds(1'772'503'800);
const std::filesystem::path kPrograms = std::filesystem::path(FIRSTBELL_BIN) / "../log_verifier";
const absl::Duration kPatience = absl::Minutes(7);  // the first build is of Go's own packages too
constexpr int kNoGo = 77;
// A tile of level 1 is full, and one of level 2 has begun.
constexpr std::uint64_t kLarge = 70'000, kBefore = 40'000;

// A log of ours: its store, and the files as they are served, in a directory.
class OurLog {
 public:
  explicit OurLog(std::uint64_t before = 0) {
    EXPECT_TRUE(store_.Initialise({"log.example/test", true}, {}).ok());
    Append(before);
    EXPECT_TRUE(keeper_.Open(kNight).ok());
    Sign();
  }

  void Append(std::uint64_t count) {
    store::Events events;
    for (std::uint64_t i = 0; i < count; ++i) {
      events.push_back(model::Event(model::EventKind::kLogQueried, kNight)
                           .WithNumber("number", static_cast<std::int64_t>(i)));
    }
    EXPECT_TRUE(store_.AppendEvents(events).ok());
  }
  void Sign() { EXPECT_TRUE(keeper_.Turn(kNight).ok()); }

  std::string checkpoint() const { return audit::FormatNote(keeper_.Published().note); }
  std::string vkey() const { return keeper_.VerifierKeys().back().ToString(); }
  store::LogEntry Entry(std::uint64_t at) { return store_.ReadLog(at, 1).value().at(0); }

  // Everything that the published checkpoint's tree has, the checkpoint last.
  void WriteTo(const std::filesystem::path& directory) const {
    const auto write = [&](const std::string& path) {
      const auto file = files_.Read(path);
      ASSERT_TRUE(file.ok()) << path << ": " << file.status();
      std::filesystem::create_directories((directory / path).parent_path());
      std::ofstream(directory / path, std::ios::binary) << file->bytes;
    };
    audit::ForEachTile(keeper_.Published().checkpoint.size, [&](const audit::TileId& tile) {
      write(audit::TilePath(tile));
      if (tile.level == 0) write(audit::BundlePath(tile.index, tile.width));
    });
    write("checkpoint");
  }

  // As firstbell-audit makes it of what the broker answers about a delivery.
  std::string ProofOf(std::uint64_t at) {
    const auto published = keeper_.Published();
    const store::LogEntry stored = Entry(at);
    v1::GetDeliveryResponse delivery;
    *delivery.mutable_checkpoint() = inquiry::ToWire(keeper_, published, true);
    v1::LogEntry& entry = *delivery.add_history();
    entry.set_position(at);
    entry.set_entry(stored.entry);
    entry.set_event(stored.event);
    entry.set_salt(stored.salt);
    v1::InclusionProof& proof = *delivery.add_proofs();
    proof.set_position(at);
    const auto hashes = keeper_.InclusionProof(at, published.checkpoint.size).value();
    for (const std::string& hash : hashes) proof.add_hashes(hash);
    return audit_client::ProofsOf(delivery, {}).value().at(0).text;
  }

 private:
  store::MemoryStore store_;
  inquiry::LogKeeper keeper_{store_, support::LogOptions(store_)};
  inquiry::LogFiles files_{store_, keeper_};
};

// One byte of a file is another one, as long as this lives.
class Edited {
 public:
  Edited(std::filesystem::path file, std::size_t at)
      : file_(std::move(file)), before_(base::ReadFile(file_).value()) {
    std::string bytes = before_;
    bytes.at(at) = static_cast<char>(bytes.at(at) ^ 0x01);
    Write(bytes);
  }
  ~Edited() { Write(before_); }
  Edited(const Edited&) = delete;
  Edited& operator=(const Edited&) = delete;

 private:
  void Write(const std::string& bytes) const { std::ofstream(file_, std::ios::binary) << bytes; }
  const std::filesystem::path file_;
  const std::string before_;
};

// Somewhere in the middle of the log of kLarge: a byte of a hash, one of an entry, and of the
// checkpoint the first of its root, or a digit of its size.
struct Edit {
  const char* file;
  std::size_t at;
};
constexpr Edit kEdits[] = {{"tile/0/100", 77},       {"tile/1/000", 500}, {"tile/2/000.p/1", 5},
                           {"tile/entries/100", 50}, {"checkpoint", 17},  {"checkpoint", 23}};

class LogVerifier : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    built_ = RunLong({FIRSTBELL_SOURCE "/tests/log_verifier/build.sh", kPrograms.string()});
  }

  void SetUp() override {
    if (built_.exit_code == kNoGo) GTEST_SKIP() << built_.out;
    ASSERT_EQ(built_.exit_code, 0) << built_.out;
  }

  // Minutes where the disk is slow. `out`: all that it said.
  static Finished RunLong(const Arguments& argv) {
    const support::TempDirectory scratch;
    const auto log = scratch.path() / "log";
    support::Running program(argv, log);
    Finished finished;
    if (support::Eventually(kPatience, [&] { return !program.alive(); })) {
      finished.exit_code = program.Stop();
    }
    finished.out = base::ReadFile(log).value_or("");
    return finished;
  }

  Finished Run(const std::string& program, Arguments arguments) const {
    arguments.insert(arguments.begin(), (kPrograms / program).string());
    return support::RunToEnd(arguments, scratch_.path());
  }
  Finished Check(const std::filesystem::path& log, const std::string& vkey,
                 const Arguments& more = {"-all"}) const {
    Arguments arguments = {"-dir", log.string(), "-vkey", vkey};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Run("log_verifier", arguments);
  }
  std::filesystem::path Scratch(const std::string& name) const { return scratch_.path() / name; }
  std::filesystem::path Keep(const std::string& name, const std::string& text) const {
    std::ofstream(Scratch(name), std::ios::binary) << text;
    return Scratch(name);
  }

  // A log that Go's packages wrote, and its key.
  audit::VerifierKey Generate(const std::filesystem::path& log, std::uint64_t size) const {
    const auto key = Scratch("vkey");
    const Finished made =
        Run("log_generator", {"-dir", log.string(), "-origin", "log.example/other", "-size",
                              std::to_string(size), "-key-out", key.string()});
    EXPECT_EQ(made.exit_code, 0) << made.err;
    std::string vkey = base::ReadFile(key).value_or("\n");
    vkey.pop_back();
    return audit::VerifierKey::Parse(vkey).value();
  }

 private:
  static inline Finished built_;
  support::TempDirectory scratch_;
};

// Empty: it fits. Otherwise what does not.
std::string VerifiedByUs(const std::filesystem::path& log, const audit::VerifierKey& key) {
  audit_client::DirectoryLog source(log);
  audit_client::Trust trust;
  trust.log_key = key;
  const auto verified = audit_client::Verify(
      source, trust,
      [](const std::string&) -> base::Result<std::optional<audit_client::Trusted>> {
        return std::nullopt;
      },
      audit_client::Extent::kWhole, [](double) {});
  return verified.ok() ? verified->mismatch : std::string(base::Message(verified.status()));
}

TEST_F(LogVerifier, HoldsItsOwnTests) {
  const Finished tests = RunLong({(kPrograms / "log_verifier_self_test").string()});
  EXPECT_EQ(tests.exit_code, 0) << tests.out;
}

TEST_F(LogVerifier, OthersAcceptALogOfOurs) {
  OurLog log(kBefore);
  const auto older = Keep("older", log.checkpoint());
  log.Append(kLarge - kBefore);
  log.Sign();
  log.WriteTo(Scratch("log"));
  const Finished checked =
      Check(Scratch("log"), log.vkey(),
            {"-indexes", "0,255,256,65535,last,random:20", "-from", older.string(), "-all"});
  ASSERT_EQ(checked.exit_code, 0) << checked.err;
  for (const char* line :
       {"ok signature origin=log.example/test size=70000\n",
        "ok tiles root=", "ok inclusion index=0\n", "ok inclusion index=255\n",
        "ok inclusion index=256\n", "ok inclusion index=65535\n", "ok inclusion index=69999\n",
        "ok consistency 40000 -> 70000\n", "ok all 70000 entries\n"}) {
    EXPECT_THAT(checked.out, HasSubstr(line));
  }
}

TEST_F(LogVerifier, OthersAcceptTreesAroundATilesEdge) {
  OurLog log;
  std::uint64_t size = 0;
  std::filesystem::path older;
  for (const std::uint64_t next : {1u, 255u, 256u, 257u}) {
    log.Append(next - size);
    size = next;
    log.Sign();
    const auto directory = Scratch("log-" + std::to_string(size));
    log.WriteTo(directory);
    Arguments more = {"-indexes", "0,last", "-all"};
    if (!older.empty()) more.insert(more.end(), {"-from", older.string()});
    const Finished checked = Check(directory, log.vkey(), more);
    EXPECT_EQ(checked.exit_code, 0) << size << ": " << checked.err;
    EXPECT_THAT(checked.out, HasSubstr("ok all " + std::to_string(size) + " entries\n"));
    older = Keep("older-" + std::to_string(size), log.checkpoint());
  }
}

TEST_F(LogVerifier, OthersRefuseALogOfOursOnceItWasEdited) {
  const OurLog log(kLarge);
  log.WriteTo(Scratch("log"));
  for (const Edit& edit : kEdits) {
    const Edited edited(Scratch("log") / edit.file, edit.at);
    const Finished checked = Check(Scratch("log"), log.vkey());
    EXPECT_EQ(checked.exit_code, 1) << edit.file << " " << edit.at << "\n" << checked.out;
    EXPECT_THAT(checked.err, HasSubstr("FAIL ")) << edit.file << " " << edit.at;
  }
  EXPECT_EQ(Check(Scratch("log"), log.vkey()).exit_code, 0) << "what was edited is back";
}

// By the same key: both logs have the one that tests have.
TEST_F(LogVerifier, OthersRefuseAnotherHistoryOfOurs) {
  OurLog log(kBefore);
  const OurLog other(kBefore);
  ASSERT_EQ(log.vkey(), other.vkey());
  log.Append(1);
  log.Sign();
  log.WriteTo(Scratch("log"));
  const auto older = Keep("older", other.checkpoint());
  const Finished checked = Check(Scratch("log"), log.vkey(), {"-from", older.string()});
  EXPECT_EQ(checked.exit_code, 1);
  EXPECT_THAT(checked.out, HasSubstr("ok older signature")) << "it is the history that is wrong";
}

TEST_F(LogVerifier, OthersRefuseAnotherKeysLogOfOurs) {
  const OurLog log(300);
  log.WriteTo(Scratch("log"));
  audit::VerifierKey key = audit::VerifierKey::Parse(log.vkey()).value();
  key.public_key = crypto::Ed25519Key::Generate().PublicKey();
  EXPECT_EQ(Check(Scratch("log"), key.ToString()).exit_code, 1);
  EXPECT_EQ(Check(Scratch("log"), log.vkey()).exit_code, 0);
}

TEST_F(LogVerifier, OthersAcceptAReceiptOfOursForItsEntryAlone) {
  OurLog log(kLarge);
  const auto file = Keep("receipt.tlog-proof", log.ProofOf(65'536));
  const auto check = [&](const std::string& entry) {
    return Run("log_verifier", {"-vkey", log.vkey(), "-proof", file.string(), "-entry-hex",
                                base::HexEncode(entry)});
  };
  const Finished checked = check(log.Entry(65'536).entry);
  EXPECT_EQ(checked.exit_code, 0) << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("ok proof inclusion index=65536 size=70000\n"));
  EXPECT_EQ(check(log.Entry(65'537).entry).exit_code, 1);
}

TEST_F(LogVerifier, WeAcceptALogOfOthers) {
  for (const std::uint64_t size :
       {std::uint64_t{1}, std::uint64_t{255}, std::uint64_t{256}, std::uint64_t{257}, kLarge}) {
    const auto directory = Scratch("log-" + std::to_string(size));
    const audit::VerifierKey key = Generate(directory, size);
    EXPECT_EQ(VerifiedByUs(directory, key), "") << size;
  }
}

TEST_F(LogVerifier, WeRefuseALogOfOthersOnceItWasEdited) {
  const audit::VerifierKey key = Generate(Scratch("log"), kLarge);
  for (const Edit& edit : kEdits) {
    const Edited edited(Scratch("log") / edit.file, edit.at);
    EXPECT_NE(VerifiedByUs(Scratch("log"), key), "") << edit.file << " " << edit.at;
  }
  EXPECT_EQ(VerifiedByUs(Scratch("log"), key), "") << "what was edited is back";
  EXPECT_NE(VerifiedByUs(Scratch("log"), Generate(Scratch("other"), 1)), "") << "another's key";
}

}  // namespace
}  // namespace firstbell
