#include "clients/school/filing/paper.h"

#include <cairo-pdf.h>

#include <algorithm>
#include <new>
#include <optional>

#include "clients/school/filing/filing.h"
#include "clients/school/filing/pdf_catalog.h"
#include "clients/school/filing/plain_text.h"
#include "clients/school/filing/set_text.h"

namespace firstbell::school_filing {
namespace {

// Points on A4, from the upper left corner.
constexpr double kPageWidth = 595.276, kPageHeight = 841.890;
constexpr double kLeft = 64, kRight = kPageWidth - 56, kWidth = kRight - kLeft;
constexpr double kTop = 72, kBottom = kPageHeight - 68;
constexpr double kHeaderTop = 34, kHeaderRule = 50, kFooterRule = kPageHeight - 54;
constexpr double kFooterTop = kPageHeight - 48;
constexpr double kTermWidth = 116, kTextLeft = 128;
constexpr double kBarLeft = kLeft - 14, kBarWidth = 3;
constexpr double kAroundRule = 11;

constexpr double kKeptWhole = 150;         // a section that is no higher is not broken over pages
constexpr std::size_t kStartLines = 3;     // stand below a heading at the end of a page, at least
constexpr std::size_t kPieceBytes = 4096;  // of a text that is set at once
constexpr double kSeam = 0.23;             // of a font's size: between two pieces, as between lines
constexpr Style kFurniture = {.points = 7.5, .ink = Ink::kGrey};

struct Destroyed {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
};
using Surface = std::unique_ptr<cairo_surface_t, Destroyed>;
using Cairo = std::unique_ptr<cairo_t, Destroyed>;

base::Status StatusOf(cairo_status_t status) {
  if (status == CAIRO_STATUS_SUCCESS) return base::OkStatus();
  if (status == CAIRO_STATUS_NO_MEMORY) {
    return base::ResourceExhausted("no memory for the PDF; hand the record over as JSON");
  }
  return base::Internal(std::string("the PDF cannot be drawn: ") + cairo_status_to_string(status));
}

// What stands in it belongs to one element of the document's structure. Without cairo: nothing.
class Tagged {
 public:
  Tagged(cairo_t* cairo, const char* tag) : cairo_(cairo), tag_(tag) {
    if (cairo_ != nullptr) cairo_tag_begin(cairo_, tag_, nullptr);
  }
  ~Tagged() {
    if (cairo_ != nullptr) cairo_tag_end(cairo_, tag_);
  }
  Tagged(const Tagged&) = delete;
  Tagged& operator=(const Tagged&) = delete;

 private:
  cairo_t* cairo_;
  const char* tag_;
};

class SetRow {
 public:
  // A piece of the row's text; its term stands beside the first.
  SetRow(PangoContext& context, const Row& row, std::string_view piece)
      : row_(&row),
        first_(piece.data() == row.text.data()),
        left_(row.term.empty() ? 0 : kTextLeft),
        text_(context, piece, row.style, kWidth - left_) {
    if (row.term.empty() || !first_) return;
    const Style style = {.points = row.style.points, .ink = Ink::kGrey};
    term_.emplace(context, row.term, style, kTermWidth);
    // Another script's letters may be higher; the two still stand on one line.
    const double lower = text_.first_baseline() - term_->first_baseline();
    term_down_ = std::max(0.0, lower);
    text_down_ = std::max(0.0, -lower);
  }

  double gap() const { return first_ ? row_->gap : kSeam * row_->style.points; }
  const char* tag() const { return row_->tag; }
  bool keep_with_next() const { return row_->keep_with_next; }
  bool misses_letters() const {
    return text_.misses_letters() || (term_ && term_->misses_letters());
  }
  std::size_t lines() const { return text_.lines(); }
  double height() const { return PieceHeight(0, lines()); }
  double StartHeight() const { return PieceHeight(0, std::min(lines(), kStartLines)); }
  double PieceHeight(std::size_t first, std::size_t end) const {
    const double text = text_.Height(first, end);
    if (first > 0 || !term_) return text;
    return std::max(text_down_ + text, term_down_ + term_->height());
  }
  std::size_t Fitting(std::size_t first, double room) const {
    return text_.Fitting(first, first == 0 ? room - text_down_ : room);
  }
  void Draw(cairo_t& cairo, std::size_t first, std::size_t end, double y) const {
    if (first == 0 && term_) term_->Draw(cairo, 0, term_->lines(), kLeft, y + term_down_);
    const double down = first == 0 ? text_down_ : 0;
    text_.Draw(cairo, first, end, kLeft + left_, y + down);
  }

