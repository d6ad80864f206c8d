#pragma once

// A text that is set in lines of one width, and which of them fit into a height. All lengths are
// points, 1/72 inch. Pango's time grows with the square of a text's length, and of a word's most of
// all: long ones come in pieces (plain_text.h).
//
// Threads: one, that of its fonts.

#include <pango/pangocairo.h>

#include <string_view>
#include <vector>

#include "clients/school/filing/fonts.h"
#include "clients/school/filing/paper.h"

namespace firstbell::school_filing {

using TextContext = std::unique_ptr<PangoContext, Unreferenced>;

// Points are points, and letters stand where the font says, not on a screen's pixels.
TextContext MakeTextContext(PangoFontMap& fonts);

class SetText {
 public:
  SetText(PangoContext& context, std::string_view text, const Style& style, double width);

  std::size_t lines() const { return lines_.size(); }
  // Of the lines [first, end).
  double Height(std::size_t first, std::size_t end) const;
  double height() const { return Height(0, lines_.size()); }
  double first_baseline() const { return lines_.front().baseline; }
  double first_line_width() const;
  bool misses_letters() const;  // no font here has one of them: it is drawn as a box

  // `end` of the lines from `first` on that fit into `room`. None stands alone on a page where
  // there are others, unless nothing else fits.
  std::size_t Fitting(std::size_t first, double room) const;
  // With their upper left corner at (x, y).
  void Draw(cairo_t& cairo, std::size_t first, std::size_t end, double x, double y) const;

  // It becomes one line, that ends in an ellipsis where it is too long.
  void Shorten(double width);

 private:
  struct Line {
    PangoLayoutLine* line;  // the layout's
    double left, top, bottom, baseline;
  };
  void FindLines();

  std::unique_ptr<PangoLayout, Unreferenced> layout_;
  Style style_;
  std::vector<Line> lines_;  // never empty
};

}  // namespace firstbell::school_filing
