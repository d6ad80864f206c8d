#pragma once

// What may be written: every field of a draft, checked and trimmed in one place. Pure; any thread.

#include "broker/base/status.h"
#include "clients/school/records/record.h"

namespace firstbell::school_records {

// The draft as it is written: texts without white space at their ends, instants in whole
// microseconds. InvalidArgument naming every faulty field (model::BadRequestOf), never its value.
base::Result<Draft> CheckDraft(const Draft& draft);

// Whether a row of this kind may be corrected by another: not what the police said, which the force
// corrects by a revision, nor what a machine notes.
bool IsCorrected(v1::RecordKind kind);

}  // namespace firstbell::school_records
