#pragma once

#include "broker/model/alert.h"

namespace firstbell::dispatch {

// Told of every alert whose state changed, after the change is durable. Must not block.
class AlertObserver {
 public:
  virtual ~AlertObserver() = default;
  virtual void AlertChanged(const model::Alert& alert) = 0;
};

}  // namespace firstbell::dispatch
