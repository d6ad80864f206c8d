#pragma once

// Results for people and for machines. Pure; any thread.

#include <google/protobuf/message.h>

#include <string>
#include <string_view>
#include <vector>

namespace firstbell::console {

// A text from outside, made safe for a terminal: control characters other than a line break become
// '?'.
std::string Printable(std::string_view text);

// proto3 JSON on one line, without a line break.
std::string ToJson(const google::protobuf::Message& message);

// Left-aligned columns, two spaces apart, widths counted in characters.
class Table {
 public:
  explicit Table(std::vector<std::string> headings);
  void Add(std::vector<std::string> cells);  // as many as there are headings
  bool empty() const { return rows_.size() == 1; }
  std::string ToString() const;  // each row ends with a line break

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace firstbell::console
