#pragma once

// Text from anywhere, made such that it can be set on a page. Pure.

#include <string>
#include <string_view>
#include <vector>

namespace firstbell::school_filing {

// Valid UTF-8: what is none becomes U+FFFD. Ends of lines are "\n", of which there are never more
// than two in a row and none at either end; a tab is a space. Other control characters are dropped,
// and so are the characters that embed or override a direction, by which a line can be made to read
// otherwise than it was written. What a right-to-left script needs without them stays.
std::string PlainText(std::string_view text);

// The same on one line.
std::string PlainLine(std::string_view text);

// `plain` in pieces of at most `bytes` (16 or more), each ended at a new line, which is dropped, or
// else after a space. Where there is neither they are shorter, a quarter, and end between two
// characters. Never none: of nothing it is one empty piece.
std::vector<std::string_view> Pieces(std::string_view plain, std::size_t bytes);

}  // namespace firstbell::school_filing
