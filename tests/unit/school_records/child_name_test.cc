#include "clients/school/records/child_name.h"

#include <gtest/gtest.h>

#include "tests/unit/school_records/records_world.h"

namespace firstbell::school_records {
namespace {

v1::RecordedChild Child(const std::string& given, const std::string& family) {
  v1::RecordedChild child = MiaSandwell();
  child.set_given_names(given);
  child.set_family_name(family);
  return child;
}

TEST(ChildNameTest, ComposedAndDecomposedFoldedAndSqueezedAreOne) {
  const auto zoe = IdentityOf(Child("Zo\xc3\xab Anne", "O'Brien"));
  ASSERT_TRUE(zoe);
  EXPECT_EQ(IdentityOf(Child("Zoe\xcc\x88 \xc2\xa0 Anne", " o'brien ")), zoe);  // e and U+0308
  EXPECT_EQ(IdentityOf(Child("ZO\xc3\x8b ANNE", "O'BRIEN")), zoe);
  EXPECT_EQ(IdentityOf(Child("Stra\xc3\x9f"
                             "e",
                             "x")),
            IdentityOf(Child("STRASSE", "x")));
}

TEST(ChildNameTest, WhatDiffersIsAnother) {
  const auto mia = IdentityOf(Child("Mia", "Sandwell"));
  EXPECT_NE(IdentityOf(Child("Zoe Anne", "O'Brien")),
            IdentityOf(Child("Zo\xc3\xab Anne", "O'Brien")));
  EXPECT_NE(IdentityOf(Child("MiaSandwell", "")), mia);
  EXPECT_NE(IdentityOf(Child("Sandwell", "Mia")), mia);
  v1::RecordedChild later = Child("Mia", "Sandwell");
  later.set_date_of_birth("2017-05-05");
  EXPECT_NE(IdentityOf(later), mia);
}

TEST(ChildNameTest, NobodyIsToldApartWithoutANameOrADate) {
  EXPECT_FALSE(IdentityOf(Child(" ", "")));
  v1::RecordedChild child = MiaSandwell();
  child.clear_date_of_birth();
  EXPECT_FALSE(IdentityOf(child));
}

}  // namespace
}  // namespace firstbell::school_records
