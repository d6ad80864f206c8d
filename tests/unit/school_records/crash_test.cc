// A machine that stops while something is written: SQLite appends to its log, so that every prefix
// of the log is what a crash may leave. After each of them the verb was done or was not, wholly,
// and doing it again leaves it done once.

#include <filesystem>
#include <fstream>
#include <functional>

#include "broker/base/file.h"
#include "tests/unit/school_records/records_world.h"

namespace firstbell::school_records {
namespace {

constexpr std::size_t kFrameBytes = 4096 + 24;
constexpr std::size_t kLogHeaderBytes = 32;

class CrashTest : public RecordsWorld {
 protected:
  void SetUp() override {
    mia_ = Mia();
    Write(first_ = ActionDraft(mia_, std::string(480, 'b')));
    Write(text_ = AlertDraft(mia_, alert_));
    ASSERT_TRUE(KeyRing(*store_).LetIn(ring_, lead_.identity.id, deputy_.identity, kMonday).ok());
    store_.reset();  // the log goes into the file
  }

  // Does `verb` once in full, and then once after each crash. `done` tells which state a file is
  // in.
  void CrashEverywhere(const std::function<void(RecordStore&)>& verb,
                       const std::function<bool(RecordStore&)>& done) {
    const std::string before = base::ReadFile(path_).value();
    std::string log;
    {
      const auto store = RecordStore::Open(path_).value();
      // A reader that is not finished keeps the log from being moved into the file.
      const auto reader = school::Database::Open(path_).value();
      auto reading = reader->Query("SELECT number FROM record").value();
      ASSERT_TRUE(reading.Step().value());
      verb(*store);
      log = base::ReadFile(path_ + "-wal").value();
    }
    std::size_t undone = 0, finished = 0;
    for (const std::size_t size : Prefixes(log.size())) {
      Put(path_, before);
      Put(path_ + "-wal", log.substr(0, size));
      std::filesystem::remove(path_ + "-shm");
      store_ = RecordStore::Open(path_).value();
      ++(done(*store_) ? finished : undone);
      ASSERT_TRUE(store_->Verify().ok()) << "after " << size << " bytes";
      verb(*store_);
      ASSERT_TRUE(done(*store_)) << "after " << size << " bytes";
      ASSERT_TRUE(store_->Verify().ok());
      store_.reset();
    }
    EXPECT_GT(undone, 1u);
    EXPECT_GT(finished, 0u);
  }

  // Between frames, and in the middle of each.
  static std::vector<std::size_t> Prefixes(std::size_t size) {
    std::vector<std::size_t> prefixes = {0, kLogHeaderBytes / 2};
    for (std::size_t at = kLogHeaderBytes; at <= size; at += kFrameBytes) {
      prefixes.push_back(at);
      if (at + kFrameBytes / 2 < size) prefixes.push_back(at + kFrameBytes / 2);
    }
    prefixes.push_back(size);
    return prefixes;
  }

  static void Put(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }

  ChildId mia_;
  Draft first_, text_;
  const base::AlertId alert_ = NewAlert();
};

TEST_F(CrashTest, ARowIsWrittenWhollyAndOnce) {
  const Draft draft = ActionDraft(mia_, std::string(480, 'x'));
  CrashEverywhere(
      [&](RecordStore& store) { ASSERT_TRUE(store.Add(ring_, WriterOf(lead_), draft).ok()); },
      [&](RecordStore& store) {
        EXPECT_LE(store.ByChild(ring_, mia_, {v1::RECORD_KIND_ACTION}, {})->rows.size(), 2u);
        return store.Get(ring_, draft.id).ok();
      });
}

TEST_F(CrashTest, ACorrectionIsWrittenWithWhatItCorrects) {
  const Draft draft = Correcting(ActionDraft(mia_, "y"), first_.id);
  CrashEverywhere(
      [&](RecordStore& store) { ASSERT_TRUE(store.Add(ring_, WriterOf(lead_), draft).ok()); },
      [&](RecordStore& store) { return !store.Get(ring_, first_.id)->current; });
}

TEST_F(CrashTest, AnErasureIsWholeOrNotThere) {
  CrashEverywhere(
      [&](RecordStore& store) {
        ASSERT_TRUE(
            store.EraseAlertText(device_, alert_, v1::ERASURE_REASON_TAKEN_BACK, kMonday).ok());
      },
      [&](RecordStore& store) { return store.Get(ring_, text_.id)->erased.has_value(); });
}

TEST_F(CrashTest, SomebodyIsRemovedWhollyOrNotAtAll) {
  CrashEverywhere(
      [&](RecordStore& store) {
        const Ring now = KeyRing(store).Open(lead_).value();
        const auto removed = KeyRing(store).Remove(now, deputy_.identity.id, kMonday);
        ASSERT_TRUE(removed.ok() || absl::IsNotFound(removed.status()));
      },
      [&](RecordStore& store) {
        const Ring now = KeyRing(store).Open(lead_).value();
        EXPECT_TRUE(store.VerifyWith(now, KeyRing(store).SigningKeys(now).value()).ok());
        EXPECT_EQ(store.Get(now, first_.id)->said.action().what().size(), 480u);
        return !KeyRing(store).Open(deputy_).ok();
      });
}

}  // namespace
}  // namespace firstbell::school_records
