#include "clients/admin/remote_door.h"

namespace firstbell::admin {

Result<std::unique_ptr<OperatorDoor>> RemoteDoor::Open(const console::BrokerOptions& options) {
  FB_ASSIGN_OR_RETURN(const auto channel, console::Connect(options));
  return std::unique_ptr<OperatorDoor>(new RemoteDoor(channel));
}

}  // namespace firstbell::admin
