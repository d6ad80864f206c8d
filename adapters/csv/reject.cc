#include "adapters/csv/reject.h"

#include <string_view>

#include "adapters/csv/text.h"

namespace firstbell::adapters {
namespace {

constexpr std::string_view kHeader = "line,field,reason,urn,local_id";

}  // namespace

RejectFile::~RejectFile() {
  if (count_ == 0) TakeAway();
}

// What is there is a header alone.
void RejectFile::TakeAway() {
  if (!file_.is_open()) return;
  file_.close();
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

base::Status RejectFile::Begin() {
  const std::string name = "'" + path_.filename().string() + "'";
  std::string first;
  if (std::ifstream there(path_, std::ios::binary); there) std::getline(there, first);
  if (!first.empty() && first != std::string(kHeader) + "\r") {
    return base::FailedPrecondition(
        name + " is no file of rejected rows, and stays as it is: name another with " + option_);
  }
  Open();
  if (file_) return base::OkStatus();
  return base::FailedPrecondition("the file for rejected rows, " + name +
                                  ", cannot be written; nothing was imported: name another with " +
                                  option_);
}

void RejectFile::Open() {
  file_.open(path_, std::ios::binary | std::ios::trunc);
  std::error_code ignored;
  std::filesystem::permissions(
      path_, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, ignored);
  file_ << kHeader << "\r\n";
}

void RejectFile::Add(const Reject& reject) {
  if (count_++ == 0 && !file_.is_open()) Open();
  file_ << reject.line << ',' << csv::Cell(reject.field) << ',' << csv::Cell(reject.reason) << ','
        << csv::Cell(reject.urn) << ',' << csv::Cell(reject.local_id) << "\r\n";
}

base::Status RejectFile::Finish() {
  if (count_ == 0) {
    TakeAway();
    return base::OkStatus();
  }
  file_.close();
  if (!file_.fail()) return base::OkStatus();
  return base::Unavailable("the reject file '" + path_.filename().string() + "' cannot be written");
}

}  // namespace firstbell::adapters
