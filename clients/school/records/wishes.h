#pragma once

// Who a child wishes to know what, as its passport says: whether telling somebody is against it.
// Pure; any thread.

#include <string>
#include <vector>

#include "firstbell/v1/school_records.pb.h"

namespace firstbell::school_records {

// The wishes that are against telling `who` (a name, a role, or both) anything; none: nothing is.
//
// Those that name them hold. Where none does, what is wished of everybody or of all staff is the
// rule, but for the adult whom the child trusts, and for whom it wishes to know anything. Two ways
// to call somebody are one where all words of the one are in the other, whatever their case: "Mr
// Linden" and "linden". Of several ("Ms Hazel and Mr Linden", "Mr Linden, 4B") each is held against
// the wishes. What a wish is about is not weighed: this errs towards the child's.
std::vector<v1::ChildWish> WishesAgainst(const v1::ChildPassport& passport, const std::string& who);

}  // namespace firstbell::school_records
