#pragma once

// A broker with a true delivery log: real entries, a real key, real proofs. Tests then make it
// grow, or a liar. Threads: one test at a time; calls come one after another.

#include <grpcpp/server.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "broker/audit/merkle.h"
#include "broker/audit/note.h"
#include "broker/audit/proof.h"
#include "broker/crypto/ed25519.h"
#include "clients/audit/log_source.h"
#include "firstbell/v1/delivery_log_service.grpc.pb.h"

namespace firstbell::audit_client {

inline constexpr char kOrigin[] = "firstbell.example/2026";
inline constexpr char kAlert[] = "06f1h9t2m4qzv8c3k7w5x0y1ra";  // whose every event is
inline const absl::Time kMorning = absl::FromUnixSeconds(1'772'438'400);

// The tree that is signed, whatever the log gives for its entries.
class SignedTree {
 public:
  void Append(const std::string& entry);
  // Forgets all after the first `size` entries.
  void Cut(std::uint64_t size);
  std::uint64_t size() const { return leaves_.size(); }
  std::string Root() const;
  std::vector<std::string> Inclusion(std::uint64_t index) const;
  std::vector<std::string> Consistency(std::uint64_t old_size, std::uint64_t size) const;

 private:
  base::Result<std::string> Node(int level, std::uint64_t index) const;
  std::vector<std::string> leaves_;
  std::vector<std::vector<std::string>> levels_;  // hashes of complete subtrees
  audit::Frontier edge_;
};

enum class Signing { kByBothKeys, kNotAtAll };

class FakeLog final : public v1::DeliveryLogService::Service {
 public:
  explicit FakeLog(std::uint64_t size = 0);

  // True events, then a new checkpoint.
  void Grow(std::uint64_t count);
  // Signs the tree as it stands, with the key as it is.
  void Sign();
  // From entry `at` on another history, as long as this one, and signed.
  void Fork(std::uint64_t at);
  // A log, its tree and its checkpoint that end after `size` entries.
  void Cut(std::uint64_t size);
  // Entry `at`, with its event, is another one; the tree that was signed stays.
  void Alter(std::uint64_t at);
  // A new key signs from now on.
  void ChangeKey(Signing signing);
  // Sends entry `at` as somebody may see it who is not to read names.
  void TakeNamesOut(std::uint64_t at);
  // Calls its log so from now on, under the same key, and signs it so.
  void Rename(const std::string& origin);
  // Events of another alert follow, and a new checkpoint.
  void GrowOfAnother(const std::string& alert, std::uint64_t count);
  // An entry and its event that fit each other, in no tree.
  v1::LogEntry MadeUp(std::uint64_t position) const { return Entry(position, "made_up"); }
  // The checkpoint has these lines as well.
  void AddLine(const std::string& line);

  audit::VerifierKey verifier() const;
  const SignedTree& tree() const { return tree_; }
  // Of a delivery with these events.
  v1::GetDeliveryResponse Delivery(const std::vector<std::uint64_t>& positions) const;

  // What it says. Tests change it at will.
  std::vector<v1::LogEntry> entries;
  v1::Checkpoint checkpoint;
  std::vector<v1::Delivery> deliveries;
  std::size_t page = 2;                  // of an export
  bool withheld = false;                 // there are too few
  std::size_t pages_left = SIZE_MAX;     // before an export breaks off
  std::size_t failing_cosignatures = 0;  // so many are taken and not answered
  std::uint64_t too_many = 0;            // entries, given after those that were asked for
  std::string not_borne_out;  // what it answers to a checkpoint that is shown to it; empty: nothing
  std::function<void()> before_proofs;
  std::function<v1::GetStatisticsResponse(const v1::GetStatisticsRequest&)> statistics;
  std::function<v1::ListDeliveriesResponse(const v1::ListDeliveriesRequest&)> lists;
  std::function<v1::GetDeliveryResponse(const std::string& alert)> histories;
  // What it was asked.
  std::vector<std::uint64_t> read_from;
  std::vector<std::string> remembered, cosignatures;

 private:
  using Context = grpc::ServerContext;
  grpc::Status GetCheckpoint(Context*, const v1::GetCheckpointRequest* request,
                             v1::Checkpoint* response) override;
  grpc::Status ReadEntries(Context*, const v1::ReadEntriesRequest* request,
                           grpc::ServerWriter<v1::LogEntry>* writer) override;
  grpc::Status GetProofs(Context*, const v1::GetProofsRequest* request,
                         v1::GetProofsResponse* response) override;
  grpc::Status AddCosignature(Context*, const v1::AddCosignatureRequest* request,
                              v1::AddCosignatureResponse* response) override;
  grpc::Status ListDeliveries(Context*, const v1::ListDeliveriesRequest* request,
                              v1::ListDeliveriesResponse* response) override;
  grpc::Status ExportDeliveries(Context*, const v1::ListDeliveriesRequest* request,
                                grpc::ServerWriter<v1::ListDeliveriesResponse>* writer) override;
  grpc::Status GetStatistics(Context*, const v1::GetStatisticsRequest* request,
                             v1::GetStatisticsResponse* response) override;
  grpc::Status GetDelivery(Context*, const v1::GetDeliveryRequest* request,
                           v1::GetDeliveryResponse* response) override;
  v1::LogEntry Entry(std::uint64_t position, const std::string& word,
                     const std::string& alert = kAlert) const;
  v1::ListDeliveriesResponse Page(const std::string& token, std::size_t most) const;

  std::string origin_ = kOrigin;
  crypto::Ed25519Key key_ = crypto::Ed25519Key::Generate();
  SignedTree tree_;
};

// The log on a channel within the process.
class ServedLog {
 public:
  explicit ServedLog(std::uint64_t size = 0);
  ~ServedLog() { server_->Shutdown(); }
  FakeLog* operator->() { return &log_; }
  v1::DeliveryLogService::Stub& stub() { return *stub_; }
  LogSource& source() { return source_; }

 private:
  FakeLog log_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::DeliveryLogService::Stub> stub_;
  BrokerLog source_;
};

}  // namespace firstbell::audit_client
