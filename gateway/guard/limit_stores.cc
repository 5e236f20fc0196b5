#include "gateway/guard/limit_stores.h"

#include <algorithm>

#include "base/encoding.h"

namespace certus::gateway {
namespace {

constexpr std::int64_t kBetweenTold = 1'000'000'000;  // nanoseconds

bool same(const std::weak_ptr<const policy::PolicySet>& known, const std::shared_ptr<const policy::PolicySet>& policy) {
  return !known.owner_before(policy) && !policy.owner_before(known);
}

}  // namespace

LimitStores::LimitStores(Options options) : options_(std::move(options)), home_(randomBytes(16)), desks_(options_.threads) {}
LimitStores::~LimitStores() { close(); }

limits::LocalStore& LimitStores::local(const limits::LimitPlan& plan) {
  if (limits::LocalStore* made = local_.load(std::memory_order_acquire)) return *made;
  const std::lock_guard lock(making_);
  if (!localOwner_) {
    localOwner_ = std::make_unique<limits::LocalStore>(plan.maxKeys());
    local_.store(localOwner_.get(), std::memory_order_release);
  }
  return *localOwner_;
}

std::shared_ptr<RedisLimits> LimitStores::redis(http::IoThread& thread,
                                                const std::shared_ptr<const policy::PolicySet>& policy) {
  Desk& desk = desks_.at(thread.index());
  if (!desk.servers.empty() && same(desk.policy, policy)) return desk.servers.back();
  auto found = find(desk, thread, *policy->limits);
  desk.policy = policy;
  return found;
}

// Two generations may take turns while one replaces the other, so the last few connections stay.
std::shared_ptr<RedisLimits> LimitStores::find(Desk& desk, http::IoThread& thread, const limits::LimitPlan& plan) {
  RedisAccess access = redisAccessOf(plan);
  if (!access.problem.empty()) tell(access.problem);
  const auto known =
      std::find_if(desk.servers.begin(), desk.servers.end(), [&](const auto& server) { return server->access() == access; });
  if (known != desk.servers.end()) {
    std::rotate(known, known + 1, desk.servers.end());
    return desk.servers.back();
  }
  if (desk.servers.size() == kMostServers) desk.servers.erase(desk.servers.begin());
  const auto failed = [this](const std::string& why) {
    redisFailures_.fetch_add(1, std::memory_order_relaxed);
    tell(why);
  };
  return desk.servers.emplace_back(std::make_shared<RedisLimits>(thread.context(), local(plan), std::move(access), failed));
}

void LimitStores::tell(const std::string& why) {
  if (!options_.failed) return;
  const std::int64_t now = std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
  std::int64_t last = toldAt_.load(std::memory_order_relaxed);
  if (last != 0 && now - last < kBetweenTold) return;
  if (toldAt_.compare_exchange_strong(last, now, std::memory_order_relaxed)) options_.failed(why);
}

void LimitStores::countRefusal(std::string_view limit) {
  const std::lock_guard lock(counting_);
  auto found = refusals_.find(limit);
  if (found == refusals_.end())
    found = refusals_.try_emplace(refusals_.size() < kMostNames ? std::string(limit) : "_other").first;
  ++found->second;
}

LimitStores::Figures LimitStores::figures() const {
  Figures out;
  out.redisFailures = redisFailures_.load(std::memory_order_relaxed);
  out.confirmationsKept = confirmations_.size();
  if (const limits::LocalStore* made = local_.load(std::memory_order_acquire)) out.forgottenEarly = made->forgottenEarly();
  const std::lock_guard lock(counting_);
  out.refusals.assign(refusals_.begin(), refusals_.end());
  return out;
}

void LimitStores::close() {
  for (Desk& desk : desks_) {
    for (const auto& server : desk.servers) server->link().close();
    desk.servers.clear();
  }
}

}  // namespace certus::gateway
