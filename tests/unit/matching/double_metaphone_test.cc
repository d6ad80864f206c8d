#include "broker/matching/double_metaphone.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace firstbell::matching {

void PrintTo(const Sounds& sounds, std::ostream* out) {
  *out << sounds.primary << "/" << sounds.secondary;
}

namespace {

struct Case {
  std::string name, primary, secondary;
};

// As Philips' article and its readers give them; tests/vectors compares many thousands more with
// PostgreSQL's.
TEST(DoubleMetaphone, PublishedNames) {
  const std::vector<Case> cases = {
      {"Smith", "SM0", "XMT"},
      {"Schmidt", "XMT", "SMT"},
      {"Schneider", "XNTR", "SNTR"},
      {"Thomas", "TMS", "TMS"},
      {"Michael", "MKL", "MXL"},
      {"Thumb", "0M", "TM"},
      {"Hugh", "H", "H"},
      {"McLaughlin", "MKLF", "MKLF"},
      {"Cagney", "KKN", "KKN"},
      {"Tagliaro", "TKLR", "TLR"},
      {"Bacher", "PKR", "PKR"},
      {"Caesar", "SSR", "SSR"},
      {"Czerny", "SRN", "XRN"},
      {"Focaccia", "FKX", "FKX"},
      {"Bacchus", "PKS", "PKS"},
      {"Accede", "AKST", "AKST"},
      {"Bertucci", "PRTX", "PRTX"},
      {"Edgar", "ATKR", "ATKR"},
      {"Wasserman", "ASRM", "FSRM"},
      {"Vasserman", "FSRM", "FSRM"},
      {"Arnow", "ARN", "ARNF"},
      {"Filipowicz", "FLPT", "FLPF"},
      {"Jankelowicz", "JNKL", "ANKL"},
      {"Jose", "HS", "HS"},
      {"Cabrillo", "KPRL", "KPR"},
      {"Campbell", "KMPL", "KMPL"},
      {"Rogier", "RJ", "RJR"},
      {"Carlisle", "KRLL", "KRLL"},
      {"Sugar", "XKR", "SKR"},
      {"Zhao", "J", "J"},
      {"Xavier", "SF", "SFR"},
      {"Breaux", "PR", "PR"},
      {"Knight", "NT", "NT"},
      {"Wright", "RT", "RT"},
      {"", "", ""},
      {"!", "", ""},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(SoundsOf(one.name), (Sounds{one.primary, one.secondary})) << one.name;
  }
}

TEST(DoubleMetaphone, CaseDoesNotMatter) {
  EXPECT_EQ(SoundsOf("o'brien"), SoundsOf("O'BRIEN"));
}

RC_GTEST_PROP(DoubleMetaphone, AnyBytesHaveSoundsOfFourLettersAtMost, (const std::string& name)) {
  const Sounds sounds = SoundsOf(name);
  RC_ASSERT(sounds.primary.size() <= 4 && sounds.secondary.size() <= 4);
  RC_ASSERT(sounds.primary.find_first_not_of("0AFHJKLMNPRSTX") == std::string::npos);
}

RC_GTEST_PROP(DoubleMetaphone, CapitalsOfAnyKindEnd, ()) {
  const auto letters = *rc::gen::container<std::string>(
      *rc::gen::inRange<std::size_t>(0, 24), rc::gen::elementOf(std::string("ACEGHIJKLMNSTWXZ ")));
  (void)SoundsOf(letters);
}

}  // namespace
}  // namespace firstbell::matching
