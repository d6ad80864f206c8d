#include "clients/school/filing/set_text.h"

namespace firstbell::school_filing {
namespace {

constexpr float kLineSpacing = 1.2F;  // of a font's own height

struct Freed {
  void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
  void operator()(PangoLayoutIter* lines) const { pango_layout_iter_free(lines); }
  void operator()(cairo_font_options_t* options) const { cairo_font_options_destroy(options); }
};

void SetInk(cairo_t& cairo, Ink ink) {
  switch (ink) {
    case Ink::kBlack:
      return cairo_set_source_rgb(&cairo, 0.07, 0.07, 0.09);
    case Ink::kGrey:
      return cairo_set_source_rgb(&cairo, 0.36, 0.38, 0.41);
    case Ink::kPolice:
      return cairo_set_source_rgb(&cairo, 0.10, 0.22, 0.47);
    case Ink::kMark:
      return cairo_set_source_rgb(&cairo, 0.55, 0.25, 0.02);
  }
}

}  // namespace

TextContext MakeTextContext(PangoFontMap& fonts) {
  TextContext context(pango_font_map_create_context(&fonts));
  const std::unique_ptr<cairo_font_options_t, Freed> options(cairo_font_options_create());
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(context.get(), options.get());
  pango_cairo_context_set_resolution(context.get(), 72);
  pango_context_set_round_glyph_positions(context.get(), FALSE);
  pango_context_set_language(context.get(), pango_language_from_string("en-gb"));
  return context;
}

SetText::SetText(PangoContext& context, std::string_view text, const Style& style, double width)
    : layout_(pango_layout_new(&context)), style_(style) {
  const std::unique_ptr<PangoFontDescription, Freed> font(pango_font_description_new());
  pango_font_description_set_family_static(font.get(), kFontFamily);
  pango_font_description_set_size(font.get(), pango_units_from_double(style.points));
  pango_font_description_set_weight(font.get(),
                                    style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description(layout_.get(), font.get());
  pango_layout_set_line_spacing(layout_.get(), kLineSpacing);
  pango_layout_set_wrap(layout_.get(), PANGO_WRAP_WORD_CHAR);
  pango_layout_set_width(layout_.get(), pango_units_from_double(width));
  pango_layout_set_text(layout_.get(), text.data(), static_cast<int>(text.size()));
  FindLines();
}

void SetText::Shorten(double width) {
  pango_layout_set_ellipsize(layout_.get(), PANGO_ELLIPSIZE_END);
  pango_layout_set_width(layout_.get(), pango_units_from_double(width));
  FindLines();
}

void SetText::FindLines() {
  lines_.clear();
  const std::unique_ptr<PangoLayoutIter, Freed> at(pango_layout_get_iter(layout_.get()));
  do {
    PangoRectangle logical;
    int top = 0, bottom = 0;
    pango_layout_iter_get_line_extents(at.get(), nullptr, &logical);
    pango_layout_iter_get_line_yrange(at.get(), &top, &bottom);
    lines_.push_back({.line = pango_layout_iter_get_line_readonly(at.get()),
                      .left = pango_units_to_double(logical.x),
                      .top = pango_units_to_double(top),
                      .bottom = pango_units_to_double(bottom),
                      .baseline = pango_units_to_double(pango_layout_iter_get_baseline(at.get()))});
  } while (pango_layout_iter_next_line(at.get()));
}

double SetText::Height(std::size_t first, std::size_t end) const {
  return first == end ? 0 : lines_[end - 1].bottom - lines_[first].top;
}

double SetText::first_line_width() const {
  PangoRectangle logical;
  pango_layout_line_get_extents(lines_.front().line, nullptr, &logical);
  return pango_units_to_double(logical.width);
}

bool SetText::misses_letters() const {
  return pango_layout_get_unknown_glyphs_count(layout_.get()) > 0;
}

std::size_t SetText::Fitting(std::size_t first, double room) const {
  std::size_t end = first;
  while (end < lines_.size() && Height(first, end + 1) <= room) ++end;
  const std::size_t left = lines_.size() - end;
  if (left == 1 && end - first > 2) --end;
  return left > 0 && end - first == 1 ? first : end;
}

void SetText::Draw(cairo_t& cairo, std::size_t first, std::size_t end, double x, double y) const {
  SetInk(cairo, style_.ink);
  for (std::size_t i = first; i < end; ++i) {
    const Line& line = lines_[i];
    cairo_move_to(&cairo, x + line.left, y + line.baseline - lines_[first].top);
    pango_cairo_show_layout_line(&cairo, line.line);
  }
}

}  // namespace firstbell::school_filing
