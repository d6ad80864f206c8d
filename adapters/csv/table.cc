#include "adapters/csv/table.h"

#include "adapters/csv/text.h"

namespace firstbell::adapters::csv {

base::Result<Table> Table::Open(const std::filesystem::path& path) {
  FB_ASSIGN_OR_RETURN(std::unique_ptr<Reader> reader, Reader::Open(path));
  Table table(std::move(reader));
  Row header;
  FB_ASSIGN_OR_RETURN(const bool found, table.reader_->Next(header));
  if (!found) return base::InvalidArgument("the file is empty: its first line names the columns");
  FB_RETURN_IF_ERROR(table.TakeHeader(header));
  return table;
}

base::Status Table::TakeHeader(const Row& row) {
  if (!row.defect.empty()) return base::InvalidArgument("line 1: " + row.defect);
  for (const std::string& field : row.fields) {
    const std::string name = Lower(Trim(field));
    if (!IsUtf8(name)) return base::InvalidArgument("line 1: the column names are not text");
    if (!index_.emplace(name, columns_.size()).second) {
      return base::InvalidArgument("line 1: the column '" + name + "' stands twice");
    }
    columns_.push_back(name);
  }
  return base::OkStatus();
}

std::optional<std::size_t> Table::Find(std::string_view name) const {
  const auto found = index_.find(Lower(name));
  if (found == index_.end()) return std::nullopt;
  return found->second;
}

base::Result<bool> Table::Next(Row& row) {
  FB_ASSIGN_OR_RETURN(const bool found, reader_->Next(row));
  if (!found || !row.defect.empty() || row.fields.size() == columns_.size()) return found;
  if (row.without_line_end && row.fields.size() < columns_.size()) {
    return base::DataLoss("line " + std::to_string(row.line) +
                          ", the last, stops in the middle: the file is cut off");
  }
  row.defect = "the row has " + std::to_string(row.fields.size()) +
               " fields where the header has " + std::to_string(columns_.size());
  return true;
}

}  // namespace firstbell::adapters::csv
