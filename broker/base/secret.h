#pragma once

// Personal data and keys are types that cannot be printed: neither has an operator<<, a formatter
// or an implicit conversion.

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace firstbell::base {

// Bytes of a key or passphrase, or what a key opened. They lie in memory that is locked, so that
// they reach no swap, and left out of dumps; they are wiped when destroyed or assigned over. Moving
// leaves the source empty. Where the system lets no more be locked, one warning says so and the
// rest lies in ordinary memory, wiped all the same.
//
// Threads: as for std::string.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view bytes);
  Secret(const Secret& other) : Secret(other.Reveal()) {}
  Secret(Secret&& other) noexcept
      : bytes_(std::exchange(other.bytes_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Secret& operator=(Secret other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~Secret();

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  // The one way to the bytes, easy to find in a review. Not followed by a zero.
  std::string_view Reveal() const { return {bytes_, size_}; }

 private:
  char* bytes_ = nullptr;
  std::size_t size_ = 0;
};

// A value about a person. It compares and copies, but reaches a log or an error only by Reveal().
template <typename T>
class Redacted {
 public:
  Redacted() requires std::is_default_constructible_v<T> : value_() {}
  explicit Redacted(T value) : value_(std::move(value)) {}
  const T& Reveal() const { return value_; }
  friend bool operator==(const Redacted&, const Redacted&) = default;

 private:
  T value_;
};

}  // namespace firstbell::base
