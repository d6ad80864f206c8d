#pragma once

// An alert as the templates' variables. Pure but for the store's word on who is here.

#include <vector>

#include "clients/school/alert_words.h"
#include "clients/school/web/visit.h"

namespace firstbell::school::web {

// Who it is about and no more, and whom the reader may pass it on to.
Json WhoView(const Visit& visit, const HeldAlert& alert, const v1::AlertContent& content);
Json FactsView(const std::vector<Fact>& facts);
Json AlertView(const Visit& visit, const HeldAlert& alert, const v1::AlertContent& content);

}  // namespace firstbell::school::web
