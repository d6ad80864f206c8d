#pragma once

// What a PDF says of itself in its catalog (ISO 32000-1, 7.7.2) and Cairo does not write: the
// language that it is read aloud in, and that its title is to stand over it rather than the file's
// name (PDF/UA-1, 7.1 and 7.2). By qpdf. Pure; any thread.

#include <string>

#include "broker/base/status.h"

namespace firstbell::school_filing {

// The same document; of the same bytes the same bytes. Errors: Internal, where these are no PDF.
base::Result<std::string> WithCatalog(const std::string& pdf);

}  // namespace firstbell::school_filing
