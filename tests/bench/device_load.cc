#include "tests/bench/device_load.h"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <utility>

#include "broker/base/file.h"
#include "broker/crypto/hash.h"
#include "broker/sealing/receipt.h"
#include "tests/support/device_crowd.h"
#include "tests/support/eventually.h"

namespace firstbell::bench {
namespace {

using Clock = std::chrono::steady_clock;
using support::DeviceCrowd;
using support::Member;

constexpr absl::Duration kPatience = absl::Milliseconds(2);
constexpr absl::Duration kLongest = absl::Minutes(10);
constexpr std::chrono::milliseconds kAskEvery(1);

void Await(const std::atomic<std::size_t>& count, std::size_t enough) {
  FB_CHECK(support::Eventually(
      kLongest, [&] { return count >= enough; }, kAskEvery));
}

v1::LinkMessage Parsed(std::string_view frame) {
  v1::LinkMessage message;
  FB_CHECK(message.ParseFromArray(frame.data(), static_cast<int>(frame.size())));
  return message;
}

model::Sealing SealingOf(const v1::SealedEnvelope& envelope) {
  v1::EnvelopeHeader header;
  FB_CHECK(header.ParseFromString(envelope.header()));
  model::Sealing sealing;
  sealing.alert_id = base::AlertId(header.alert_id());
  sealing.number = header.sealing();
  sealing.ciphertext_sha256 = header.ciphertext_sha256();
  return sealing;
}

void AppendDurably(const std::filesystem::path& path, const std::string& bytes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  FB_CHECK(file >= 0);
  FB_CHECK(::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  FB_CHECK(::fdatasync(file) == 0);
  ::close(file);
}

}  // namespace

// Every fourth device, in one thread.
class DeviceLoad::Worker {
 public:
  Worker(DeviceLoad& load, std::size_t number,
         const std::vector<std::vector<v1::Receipt>>& signed_before)
      : load_(load), crowd_(load.options_.address, load.options_.server_key) {
    for (std::size_t i = number; i < load.county_.devices().size(); i += kWorkers) {
      machines_.push_back({i, &load.county_.devices()[i]});
      if (signed_before.empty()) continue;
      for (const v1::Receipt& receipt : signed_before[i]) {
        machines_.back().prepared[AlertOf(receipt)] = receipt;
      }
    }
  }

  void Run() {
    const auto start = Clock::now();
    while (!load_.stopping_) {
      SwitchOn(std::chrono::duration<double>(Clock::now() - start).count());
      Greet();
      crowd_.Receive(kPatience, [&](std::size_t i, std::string_view frame) {
        Take(machines_[i], frame);
        touched_.push_back(i);
      });
      for (const std::size_t i : std::exchange(touched_, {})) KeepAndAnswer(i);
    }
  }

 private:
  struct Machine {
    std::size_t number;
    const Member* device;
    bool connected = false, greeted = false;
    std::map<std::string, v1::Receipt> prepared;     // by alert
    std::string unsynced;                            // what came and is not kept yet
    v1::LinkMessage answer;                          // for it
    std::map<std::string, model::Sealing> received;  // by statement digest: to be shown next
  };

  static std::string AlertOf(const v1::Receipt& receipt) {
    return sealing::PeekStatement(receipt)->alert_id();
  }

  void SwitchOn(double seconds) {
    const double within = load_.options_.switched_on_within_s;
    const double share = within == 0 ? 1 : std::min(1.0, seconds / within);
    const auto due = static_cast<std::size_t>(share * static_cast<double>(machines_.size()));
    while (crowd_.size() < due) crowd_.Add(machines_[crowd_.size()].device->curve);
  }

  void Greet() {
    if (greeted_ == machines_.size()) return;
    const bool may_greet = load_.greet_ || load_.options_.switched_on_within_s > 0;
    for (std::size_t i = 0; i < crowd_.size(); ++i) {
      Machine& machine = machines_[i];
      if (machine.greeted || (!machine.connected && !crowd_.Connected(i))) continue;
      if (!std::exchange(machine.connected, true)) ++load_.connected_;
      if (!may_greet) continue;
      const std::string id = load_.options_.hello_by_number ? std::to_string(machine.number)
                                                            : machine.device->id().value();
      machine.greeted = crowd_.Send(i, support::HelloOf(id).SerializeAsString());
      greeted_ += machine.greeted ? 1 : 0;
    }
  }

