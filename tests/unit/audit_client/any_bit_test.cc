// Of whatever log: every proof that it offers holds, and no bit of it can be changed unseen.

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>

#include "broker/audit/cosignature.h"
#include "clients/audit/directory_log.h"
#include "clients/audit/prove.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/audit_client/fake_log.h"
#include "tests/unit/audit_client/verifying.h"

namespace firstbell::audit_client {
namespace {

constexpr char kWitness[] = "north.example";

// Whether all of it can be read, and fits.
bool Holds(LogSource& source, const Trust& trust) {
  const auto verified = Verify(
      source, trust,
      [](const std::string&) -> base::Result<std::optional<Trusted>> { return std::nullopt; },
      Extent::kWhole, [](double) {});
  return verified.ok() && verified->mismatch.empty();
}

// A log of any size, some of whose events are erased or without names, under a policy whose one
// witness has signed.
class AnyLog {
 public:
  AnyLog() {
    const auto first = *rc::gen::inRange<std::uint64_t>(1, 300);
    log_->Grow(first);
    log_->Grow(*rc::gen::inRange<std::uint64_t>(0, 301));
    for (std::uint64_t i = 0; i < log_->entries.size(); ++i) {
      if (i % 5 == 1) log_->TakeNamesOut(i);
      if (i % 7 == 2) log_->entries[i].clear_event();
    }
    const auto note = audit::ParseNote(log_->checkpoint.note()).value();
    const auto key = crypto::Ed25519Key::Generate();
    const audit::NoteSignature line = audit::Cosign(note.text, kWitness, key, kMorning);
    log_->AddLine(audit::FormatSignatureLines(absl::MakeConstSpan(&line, 1)));
    const audit::VerifierKey witness{kWitness, audit::KeyKind::kWitness, key.PublicKey()};
    trust_.policy = audit::TrustPolicy::Parse("log " + log_->verifier().ToString() +
                                              "\nwitness n " + witness.ToString() + "\nquorum n\n")
                        .value();
  }

  FakeLog* operator->() { return log_.operator->(); }
  const Trust& trust() const { return trust_; }
  bool Holds() { return audit_client::Holds(log_.source(), trust_); }

 private:
  ServedLog log_;
  Trust trust_;
};

void FlipAnyBit(std::string& bytes) {
  RC_PRE(!bytes.empty());
  const auto bit = *rc::gen::inRange<std::size_t>(0, bytes.size() * 8);
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
}

RC_GTEST_PROP(AnyLog, EveryProofThatItOffersHolds, ()) {
  AnyLog log;
  RC_ASSERT(log.Holds());
  std::vector<std::uint64_t> open;
  for (const v1::LogEntry& entry : log->entries) {
    if (!entry.event().empty()) open.push_back(entry.position());
  }
  if (open.size() > 8) {
    std::rotate(open.begin(), open.begin() + *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(open)),
                open.end());
    open.resize(8);
  }
  const auto files = ProofsOf(log->Delivery(open), {});
  RC_ASSERT(files.ok());
  RC_ASSERT(files->size() == open.size());
  for (std::size_t i = 0; i < open.size(); ++i) {
    const auto proven = CheckProof((*files)[i].text, log.trust(), std::nullopt);
    RC_ASSERT(proven.ok());
    RC_ASSERT(proven->position == open[i]);
    RC_ASSERT(proven->event == log->entries[open[i]].event());
  }
}

RC_GTEST_PROP(AnyLog, NoBitOfWhatABrokerAnswersCanBeChanged, ()) {
  AnyLog log;
  const v1::Checkpoint checkpoint = log->checkpoint;
  const auto entries = log->entries;
  for (int again = 0; again < 8; ++again) {
    v1::LogEntry& entry = log->entries[*rc::gen::inRange<std::size_t>(0, entries.size())];
    switch (*rc::gen::inRange(0, 5)) {
      case 0:
        FlipAnyBit(*log->checkpoint.mutable_note());
        break;
      case 1:
        FlipAnyBit(*log->checkpoint.mutable_root_sha256());
        break;
      case 2:
        FlipAnyBit(*entry.mutable_entry());
        break;
      case 3:
        if (entry.event().empty()) continue;
        FlipAnyBit(*entry.mutable_event());
        break;
      default:
        if (entry.event().empty()) continue;
        FlipAnyBit(*entry.mutable_salt());
    }
    RC_ASSERT(!log.Holds());
    log->checkpoint = checkpoint;
    log->entries = entries;
  }
  RC_ASSERT(log.Holds());
}

// A copy is synced to the disk file by file, so that these try a few logs and not a hundred.

void FlipOneOf(std::string& bytes, std::mt19937_64& random) {
  const std::size_t bit = random() % (bytes.size() * 8);
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
}

std::vector<std::filesystem::path> FilesIn(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  return files;
}

TEST(AnyLog, NoBitOfACopyCanBeChanged) {
  std::mt19937_64 random(20'260'302);
  for (int log_number = 0; log_number < 6; ++log_number) {
    ServedLog log(1 + random() % 600);
    const Trust trust{log->verifier(), audit::TrustPolicy::None()};
    const support::TempDirectory directory;
    // Grown a little, so that partial tiles stand beside wider ones and beside full ones.
    for (const std::uint64_t growth : {std::uint64_t{0}, random() % 20, random() % 300}) {
      log->Grow(growth);
      ASSERT_TRUE(CopyLog(log.source(), log->checkpoint, directory.path(), [](double) {}).ok());
    }
    DirectoryLog copy(directory.path());
    ASSERT_TRUE(Holds(copy, trust));
    for (const std::filesystem::path& path : FilesIn(directory.path())) {
      std::ifstream in(path, std::ios::binary);
      const std::string whole{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
      for (int times = 0; times < 12; ++times) {
        std::string changed = whole;
        FlipOneOf(changed, random);
        std::ofstream(path, std::ios::binary) << changed;
        ASSERT_FALSE(Holds(copy, trust)) << path << " of " << log->checkpoint.size();
      }
      std::ofstream(path, std::ios::binary) << whole;
    }
    ASSERT_TRUE(Holds(copy, trust));
  }
}

TEST(AnyLog, ACopyThatIsGoneOnWithIsTheCopyOfTheWholeLog) {
  std::mt19937_64 random(20'260'303);
  for (int log_number = 0; log_number < 4; ++log_number) {
    ServedLog log(random() % 300);
    const support::TempDirectory directory;
    for (int times = 0; times < 3; ++times) {
      log->Grow(random() % 300);
      ASSERT_TRUE(CopyLog(log.source(), log->checkpoint, directory.path(), [](double) {}).ok());
      DirectoryLog copy(directory.path());
      ASSERT_TRUE(Holds(copy, {log->verifier(), audit::TrustPolicy::None()}));
      const std::uint64_t size = log->checkpoint.size();
      const std::uint64_t old_size = random() % (size + 1);
      EXPECT_EQ(*copy.Consistency(old_size, size), log->tree().Consistency(old_size, size));
    }
  }
}

}  // namespace
}  // namespace firstbell::audit_client
