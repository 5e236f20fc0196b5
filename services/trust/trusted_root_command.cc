#include "services/trust/trusted_root_command.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "config/gateway/completion.h"
#include "services/trust/sign/evidence.h"

namespace certus::trust_service {

Result<std::string> trustedRootText(const std::string& stateDirectory) {
  const std::string place =
      stateDirectory.empty() ? config::defaultStateDirectory(config::processEnvironment()) : stateDirectory;
  if (place.empty() || !fileExists(place + "/trust.db")) {
    return fail(ErrorCode::NotFound,
                "there is no installation in \"" + place +
                    "\": name its directory with --state, or another trusted root with --trusted-root.");
  }
  auto directory = StateDirectory::open(place);
  if (!directory) return tl::make_unexpected(directory.error());
  auto installation = Installation::openOrCreate(std::move(*directory), 0);
  if (!installation) return tl::make_unexpected(installation.error());
  return trustedRootOf(**installation).dump(2) + "\n";
}

int runTrustedRootCommand(std::span<const std::string> words) {
  std::string state;
  if (words.size() == 2 && words[0] == "--state") {
    state = words[1];
  } else if (words.size() == 1 && words[0].starts_with("--state=")) {
    state = words[0].substr(8);
  } else if (!words.empty()) {
    fmt::print(stderr, "certus-trust: trusted-root takes --state DIR and nothing else.\nSee certus-trust --help.\n");
    return 2;
  }
  const auto text = trustedRootText(state);
  if (!text) {
    fmt::print(stderr, "certus-trust: {}\n", text.error().message);
    return 1;
  }
  fmt::print("{}", *text);
  return 0;
}

}  // namespace certus::trust_service
