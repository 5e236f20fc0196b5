#include "policy/set/set_plan.h"

#include <array>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

namespace certus::policy {
namespace {

using limits::KeyPart;
using limits::LimitPlan;
using limits::LimitRule;

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : between) + word;
  return out;
}

std::string selected(const char* word, const limits::Selection& selection) {
  std::vector<std::string> parts, items;
  const auto add = [](const char* what, const std::vector<std::string>& names, std::vector<std::string>& to) {
    if (!names.empty()) to.push_back(std::string(what) + " " + joined(names, " "));
  };
  add("tools", selection.tools, items);
  add("resources", selection.resources, items);
  add("prompts", selection.prompts, items);
  if (!items.empty()) parts.push_back(joined(items, " or "));
  add("subjects", selection.subjects, parts);
  add("tenants", selection.tenants, parts);
  add("groups", selection.groups, parts);
  return parts.empty() ? std::string() : std::string(", ") + word + " " + joined(parts, " and ");
}

const char* whenAway(limits::WhenUnreachable when) {
  if (when == limits::WhenUnreachable::Open) return ", open while Redis is away";
  return when == limits::WhenUnreachable::Local ? ", counted here while Redis is away" : "";
}

std::string secondsText(Milliseconds time) {
  std::string out = std::to_string(time.count() / 1000) + "." + std::to_string(1000 + time.count() % 1000).substr(1);
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
  return out;
}

using Words = std::map<std::string, std::string>;

Words rulesOf(const LimitPlan& plan) {
  Words out;
  for (const LimitRule& rule : plan.rules()) out.emplace("limit " + rule.name, wordsOf(rule));
  return out;
}

const char* wordOf(rules::ItemKind kind) {
  if (kind == rules::ItemKind::Tool) return "";
  return kind == rules::ItemKind::Resource ? "resource " : "prompt ";
}

Words costsOf(const PolicySet& set) {
  Words out;
  for (const rules::CatalogueItem& item : set.rules->catalogue()) {
    if (const limits::ItemLimits* limits = limitsOf(set, item))
      out.emplace("cost of " + std::string(wordOf(item.kind)) + item.fullName(), std::to_string(limits->cost));
  }
  return out;
}

// Where is counted. Of the password only where it comes from.
Words storeOf(const LimitPlan& plan) {
  Words out = {{"store", plan.redis() ? "redis" : "local"}, {"max_keys", std::to_string(plan.maxKeys())}};
  if (!plan.redis()) return out;
  const limits::RedisConfig& redis = plan.redisConfig();
  const auto add = [&](const char* key, const std::string& said) {
    if (!said.empty()) out.emplace(std::string("redis.") + key, said);
  };
  add("url", redis.url);
  add("user", redis.user);
  add("password_env", redis.passwordVariable);
  add("password_file", redis.passwordFile);
  add("prefix", redis.prefix);
  add("timeout_seconds", secondsText(redis.timeout));
  return out;
}

void compare(const Words& before, const Words& after, std::vector<LimitChange>& out) {
  std::set<std::string> names;
  for (const Words* words : {&before, &after})
    for (const auto& [name, said] : *words) names.insert(name);
  const auto in = [](const Words& words, const std::string& name) {
    const auto found = words.find(name);
    return found == words.end() ? std::string("-") : found->second;
  };
  for (const std::string& name : names) {
    if (in(before, name) != in(after, name)) out.push_back({name, in(before, name), in(after, name)});
  }
}

// An item that only one side knows costs nobody anything else.
Words shared(Words words, const Words& other) {
  std::erase_if(words, [&](const auto& each) { return !other.contains(each.first); });
  return words;
}

}  // namespace

std::string wordsOf(const LimitRule& rule) {
  static constexpr std::array kNames = {"subject", "tenant", "group", "tool", "service", "address"};
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (rule.has(static_cast<KeyPart>(i))) parts.push_back(kNames[i]);
  }
  return rule.describe() + (parts.empty() ? " for everybody together" : " by " + joined(parts, " and ")) +
         selected("only", rule.only) + selected("except", rule.except) + whenAway(rule.whenUnreachable);
}

SetPlan planOf(const PolicySet& before, const PolicySet& after) {
  SetPlan out;
  out.access = rules::planOf(*before.rules, *after.rules);
  compare(storeOf(*before.limits), storeOf(*after.limits), out.limits);
  compare(rulesOf(*before.limits), rulesOf(*after.limits), out.limits);
  const Words then = costsOf(before), now = costsOf(after);
  compare(shared(then, now), shared(now, then), out.limits);
  return out;
}

bool SetPlan::changesAnything() const {
  return access.changesAccess() || access.changesRules() || !access.members.empty() || !access.otherAdvice.empty() ||
         !limits.empty();
}

std::string SetPlan::text() const {
  std::string out = access.text();
  if (limits.empty()) return out + "No limit changes.\n";
  out += "limits:\n";
  for (const LimitChange& each : limits) out += "  " + each.what + ": " + each.before + " -> " + each.after + "\n";
  return out;
}

std::string SetPlan::json() const {
  using Json = nlohmann::ordered_json;
  Json out = Json::parse(access.json());
  Json changed = Json::array();
  for (const LimitChange& each : limits)
    changed.push_back({{"what", each.what}, {"before", each.before}, {"after", each.after}});
  out["limits"] = std::move(changed);
  out["changes_anything"] = changesAnything();
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace certus::policy