 private:
  const Row* row_;
  bool first_;
  double left_;
  SetText text_;
  std::optional<SetText> term_;
  double term_down_ = 0, text_down_ = 0;
};

std::vector<SetRow> SetRows(PangoContext& context, const std::vector<Row>& rows) {
  std::vector<SetRow> set;
  set.reserve(rows.size());
  for (const Row& row : rows) {
    for (const std::string_view piece : Pieces(row.text, kPieceBytes)) {
      set.emplace_back(context, row, piece);
    }
  }
  return set;
}

// Of the rows from `i` on, what has to stand on one page with it.
double KeptHeight(const std::vector<SetRow>& rows, std::size_t i) {
  double height = 0;
  for (; i + 1 < rows.size() && rows[i].keep_with_next(); ++i) {
    height += rows[i].height() + rows[i + 1].gap();
  }
  return height + rows[i].StartHeight();
}

double WholeHeight(const std::vector<SetRow>& rows) {
  double height = 0;
  for (const SetRow& row : rows) height += row.gap() + row.height();
  return height;
}

// Puts a document on pages. Without `cairo` nothing is drawn: that counts the pages.
class Pages {
 public:
  Pages(const Document& document, PangoContext& context, cairo_t* cairo, std::size_t of)
      : document_(document), context_(context), cairo_(cairo), of_(of) {}

  base::Status PutAll();
  std::size_t count() const { return count_; }
  bool letters_missing() const { return letters_missing_; }

 private:
  void Put(const Section& section);
  void PutRow(const SetRow& row, const Section& section);
  void NewPage();
  void DrawFurniture();
  void DrawRule(double y);
  void DrawBar(double from, double to);
  double Room() const { return kBottom - y_; }
  bool AtTop() const { return y_ <= kTop; }
  bool TooMany() const { return count_ > kMostPages; }

