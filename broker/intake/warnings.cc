#include "broker/intake/warnings.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace firstbell::intake {
namespace {

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
}

// Lower case, and a blank for whatever is no letter; one in front and one behind.
std::string AsWords(const std::string& text) {
  std::string words = " ";
  for (const char c : text) {
    const bool capital = c >= 'A' && c <= 'Z';
    words.push_back(!IsLetter(c) ? ' ' : capital ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return words + " ";
}

// The first given name, and what the child is called.
std::vector<std::string> NamesOf(const v1::Child& child) {
  std::vector<std::string> names;
  for (const std::string* name :
       {&child.name().given_names(), &child.name().preferred_given_name()}) {
    const std::string words = AsWords(*name);
    const std::string first = words.substr(0, words.find(' ', 1) + 1);
    if (first.size() > 3) names.push_back(first);
  }
  return names;
}

std::vector<std::pair<std::string, const std::string*>> TextsOf(const v1::Child& child) {
  std::vector<std::pair<std::string, const std::string*>> texts = {
      {"account", &child.account()},
      {"where_in_home", &child.where_in_home()},
      {"voice.what_was_said", &child.voice().what_was_said()},
      {"voice.what_was_shown", &child.voice().what_was_shown()},
      {"voice.who_else_was_there", &child.voice().who_else_was_there()},
      {"support.in_place", &child.support().in_place()},
  };
  for (const std::string& further : child.handling().further()) {
    texts.emplace_back("handling.further", &further);
  }
  return texts;
}

bool Mentions(const std::string& text, const v1::Child& other, const v1::Child& own) {
  const std::vector<std::string> ours = NamesOf(own);
  const std::string words = AsWords(text);
  for (const std::string& name : NamesOf(other)) {
    if (std::find(ours.begin(), ours.end(), name) != ours.end()) continue;
    if (words.find(name) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

void AddWarnings(const model::Incident& incident, v1::IncidentAnswer& answer) {
  const auto& children = incident.wire().children();
  for (const v1::Child& child : children) {
    for (const auto& [field, text] : TextsOf(child)) {
      for (const v1::Child& other : children) {
        if (&other == &child || !Mentions(*text, other, child)) continue;
        v1::Warning& warning = *answer.add_warnings();
        warning.set_child_ref(child.child_ref());
        warning.set_field(field);
        warning.set_names(other.child_ref());
      }
    }
  }
}

}  // namespace firstbell::intake
