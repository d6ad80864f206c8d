#include "clients/school/filing/handed_over.h"

#include "clients/school/filing/plain_text.h"

namespace firstbell::school_filing {
namespace {

HandedOverEntry HandOverEntry(const FiledEntry& entry, bool police_text) {
  HandedOverEntry out{.entry = {.at = entry.at,
                                .by = PlainLine(entry.by),
                                .heading = PlainLine(entry.heading),
                                .police = entry.police,
                                .corrected = entry.corrected,
                                .gone = PlainLine(entry.gone)}};
  if (!entry.gone.empty()) return out;
  out.left_out = entry.police && !police_text;
  if (out.left_out) return out;
  for (const FiledFact& fact : entry.facts) {
    out.entry.facts.push_back({PlainLine(fact.term), PlainText(fact.text)});
  }
  return out;
}

}  // namespace

HandedOver HandOver(const FiledRecord& record) {
  HandedOver out{.record = {.urn = record.urn,
                            .school = PlainLine(record.school),
                            .child = PlainLine(record.child),
                            .born = PlainLine(record.born),
                            .form = PlainLine(record.form),
                            .made_by = PlainLine(record.made_by),
                            .made_at = record.made_at,
                            .police_text = record.police_text}};
  out.entries.reserve(record.entries.size());
  for (const FiledEntry& entry : record.entries) {
    out.entries.push_back(HandOverEntry(entry, record.police_text));
  }
  return out;
}

}  // namespace firstbell::school_filing
