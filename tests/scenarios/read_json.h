#pragma once

// What the programs print with --json, as messages. Pure.

#include <google/protobuf/util/json_util.h>

#include <sstream>
#include <string>
#include <vector>

#include "broker/base/status.h"

namespace firstbell::scenarios {

template <typename Message>
base::Result<Message> FromJson(const std::string& json) {
  Message message;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &message);
  if (status.ok()) return message;
  return base::InvalidArgument("not the JSON that was to be expected: " + json);
}

template <typename Message>
base::Result<std::vector<Message>> FromLines(const std::string& lines) {
  std::vector<Message> messages;
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) {
    FB_ASSIGN_OR_RETURN(messages.emplace_back(), FromJson<Message>(line));
  }
  return messages;
}

}  // namespace firstbell::scenarios
