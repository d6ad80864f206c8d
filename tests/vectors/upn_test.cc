// The published and constructed UPNs, with the expected class of each.

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "broker/model/upn.h"
#include "tests/support/data.h"

namespace firstbell::model {
namespace {

struct Vector {
  std::string upn;
  std::string expected;
  std::string kind;
};

// Only the last column is quoted, and it is not read.
std::vector<Vector> Vectors(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<Vector> vectors;
  std::string line;
  std::getline(file, line);
  EXPECT_EQ(line.substr(0, 17), "upn,expected,kind");
  while (std::getline(file, line)) {
    const auto first = line.find(',');
    const auto second = line.find(',', first + 1);
    const auto third = line.find(',', second + 1);
    vectors.push_back({line.substr(0, first), line.substr(first + 1, second - first - 1),
                       line.substr(second + 1, third - second - 1)});
  }
  return vectors;
}

TEST(UpnVectors, EachIsReadAsExpected) {
  const auto data = support::DataDir();
  if (!data) GTEST_SKIP() << "no real data here: set FIRSTBELL_DATA to its folder";
  const auto vectors = Vectors(*data / "upn_ctf" / "upn_test_vectors.csv");
  EXPECT_EQ(vectors.size(), 92u);
  for (const Vector& vector : vectors) {
    const auto upn = ParseUpn(vector.upn);
    // "valid_after_upcase" and "valid_after_strip" are what ParseUpn forgives. It repairs nothing:
    // a guessed letter is a guessed child.
    const bool valid = vector.expected.rfind("valid", 0) == 0;
    ASSERT_EQ(upn.has_value(), valid) << vector.upn << " " << vector.expected;
    EXPECT_EQ(valid && upn->temporary(), valid && vector.kind == "temporary") << vector.upn;
  }
}

}  // namespace
}  // namespace firstbell::model
