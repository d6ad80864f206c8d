#pragma once

// What waits this morning: new alerts, whose care each asks for, by when it is to be acknowledged,
// and whether children have come. Names are shown to whoever an alert is sealed to, and to nobody
// else.

#include "clients/school/web/visit.h"

namespace firstbell::school::web {

// "08:40".
std::string ClockTime(absl::Time time, const console::LocalTime& london);
Response ShowToday(const Visit& visit);
// How many alerts nobody has taken and when the newest was shown, for whoever may open the page:
// two numbers, and nobody has to be signed in.
Response ShowPulse(const Visit& visit);

// The alerts here whose child seems to be a brother or sister, or is at least of the same family
// name, where the force says no more: text, name and href.
Json KinOf(const Visit& visit, const HeldAlert& alert, const v1::AlertContent& content);

}  // namespace firstbell::school::web
