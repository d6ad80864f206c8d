#pragma once

// Rows and their bytes (proto/firstbell/records/v1). Decode: DataLoss where bytes of ours do not
// read back. Pure; any thread.

#include <string>
#include <string_view>

#include "broker/store/rocksdb/rows.h"

namespace firstbell::store::rocks {

std::string Encode(const Identity& value);
std::string Encode(const Counts& value);
std::string Encode(const std::vector<model::BankHoliday>& value);
std::string Encode(const SchoolRow& row);
std::string Encode(const model::CalendarDefault& row);
std::string Encode(const model::OwnLadder& row);
std::string Encode(const model::OwnPolicy& row);
std::string Encode(const SchoolWakeUps& row);
std::string Encode(const WakeUp& row);
std::string Encode(const PupilRow& row);
std::string Encode(const model::EnrolmentGrant& row);
std::string Encode(const model::Recipient& row);
std::string Encode(const Incident& row);
std::string Encode(const EarlierRow& row);
std::string Encode(const CaseRow& row);
std::string Encode(const OfficerRow& row);
std::string Encode(const AlertRow& row);
std::string Encode(const model::Sealing& row);
std::string Encode(const ReceiptRow& row);
std::string Encode(const LogRow& row);
std::string Encode(const SignedHead& value);
using store::Encode;  // of a StatCell
std::string Encode(const AuditorRow& row);

Status Decode(std::string_view bytes, Identity& value);
Status Decode(std::string_view bytes, Counts& value);
Status Decode(std::string_view bytes, std::vector<model::BankHoliday>& value);
Status Decode(std::string_view bytes, SchoolRow& row);
Status Decode(std::string_view bytes, model::CalendarDefault& row);
Status Decode(std::string_view bytes, model::OwnLadder& row);
Status Decode(std::string_view bytes, model::OwnPolicy& row);
Status Decode(std::string_view bytes, SchoolWakeUps& row);
Status Decode(std::string_view bytes, WakeUp& row);
Status Decode(std::string_view bytes, PupilRow& row);
Status Decode(std::string_view bytes, model::EnrolmentGrant& row);
Status Decode(std::string_view bytes, model::Recipient& row);
Status Decode(std::string_view bytes, Incident& row);
Status Decode(std::string_view bytes, EarlierRow& row);
Status Decode(std::string_view bytes, CaseRow& row);
Status Decode(std::string_view bytes, OfficerRow& row);
Status Decode(std::string_view bytes, AlertRow& row);
Status Decode(std::string_view bytes, model::Sealing& row);
Status Decode(std::string_view bytes, ReceiptRow& row);
Status Decode(std::string_view bytes, LogRow& row);
// Of a log's row what the tree is made of, and nothing else. DataLoss.
Status DecodeEntry(std::string_view bytes, std::string& entry);
Status Decode(std::string_view bytes, SignedHead& value);
Status Decode(std::string_view bytes, StatCell& cell);
Status Decode(std::string_view bytes, AuditorRow& row);

}  // namespace firstbell::store::rocks
