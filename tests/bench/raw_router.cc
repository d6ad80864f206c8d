#include "tests/bench/raw_router.h"

#include <zmq.h>

#include <chrono>
#include <cstdio>
#include <optional>

#include "broker/base/bytes.h"
#include "broker/base/file.h"
#include "broker/base/limits.h"
#include "broker/registry/data_directory.h"
#include "tests/support/device_crowd.h"

namespace firstbell::bench {
namespace {

void Set(void* socket, int option, int value) {
  FB_CHECK(zmq_setsockopt(socket, option, &value, sizeof value) == 0);
}

void Set(void* socket, int option, std::string_view value) {
  FB_CHECK(zmq_setsockopt(socket, option, value.data(), value.size()) == 0);
}

std::string ReceivePart(void* socket) {
  zmq_msg_t part;
  zmq_msg_init(&part);
  FB_CHECK(zmq_msg_recv(&part, socket, 0) >= 0);
  std::string bytes(static_cast<const char*>(zmq_msg_data(&part)), zmq_msg_size(&part));
  zmq_msg_close(&part);
  return bytes;
}

std::string TakeText(std::string_view& rest) {
  const std::size_t size = base::ReadU64(rest.substr(0, 8));
  const std::string text(rest.substr(8, size));
  rest.remove_prefix(8 + size);
  return text;
}

std::vector<std::vector<std::string>> ReadFrames(const std::filesystem::path& file) {
  const std::string bytes = base::ReadFile(file).value();
  std::string_view rest(bytes);
  std::vector<std::vector<std::string>> frames;
  while (!rest.empty()) {
    const std::size_t device = std::stoul(TakeText(rest));
    if (frames.size() <= device) frames.resize(device + 1);
    frames[device].push_back(TakeText(rest));
  }
  return frames;
}

void AppendText(std::string& bytes, std::string_view text) {
  base::AppendU64(bytes, text.size());
  bytes += text;
}

}  // namespace

void WriteFrames(const std::filesystem::path& file,
                 const std::vector<std::vector<std::string>>& frames_of_device) {
  std::string bytes;
  for (std::size_t device = 0; device < frames_of_device.size(); ++device) {
    for (const std::string& frame : frames_of_device[device]) {
      AppendText(bytes, std::to_string(device));
      AppendText(bytes, frame);
    }
  }
  FB_CHECK(base::WriteFileDurably(file, bytes, base::kOwnerOnly).ok());
}

int ServeRaw(const std::filesystem::path& keys, const std::string& address,
             const std::filesystem::path& frames_file) {
  support::RaiseDescriptorLimit();
  const auto frames = ReadFrames(frames_file);
  std::size_t left = 0;
  for (const auto& of_device : frames) left += of_device.size();
  const registry::Keyring ring = registry::LoadKeys({keys.parent_path(), keys}).value();
  void* const context = zmq_ctx_new();
  void* const router = zmq_socket(context, ZMQ_ROUTER);
  Set(router, ZMQ_CURVE_SERVER, 1);
  Set(router, ZMQ_CURVE_PUBLICKEY, ring.curve_public);
  Set(router, ZMQ_CURVE_SECRETKEY, ring.curve_secret.Reveal());
  Set(router, ZMQ_LINGER, 0);
  Set(router, ZMQ_SNDHWM, limits::kSendHighWaterMark);
  Set(router, ZMQ_BACKLOG, limits::kLinkBacklog);
  FB_CHECK(zmq_bind(router, address.c_str()) == 0);
  std::optional<std::chrono::steady_clock::time_point> start;
  while (left > 0) {
    const std::string id = ReceivePart(router);
    v1::LinkMessage message;
    FB_CHECK(message.ParseFromString(ReceivePart(router)));
    if (!start) start = std::chrono::steady_clock::now();
    left -= static_cast<std::size_t>(message.receipts().receipts_size());
    if (!message.has_hello()) continue;
    for (const std::string& frame : frames[std::stoul(message.hello().device_id())]) {
      zmq_send(router, id.data(), id.size(), ZMQ_SNDMORE);
      zmq_send(router, frame.data(), frame.size(), 0);
    }
  }
  std::printf("%f\n",
              std::chrono::duration<double>(std::chrono::steady_clock::now() - *start).count());
  std::fflush(stdout);
  zmq_close(router);
  zmq_ctx_term(context);
  return 0;
}

}  // namespace firstbell::bench
