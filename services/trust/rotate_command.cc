#include "services/trust/rotate_command.h"

#include <chrono>
#include <cstdio>

#include <fmt/format.h>

#include "config/gateway/completion.h"
#include "services/trust/formats/times.h"

namespace certus::trust_service {
namespace {

constexpr std::int64_t kClockSkewSeconds = 300;

}  // namespace

int runRotateCommand(const char* name, Result<Rotated> (*rotate)(const std::string&, std::int64_t),
                     std::span<const std::string> words) {
  std::string state;
  if (words.size() == 2 && words[0] == "--state") {
    state = words[1];
  } else if (words.size() == 1 && words[0].starts_with("--state=")) {
    state = words[0].substr(8);
  } else if (!words.empty()) {
    fmt::print(stderr, "certus-trust: {} takes --state DIR and nothing else.\nSee certus-trust --help.\n", name);
    return 2;
  }
  if (state.empty()) state = config::defaultStateDirectory(config::processEnvironment());
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const std::int64_t nowSeconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  const auto rotated = rotate(state, nowSeconds);
  if (!rotated) {
    fmt::print(stderr, "certus-trust: {}\n", rotated.error().message);
    if (!rotated.error().detail.empty()) fmt::print(stderr, "certus-trust: ({})\n", rotated.error().detail);
    return 1;
  }
  fmt::print("{} signs from now on; the {} entries before stay valid.\n", rotated->keyFile, rotated->size);
  const std::string until = formatSeconds(rotated->until);
  fmt::print("The retired key is believed up to {}.\n", until);
  if (rotated->until > nowSeconds + kClockSkewSeconds)
    fmt::print(
        "  That lies ahead: an entry was logged while the clock was. Until then a stolen retired key still counts.\n");
  fmt::print("Next:\n  1. certus-trust trusted-root --state {} >root.json   and give it to all who verify\n", state);
  fmt::print("  2. start the service again\n  3. back the whole directory up; {} is needed no more and may be removed\n",
             rotated->retiredKeyFile);
  return 0;
}

}  // namespace certus::trust_service
