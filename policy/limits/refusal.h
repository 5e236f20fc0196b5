// What a refused caller is told: which limit, who shares it, when to come again.
#pragma once

#include <string>

#include "policy/limits/plan.h"

namespace certus::limits {

// One or two sentences, for the caller. Names the caller itself and the rule, never another caller, a file or a server.
std::string refusalText(const Refusal& refusal, const ItemLimits& item, const Caller& caller);

// "alice@example.com's calls of trust/sign": who shares the limit.
std::string sharersText(const LimitRule& rule, std::uint16_t group, const ItemLimits& item, const Caller& caller);

// 90'500 ms: "91 seconds". Rounded up, so that whoever comes then is not early.
std::string waitText(Milliseconds wait);

}  // namespace certus::limits
