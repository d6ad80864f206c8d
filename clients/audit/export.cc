#include "clients/audit/export.h"

#include <fcntl.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "broker/base/bytes.h"
#include "broker/base/file.h"
#include "broker/crypto/hash.h"
#include "broker/model/alert.h"
#include "broker/model/text.h"
#include "clients/audit/deliveries.h"
#include "clients/console/errors.h"
#include "clients/console/output.h"

namespace firstbell::audit_client {
namespace {

using Stub = v1::DeliveryLogService::Stub;

// Where an export stood: what is written to the file up to `bytes` is whole.
struct Place {
  std::string asked;  // the request's digest: another one is another export
  std::string token;
  std::uint64_t bytes = 0, rows = 0;
};

std::filesystem::path PlaceFile(const std::filesystem::path& file) {
  return file.string() + ".resume";
}

base::Status WritePlace(const std::filesystem::path& file, const Place& place) {
  nlohmann::ordered_json json;
  json["asked"] = place.asked;
  json["token"] = place.token;
  json["bytes"] = place.bytes;
  json["rows"] = place.rows;
  return base::WriteFileDurably(PlaceFile(file), json.dump() + "\n", base::kOwnerOnly);
}

base::Result<Place> ReadPlace(const std::filesystem::path& file, const std::string& asked) {
  const auto text = base::ReadFile(PlaceFile(file), 64 * 1024);
  if (absl::IsNotFound(text.status())) {
    return base::FailedPrecondition(
        "there is nothing to resume: the export is whole, or was never begun");
  }
  if (!text.ok()) return text.status();
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  const auto field = [&](const char* name) {
    const auto found = json.is_object() ? json.find(name) : json.end();
    return found == json.end() ? nlohmann::json() : *found;
  };
  const nlohmann::json was = field("asked"), token = field("token");
  const nlohmann::json bytes = field("bytes"), rows = field("rows");
  if (!was.is_string() || !token.is_string() || !bytes.is_number_unsigned() ||
      !rows.is_number_unsigned()) {
    return base::DataLoss("the note of where the export stood is damaged: begin it anew");
  }
  Place place{was, token, bytes, rows};
  if (place.asked == asked) return place;
  return base::FailedPrecondition("the export was begun with another filter or format");
}

// The file while it grows. Errors: ResourceExhausted and others of writing.
class Output {
 public:
  Output() = default;
  ~Output() {
    if (file_ >= 0) close(file_);
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  base::Status Open(const std::filesystem::path& path, std::uint64_t keep, Beginning beginning) {
    const int flags = O_WRONLY | O_CLOEXEC | (beginning == Beginning::kNew ? O_CREAT | O_EXCL : 0);
    file_ = open(path.c_str(), flags, 0600);
    if (file_ < 0 && errno == EEXIST) {
      return base::AlreadyExists("there is such a file already: name another, or --resume");
    }
    const auto end = static_cast<off_t>(keep);
    if (file_ >= 0 && lseek(file_, 0, SEEK_END) < end) {
      return base::DataLoss("the file is shorter than it was: begin the export anew");
    }
    const bool placed =
        file_ >= 0 && ftruncate(file_, end) == 0 && lseek(file_, 0, SEEK_END) == end;
    return placed ? base::OkStatus() : base::FailedPrecondition("the file cannot be written to");
  }
  // Durable on OK.
  base::Status Append(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = write(file_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return base::ResourceExhausted("the file cannot be written on: disk full?");
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return fdatasync(file_) == 0 ? base::OkStatus() : base::Unknown("the file cannot be synced");
  }

 private:
  int file_ = -1;
};

std::string TimeOf(bool there, const google::protobuf::Timestamp& time) {
  if (!there) return "";
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", model::FromWire(time), absl::UTCTimeZone());
}

// As RFC 4180 has it. Words, codes and instants need no quotes; who says that a broker sends those?
std::string Field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  return "\"" + absl::StrReplaceAll(text, {{"\"", "\"\""}}) + "\"";
}

std::string RowsOf(const v1::ListDeliveriesResponse& page, ExportFormat format) {
  std::string rows;
  for (const v1::Delivery& delivery : page.deliveries()) {
    rows += format == ExportFormat::kCsv ? CsvLine(&delivery) + "\r\n"
                                         : console::ToJson(delivery) + "\n";
  }
  return rows;
}

// What came is durable in the file before the place after it is noted: if we die in between, it is
// cut off and asked for again.
class Exporter {
 public:
  Exporter(std::filesystem::path file, ExportFormat format, Place place)
      : file_(std::move(file)), format_(format), place_(std::move(place)) {}

