#pragma once

// What an opened alert says, in plain words and in the order in which it is to be read: handling
// instructions and who may collect the child first, then who it is, its voice set apart, and what
// happened. One source for the terminal and the browser. Pure.

#include <string>
#include <vector>

#include "clients/console/local_time.h"
#include "firstbell/v1/alert.pb.h"
#include "firstbell/v1/link.pb.h"

namespace firstbell::school {

struct Fact {
  std::string term, text;  // neither is empty
};

struct AlertWords {
  std::vector<std::string> changed;  // what the force corrected since somebody here read it
  std::vector<std::string> handling;
  std::vector<std::string> may_collect, must_not_collect, orders_in_force;
  std::vector<Fact> child;
  std::string spoken_to, said;  // what the child said, in its own words; empty where nothing is
  std::vector<Fact> voice;
  std::vector<Fact> happened;
  std::string account;
  std::vector<Fact> support;
  std::vector<Fact> contact;
};

// `content` with protective defaults filled in (inbox.h).
AlertWords WordsOf(const v1::AlertContent& content, const console::LocalTime& london);

// Who it is and no more: name, date of birth, about how old.
std::vector<Fact> IdentityFacts(const v1::Child& child);
std::string NameText(const v1::PersonName& name);

// What a person, or this machine, signed of an alert.
std::string_view ActText(v1::ReceiptKind kind);

// Where nobody is named who may collect the child.
inline constexpr char kNobodyMayCollect[] =
    "Nobody is named who may collect the child: let it go only with someone of whom the school "
    "already knows that they may, and telephone the force in any doubt.";
inline constexpr char kOnlyThisCounts[] =
    "Only what is said here now counts. Whoever was told otherwise is to hear of it.";

}  // namespace firstbell::school
