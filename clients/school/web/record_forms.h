#pragma once

// The forms by which something is written into the records: their fields, read into the body of a
// row and filled from one again, so that what is added and what is corrected are one form. Pure;
// any thread.

#include <string>
#include <string_view>
#include <vector>

#include "clients/school/records/record.h"
#include "clients/school/web/visit.h"

namespace firstbell::school::web {

struct FormField {
  std::string name, label, value;
  enum class As { kLine, kText, kDay, kNumber } as = As::kLine;
};

// The kinds that have a form of their own to be corrected by.
bool HasForm(v1::RecordKind kind);
// What the form of that row's kind shows; the row is not erased.
std::vector<FormField> FieldsOf(const school_records::Record& record,
                                const console::LocalTime& london);

// Into `draft`: the body of that kind, and when it is due, as the request's fields say. What a
// correction does not ask for stays as it was in `draft`. InvalidArgument, by FieldError: a day
// that is none.
base::Status ReadForm(const Visit& visit, v1::RecordKind kind, school_records::Draft& draft);

// What was wrong with a draft, each fault beside its field. Null: it is nothing that was typed.
Json FormErrors(const base::Status& status);

// The lines of a text that are not empty.
std::vector<std::string> LinesOf(std::string_view text);

}  // namespace firstbell::school::web
