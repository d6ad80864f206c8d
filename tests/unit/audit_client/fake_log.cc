#include "tests/unit/audit_client/fake_log.h"

#include <grpcpp/server_builder.h>

#include <algorithm>
#include <utility>

#include "broker/audit/checkpoint.h"
#include "broker/audit/event_encoding.h"
#include "broker/audit/key_change.h"
#include "broker/crypto/hash.h"
#include "broker/model/event.h"

namespace firstbell::audit_client {

void SignedTree::Append(const std::string& entry) {
  leaves_.push_back(audit::LeafHash(entry));
  edge_.AppendHash(leaves_.back(), [this](int level, std::uint64_t, const std::string& hash) {
    const auto at = static_cast<std::size_t>(level);
    if (levels_.size() <= at) levels_.resize(at + 1);
    levels_[at].push_back(hash);
  });
}

void SignedTree::Cut(std::uint64_t size) {
  leaves_.resize(size);
  edge_ = audit::Frontier();
  for (const std::string& leaf : leaves_) edge_.AppendHash(leaf);
  for (std::size_t level = 0; level < levels_.size(); ++level) {
    levels_[level].resize(std::min<std::size_t>(levels_[level].size(), size >> level));
  }
}

std::string SignedTree::Root() const {
  return edge_.Root();
}

base::Result<std::string> SignedTree::Node(int level, std::uint64_t index) const {
  return levels_.at(static_cast<std::size_t>(level)).at(index);
}

std::vector<std::string> SignedTree::Inclusion(std::uint64_t index) const {
  return audit::InclusionProof(index, size(),
                               [this](int level, std::uint64_t at) { return Node(level, at); })
      .value();
}

std::vector<std::string> SignedTree::Consistency(std::uint64_t old_size, std::uint64_t size) const {
  return audit::ConsistencyProof(old_size, size,
                                 [this](int level, std::uint64_t at) { return Node(level, at); })
      .value();
}

FakeLog::FakeLog(std::uint64_t size) {
  checkpoint.set_log_key(verifier().ToString());
  Grow(size);
}

audit::VerifierKey FakeLog::verifier() const {
  return {origin_, audit::KeyKind::kLog, key_.PublicKey()};
}

v1::LogEntry FakeLog::Entry(std::uint64_t position, const std::string& word,
                            const std::string& alert) const {
  const model::Event event =
      model::Event(model::EventKind::kAlertSent, kMorning + absl::Seconds(position))
          .With(base::AlertId(alert))
          .With(base::Urn(100'001))
          .WithWord("state", word)
          .WithNumber("number", static_cast<std::int64_t>(position));
  v1::LogEntry entry;
  entry.set_position(position);
  entry.set_salt(crypto::Sha256(word + std::to_string(position)));
  const audit::Committed committed = audit::Commit(event, entry.salt());
  entry.set_event(committed.event);
  entry.set_entry(committed.entry);
  return entry;
}

void FakeLog::Grow(std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    entries.push_back(Entry(tree_.size(), "sent"));
    tree_.Append(entries.back().entry());
  }
  Sign();
}

void FakeLog::GrowOfAnother(const std::string& alert, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    entries.push_back(Entry(tree_.size(), "sent", alert));
    tree_.Append(entries.back().entry());
  }
  Sign();
}

void FakeLog::Rename(const std::string& origin) {
  origin_ = origin;
  checkpoint.clear_log_key_changes();
  checkpoint.set_log_key(verifier().ToString());
  Sign();
}

void FakeLog::Sign() {
  const audit::Checkpoint head{origin_, tree_.size(), tree_.Root()};
  const std::string text = audit::CheckpointText(head);
  checkpoint.set_origin(head.origin);
  checkpoint.set_size(head.size);
  checkpoint.set_root_sha256(head.root);
  checkpoint.set_note(audit::FormatNote({text, {audit::SignNote(text, origin_, key_)}}));
}

void FakeLog::Fork(std::uint64_t at) {
  const std::uint64_t size = tree_.size();
  tree_.Cut(at);
  for (std::uint64_t i = at; i < size; ++i) {
    entries[i] = Entry(i, "forked");
    tree_.Append(entries[i].entry());
  }
  Sign();
}

void FakeLog::Cut(std::uint64_t size) {
  entries.resize(size);
  tree_.Cut(size);
  Sign();
}

void FakeLog::Alter(std::uint64_t at) {
  entries[at] = Entry(at, "altered");
}

void FakeLog::ChangeKey(Signing signing) {
  const audit::VerifierKey before = verifier();
  const crypto::Ed25519Key old_key = std::exchange(key_, crypto::Ed25519Key::Generate());
  if (signing == Signing::kByBothKeys) {
    checkpoint.add_log_key_changes(audit::SignKeyChange({before, verifier()}, old_key, key_));
  }
  checkpoint.set_log_key(verifier().ToString());
  Sign();
}

void FakeLog::TakeNamesOut(std::uint64_t at) {
  v1::LogEntry& entry = entries[at];
  const audit::Opening opening =
      audit::WithoutNames(entry.entry(), entry.event(), entry.salt()).value();
  entry.set_event(opening.event);
  entry.set_salt(opening.salt);
  entry.set_without_names(true);
}

void FakeLog::AddLine(const std::string& line) {
  checkpoint.set_note(checkpoint.note() + line);
}

v1::GetDeliveryResponse FakeLog::Delivery(const std::vector<std::uint64_t>& positions) const {
  v1::GetDeliveryResponse delivery;
  delivery.mutable_delivery()->set_alert(audit::PseudonymOf(kAlert));
  *delivery.mutable_checkpoint() = checkpoint;
  for (const std::uint64_t position : positions) {
    *delivery.add_history() = entries.at(position);
    v1::InclusionProof& proof = *delivery.add_proofs();
    proof.set_position(position);
    for (const std::string& hash : tree_.Inclusion(position)) proof.add_hashes(hash);
  }
  return delivery;
}

grpc::Status FakeLog::GetCheckpoint(Context*, const v1::GetCheckpointRequest* request,
                                    v1::Checkpoint* response) {
  remembered.push_back(request->remembered());
  if (!not_borne_out.empty() && !request->remembered().empty()) {
    return {grpc::StatusCode::FAILED_PRECONDITION, not_borne_out};
  }
  *response = checkpoint;
  return grpc::Status::OK;
}

grpc::Status FakeLog::ReadEntries(Context*, const v1::ReadEntriesRequest* request,
                                  grpc::ServerWriter<v1::LogEntry>* writer) {
  read_from.push_back(request->first());
  for (std::uint64_t i = 0; i < request->count() && request->first() + i < entries.size(); ++i) {
    if (!writer->Write(entries[request->first() + i])) return grpc::Status::OK;
  }
  for (std::uint64_t i = 0; i < too_many && writer->Write(entries.front()); ++i) continue;
  return grpc::Status::OK;
}

grpc::Status FakeLog::GetProofs(Context*, const v1::GetProofsRequest* request,
                                v1::GetProofsResponse* response) {
  if (const auto first = before_proofs) first();
  const std::uint64_t size = request->size() == 0 ? tree_.size() : request->size();
  if (size > tree_.size() || request->old_size() > size) {
    return {grpc::StatusCode::INVALID_ARGUMENT, "no such tree"};
  }
  for (const std::string& hash : tree_.Consistency(request->old_size(), size)) {
    response->add_consistency(hash);
  }
  return grpc::Status::OK;
}

grpc::Status FakeLog::AddCosignature(Context*, const v1::AddCosignatureRequest* request,
                                     v1::AddCosignatureResponse* response) {
  if (request->size() != checkpoint.size()) return {grpc::StatusCode::NOT_FOUND, "not this one"};
  cosignatures.push_back(request->signature_line());
  if (failing_cosignatures > 0) {
    --failing_cosignatures;
    return {grpc::StatusCode::INTERNAL, "taken and not answered"};
  }
  AddLine(request->signature_line());
  response->set_quorum(true);
  return grpc::Status::OK;
}

// A page's token is where it begins.
v1::ListDeliveriesResponse FakeLog::Page(const std::string& token, std::size_t most) const {
  v1::ListDeliveriesResponse response;
  response.set_withheld(withheld);
  const std::size_t from = token.empty() ? 0 : std::stoul(token);
  const std::size_t end = std::min(from + most, deliveries.size());
  for (std::size_t i = from; i < end; ++i) *response.add_deliveries() = deliveries[i];
  if (end < deliveries.size()) response.set_next_page_token(std::to_string(end));
  return response;
}

grpc::Status FakeLog::ListDeliveries(Context*, const v1::ListDeliveriesRequest* request,
                                     v1::ListDeliveriesResponse* response) {
  *response = lists ? lists(*request) : Page(request->page_token(), request->page_size());
  return grpc::Status::OK;
}

grpc::Status FakeLog::GetStatistics(Context*, const v1::GetStatisticsRequest* request,
                                    v1::GetStatisticsResponse* response) {
  if (statistics) *response = statistics(*request);
  if (!response->has_checkpoint()) *response->mutable_checkpoint() = checkpoint;
  return grpc::Status::OK;
}

grpc::Status FakeLog::GetDelivery(Context*, const v1::GetDeliveryRequest* request,
                                  v1::GetDeliveryResponse* response) {
  if (!histories) return {grpc::StatusCode::NOT_FOUND, "no such alert"};
  *response = histories(request->alert_id());
  return grpc::Status::OK;
}

grpc::Status FakeLog::ExportDeliveries(Context*, const v1::ListDeliveriesRequest* request,
                                       grpc::ServerWriter<v1::ListDeliveriesResponse>* writer) {
  std::string token = request->page_token();
  do {
    if (pages_left == 0) return {grpc::StatusCode::UNAVAILABLE, "the broker restarts"};
    --pages_left;
    const v1::ListDeliveriesResponse response = Page(token, page);
    token = response.next_page_token();
    writer->Write(response);
  } while (!token.empty());
  return grpc::Status::OK;
}

ServedLog::ServedLog(std::uint64_t size)
    : log_(size), source_(*[this] {
        grpc::ServerBuilder builder;
        builder.RegisterService(&log_);
        server_ = builder.BuildAndStart();
        stub_ =
            v1::DeliveryLogService::NewStub(server_->InProcessChannel(grpc::ChannelArguments()));
        return stub_.get();
      }()) {}

}  // namespace firstbell::audit_client
