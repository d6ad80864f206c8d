#pragma once

// Bounds of a school's records. Who reaches one gets an InvalidArgument that names the field, or a
// ResourceExhausted that names the bound. Names are bounded by limits::kNameBytes.

#include <cstddef>
#include <cstdint>

namespace firstbell::school_records::record_limits {

inline constexpr std::size_t kLineBytes = 500;            // of a text of one line
inline constexpr std::size_t kTextBytes = 16 * 1024;      // of a text of several
inline constexpr std::size_t kCodeBytes = 40;             // of a catalogue item
inline constexpr std::size_t kListItems = 50;             // of each list of a passport
inline constexpr std::size_t kContentBytes = 256 * 1024;  // of what the police said in one alert
inline constexpr std::size_t kPageRows = 500;
inline constexpr std::size_t kErasedAtOnce = 1000;  // rows, in one step
inline constexpr std::size_t kReaders = 500;        // people and staff who are let in, together

}  // namespace firstbell::school_records::record_limits
