#pragma once

// Personal data and keys are types that cannot be printed: neither has an operator<<, a formatter
// or an implicit conversion.

#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace firstbell::base {

// Bytes of a key or passphrase; wiped when destroyed or assigned over. Moving leaves the source
// empty.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view bytes) : bytes_(bytes) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : bytes_(other.bytes_) { other.Wipe(); }
  Secret& operator=(const Secret& other) {
    if (this != &other) {
      Wipe();
      bytes_ = other.bytes_;
    }
    return *this;
  }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      Wipe();
      bytes_ = other.bytes_;
      other.Wipe();
    }
    return *this;
  }
  ~Secret() { Wipe(); }

  bool empty() const { return bytes_.empty(); }
  std::size_t size() const { return bytes_.size(); }
  // The one way to the bytes, easy to find in a review.
  std::string_view Reveal() const { return bytes_; }

 private:
  void Wipe() noexcept {
    explicit_bzero(bytes_.data(), bytes_.size());
    bytes_.clear();
  }
  std::string bytes_;
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
