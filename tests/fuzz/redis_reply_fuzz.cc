// Bytes of a Redis server: parsing ends, takes no more than was there, is the same however the bytes arrive, and no reply
// but a right one admits a call.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "policy/limits/plan.h"
#include "policy/limits/redis_store.h"

namespace {

using namespace certus;
using namespace certus::limits;

void require(bool holds) {
  if (!holds) std::abort();
}

struct OneReply final : RedisLink {
  RespValue value;
  int asked = 0;
  void ask(std::string, SteadyTime, Answer answer) override {
    ++asked;
    if (answer) answer(value);
  }
};

const LimitPlan& plan() {
  static const PlanBuild build = [] {
    static const std::vector<LimitsConfig> files = {
        readLimits("limits: {rules: {a: {rate: 30/m, when_unreachable: closed}, b: {concurrent: 2}}}", "p.yaml").config};
    static const std::vector<LimitPlan::Item> items = {{ItemKind::Tool, "trust/sign"}};
    return LimitPlan::build({files, items, {1, 2}, nullptr});
  }();
  return *build.plan;
}

void decide(const RespValue& value) {
  static LocalStore fallback(1'024);
  OneReply link;
  link.value = value;
  RedisStore store(link, fallback, {});
  Demand demand;
  plan().demandOf(*plan().item(ItemKind::Tool, "trust/sign"), {}, demand);
  int decisions = 0;
  store.take(demand, SteadyTime{std::chrono::hours(1)}, [&](Decision&& decision) {
    ++decisions;
    const bool list = value.kind == RespValue::Kind::List && value.items.size() == 5;
    require(!decision.admitted() || (list && value.items[0].integer == 1 && value.items[1].integer == 0));
#ifdef CERTUS_FUZZ_SELFTEST
    // Planted: a whole refusal by the second limit.
    if (decision.refusal && decision.refusal->why == Refusal::Why::Concurrency) __builtin_trap();
#endif
  });
  require(decisions == 1 && link.asked <= 3);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const RespParse parse = parseReply(bytes);
  require(parse.used <= size);
  if (parse.state != RespParse::State::Whole) return 0;
  require(parse.used > 0);
  require(parseReply(bytes.substr(0, parse.used)).state == RespParse::State::Whole);
  require(parseReply(bytes.substr(0, parse.used - 1)).state != RespParse::State::Whole);
  decide(parse.value);
  return 0;
}
