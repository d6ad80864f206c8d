#include "clients/control/submit.h"

#include <utility>

#include "adapters/incident_json/incident_json.h"
#include "broker/base/mutex.h"
#include "clients/control/submit_stream.h"

namespace firstbell::control {
namespace {

using adapters::incident_json::Form;
using adapters::incident_json::Item;
using Stub = v1::IncidentService::Stub;

base::Result<v1::IncidentAnswer> SubmitOne(Stub& stub, v1::Incident incident,
                                           const console::Retry& retry) {
  v1::SubmitIncidentRequest request;
  *request.mutable_incident() = std::move(incident);
  FB_ASSIGN_OR_RETURN(v1::SubmitIncidentResponse response,
                      console::Call(stub, &Stub::SubmitIncident, request, retry));
  return std::move(*response.mutable_answer());
}

}  // namespace

base::Status SubmitAll(Stub& stub, std::istream& in, const console::Retry& retry,
                       const SubmissionSink& sink) {
  base::Mutex one_at_a_time;
  const SubmissionSink guarded = [&](const Submission& submission) {
    base::MutexLock lock(one_at_a_time);
    sink(submission);
  };
  SubmitStream stream(stub, retry, guarded);
  const base::Status read = adapters::incident_json::Read(in, [&](Item item) {
    if (!item.incident.ok()) {
      guarded(Submission{item.line, item.incident.status()});
    } else if (item.form == Form::kWhole) {
      guarded(Submission{item.line, SubmitOne(stub, *std::move(item.incident), retry)});
    } else {
      return stream.Add(item.line, *std::move(item.incident));
    }
    return base::OkStatus();
  });
  const base::Status finished = stream.Finish();
  return read.ok() ? finished : read;
}

}  // namespace firstbell::control
