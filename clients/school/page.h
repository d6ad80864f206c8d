#pragma once

// A page of text for a terminal: headings, paragraphs broken at words, labelled fields. Every text
// is made printable: one from outside cannot steer the terminal. Not thread-safe.

#include <string>
#include <string_view>

namespace firstbell::school {

class Page {
 public:
  static constexpr std::size_t kColumns = 78;

  // After an empty line, unless it is the first.
  void Heading(std::string_view text);
  void Paragraph(std::string_view text);
  void Bullet(std::string_view text);
  // "Label: text"; nothing where `text` is empty.
  void Field(std::string_view label, std::string_view text);
  // Someone's own words, set apart with a bar.
  void Quote(std::string_view text);

  const std::string& text() const { return text_; }

 private:
  // `first` begins the first line, `rest` each further one.
  void Wrap(std::string_view text, std::string_view first, std::string_view rest);

  std::string text_;
};

}  // namespace firstbell::school
