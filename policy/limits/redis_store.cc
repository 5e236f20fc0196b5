#include "policy/limits/redis_store.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "policy/limits/bucket.h"
#include "policy/limits/plan.h"
#include "policy/limits/redis_script.h"

namespace certus::limits {
namespace {

constexpr std::size_t kHead = 3;  // numbers of a reply before the takes' own

bool isReply(const RespValue& reply, std::size_t takes) {
  return reply.kind == RespValue::Kind::List && reply.items.size() == kHead + takes &&
         std::all_of(reply.items.begin(), reply.items.end(),
                     [](const RespValue& item) { return item.kind == RespValue::Kind::Integer && item.integer >= 0; }) &&
         reply.items[0].integer <= 1 && reply.items[1].integer <= static_cast<std::int64_t>(takes) &&
         (reply.items[0].integer == 1) == (reply.items[1].integer == 0);
}

}  // namespace

struct RedisStore::Asked {
  Demand demand;
  SteadyTime start, deadline;
  std::uint64_t lease = 0;
  Done done;          // take
  LookDone lookDone;  // look
};

RedisStore::RedisStore(RedisLink& link, LocalStore& fallback, Options options)
    : link_(link), fallback_(fallback), options_(std::move(options)) {}

// The braces keep all keys in one slot, as a script needs them where Redis is a cluster.
std::string RedisStore::rateName(const Take& take) const {
  return "{" + options_.prefix + "}:rate:" + take.rule->name + ":" + toHex(take.key);
}

// Without the rule's name: a lease may outlive its plan.
std::string RedisStore::leasesName(const Key& key) const { return "{" + options_.prefix + "}:running:" + toHex(key); }

std::string RedisStore::leaseName(std::uint64_t id) const { return options_.owner + "-" + std::to_string(id); }

std::string RedisStore::command(const Asked& asked, bool whole) const {
  const auto takes = asked.demand.takes();
  std::vector<std::string> own;  // texts that the words view; never grows beyond what is reserved
  own.reserve(takes.size() * 4 + 3);
  std::vector<std::string_view> words = {whole ? "EVAL" : "EVALSHA",
                                         whole ? decideScript() : std::string_view(decideScriptSha1())};
  const auto add = [&](std::string text) { words.push_back(own.emplace_back(std::move(text))); };
  add(std::to_string(takes.size()));
  for (const Take& take : takes) add(take.kind == Take::Kind::Rate ? rateName(take) : leasesName(take.key));
  words.push_back(asked.lookDone ? "look" : "take");
  add(leaseName(asked.lease));
  add(std::to_string(std::max<std::int64_t>(1, asked.demand.leaseLife.count())));
  for (const Take& take : takes) {
    const bool rate = take.kind == Take::Kind::Rate;
    words.push_back(rate ? "r" : "c");
    add(std::to_string(take.charge));
    add(std::to_string(rate ? take.rule->rate->count : 0));
    add(std::to_string(rate ? capacityOf(*take.rule->rate) : take.rule->concurrent));
  }
  std::string out;
  appendCommand(out, words);
  return out;
}

void RedisStore::take(const Demand& demand, SteadyTime now, Done done) {
  if (demand.empty()) return done(Decision{});
  auto asked = std::make_shared<Asked>(Asked{demand, now, now + options_.timeout, ++lastLease_, std::move(done), {}});
  send(std::move(asked), false);
}

void RedisStore::look(const Demand& demand, SteadyTime now, LookDone done) {
  if (demand.empty()) return done(std::vector<TakeState>{});
  send(std::make_shared<Asked>(Asked{demand, now, now + options_.timeout, 0, {}, std::move(done)}), false);
}

void RedisStore::send(std::shared_ptr<Asked> asked, bool whole) {
  std::string text = command(*asked, whole);
  const SteadyTime deadline = asked->deadline;
  link_.ask(std::move(text), deadline,
            [this, asked = std::move(asked), whole](Result<RespValue> reply) { receive(asked, whole, std::move(reply)); });
}

void RedisStore::receive(const std::shared_ptr<Asked>& asked, bool whole, Result<RespValue> reply) {
  if (!reply) {
    // The script may have run, or run later: a lease that nobody knows of would hold its place until it ends by itself.
    forgetLeases(*asked);
    return fall(*asked, std::move(reply.error().message));
  }
  if (!whole && reply->kind == RespValue::Kind::Error && reply->text.starts_with("NOSCRIPT")) return send(asked, true);
  if (reply->kind == RespValue::Kind::Error) return fall(*asked, "Redis answers: " + reply->text);
  if (!understand(*asked, *reply)) {
    forgetLeases(*asked);
    fall(*asked, "Redis answers something that no script of ours returns");
  }
}

bool RedisStore::understand(Asked& asked, const RespValue& reply) {
  const auto takes = asked.demand.takes();
  if (!isReply(reply, takes.size())) return false;
  if (asked.lookDone) {
    std::vector<TakeState> states;
    for (std::size_t i = 0; i < takes.size(); ++i) states.push_back(stateOf(takes[i], reply.items[kHead + i].integer));
    asked.lookDone(std::move(states));
    return true;
  }
  Decision out;
  if (reply.items[0].integer == 0) {
    const Take& worst = takes[static_cast<std::size_t>(reply.items[1].integer - 1)];
    const auto why = worst.kind == Take::Kind::Rate ? Refusal::Why::Rate : Refusal::Why::Concurrency;
    out.refusal = Refusal{why, worst.rule, worst.group, Milliseconds(ceilDivide(reply.items[2].integer, 1'000))};
  } else {
    out.lease = Lease(*this, asked.lease);
    for (const Take& take : takes) {
      if (take.kind == Take::Kind::Lease) out.lease.add(take.key);
    }
  }
  asked.done(std::move(out));
  return true;
}

void RedisStore::fall(Asked& asked, std::string why) {
  failures_.fetch_add(1, std::memory_order_relaxed);
  if (options_.failed) options_.failed(why);
  if (asked.lookDone)
    return asked.lookDone(fail(ErrorCode::Unavailable, "the counts of the limits cannot be reached", std::move(why)));
  Demand local;
  local.leaseLife = asked.demand.leaseLife;
  for (const Take& take : asked.demand.takes()) {
    if (take.rule->whenUnreachable == WhenUnreachable::Closed) {
      Decision out;
      out.refusal = Refusal{Refusal::Why::Unreachable, take.rule, take.group, Milliseconds(1'000)};
      return asked.done(std::move(out));
    }
    if (take.rule->whenUnreachable == WhenUnreachable::Local) local.add(take);
  }
  asked.done(fallback_.take(local, asked.start));
}

void RedisStore::forgetLeases(const Asked& asked) {
  Lease unknown(*this, asked.lease);
  if (asked.lookDone) return;
  for (const Take& take : asked.demand.takes()) {
    if (take.kind == Take::Kind::Lease) unknown.add(take.key);
  }
}

// Without an answer: what does not arrive ends by itself.
void RedisStore::giveBack(std::span<const Key> keys, std::uint64_t id) noexcept {
  for (const Key& key : keys) {
    std::string text;
    appendCommand(text, {"ZREM", leasesName(key), leaseName(id)});
    link_.ask(std::move(text), SteadyTime::max(), {});
  }
}

}  // namespace certus::limits