  const Document& document_;
  PangoContext& context_;
  cairo_t* const cairo_;
  const std::size_t of_;
  std::size_t count_ = 0;
  double y_ = kTop;
  bool letters_missing_ = false;
};

base::Status Pages::PutAll() {
  NewPage();
  {
    const Tagged document(cairo_, "Document");
    for (const Section& section : document_.sections) {
      Put(section);
      if (TooMany()) {
        return base::ResourceExhausted("the record needs more than " + std::to_string(kMostPages) +
                                       " pages: hand it over as JSON");
      }
    }
  }
  if (cairo_ == nullptr) return base::OkStatus();
  cairo_show_page(cairo_);
  return StatusOf(cairo_status(cairo_));
}

void Pages::Put(const Section& section) {
  if (section.rows.empty()) return;
  const std::vector<SetRow> rows = SetRows(context_, section.rows);
  for (const SetRow& row : rows) letters_missing_ = letters_missing_ || row.misses_letters();
  const double whole = WholeHeight(rows), around = section.rule ? 2 * kAroundRule : 0;
  if (whole <= kKeptWhole && around + whole > Room() && !AtTop()) NewPage();
  if (around + KeptHeight(rows, 0) > Room() && !AtTop()) NewPage();
  if (section.rule && !AtTop()) {
    DrawRule(y_ + kAroundRule);
    y_ += around;
  }
  const Tagged sect(cairo_, "Sect");
  for (std::size_t i = 0; i < rows.size() && !TooMany(); ++i) {
    const double gap = rows[i].gap();
    if (gap + KeptHeight(rows, i) > Room() && !AtTop()) NewPage();
    if (!AtTop()) {
      if (section.bar && i > 0) DrawBar(y_, y_ + gap);
      y_ += gap;
    }
    PutRow(rows[i], section);
  }
}

void Pages::PutRow(const SetRow& row, const Section& section) {
  for (std::size_t first = 0; first < row.lines() && !TooMany();) {
    std::size_t end = row.Fitting(first, Room());
    if (end == first && AtTop()) ++end;  // higher than a page: it is on one all the same
    if (end == first) {
      NewPage();
      continue;
    }
    const double height = row.PieceHeight(first, end);
    if (cairo_ != nullptr) {
      const Tagged piece(cairo_, row.tag());
      row.Draw(*cairo_, first, end, y_);
    }
    if (section.bar) DrawBar(y_, y_ + height);
    y_ += height;
    first = end;
  }
}

void Pages::NewPage() {
  if (cairo_ != nullptr && count_ > 0) cairo_show_page(cairo_);
  ++count_;
  y_ = kTop;
  if (cairo_ != nullptr) DrawFurniture();
}

void Pages::DrawFurniture() {
  const auto set = [&](const std::string& text) {
    return SetText(context_, text, kFurniture, kWidth);
  };
  const SetText number = set(" · page " + std::to_string(count_) + " of " + std::to_string(of_));
  SetText header = set(document_.header);
  header.Shorten(kWidth - number.first_line_width());
  header.Draw(*cairo_, 0, 1, kLeft, kHeaderTop);
  number.Draw(*cairo_, 0, 1, kLeft + header.first_line_width(), kHeaderTop);
  DrawRule(kHeaderRule);

  const SetText stamp = set(document_.stamp);
  SetText footer = set(document_.footer);
  footer.Shorten(kWidth - stamp.first_line_width() - 12);
  DrawRule(kFooterRule);
  footer.Draw(*cairo_, 0, 1, kLeft, kFooterTop);
  stamp.Draw(*cairo_, 0, 1, kRight - stamp.first_line_width(), kFooterTop);
}

void Pages::DrawRule(double y) {
  if (cairo_ == nullptr) return;
  cairo_set_source_rgb(cairo_, 0.78, 0.79, 0.81);
  cairo_rectangle(cairo_, kLeft, y, kWidth, 0.5);
  cairo_fill(cairo_);
}

void Pages::DrawBar(double from, double to) {
  if (cairo_ == nullptr) return;
  cairo_set_source_rgb(cairo_, 0.10, 0.22, 0.47);
  cairo_rectangle(cairo_, kBarLeft, from, kBarWidth, to - from);
  cairo_fill(cairo_);
}

cairo_status_t AppendTo(void* pdf, const unsigned char* bytes, unsigned int length) {
  try {
    static_cast<std::string*>(pdf)->append(reinterpret_cast<const char*>(bytes), length);
    return CAIRO_STATUS_SUCCESS;
  } catch (const std::bad_alloc&) {
    return CAIRO_STATUS_NO_MEMORY;
  }
}

struct Extent {
  std::size_t pages;
  bool letters_missing;
};

base::Result<Extent> Measure(const Document& document, PangoContext& context) {
  Pages pages(document, context, nullptr, 0);
  FB_RETURN_IF_ERROR(pages.PutAll());
  return Extent{pages.count(), pages.letters_missing()};
}

// Cairo would take the machine's clock for a time that is not given.
void Describe(cairo_surface_t& surface, const Document& document) {
  const std::string made_at =
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", document.made_at, absl::UTCTimeZone());
  cairo_pdf_surface_set_metadata(&surface, CAIRO_PDF_METADATA_TITLE, document.title.c_str());
  cairo_pdf_surface_set_metadata(&surface, CAIRO_PDF_METADATA_CREATOR, "Firstbell");
  cairo_pdf_surface_set_metadata(&surface, CAIRO_PDF_METADATA_CREATE_DATE, made_at.c_str());
}

}  // namespace

base::Result<std::string> Print(Document document, PangoFontMap& fonts) {
  const TextContext context = MakeTextContext(fonts);
  // Each page says how many there are, so they are counted first.
  FB_ASSIGN_OR_RETURN(Extent extent, Measure(document, *context));
  if (extent.letters_missing) {
    document.sections.front().rows.push_back(document.letters_missing);
    FB_ASSIGN_OR_RETURN(extent, Measure(document, *context));
  }
  std::string pdf;
  const Surface surface(
      cairo_pdf_surface_create_for_stream(AppendTo, &pdf, kPageWidth, kPageHeight));
  Describe(*surface, document);
  const Cairo cairo(cairo_create(surface.get()));
  Pages drawn(document, *context, cairo.get(), extent.pages);
  FB_RETURN_IF_ERROR(drawn.PutAll());
  cairo_surface_finish(surface.get());
  FB_RETURN_IF_ERROR(StatusOf(cairo_surface_status(surface.get())));
  return WithCatalog(pdf);
}

}  // namespace firstbell::school_filing
