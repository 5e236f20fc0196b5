// The caller of a call as limits know callers. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/call/grant.h"

namespace certus::gateway {

// `caller()` views this and the grant.
struct LimitCaller {
  // Groups and tenant as the policy sees them, which costs look-ups; left out where no limit of `item` asks for them.
  LimitCaller(const Grant& grant, const limits::ItemLimits& item);
  explicit LimitCaller(const Grant& grant);

  limits::Caller caller() const { return {subject, tenant, address, groups}; }

  std::string_view subject, tenant, address;
  std::vector<std::string> groups;

 private:
  void identify(const Grant& grant);
};

rules::Caller rulesCallerOf(const Principal& principal);

}  // namespace certus::gateway