  void Take(Machine& machine, std::string_view frame) {
    const v1::LinkMessage message = Parsed(frame);
    if (message.has_push()) {
      machine.unsynced += frame;
      *machine.answer.mutable_receipts()->add_receipts() =
          ReceivedReceipt(machine, message.push().envelope());
    } else if (message.has_receipt_answers()) {
      for (const v1::ReceiptAnswer& answer : message.receipt_answers().answers()) {
        Answered(machine, answer);
      }
    }
    FB_CHECK(!message.has_refusal());
  }

  v1::Receipt ReceivedReceipt(Machine& machine, const v1::SealedEnvelope& envelope) {
    const model::Sealing sealing = SealingOf(envelope);
    const auto prepared = machine.prepared.find(sealing.alert_id.value());
    if (prepared != machine.prepared.end()) return prepared->second;
    const v1::Receipt receipt =
        support::ReceiptOf(*machine.device, sealing, v1::RECEIPT_KIND_RECEIVED);
    if (load_.options_.also_shown) {
      machine.received[crypto::Sha256(receipt.statement())] = sealing;
    }
    return receipt;
  }

  void Answered(Machine& machine, const v1::ReceiptAnswer& answer) {
    FB_CHECK(answer.outcome() == v1::RECEIPT_OUTCOME_RECORDED);
    const auto received = machine.received.find(answer.statement_sha256());
    if (received == machine.received.end()) {
      ++load_.recorded_;
      return;
    }
    *machine.answer.mutable_receipts()->add_receipts() =
        support::ReceiptOf(*machine.device, received->second, v1::RECEIPT_KIND_SHOWN);
    machine.unsynced += "shown";
    machine.received.erase(received);
  }

  void KeepAndAnswer(std::size_t i) {
    Machine& machine = machines_[i];
    if (machine.unsynced.empty()) return;
    AppendDurably(load_.options_.directory / std::to_string(machine.number), machine.unsynced);
    FB_CHECK(crowd_.Send(i, machine.answer.SerializeAsString()));
    machine.unsynced.clear();
    machine.answer.Clear();
  }

  DeviceLoad& load_;
  DeviceCrowd crowd_;
  std::vector<Machine> machines_;
  std::vector<std::size_t> touched_;
  std::size_t greeted_ = 0;
};

DeviceLoad::DeviceLoad(const County& county, DeviceLoadOptions options,
                       const std::vector<std::vector<v1::Receipt>>& signed_before)
    : county_(county), options_(std::move(options)) {
  FB_CHECK(support::RaiseDescriptorLimit() > 2 * county.devices().size() + 1000);
  std::filesystem::remove_all(options_.directory);
  std::filesystem::create_directories(options_.directory);
  // Before the clock runs, as a machine's store is there before its link: how long a file system
  // takes to make a file depends on what was removed on it in the last minutes.
  for (std::size_t i = 0; i < county.devices().size(); ++i) {
    const auto file = options_.directory / std::to_string(i);
    FB_CHECK(base::WriteFileDurably(file, "", base::kOwnerOnly).ok());
  }
  for (std::size_t i = 0; i < kWorkers; ++i) {
    workers_.push_back(std::make_unique<Worker>(*this, i, signed_before));
  }
}

DeviceLoad::~DeviceLoad() {
  stopping_ = true;
  for (std::thread& thread : threads_) thread.join();
}

void DeviceLoad::Connect() {
  for (const auto& worker : workers_) {
    threads_.emplace_back([&worker = *worker] { worker.Run(); });
  }
  Await(connected_, county_.devices().size());
}

void DeviceLoad::AwaitRecorded(std::size_t count) const {
  Await(recorded_, count);
}

}  // namespace firstbell::bench
