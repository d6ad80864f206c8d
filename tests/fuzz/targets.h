#pragma once

// What takes bytes from outside or from disk, each as one function of the input. A target returns
// for every input, with an error or without, and CHECKs what must hold of whatever was accepted.
// Deterministic but for keys, which are made once in a process. Threads: one.

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "broker/crypto/ed25519.h"

namespace firstbell::fuzz {

using Target = std::function<void(std::string_view input)>;

// By name: the same as its folder in corpus/.
const std::map<std::string, Target, std::less<>>& Targets();

// An input of several parts, each after its length in two bytes (big-endian); a length that goes
// beyond the end is the rest. At most kMostParts.
inline constexpr std::size_t kMostParts = 16;
std::vector<std::string> Parts(std::string_view input);
std::string JoinParts(const std::vector<std::string>& parts);

// parsers.cc
void IncidentJson(std::string_view input);
void IncidentMessage(std::string_view input);
void BankHolidays(std::string_view input);
void EnrolmentCode(std::string_view input);
void BrokerConfig(std::string_view input);
// files.cc
void QuestionCsv(std::string_view input);
void CalendarCsv(std::string_view input);
void CalendarIcs(std::string_view input);
void RollCsv(std::string_view input);
void RegisterCsv(std::string_view input);
void LinksCsv(std::string_view input);
// sealed.cc
void Cms(std::string_view input);
void Envelope(std::string_view input);
void Receipt(std::string_view input);
void Reply(std::string_view input);
void IdentityProbe(std::string_view input);
// links.cc
void Duty(std::string_view input);
void LadderFile(std::string_view input);
void PolicyFile(std::string_view input);
void LinkOfBroker(std::string_view input);
void LinkOfSchool(std::string_view input);
// stored.cc
void StoreRecords(std::string_view input);
void StoreKeys(std::string_view input);
void LogEntry(std::string_view input);
// schools.cc
void SchoolRecord(std::string_view input);
// logs.cc
void Note(std::string_view input);
void Checkpoint(std::string_view input);
void TlogProof(std::string_view input);
void TrustPolicy(std::string_view input);
void TilePath(std::string_view input);
void Bundle(std::string_view input);
void KeyChange(std::string_view input);
void EventOpening(std::string_view input);
void StatCell(std::string_view input);
// The log of the seeds, and keys of it that are the same in every process.
inline constexpr char kOrigin[] = "firstbell.example/2026";
crypto::Ed25519Key LogKey(char which);

}  // namespace firstbell::fuzz
