#pragma once

// The forms by which something is written into the records: their fields, read into the body of a
// row and filled from one again, so that what is added and what is corrected are one form. Pure;
// any thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clients/school/records/record.h"
#include "clients/school/web/visit.h"

namespace firstbell::school::web {

struct FormChoice {
  std::string value, text;
};

struct FormField {
  std::string name, label, value;
  enum class As { kLine, kText, kDay, kChoice } as = As::kLine;
  std::vector<FormChoice> choices = {};
};

// The kinds that have a form of their own to be corrected by.
bool HasForm(v1::RecordKind kind);
// What the form of that row's kind shows; the row is not erased. `added`: to the catalogue.
std::vector<FormField> FieldsOf(const school_records::Record& record,
                                const std::vector<v1::CatalogueItem>& added,
                                const console::LocalTime& london);

// Into `draft`: the body of that kind, and when it is due, as the request's fields say. What a
// correction does not ask for stays as it was in `draft`. InvalidArgument, by FieldError: a day
// that is none.
base::Status ReadForm(const Visit& visit, v1::RecordKind kind, school_records::Draft& draft);

// Of every line alike, or being on the sheet would say something: it has a name, a class and what
// staff are to do. InvalidArgument, by FieldError.
base::Status CheckLine(const v1::SheetAdjustment& line);

// The first instant of the day that a field says; nothing where it is empty. InvalidArgument, by
// FieldError: no day.
base::Status ReadDay(const Visit& visit, const std::string& field, std::optional<absl::Time>& due);

// What was wrong with a draft, each fault beside its field. Null: it is nothing that was typed.
Json FormErrors(const base::Status& status);

// The lines of a text that are not empty.
std::vector<std::string> LinesOf(std::string_view text);

}  // namespace firstbell::school::web
