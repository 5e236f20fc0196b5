#include "policy/limits/refusal.h"

namespace certus::limits {
namespace {

std::string named(std::string_view text, const char* without) {
  return text.empty() ? std::string(without) : std::string(text.substr(0, 128)) + (text.size() > 128 ? "..." : "");
}

std::string callOf(const ItemLimits& item) {
  if (item.apart) return "completion";
  return item.kind == ItemKind::Tool ? "call" : item.kind == ItemKind::Resource ? "read" : "get";
}

}  // namespace

std::string waitText(Milliseconds wait) {
  const auto seconds = (wait.count() + 999) / 1000;
  if (seconds <= 1) return "1 second";
  if (seconds < 120) return std::to_string(seconds) + " seconds";
  if (seconds < 7'200) return std::to_string((seconds + 59) / 60) + " minutes";
  return std::to_string((seconds + 3'599) / 3'600) + " hours";
}

std::string sharersText(const LimitRule& rule, std::uint16_t group, const ItemLimits& item, const Caller& caller) {
  std::string who;
  const auto add = [&](std::string text) { who += (who.empty() ? "" : ", ") + text; };
  if (rule.has(KeyPart::Subject)) add(named(caller.subject, "callers without a name"));
  if (rule.has(KeyPart::Tenant))
    add(caller.tenant.empty() ? "callers without a tenant" : "tenant " + named(caller.tenant, ""));
  if (rule.has(KeyPart::Group) && group != kNoGroup) add("group " + named(rule.only.groups[group], ""));
  if (rule.has(KeyPart::Address))
    add(caller.address.empty() ? "callers without an address" : "address " + named(caller.address, ""));
  const std::string calls = item.apart ? "completions" : "calls";
  std::string what = "all " + calls + " that it selects";
  if (rule.has(KeyPart::Tool)) {
    what = callOf(item) + "s of " + item.name;
  } else if (rule.has(KeyPart::Service)) {
    what = calls + " of " + item.service;
  }
  return (who.empty() ? "everybody" : who) + " for " + what;
}

std::string refusalText(const Refusal& refusal, const ItemLimits& item, const Caller& caller) {
  if (refusal.why == Refusal::Why::TableFull)
    return "Too many callers at a time to keep count of; this call was not made. Try again in " +
           waitText(refusal.retryAfter) + ".";
  const LimitRule& rule = *refusal.rule;
  const std::string name = "limit \"" + rule.name + "\" (" + rule.describe() + ")";
  if (refusal.why == Refusal::Why::Unreachable)
    return "The counts of " + name + " cannot be reached, so this call was not made. Try again in " +
           waitText(refusal.retryAfter) + "; if it lasts, tell the operator of the gateway.";
  std::string out = "Refused by " + name + ", shared by " + sharersText(rule, refusal.group, item, caller) + ". ";
  if (refusal.why == Refusal::Why::Concurrency)
    return out + "As many calls are under way as may be; try again when one has ended, in " + waitText(refusal.retryAfter) +
           " or later.";
  if (item.apart) {
    out += "Completions are counted apart from calls, " + std::to_string(kCompletionsACall) + " as one. ";
  } else if (item.cost != 1) {
    out += "A " + callOf(item) + " of " + item.name + " counts " + std::to_string(item.cost) + ". ";
  }
  return out + "Try again in " + waitText(refusal.retryAfter) + ".";
}

}  // namespace certus::limits
