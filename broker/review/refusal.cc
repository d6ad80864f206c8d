#include "broker/review/refusal.h"

#include <algorithm>
#include <string>

#include "broker/base/limits.h"
#include "broker/model/text.h"
#include "broker/review/case_school.h"
#include "broker/store/rules.h"

namespace firstbell::review {
namespace {

// The one that took it back.
const model::Receipt* RefusedBy(const model::Alert& alert,
                                const std::vector<model::Receipt>& receipts) {
  const auto found = std::find_if(receipts.begin(), receipts.end(), [&](const auto& receipt) {
    return receipt.kind == v1::RECEIPT_KIND_REFUSED && receipt.recorded_at == alert.changed_at;
  });
  return found == receipts.end() ? nullptr : &*found;
}

std::string NewSchool(const model::Receipt& receipt) {
  v1::Receipt wire;
  v1::ReceiptStatement statement;
  const bool parsed =
      wire.ParseFromString(receipt.wire) && statement.ParseFromString(wire.statement());
  if (!parsed || !statement.has_new_school()) return "";
  const v1::SchoolHeard& school = statement.new_school();
  const std::string urn = school.urn() == 0 ? "" : "URN " + std::to_string(school.urn());
  std::string text;
  for (const std::string& part : {school.name(), school.town(), urn}) {
    if (!part.empty()) text += (text.empty() ? "" : ", ") + part;
  }
  return text;
}

bool OpenedSoonBefore(const model::Receipt& refused, const std::vector<model::Receipt>& receipts) {
  return std::any_of(receipts.begin(), receipts.end(), [&](const model::Receipt& one) {
    return one.kind == v1::RECEIPT_KIND_OPENED && one.signer == refused.signer &&
           one.at <= refused.at && refused.at - one.at < limits::kHastyAnswer;
  });
}

}  // namespace

v1::SchoolRefusal RefusalOf(const model::Alert& alert, const model::School& school,
                            const std::vector<model::Receipt>& receipts) {
  v1::SchoolRefusal refusal;
  *refusal.mutable_school() = CaseSchoolOf(school);
  refusal.set_reason(alert.refused);
  *refusal.mutable_refused_at() = model::ToWire(alert.changed_at);
  if (const model::Receipt* refused = RefusedBy(alert, receipts)) {
    refusal.set_new_school(NewSchool(*refused));
    refusal.set_hasty(OpenedSoonBefore(*refused, receipts));
  }
  if (alert.breach_at) {
    *refusal.mutable_breach_since() = model::ToWire(*alert.breach_at);
    *refusal.mutable_report_by() = model::ToWire(*alert.breach_at + limits::kReportBreach);
  }
  store::Holders holders;
  for (const model::Receipt& receipt : receipts) store::Note(receipt, holders);
  refusal.set_erased(store::StillHolding(alert, holders).empty());
  return refusal;
}

}  // namespace firstbell::review
