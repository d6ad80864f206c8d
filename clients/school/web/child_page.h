#pragma once

// What the school wrote down: the children, a child's page, and what is added to it, each row under
// the signature of whoever writes it.

#include "clients/school/web/record_desk.h"

namespace firstbell::school::web {

// For today's page: what is to be looked at again, which files are to be reviewed, and how many
// concerns of staff nobody has placed. Null: the reader was not let in to the records.
base::Result<Json> DueToday(const Visit& visit);

// Whether a child of just that name has a file here.
base::Result<bool> HasFile(const Visit& visit, const std::string& name);

Response ShowChildren(const Visit& visit);
// By a name, which stands in no address.
Response FindChildren(const Visit& visit);
Response ShowChild(const Visit& visit);
// With what is wrong in one of its forms.
Response ShowChildAgain(const Visit& visit, const school_records::ChildId& child, Json error);

Response AddAction(const Visit& visit);
Response ReviewAction(const Visit& visit);
Response AddConcern(const Visit& visit);
Response AddPause(const Visit& visit);
Response LiftPause(const Visit& visit);
Response AddTold(const Visit& visit);
Response AddToSheet(const Visit& visit);
Response AddFiled(const Visit& visit);
// The next review; or all that is written down of the child is erased, by whoever confirms it.
Response ReviewFile(const Visit& visit);
Response EraseFile(const Visit& visit);

// Nobody is told something against what the child wishes without a reason: whether `told` is
// against it is noted there. InvalidArgument, by FieldError at `path`: there is none.
base::Status CheckWish(const Visit& visit, const school_records::ChildId& child,
                       const std::string& path, v1::WhoWasTold& told);

// A correction is another row: what it corrects stays.
Response ShowCorrect(const Visit& visit);
Response CorrectRow(const Visit& visit);

// The child's passport: what it needs, and who it wishes to know what.
Response ShowPassport(const Visit& visit);
Response SavePassport(const Visit& visit);

// What the school offers a child beyond the built-in catalogue.
Response ShowCatalogue(const Visit& visit);
Response AddToCatalogue(const Visit& visit);
Response RetireFromCatalogue(const Visit& visit);

}  // namespace firstbell::school::web
