// `certus-trust verify-bundle`: sigstore-conformance's command line before the verifier. Reads the files it is named, opens
// no socket.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/error.h"

namespace certus::trust_service {

struct BundleCommand {
  std::string artifact;  // a file, or "sha256:<hex>"
  std::optional<std::string> bundle, key, identity, issuer, predicateType, trustedRoot, stateDirectory;
  bool json = false, staging = false;
};

// `words` without the program's name and the command. The error says what is missing or unknown.
Result<BundleCommand> readBundleCommand(std::span<const std::string> words);

// 0 valid, 1 not proven, 2 nothing could be verified. Prints the verdict, or with --help what there is to say.
int runBundleCommand(std::span<const std::string> words);

}  // namespace certus::trust_service
