#pragma once

// The grammar: each line of a story is one verb of this table. A form is the line as it is written,
// with {places} to fill in, [what may be left out] and (one|of|these).
//
// The places: {school}, {person}, {child} and {name} begin with a capital; {date} is 2026-03-03,
// {time} 07:31; {number}, {force}, {reference}, {postcode} and {upn} are one or two words;
// {children} and {reason} take the rest; {text} is "in quotes". Pure; any thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "broker/base/status.h"
#include "tests/scenarios/story.h"

namespace firstbell::scenarios {

// What stood in the places and choices of a line, in order; empty where it was left out.
using Words = std::vector<std::string>;

struct Verb {
  std::string_view form;
  std::string_view meaning;
  base::Status (*act)(Story& story, const Words& words);
};

absl::Span<const Verb> Verbs();

// What the line fills into the form; nothing where it is another verb's.
std::optional<Words> Fit(std::string_view form, const std::string& line);

// The one verb of a line, done. InvalidArgument: no verb has this form.
base::Status Perform(Story& story, const std::string& line);

}  // namespace firstbell::scenarios
