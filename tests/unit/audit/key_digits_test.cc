#include "broker/audit/key_digits.h"

#include <gtest/gtest.h>

namespace firstbell::audit {
namespace {

// Reckoned elsewhere, with Python's hashlib.
TEST(KeyDigits, AreOfTheWholeVerifierKey) {
  VerifierKey key{"log.example", KeyKind::kLog, ""};
  for (char byte = 0; byte < 32; ++byte) key.public_key += byte;
  ASSERT_EQ(key.ToString(), "log.example+5d23591e+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f");
  EXPECT_EQ(KeyDigits(key), "5335 6542 8300 4266 1420");
  key.name = "log.example/2027";
  EXPECT_NE(KeyDigits(key), "5335 6542 8300 4266 1420");
}

}  // namespace
}  // namespace firstbell::audit
