#pragma once

// A school of the register and its hours. Values; any thread.

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/model/text.h"
#include "firstbell/v1/operator_service.pb.h"

namespace firstbell::model {

using Nation = v1::Nation;
using SchoolStatus = v1::SchoolStatus;

// Minutes after local midnight, window < bell < closing < 24:00.
struct SchoolHours {
  absl::Duration window = absl::Hours(7) + absl::Minutes(30);
  absl::Duration bell = absl::Hours(8) + absl::Minutes(45);
  absl::Duration closing = absl::Hours(15) + absl::Minutes(30);
  friend bool operator==(const SchoolHours&, const SchoolHours&) = default;
};

struct School {
  base::Urn urn;
  std::string name;
  Nation nation = v1::NATION_ENGLAND;
  SchoolStatus status = v1::SCHOOL_STATUS_OPEN;
  std::string local_authority_code;
  std::string local_authority_name;
  std::string establishment_number;
  std::string type;
  std::string phase;
  std::string town;
  std::string postcode;
  std::string telephone;
  std::string trust_code;  // of the multi-academy trust that runs it; empty: none
  // Those that it followed, over any number of steps; ascending, distinct, never itself. At most
  // limits::kPredecessorsPerSchool.
  std::vector<base::Urn> predecessors;
  friend bool operator==(const School&, const School&) = default;
};

// Its local authority's, as identities and the log write it; empty: the register names none that is
// 1 to 40 of [a-z0-9-].
base::AuthorityCode AuthorityCodeOf(const School& school);

// A telephone that one of a school's people answers, tried before the number of the register.
struct DirectLine {
  std::string name;       // who answers it: "A. Person, designated safeguarding lead"
  std::string telephone;  // "01632 960123"
  friend bool operator==(const DirectLine&, const DirectLine&) = default;
};
using DirectLines = std::vector<DirectLine>;  // the first to be tried first

struct BankHoliday {
  Nation nation = v1::NATION_ENGLAND;
  Date date;
  std::string title;
  friend bool operator==(const BankHoliday&, const BankHoliday&) = default;
};

// InvalidArgument with paths under `path`. Hours in the message are not read: see ParseHours.
base::Result<School> ParseSchool(const v1::School& wire, std::string_view path);
v1::School ToWire(const School& school);

// "HH:MM" each, empty for the default. InvalidArgument unless window < bell < closing.
base::Result<SchoolHours> ParseHours(const v1::SchoolHours& wire, std::string_view path);
v1::SchoolHours ToWire(const SchoolHours& hours);

// At most limits::kDirectLines; none: it has none. InvalidArgument with paths under `path`: a name
// that is missing or cannot be printed, a number that is no telephone's.
base::Result<DirectLines> ParseDirectLines(
    const google::protobuf::RepeatedPtrField<v1::DirectLine>& wire, std::string_view path);
v1::DirectLine ToWire(const DirectLine& line);

base::Result<BankHoliday> ParseBankHoliday(const v1::BankHoliday& wire, std::string_view path);

}  // namespace firstbell::model
