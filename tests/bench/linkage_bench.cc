// The weighing of evidence on FEBRL's invented sets with their published truth (P. Christen,
// "Febrl: a freely available record linkage system", 2008), where the data is: every pair compared,
// the column that is an identity left out.

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <map>
#include <set>
#include <thread>
#include <tuple>

#include "adapters/csv/table.h"
#include "broker/matching/evidence.h"
#include "clients/demo/dice.h"
#include "tests/bench/benches.h"
#include "tests/support/data.h"

namespace firstbell::bench {
namespace {

using matching::Description;
constexpr model::Date kToday(2026, 3, 3);
constexpr unsigned kThreads = 2;

struct Record {
  std::string person;  // the same in each record of one
  Description described;
};
using Records = std::vector<Record>;

// These sets were corrupted on purpose, in every field: set so once, for all of them.
matching::Habits OfCorruptedSets() {
  matching::Habits habits;
  habits.forename.exact = habits.family.exact = 0.65;
  habits.forename.close = habits.forename.different = 0.12;
  habits.family.close = 0.13;
  habits.family.different = 0.14;
  habits.names_swapped = 0.04;
  habits.birth_date.exact = 0.75;
  habits.birth_date.close = 0.08;
  habits.birth_date.different = 0.12;
  habits.postcode.exact = 0.72;
  habits.postcode.close = 0.08;
  habits.postcode.different = 0.15;
  habits.address = {.exact = 0.50, .close = 0.25, .near = 0.12, .different = 0.13};
  return habits;
}

int NumberOf(const std::string& text, std::size_t at, std::size_t size) {
  int number = 0;
  std::from_chars(text.data() + at, text.data() + at + size, number);
  return number;
}

// YYYYMMDD; nothing where no calendar has it.
std::optional<model::Date> DateOf(const std::string& text) {
  if (text.size() != 8) return std::nullopt;
  const int month = NumberOf(text, 4, 2), day = NumberOf(text, 6, 2);
  const model::Date date(NumberOf(text, 0, 4), month, day);
  if (date.month() != month || date.day() != day) return std::nullopt;
  return date;
}

Records ReadSet(const std::filesystem::path& path) {
  auto table = adapters::csv::Table::Open(path);
  FB_CHECK(table.ok());
  Records records;
  adapters::csv::Row row;
  while (true) {
    const auto more = table->Next(row);
    FB_CHECK(more.ok());
    if (!*more) return records;
    const auto field = [&](const char* name) {
      const std::string& text = row.fields[*table->Find(name)];
      return text.substr(std::min(text.find_first_not_of(' '), text.size()));
    };
    Record record;
    const std::string id = field("rec_id");  // "rec-12-dup-0", "rec-12-org"
    record.person = id.substr(0, id.find('-', id.find('-') + 1));
    Description& described = record.described;
    described.given = matching::GivenWords(field("given_name"));
    described.family = matching::ReadFamilyName(field("surname"));
    described.born = DateOf(field("date_of_birth"));
    // Australian: four digits, the first two an area.
    const std::string postcode = field("postcode");
    if (postcode.size() == 4) described.postcode = {{postcode.substr(0, 2), postcode.substr(2)}};
    described.address = matching::AddressWords(field("street_number") + " " + field("address_1") +
                                               " " + field("address_2") + " " + field("suburb"));
    records.push_back(std::move(record));
  }
}

struct Pair {
  matching::Centibits total = 0;
  std::size_t a = 0, b = 0;
  bool same = false;
};

// Every pair that something speaks for, the likeliest first; of one set, or of `b` with `a`.
std::vector<Pair> ComparePairs(const Records& a, const Records& b) {
  matching::FrequencyCounter counter;
  for (const Record& record : a) counter.Add(record.described);
  const matching::Frequencies frequencies = counter.Take();
  const matching::Habits habits = OfCorruptedSets();
  const bool one_set = &a == &b;
  std::vector<std::vector<Pair>> found(kThreads);
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t j = t; j < b.size(); j += kThreads) {
        for (std::size_t i = 0; i < (one_set ? j : a.size()); ++i) {
          const auto evidence = matching::Compare({b[j].described, {}}, a[i].described,
                                                  base::Urn(1), frequencies, habits, kToday);
          if (evidence.total() <= 0) continue;
          found[t].push_back({evidence.total(), i, j, a[i].person == b[j].person});
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<Pair> pairs;
  for (const auto& of_thread : found) pairs.insert(pairs.end(), of_thread.begin(), of_thread.end());
  std::sort(pairs.begin(), pairs.end(), [](const Pair& x, const Pair& y) {
    return std::tie(y.total, x.b, x.a) < std::tie(x.total, y.b, y.a);
  });
  return pairs;
}

Row RecallAtNoFalse(const std::string& what, std::size_t right, std::size_t true_pairs,
                    double floor, double aim, const std::string& note) {
  return {
      what, "%",   true_pairs, 100 * static_cast<double>(right) / static_cast<double>(true_pairs),
      {},   floor, aim,        true,
      note};
}

// Down to the first link that is false; each record is linked once. `left_out`: of `a`.
std::size_t LinkedBeforeTheFirstFalse(const std::vector<Pair>& pairs,
                                      const std::vector<bool>& left_out) {
  std::set<std::size_t> linked_a, linked_b;
  for (const Pair& pair : pairs) {
    if (left_out[pair.a] || linked_a.contains(pair.a) || linked_b.contains(pair.b)) continue;
    if (!pair.same) break;
    linked_a.insert(pair.a);
    linked_b.insert(pair.b);
  }
  return linked_a.size();
}

Row Febrl4(const std::filesystem::path& linkage) {
  const Records a = ReadSet(linkage / "febrl_dataset4a.csv.gz");
  const Records b = ReadSet(linkage / "febrl_dataset4b.csv.gz");
  const std::size_t right =
      LinkedBeforeTheFirstFalse(ComparePairs(a, b), std::vector<bool>(a.size(), false));
  return RecallAtNoFalse("FEBRL4 without the ID, recall at 0 false", right, b.size(), 99.88, 99.94,
                         "peer: Splink with the ID 99.90");
}

// Which half is left decides over one namesake or another: many halves, and their median.
Row Febrl4Halves(const std::filesystem::path& linkage) {
  constexpr std::uint64_t kHalves = 101;
  Records a = ReadSet(linkage / "febrl_dataset4a.csv.gz");
  Records b = ReadSet(linkage / "febrl_dataset4b.csv.gz");
  for (Records* records : {&a, &b}) {
    for (Record& record : *records) record.described.address.clear();
  }
  const std::vector<Pair> pairs = ComparePairs(a, b);
  std::vector<double> linked;
  for (std::uint64_t half = 0; half < kHalves; ++half) {
    demo::Dice dice({half});
    std::vector<bool> left_out(a.size(), false);
    for (std::size_t out = 0; out < a.size() / 2;) {
      const std::size_t at = dice.Below(a.size());
      if (!left_out[at]) ++out;
      left_out[at] = true;
    }
    linked.push_back(static_cast<double>(LinkedBeforeTheFirstFalse(pairs, left_out)));
  }
  const double in_half = static_cast<double>(a.size() / 2);
  const double worst = *std::min_element(linked.begin(), linked.end());
  char note[96];
  std::snprintf(note, sizeof note, "recall at 0 false; median of %d halves, the worst %.2f %%",
                static_cast<int>(kHalves), 100 * worst / in_half);
  return RecallAtNoFalse("FEBRL4, half removed; name, birth, postcode",
                         static_cast<std::size_t>(Median(linked)), a.size() / 2, 95, 97, note);
}

Row Febrl3(const std::filesystem::path& linkage) {
  const Records records = ReadSet(linkage / "febrl_dataset3.csv.gz");
  std::map<std::string, std::size_t> of_person;
  for (const Record& record : records) ++of_person[record.person];
  std::size_t true_pairs = 0;
  for (const auto& [person, count] : of_person) true_pairs += count * (count - 1) / 2;
  const std::vector<Pair> pairs = ComparePairs(records, records);
  const auto first_false =
      std::find_if(pairs.begin(), pairs.end(), [](const Pair& pair) { return !pair.same; });
  return RecallAtNoFalse("FEBRL3, recall at precision 1",
                         static_cast<std::size_t>(first_false - pairs.begin()), true_pairs, 98, 99,
                         "peer: Splink 97.7");
}

}  // namespace

std::vector<Row> Linkage(const Setting&) {
  const auto data = support::DataDir();
  if (!data) {
    std::fputs("linkage: the sets are not at $FIRSTBELL_DATA\n", stderr);
    return {};
  }
  const std::filesystem::path linkage = *data / "linkage";
  return {Febrl4(linkage), Febrl4Halves(linkage), Febrl3(linkage)};
}

}  // namespace firstbell::bench
