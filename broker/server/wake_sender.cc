#include "broker/server/wake_sender.h"

#include <curl/curl.h>

#include <filesystem>
#include <map>

#include "broker/base/file.h"
#include "broker/base/limits.h"
#include "broker/base/log.h"
#include "broker/server/wake_transfer.h"

namespace firstbell::server {

using dispatch::Sent;
using dispatch::WakeUpCall;

namespace {

constexpr int kLookMs = 200;  // whether it is to stop

Sent Receive(const WakeUpCall& call, model::TestReceiver receiver) {
  switch (receiver) {
    case model::TestReceiver::kAcknowledge:
    case model::TestReceiver::kNever:
      return Sent::kDelivered;
    case model::TestReceiver::kLate:
      return call.now - call.queued_at < model::kLateBy ? Sent::kLater : Sent::kDelivered;
    case model::TestReceiver::kBounce:
      break;
  }
  return Sent::kBounced;
}

// Calls of one kind, so many at once.
struct Lane {
  std::vector<std::size_t> waiting;  // the next one last
  std::size_t under_way = 0, most = 0;
  std::size_t in_vain = 0;  // one after the other, for a reason that is not their address
};

// Everything that one Send hands to libcurl. Connections are used again within it.
class Transfers {
 public:
  Transfers(absl::Span<const WakeUpCall> calls, const registry::WakeUpConfig& config,
            const base::Secret& password, std::vector<Sent>& sent)
      : calls_(calls),
        config_(config),
        password_(password),
        sent_(sent),
        multi_(curl_multi_init()) {
    FB_CHECK(multi_ != nullptr);
  }
  ~Transfers() {
    for (const auto& [handle, transfer] : under_way_) curl_multi_remove_handle(multi_, handle);
    under_way_.clear();
    curl_multi_cleanup(multi_);
  }
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;

  void Run(const std::vector<std::size_t>& which, const std::atomic<bool>& stopped);

 private:
  struct UnderWay {
    std::size_t index;
    Lane* lane;
    std::unique_ptr<WakeTransfer> transfer;
  };

  void Fill(Lane& lane);
  void Abandon(Lane& lane);
  void Reap();
  void Tell() const;

  const absl::Span<const WakeUpCall> calls_;
  const registry::WakeUpConfig& config_;
  const base::Secret& password_;
  std::vector<Sent>& sent_;
  CURLM* const multi_;
  std::map<CURL*, UnderWay> under_way_;
  std::map<std::string, std::size_t> later_;  // why, and how many
};

void Transfers::Run(const std::vector<std::size_t>& which, const std::atomic<bool>& stopped) {
  Lane mails{{}, 0, limits::kMailsAtOnce}, webhooks{{}, 0, limits::kWebhooksAtOnce};
  for (auto index = which.rbegin(); index != which.rend(); ++index) {
    const bool mail = calls_[*index].address.kind == v1::WAKE_UP_KIND_EMAIL;
    (mail ? mails : webhooks).waiting.push_back(*index);
  }
  while (!stopped) {
    Fill(mails);
    Fill(webhooks);
    if (under_way_.empty()) break;
    int running = 0;
    FB_CHECK(curl_multi_perform(multi_, &running) == CURLM_OK);
    Reap();
    if (!under_way_.empty()) curl_multi_poll(multi_, nullptr, 0, kLookMs, nullptr);
  }
  Tell();
}

void Transfers::Fill(Lane& lane) {
  for (; lane.under_way < lane.most && !lane.waiting.empty(); ++lane.under_way) {
    const std::size_t index = lane.waiting.back();
    lane.waiting.pop_back();
    auto transfer = std::make_unique<WakeTransfer>(calls_[index], config_, password_);
    CURL* const handle = transfer->handle();
    FB_CHECK(curl_multi_add_handle(multi_, handle) == CURLM_OK);
    under_way_.emplace(handle, UnderWay{index, &lane, std::move(transfer)});
  }
}

void Transfers::Reap() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* const handle = message->easy_handle;
    const CURLcode code = message->data.result;
    const auto done = under_way_.find(handle);
    UnderWay& one = done->second;
    sent_[one.index] = one.transfer->End(code);
    if (!one.transfer->why().empty()) ++later_[one.transfer->why()];
    Lane& lane = *one.lane;
    --lane.under_way;
    lane.in_vain = one.transfer->in_vain() ? lane.in_vain + 1 : 0;
    if (lane.in_vain >= lane.most) Abandon(lane);
    curl_multi_remove_handle(multi_, handle);
    under_way_.erase(done);
  }
}

// All e-mails go to one server. Where it takes none, the others need not wait for their turn to
// hear so: else one that hangs would hold up a whole morning's.
void Transfers::Abandon(Lane& lane) {
  if (lane.waiting.empty()) return;
  for (const std::size_t index : lane.waiting) sent_[index] = Sent::kLater;
  later_["the mail server takes none"] += lane.waiting.size();
  lane.waiting.clear();
}

void Transfers::Tell() const {
  for (const auto& [why, count] : later_) {
    base::LogWarning("wake_ups", "not delivered now; tried again",
                     {{"why", why}, {"wake_ups", std::to_string(count)}});
  }
}

base::Status CheckThere(const std::string& file) {
  if (file.empty() || std::filesystem::exists(file)) return base::OkStatus();
  return base::NotFound(file + ": a file of certificate authorities that [wake_ups] names");
}

}  // namespace

base::Result<std::unique_ptr<WakeSender>> WakeSender::Make(const registry::WakeUpConfig& config,
                                                           TestReceivers receivers) {
  FB_RETURN_IF_ERROR(CheckThere(config.ca_file));
  FB_RETURN_IF_ERROR(CheckThere(config.webhook_ca_file));
  base::Secret password;
  if (!config.password_file.empty()) {
    FB_ASSIGN_OR_RETURN(password, base::ReadSecretFile(config.password_file));
  }
  std::string_view word = password.Reveal();
  while (word.ends_with('\n') || word.ends_with('\r')) word.remove_suffix(1);
  return std::unique_ptr<WakeSender>(new WakeSender(config, receivers, base::Secret(word)));
}

WakeSender::WakeSender(const registry::WakeUpConfig& config, TestReceivers receivers,
                       base::Secret password)
    : config_(config), receivers_(receivers), password_(std::move(password)) {
  FB_CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
}

WakeSender::~WakeSender() {
  curl_global_cleanup();
}

std::vector<Sent> WakeSender::Send(absl::Span<const WakeUpCall> calls) {
  std::vector<Sent> sent(calls.size(), Sent::kNotTried);
  std::vector<std::size_t> which;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const auto receiver = model::TestReceiverOf(calls[i].address);
    if (receiver) {
      sent[i] = receivers_ == TestReceivers::kKnown ? Receive(calls[i], *receiver) : Sent::kBounced;
    } else if (calls[i].address.kind == v1::WAKE_UP_KIND_EMAIL && config_.smtp.empty()) {
      sent[i] = Sent::kLater;  // until a mail server is set, or it is given up
    } else {
      which.push_back(i);
    }
  }
  Transfers(calls, config_, password_, sent).Run(which, stopped_);
  return sent;
}

}  // namespace firstbell::server
