#include "broker/model/ladder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "broker/base/limits.h"
#include "broker/model/violations.h"

namespace firstbell::model {
namespace {

using testing::UnorderedElementsAre;

const RecipientRole kLead = v1::RECIPIENT_ROLE_LEAD, kDeputy = v1::RECIPIENT_ROLE_DEPUTY,
                    kHead = v1::RECIPIENT_ROLE_HEAD;

Alert AlertOf(absl::Duration ahead, bool urgent = false) {
  Alert alert;
  alert.show_from = absl::FromUnixSeconds(1'794'209'400);
  alert.deadline = alert.show_from + ahead;
  alert.urgent = urgent;
  return alert;
}

TEST(Ladder, EachRungHasItsTimeBeforeTheDeadline) {
  const Alert alert = AlertOf(absl::Minutes(75));
  const Ladder& ladder = ShippedLadder();
  EXPECT_EQ(DueAt(ladder[0], alert), alert.show_from);
  EXPECT_EQ(DueAt(ladder[1], alert), alert.deadline - absl::Minutes(45));
  EXPECT_EQ(DueAt(ladder[3], alert), alert.deadline - absl::Minutes(20));
  EXPECT_EQ(DueAt(ladder[4], alert), alert.deadline);
}

TEST(Ladder, NoRungIsBeforeTheWindow) {
  const Alert late = AlertOf(absl::Minutes(25));
  EXPECT_EQ(DueAt(ShippedLadder()[1], late), late.show_from);
  EXPECT_EQ(DueAt(ShippedLadder()[2], late), late.show_from);
  EXPECT_EQ(DueAt(ShippedLadder()[3], late), late.show_from + absl::Minutes(5));
}

TEST(Ladder, AnUrgentOneIsCalledAtOnce) {
  const Alert urgent = AlertOf(absl::Minutes(60), true);
  EXPECT_EQ(DueAt(ShippedLadder()[3], urgent), urgent.show_from);
  EXPECT_EQ(DueAt(ShippedLadder()[4], urgent), urgent.deadline);
}

TEST(Ladder, EachRungAddsItsPeopleAndNoEarlier) {
  const std::set<RecipientRole> all = {kLead, kDeputy, kHead};
  EXPECT_THAT(RolesAt(ShippedLadder(), 0, all), UnorderedElementsAre(kLead)) << "lies sealed";
  EXPECT_THAT(RolesAt(ShippedLadder(), 1, all), UnorderedElementsAre(kLead));
  EXPECT_THAT(RolesAt(ShippedLadder(), 2, all), UnorderedElementsAre(kLead, kDeputy));
  EXPECT_THAT(RolesAt(ShippedLadder(), 5, all), UnorderedElementsAre(kLead, kDeputy, kHead));
  EXPECT_THAT(RolesAt(ShippedLadder(), 99, all), UnorderedElementsAre(kLead, kDeputy, kHead));
}

TEST(Ladder, WhereARungHasNobodyTheNextIsToldInItsPlace) {
  EXPECT_TRUE(RolesAt(ShippedLadder(), 0, {kHead, kDeputy}).contains(kDeputy));
  EXPECT_FALSE(RolesAt(ShippedLadder(), 0, {kHead, kDeputy}).contains(kHead));
  EXPECT_TRUE(RolesAt(ShippedLadder(), 0, {kHead}).contains(kHead));
  const Ladder leads = {ShippedLadder()[0]};
  EXPECT_THAT(RolesAt(leads, 1, {kHead}), UnorderedElementsAre(kHead)) << "of no rung";
  EXPECT_TRUE(RolesAt(leads, 1, {}).empty());
}

TEST(Ladder, TheWireKeepsIt) {
  EXPECT_EQ(ParseLadder(ToWire(ShippedLadder()), "ladder").value(), ShippedLadder());
}

std::string Fault(const std::function<void(v1::Ladder&)>& change) {
  v1::Ladder wire = ToWire(ShippedLadder());
  change(wire);
  const auto parsed = ParseLadder(wire, "ladder");
  if (parsed.ok()) return "";
  const auto request = BadRequestOf(parsed.status());
  return request.field_violations_size() == 0 ? "?" : request.field_violations(0).field();
}

TEST(Ladder, WhatIsNoneIsRefusedByItsField) {
  EXPECT_EQ(Fault([](auto&) {}), "");
  EXPECT_EQ(Fault([](auto& wire) { wire.clear_rungs(); }), "ladder.rungs");
  EXPECT_EQ(Fault([](auto& wire) {
              for (std::size_t i = 0; i < limits::kRungs; ++i) *wire.add_rungs() = wire.rungs(1);
            }),
            "ladder.rungs");
  EXPECT_EQ(Fault([](auto& wire) { wire.mutable_rungs(0)->set_minutes_before(60); }),
            "ladder.rungs[0]");
  EXPECT_EQ(Fault([](auto& wire) { wire.mutable_rungs()->DeleteSubrange(0, 3); }),
            "ladder.rungs[0]");
  EXPECT_EQ(Fault([](auto& wire) { wire.mutable_rungs(1)->clear_name(); }), "ladder.rungs[1].name");
  EXPECT_EQ(Fault([](auto& wire) { wire.mutable_rungs(1)->set_name("lead"); }),
            "ladder.rungs[1].name");
  EXPECT_EQ(Fault([](auto& wire) { wire.mutable_rungs(1)->clear_kind(); }), "ladder.rungs[1].kind");
  EXPECT_EQ(Fault([](auto& wire) { wire.mutable_rungs(1)->clear_roles(); }),
            "ladder.rungs[1].roles");
  EXPECT_EQ(Fault([](auto& wire) { wire.mutable_rungs(3)->add_roles(kHead); }),
            "ladder.rungs[3].roles");
  EXPECT_EQ(Fault([](auto& wire) { wire.mutable_rungs(1)->add_roles(v1::RECIPIENT_ROLE_DEVICE); }),
            "ladder.rungs[1].roles");
  EXPECT_EQ(Fault([](auto& wire) { wire.mutable_rungs(1)->set_minutes_before(25); }),
            "ladder.rungs[2].minutes_before");
  EXPECT_EQ(Fault([](auto& wire) { wire.mutable_rungs(2)->clear_minutes_before(); }),
            "ladder.rungs[2].minutes_before");
  EXPECT_EQ(Fault([](auto& wire) { wire.mutable_rungs(1)->set_minutes_before(100'000); }),
            "ladder.rungs[1].minutes_before");
  EXPECT_EQ(Fault([](auto& wire) { wire.mutable_rungs(4)->set_kind(v1::RUNG_KIND_CALLS); }),
            "ladder.rungs[4].kind");
}

}  // namespace
}  // namespace firstbell::model
