#include "broker/audit/tlog_proof.h"

#include "broker/audit/checkpoint.h"
#include "broker/audit/lines.h"
#include "broker/base/bytes.h"

namespace firstbell::audit {

namespace {

constexpr std::string_view kHeader = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";

base::Result<std::string> ParseExtra(std::string_view text) {
  FB_ASSIGN_OR_RETURN(std::string extra, base::Base64Decode(text));
  if (extra.empty()) {
    return base::InvalidArgument("its extra line is empty: leave it out where there is nothing");
  }
  if (extra.size() > kMostExtraBytes) {
    return base::InvalidArgument("its extra data are longer than 64 KiB");
  }
  return extra;
}

base::Status CheckIndex(const TlogProof& proof) {
  FB_ASSIGN_OR_RETURN(const SignedCheckpoint opened, ParseSignedCheckpoint(proof.checkpoint));
  if (proof.index < opened.checkpoint.size) return base::OkStatus();
  return base::InvalidArgument("its checkpoint is of " + std::to_string(opened.checkpoint.size) +
                               " leaves and has none of index " + std::to_string(proof.index));
}

base::Result<TlogProof> Read(std::string_view text) {
  TlogProof proof;
  FB_ASSIGN_OR_RETURN(const std::string_view header, TakeLine(text));
  if (header != kHeader) {
    return base::InvalidArgument("its first line is not \"" + std::string(kHeader) + "\"");
  }
  FB_ASSIGN_OR_RETURN(std::string_view line, TakeLine(text));
  if (line.starts_with(kExtra)) {
    FB_ASSIGN_OR_RETURN(proof.extra, ParseExtra(line.substr(kExtra.size())));
    FB_ASSIGN_OR_RETURN(line, TakeLine(text));
  }
  if (!line.starts_with(kIndex)) {
    return base::InvalidArgument("its index line does not begin with \"index \"");
  }
  FB_ASSIGN_OR_RETURN(proof.index, ParseDecimal(line.substr(kIndex.size())));
  FB_ASSIGN_OR_RETURN(proof.hashes, TakeHashes(text));
  proof.checkpoint = text;
  FB_RETURN_IF_ERROR(CheckIndex(proof));
  return proof;
}

}  // namespace

std::string FormatTlogProof(const TlogProof& proof) {
  std::string text = std::string(kHeader) + "\n";
  if (!proof.extra.empty()) {
    text += std::string(kExtra) + base::Base64Encode(proof.extra) + "\n";
  }
  text += std::string(kIndex) + std::to_string(proof.index) + "\n";
  text += FormatHashes(proof.hashes) + proof.checkpoint;
  FB_CHECK(Read(text).ok());
  return text;
}

base::Result<TlogProof> ParseTlogProof(std::string_view text) {
  base::Result<TlogProof> proof = Read(text);
  if (!proof.ok()) return base::Annotate(proof.status(), "not a tlog-proof");
  return proof;
}

}  // namespace firstbell::audit
