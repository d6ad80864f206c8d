#pragma once

// What the rows of a school's records say: read from and written as JSON. Pure; any thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/base/status.h"
#include "firstbell/v1/incident.pb.h"

namespace firstbell::school {

inline constexpr std::size_t kMostTextCharacters = 4'000;
inline constexpr std::size_t kMostNameCharacters = 200;

// Who a child is, as the school writes it.
struct ChildBody {
  std::string name, born, form;  // born: 2017-05-04; form: year and class, "4B"
  friend bool operator==(const ChildBody&, const ChildBody&) = default;
};

// Planned, done, looked at again.
enum class Stage { kPlan, kDone, kReview };

struct ActionBody {
  std::string what;  // a code of the catalogue (Catalogue()), or the school's own words
  Stage stage = Stage::kDone;
  std::string who;  // does it, by name or role; empty: the writer
  std::string note, outcome;
  std::string follow_up;  // the day, 2026-03-09; empty: none
  friend bool operator==(const ActionBody&, const ActionBody&) = default;
};

struct ConcernBody {
  std::string text, seen_by;
  friend bool operator==(const ConcernBody&, const ConcernBody&) = default;
};

// Before any sanction, speak to `who`.
struct PauseBody {
  std::string who, note;
  std::string until;    // the last day; empty: until it is lifted
  bool lifted = false;  // by this row
  friend bool operator==(const PauseBody&, const PauseBody&) = default;
};

struct FiledBody {
  std::string system, reference;
  friend bool operator==(const FiledBody&, const FiledBody&) = default;
};

// InvalidArgument, naming what is missing or too long, by the label of its field.
base::Status Check(const ChildBody& body);
base::Status Check(const ActionBody& body);
base::Status Check(const ConcernBody& body);
base::Status Check(const PauseBody& body);
base::Status Check(const FiledBody& body);

std::string ToText(const ChildBody& body);
std::string ToText(const ActionBody& body);
std::string ToText(const ConcernBody& body);
std::string ToText(const PauseBody& body);
std::string ToText(const FiledBody& body);

// DataLoss: it does not read.
template <typename Body>
base::Result<Body> Parse(const std::string& text);

// What schools do after an alert; the first ones stand first on the page.
struct CatalogueItem {
  std::string_view code, words;
};
const std::vector<CatalogueItem>& Catalogue();
// The words of a code; what is none stays as it is.
std::string WordsOfAction(std::string_view what);

// By which two alerts are of one child: family name, first given name and birth date as they are
// compared (broker/sealing/identity_probe.h). None where one of them is not known: such a child is
// like no other.
std::optional<std::string> TagText(const v1::Child& child);

}  // namespace firstbell::school
