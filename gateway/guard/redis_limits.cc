#include "gateway/guard/redis_limits.h"

#include <cstdlib>
#include <filesystem>
#include <utility>

#include "base/encoding.h"
#include "base/files.h"

namespace certus::gateway {
namespace {

constexpr std::size_t kOwnerBytes = 12, kMostPassword = 4'096;

std::string withoutLineEnd(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

void readPassword(const limits::LimitPlan& plan, RedisAccess& out) {
  const limits::RedisConfig& config = plan.redisConfig();
  if (!config.passwordVariable.empty()) {
    if (const char* value = std::getenv(config.passwordVariable.c_str())) {
      out.password = value;
    } else {
      out.problem = "the environment variable " + config.passwordVariable + " with the password of Redis is not set";
    }
    return;
  }
  const std::string path = redisPasswordFile(plan);
  if (path.empty()) return;
  const std::string named = "the file " + path + " with the password of Redis ";
  auto text = readFile(path, kMostPassword);
  if (!text) {
    out.problem = named + text.error().message;
    return;
  }
  out.password = withoutLineEnd(*std::move(text));
  if (out.password.empty()) out.problem = named + "is empty";
}

RedisConnection::Options optionsOf(const RedisAccess& access) {
  RedisConnection::Options out;
  if (auto url = limits::parseRedisUrl(access.url)) out.url = *std::move(url);  // the plan has checked it
  out.user = access.user;
  out.password = access.password;
  return out;
}

}  // namespace

std::string redisPasswordFile(const limits::LimitPlan& plan) {
  const std::string& file = plan.redisConfig().passwordFile;
  if (!plan.redis() || file.empty()) return {};
  return (std::filesystem::path(plan.redisFile()).parent_path() / file).lexically_normal().string();
}

RedisAccess redisAccessOf(const limits::LimitPlan& plan) {
  const limits::RedisConfig& config = plan.redisConfig();
  RedisAccess out{config.url, config.user, {}, config.prefix, config.timeout, {}};
  readPassword(plan, out);
  return out;
}

RedisLimits::RedisLimits(boost::asio::io_context& context, limits::LocalStore& fallback, RedisAccess access, Failed failed)
    : access_(std::move(access)),
      link_(context, optionsOf(access_)),
      store_(link_, fallback, {access_.prefix, toHex(randomBytes(kOwnerBytes)), access_.timeout, std::move(failed)}) {}

// What is open is answered while the store is still there.
RedisLimits::~RedisLimits() { link_.close(); }

}  // namespace certus::gateway
