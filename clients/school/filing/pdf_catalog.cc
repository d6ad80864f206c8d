#include "clients/school/filing/pdf_catalog.h"

#define POINTERHOLDER_TRANSITION 4  // qpdf with std::shared_ptr alone

#include <exception>
#include <memory>
#include <qpdf/Buffer.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFWriter.hh>

namespace firstbell::school_filing {
namespace {

constexpr char kLanguage[] = "en-GB";

std::string Rewritten(QPDF& document) {
  QPDFWriter writer(document);
  writer.setOutputMemory();
  writer.setDeterministicID(true);
  writer.write();
  const std::shared_ptr<Buffer> bytes = writer.getBufferSharedPointer();
  return {reinterpret_cast<const char*>(bytes->getBuffer()), bytes->getSize()};
}

}  // namespace

base::Result<std::string> WithCatalog(const std::string& pdf) {
  try {
    QPDF document;
    document.setSuppressWarnings(true);
    document.processMemoryFile("record", pdf.data(), pdf.size());
    auto preferences = QPDFObjectHandle::newDictionary();
    preferences.replaceKey("/DisplayDocTitle", QPDFObjectHandle::newBool(true));
    QPDFObjectHandle root = document.getRoot();
    root.replaceKey("/Lang", QPDFObjectHandle::newUnicodeString(kLanguage));
    root.replaceKey("/ViewerPreferences", preferences);
    return Rewritten(document);
  } catch (const std::exception&) {
    return base::Internal("the document cannot be finished as a PDF");  // its words may hold a name
  }
}

}  // namespace firstbell::school_filing
