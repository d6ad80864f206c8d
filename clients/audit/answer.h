#pragma once

// Whether what a broker answers rests on its log: the checkpoint that an answer comes with is
// signed, and continues the one that is known; the events of one alert are in its tree, fit their
// commitments, and are about the alert that was asked for. What an answer says besides, an alert's
// state or a number, is the broker's word, and so is that no event was left out.
// Threads: one call at a time.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "broker/audit/checkpoint.h"
#include "broker/base/status.h"
#include "clients/audit/log_source.h"
#include "clients/audit/trust.h"
#include "firstbell/v1/delivery_log_service.pb.h"

namespace firstbell::audit_client {

class AnswerChecker {
 public:
  // `log`: of the broker that answers, which proves that its log has grown; outlives it. `known`:
  // what was verified of it; nothing: the first answer is what the others have to continue.
  AnswerChecker(LogSource& log, Trust trust, std::optional<Trusted> known);

  // Judge's errors. DataLoss: it does not continue the newest that is known, nor that it.
  base::Result<Judged> CheckCheckpoint(const v1::Checkpoint& wire);
  // `asked`: an alert's id or its pseudonym. DataLoss: an event does not fit, which is named.
  base::Result<Judged> CheckHistory(const v1::GetDeliveryResponse& answer,
                                    const std::string& asked);
  // The newest checkpoint that has passed; nothing: none has, and none was known.
  const std::optional<audit::Checkpoint>& newest() const { return newest_; }

 private:
  base::Status CheckContinues(const audit::Checkpoint& head);

  LogSource& log_;
  const Trust trust_;
  const std::optional<Trusted> known_;
  std::optional<audit::Checkpoint> newest_;
};

// Of a list that comes page by page: each page's checkpoint, as CheckCheckpoint has it.
using CheckPage = std::function<base::Status(const v1::Checkpoint& checkpoint)>;
// By a checker that `make` gives for the first page.
CheckPage PagesBy(std::function<base::Result<AnswerChecker>(const v1::Checkpoint& first)> make);

}  // namespace firstbell::audit_client
