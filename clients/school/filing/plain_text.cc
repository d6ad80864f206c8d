#include "clients/school/filing/plain_text.h"

#include <glib.h>

#include <algorithm>
#include <memory>

namespace firstbell::school_filing {
namespace {

struct Freed {
  void operator()(gchar* text) const { g_free(text); }
};

bool EndsLine(gunichar c) {
  return c == '\n' || c == '\v' || c == '\f' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

bool IsDropped(gunichar c) {
  const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
  const bool turns_direction = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  const bool no_character = (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
  return control || turns_direction || no_character || c == 0xFEFF;
}

// GLib takes a zero byte for the end, and sees "\r\n" as two characters.
std::string WithoutZerosAndReturns(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool before_new_line = i + 1 < text.size() && text[i + 1] == '\n';
    if (text[i] == '\0' || (text[i] == '\r' && before_new_line)) continue;
    clean += text[i] == '\r' ? '\n' : text[i];
  }
  return clean;
}

void AppendLineEnd(std::string& text) {
  while (!text.empty() && text.back() == ' ') text.pop_back();
  if (!text.empty() && !text.ends_with("\n\n")) text += '\n';
}

// Of more than `bytes`, where the first piece ends.
std::size_t PieceEnd(std::string_view plain, std::size_t bytes) {
  const std::size_t line = plain.rfind('\n', bytes);
  if (line != std::string_view::npos && line > 0) return line;
  const std::size_t space = plain.rfind(' ', bytes - 1);
  if (space != std::string_view::npos) return space + 1;
  std::size_t end = bytes / 4;
  while (end > 1 && (static_cast<unsigned char>(plain[end]) & 0xC0) == 0x80) --end;
  return end;
}

void Append(gunichar c, std::string& text) {
  char bytes[6];
  text.append(bytes, static_cast<std::size_t>(g_unichar_to_utf8(c, bytes)));
}

}  // namespace

std::string PlainText(std::string_view text) {
  const std::string bytes = WithoutZerosAndReturns(text);
  const std::unique_ptr<gchar, Freed> valid(
      g_utf8_make_valid(bytes.data(), static_cast<gssize>(bytes.size())));
  std::string plain;
  plain.reserve(bytes.size());
  for (const gchar* at = valid.get(); *at != '\0'; at = g_utf8_next_char(at)) {
    const gunichar c = g_utf8_get_char(at);
    if (EndsLine(c)) {
      AppendLineEnd(plain);
    } else if (c == '\t') {
      plain += ' ';
    } else if (!IsDropped(c)) {
      Append(c, plain);
    }
  }
  while (!plain.empty() && (plain.back() == '\n' || plain.back() == ' ')) plain.pop_back();
  return plain;
}

std::string PlainLine(std::string_view text) {
  std::string line = PlainText(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

std::vector<std::string_view> Pieces(std::string_view plain, std::size_t bytes) {
  std::vector<std::string_view> pieces;
  while (plain.size() > bytes) {
    const std::size_t end = PieceEnd(plain, bytes);
    pieces.push_back(plain.substr(0, end));
    plain.remove_prefix(end < plain.size() && plain[end] == '\n' ? end + 1 : end);
  }
  pieces.push_back(plain);
  return pieces;
}

}  // namespace firstbell::school_filing
