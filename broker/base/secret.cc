#include "broker/base/secret.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <new>
#include <utility>

#include "broker/base/log.h"
#include "broker/base/mutex.h"
#include "broker/base/status.h"

namespace firstbell::base {
namespace {

constexpr std::size_t kSmallestBlock = 32;
constexpr std::size_t kLargestBlock = 64 * 1024;
constexpr std::size_t kSlabBytes = 256 * 1024;
constexpr std::size_t kClasses = std::bit_width(kLargestBlock / kSmallestBlock);

std::size_t ClassOf(std::size_t size) {
  const std::size_t block = std::bit_ceil(std::max(size, kSmallestBlock));
  return static_cast<std::size_t>(std::countr_zero(block / kSmallestBlock));
}

std::size_t BlockOf(std::size_t size_class) {
  return kSmallestBlock << size_class;
}

void WarnOnce() {
  static const bool warned = [] {
    LogWarning("secrets",
               "the system locks no more memory: keys could reach the swap. Raise LimitMEMLOCK= in "
               "the unit, or ulimit -l");
    return true;
  }();
  (void)warned;
}

void* Map(std::size_t size) {
  void* const pages =
      ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  FB_CHECK(pages != MAP_FAILED);  // out of memory
  if (::mlock(pages, size) != 0) WarnOnce();
  ::madvise(pages, size, MADV_DONTDUMP);
  return pages;
}

// Blocks of powers of two, cut from locked slabs that are never given back: a lock costs a call
// into the kernel and whole pages, and most secrets have 32 bytes. Threads: safe.
class Arena {
 public:
  char* Take(std::size_t size) {
    if (size > kLargestBlock) return static_cast<char*>(Map(size));
    const std::size_t size_class = ClassOf(size);
    MutexLock lock(mutex_);
    if (free_[size_class] == nullptr) Refill(size_class);
    return reinterpret_cast<char*>(std::exchange(free_[size_class], free_[size_class]->next));
  }

  void GiveBack(char* bytes, std::size_t size) noexcept {
    explicit_bzero(bytes, size);
    if (size > kLargestBlock) {
      ::munmap(bytes, size);  // unlocks too
      return;
    }
    const std::size_t size_class = ClassOf(size);
    MutexLock lock(mutex_);
    free_[size_class] = new (bytes) Free{free_[size_class]};
  }

 private:
  struct Free {
    Free* next;
  };

  void Refill(std::size_t size_class) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const std::size_t block = BlockOf(size_class);
    if (left_ < block) {
      // What is left of the old slab is smaller than this block and is not used again.
      slab_ = static_cast<char*>(Map(kSlabBytes));
      left_ = kSlabBytes;
    }
    free_[size_class] = new (slab_) Free{nullptr};
    slab_ += block;
    left_ -= block;
  }

  Mutex mutex_;
  std::array<Free*, kClasses> free_ ABSL_GUARDED_BY(mutex_) = {};
  char* slab_ ABSL_GUARDED_BY(mutex_) = nullptr;
  std::size_t left_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Never destroyed: a secret may outlive every other static.
Arena& TheArena() {
  static Arena& arena = *new Arena;
  return arena;
}

}  // namespace

Secret::Secret(std::string_view bytes) : size_(bytes.size()) {
  if (size_ == 0) return;
  bytes_ = TheArena().Take(size_);
  std::memcpy(bytes_, bytes.data(), size_);
}

Secret::~Secret() {
  if (bytes_ != nullptr) TheArena().GiveBack(bytes_, size_);
}

}  // namespace firstbell::base