  base::Status Open(Beginning beginning) {
    FB_RETURN_IF_ERROR(output_.Open(file_, place_.bytes, beginning));
    if (beginning == Beginning::kResume) return base::OkStatus();
    if (format_ == ExportFormat::kCsv) FB_RETURN_IF_ERROR(Write(CsvLine(nullptr) + "\r\n"));
    return WritePlace(file_, place_);
  }
  base::Status Take(const v1::ListDeliveriesResponse& page) {
    if (page.withheld()) return TooFew();
    FB_RETURN_IF_ERROR(Write(RowsOf(page, format_)));
    place_.rows += static_cast<std::uint64_t>(page.deliveries_size());
    place_.token = page.next_page_token();
    return place_.token.empty() ? base::OkStatus() : WritePlace(file_, place_);
  }
  // The last page names none after it.
  base::Result<Exported> Finish() {
    if (!place_.token.empty()) {
      return base::Unavailable("the broker ended the export before its last page: --resume");
    }
    FB_RETURN_IF_ERROR(base::EraseFile(PlaceFile(file_)));
    return Exported{place_.rows};
  }
  // Nothing that anyone was shown is in it.
  base::Status Discard() {
    FB_RETURN_IF_ERROR(base::EraseFile(file_));
    return base::EraseFile(PlaceFile(file_));
  }
  const Place& place() const { return place_; }

 private:
  base::Status Write(const std::string& bytes) {
    FB_RETURN_IF_ERROR(output_.Append(bytes));
    place_.bytes += bytes.size();
    return base::OkStatus();
  }

  const std::filesystem::path file_;
  const ExportFormat format_;
  Place place_;
  Output output_;
};

}  // namespace

std::string CsvLine(const v1::Delivery* delivery) {
  if (delivery == nullptr) {
    return "alert,alert_id,force,authority,school,urn,state,late,revision,rung,accepted_at,"
           "show_from,deadline,sent_at,received_at,shown_at,opened_at,acknowledged_at,changed_at,"
           "refused,breach_since,arrival,arrival_due";
  }
  const v1::Delivery& one = *delivery;
  const auto word = [](bool there, std::string_view text) {
    return there ? std::string(text) : std::string();
  };
  return absl::StrJoin(
      {Field(one.alert()),
       Field(one.alert_id()),
       Field(one.force()),
       Field(one.authority()),
       Field(one.school()),
       one.urn() == 0 ? std::string() : std::to_string(one.urn()),
       std::string(model::Word(one.state())),
       std::string(one.late() ? "yes" : "no"),
       std::to_string(one.revision()),
       std::to_string(one.rung()),
       TimeOf(one.has_accepted_at(), one.accepted_at()),
       TimeOf(one.has_show_from(), one.show_from()),
       TimeOf(one.has_deadline(), one.deadline()),
       TimeOf(one.has_sent_at(), one.sent_at()),
       TimeOf(one.has_received_at(), one.received_at()),
       TimeOf(one.has_shown_at(), one.shown_at()),
       TimeOf(one.has_opened_at(), one.opened_at()),
       TimeOf(one.has_acknowledged_at(), one.acknowledged_at()),
       TimeOf(one.has_changed_at(), one.changed_at()),
       word(one.refused() != v1::REFUSAL_REASON_UNSPECIFIED, model::Word(one.refused())),
       TimeOf(one.has_breach_since(), one.breach_since()),
       word(one.arrival() != v1::ARRIVAL_UNSPECIFIED, model::Word(one.arrival())),
       TimeOf(one.has_arrival_due(), one.arrival_due())},
      ",");
}

base::Result<Exported> Export(Stub& stub, v1::ListDeliveriesRequest request, ExportFormat format,
                              const std::filesystem::path& file, Beginning beginning,
                              const CheckPage& check) {
  Place place;
  place.asked = base::HexEncode(crypto::Sha256(request.SerializeAsString() +
                                               (format == ExportFormat::kCsv ? "/csv" : "/jsonl")));
  if (beginning == Beginning::kResume) {
    FB_ASSIGN_OR_RETURN(place, ReadPlace(file, place.asked));
  }
  Exporter exporter(file, format, std::move(place));
  FB_RETURN_IF_ERROR(exporter.Open(beginning));
  request.set_page_token(exporter.place().token);
  grpc::ClientContext context;
  const auto stream = stub.ExportDeliveries(&context, request);
  base::Status status = base::OkStatus();
  for (v1::ListDeliveriesResponse page; status.ok() && stream->Read(&page);) {
    status = check(page.checkpoint());
    if (status.ok()) status = exporter.Take(page);
  }
  if (!status.ok()) context.TryCancel();
  const base::Status finished = console::FromGrpc(stream->Finish());
  if (!status.ok() && exporter.place().rows == 0) exporter.Discard().IgnoreError();
  FB_RETURN_IF_ERROR(status);
  FB_RETURN_IF_ERROR(finished);
  return exporter.Finish();
}

}  // namespace firstbell::audit_client
