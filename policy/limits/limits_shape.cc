#include "policy/limits/limits_shape.h"

#include <algorithm>
#include <array>

#include "base/nearest_word.h"
#include "config/rules.h"
#include "config/shape_of.h"
#include "policy/limits/glob.h"
#include "policy/limits/limits_config.h"
#include "policy/limits/rate.h"
#include "policy/limits/redis_url.h"

namespace certus::limits {
namespace {

using config::Shape;
using config::ShapeOf;

const std::array<std::string, 6> kKeyParts = {"subject", "tenant", "group", "tool", "service", "address"};

Shape selectionShape() {
  ShapeOf<Selection> out;
  out.list("tools", &Selection::tools, "Tools, as service/tool with * for any.").check(checkToolPattern, kToolPattern);
  out.list("resources", &Selection::resources, "Resources, as service/uri with * for any.")
      .check(checkItemPattern, kItemPattern);
  out.list("prompts", &Selection::prompts, "Prompts, as service/prompt with * for any.")
      .check(checkItemPattern, kItemPattern);
  out.list("subjects", &Selection::subjects, "Subjects.").check(checkWho);
  out.list("tenants", &Selection::tenants, "Tenants.").check(checkWho);
  out.list("groups", &Selection::groups, "Groups; one that the caller is in is enough.").check(checkWho);
  return std::move(out.shape);
}

Shape ruleShape() {
  static const Shape selection = selectionShape();
  ShapeOf<RuleConfig> out;
  out.list("key", &RuleConfig::key,
           "Who shares the limit: any of subject, tenant, group, tool, service, address; [] is one for everybody. By tool "
           "means one for each tool, resource or prompt.")
      .check(checkKeyPart, "^(subject|tenant|group|tool|service|address)$");
  out.text("rate", &RuleConfig::rate,
           "COUNT/s, /m, /h or /d; COUNT calls come at once unless \" burst COUNT\" says otherwise.")
      .check(checkRate, kRatePattern)
      .fallback("30/m burst 60");
  out.integer("concurrent", &RuleConfig::concurrent, 0, 100'000, "Calls under way at a time; 0: no cap.");
  out.word("when_unreachable", &RuleConfig::whenUnreachable, {"closed", "open", "local"},
           "While Redis does not answer: refuse, let pass, or count in this process.");
  out.section("only", selection,
              "Which calls; a list that is left out selects all, but with one of tools, resources and prompts the others "
              "are not counted.",
              [](RuleConfig& r) -> Selection& { return r.only; });
  out.section("except", selection, "Calls that this rule does not count.",
              [](RuleConfig& r) -> Selection& { return r.except; });
  out.shape.nameCheck = checkRuleName;
  out.shape.namePattern = "^[a-z][a-z0-9_-]{0,63}$";
  out.shape.sampleName = "per-person";
  return std::move(out.shape);
}

Shape costShape(config::Check check, const char* pattern, const char* sample) {
  ShapeOf<CostConfig> out;
  out.integer("cost", &CostConfig::cost, 0, 10'000, "What a call counts in every rate; 0: nothing.");
  out.shape.nameCheck = check;
  out.shape.namePattern = pattern;
  out.shape.sampleName = sample;
  return std::move(out.shape);
}

CostConfig& addCost(LimitsConfig& to, ItemKind kind, const std::string& pattern) {
  CostConfig& out = to.costs.emplace_back();
  out.kind = kind;
  out.pattern = pattern;
  return out;
}

Shape redisShape() {
  ShapeOf<RedisConfig> out;
  out.text("url", &RedisConfig::url, "redis://host[:port][/database] or unix:///path; without the password.")
      .check(checkRedisUrl);
  out.text("user", &RedisConfig::user, "Name of the Redis user, where the server has several.").check(checkRedisPrefix);
  out.text("password_env", &RedisConfig::passwordVariable, "Name of the environment variable that holds the password.")
      .check(config::checkVariable)
      .fallback("REDIS_PASSWORD");
  out.text("password_file", &RedisConfig::passwordFile, "File that holds the password; relative to this file.")
      .check(config::checkPath)
      .fallback("/etc/certus/redis.password");
  out.text("prefix", &RedisConfig::prefix, "Stands before our keys; gateways that share limits share it.")
      .check(checkRedisPrefix);
  out.seconds("timeout_seconds", &RedisConfig::timeout, Milliseconds{1}, Milliseconds{10'000},
              "Longest wait for a decision; then when_unreachable of each rule decides.");
  return std::move(out.shape);
}

Shape makeLimitsShape() {
  static const Shape rule = ruleShape(), redis = redisShape();
  static const Shape tool = costShape(checkToolPattern, kToolPattern, "trust/sign");
  static const Shape resource = costShape(checkItemPattern, kItemPattern, "trust/log://*");
  static const Shape prompt = costShape(checkItemPattern, kItemPattern, "trust/audit");
  ShapeOf<LimitsConfig> out;
  out.word("store", &LimitsConfig::store, {"local", "redis"}, "Where is counted: in this process, or in Redis for several.");
  out.section("redis", redis, "Where Redis is.", [](LimitsConfig& l) -> RedisConfig& { return l.redis; });
  out.integer("max_keys", &LimitsConfig::maxKeys, 1'024, 16'777'216,
              "Callers counted at a time in this process, 48 bytes each; four times those active leaves room.");
  out.named("tools", tool, "What calls of tools cost, by service/tool; the most exact name counts.",
            [](LimitsConfig& l, const std::string& name) -> CostConfig& { return addCost(l, ItemKind::Tool, name); })
      .empty(config::Empty::Written);
  out.named("resources", resource, "What reading resources costs, by service/uri; the most exact name counts.",
            [](LimitsConfig& l, const std::string& name) -> CostConfig& { return addCost(l, ItemKind::Resource, name); })
      .empty(config::Empty::Written);
  out.named("prompts", prompt, "What getting prompts costs, by service/prompt; the most exact name counts.",
            [](LimitsConfig& l, const std::string& name) -> CostConfig& { return addCost(l, ItemKind::Prompt, name); })
      .empty(config::Empty::Written);
  out.named("rules", rule,
            "Every rule that selects a call must let it pass; all are taken in one step or none. Getting a "
            "prompt and reading a resource are calls too; completions are counted apart, ten for one call.",
            [](LimitsConfig& l, const std::string& name) -> RuleConfig& {
              l.rules.emplace_back().name = name;
              return l.rules.back();
            })
      .empty(config::Empty::Written);
  out.shape.neverBlank = true;
  return std::move(out.shape);
}

bool plain(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most &&
         std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

const Shape& limitsShape() {
  static const Shape shape = makeLimitsShape();
  return shape;
}

std::optional<std::string> checkKeyPart(std::string_view text) {
  if (std::find(kKeyParts.begin(), kKeyParts.end(), text) != kKeyParts.end()) return std::nullopt;
  const auto nearest = nearestWord(text, kKeyParts);
  return "\"" + std::string(text.substr(0, 40)) + "\" is none of subject, tenant, group, tool, service, address" +
         (nearest ? "; did you mean " + *nearest + "?" : "");
}

std::optional<std::string> checkRuleName(std::string_view text) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; };
  if (!text.empty() && text.size() <= 64 && text[0] >= 'a' && text[0] <= 'z' && std::all_of(text.begin(), text.end(), fits))
    return std::nullopt;
  return "not a name; write up to 64 lower-case letters, digits, - and _, a letter first";
}

std::optional<std::string> checkRedisUrl(std::string_view text) {
  const auto url = parseRedisUrl(text);
  if (url) return std::nullopt;
  return url.error().message;
}

std::optional<std::string> checkRedisPrefix(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  if (!text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), fits)) return std::nullopt;
  return "not a plain word; write up to 64 letters, digits, -, _ and .";
}

std::optional<std::string> checkWho(std::string_view text) {
  if (plain(text, 512)) return std::nullopt;
  return "not a name; write up to 512 characters without control characters";
}

}  // namespace certus::limits
