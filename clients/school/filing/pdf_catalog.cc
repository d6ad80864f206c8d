#include "clients/school/filing/pdf_catalog.h"

#include <qpdf/qpdf-c.h>

#include <memory>
#include <type_traits>

namespace firstbell::school_filing {
namespace {

constexpr char kLanguage[] = "en-GB";

struct CleanUp {
  void operator()(qpdf_data document) const { qpdf_cleanup(&document); }
};
using Document = std::unique_ptr<std::remove_pointer_t<qpdf_data>, CleanUp>;

// qpdf's words may hold a name: they are neither printed nor passed on.
base::Status NotFinished() {
  return base::Internal("the document cannot be finished as a PDF");
}

bool Failed(QPDF_ERROR_CODE code) {
  return (code & QPDF_ERRORS) != 0;
}

void SetCatalog(qpdf_data document) {
  const qpdf_oh preferences = qpdf_oh_new_dictionary(document);
  qpdf_oh_replace_key(document, preferences, "/DisplayDocTitle",
                      qpdf_oh_new_bool(document, QPDF_TRUE));
  const qpdf_oh root = qpdf_get_root(document);
  qpdf_oh_replace_key(document, root, "/Lang", qpdf_oh_new_unicode_string(document, kLanguage));
  qpdf_oh_replace_key(document, root, "/ViewerPreferences", preferences);
}

}  // namespace

base::Result<std::string> WithCatalog(const std::string& pdf) {
  const Document owned(qpdf_init());
  qpdf_data document = owned.get();
  qpdf_set_suppress_warnings(document, QPDF_TRUE);
  qpdf_silence_errors(document);
  const bool read = !Failed(qpdf_read_memory(document, "record", pdf.data(), pdf.size(), nullptr));
  if (!read) return NotFinished();
  SetCatalog(document);
  if (qpdf_has_error(document) == QPDF_TRUE || Failed(qpdf_init_write_memory(document))) {
    return NotFinished();
  }
  qpdf_set_deterministic_ID(document, QPDF_TRUE);
  if (Failed(qpdf_write(document))) return NotFinished();
  const auto* const bytes = reinterpret_cast<const char*>(qpdf_get_buffer(document));
  return std::string(bytes, qpdf_get_buffer_length(document));
}

}  // namespace firstbell::school_filing
