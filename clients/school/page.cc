#include "clients/school/page.h"

#include <algorithm>

#include "clients/console/output.h"

namespace firstbell::school {
namespace {

std::size_t Width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

// Cuts the part up to `mark` off the front of `text`.
std::string_view TakeUntil(std::string_view& text, char mark) {
  const std::size_t end = std::min(text.find(mark), text.size());
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return taken;
}

}  // namespace

void Page::Heading(std::string_view text) {
  if (!text_.empty()) text_ += '\n';
  text_.append(console::Printable(text)).append("\n");
}

void Page::Paragraph(std::string_view text) {
  Wrap(text, "  ", "  ");
}

void Page::Bullet(std::string_view text) {
  Wrap(text, "  - ", "    ");
}

void Page::Field(std::string_view label, std::string_view text) {
  if (text.empty()) return;
  Wrap(std::string(label).append(": ").append(text), "  ", "    ");
}

void Page::Quote(std::string_view text) {
  Wrap(text, "  | ", "  | ");
}

void Page::Wrap(std::string_view text, std::string_view first, std::string_view rest) {
  const std::string printable = console::Printable(text);
  std::string_view left = printable;
  std::string line(first);
  bool empty = true;
  const auto flush = [&] {
    text_.append(line).append("\n");
    line = rest;
    empty = true;
  };
  do {
    std::string_view words = TakeUntil(left, '\n');
    while (!words.empty()) {
      const std::string_view word = TakeUntil(words, ' ');
      if (!empty && Width(line) + 1 + Width(word) > kColumns) flush();
      line.append(empty ? "" : " ").append(word);
      empty = false;
    }
    flush();
  } while (!left.empty());
}

}  // namespace firstbell::school
