// The words of `certus-trust`: what may be said, and what was said wrong. Starts nothing.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/error.h"
#include "services/trust/api/submission_gate.h"

namespace certus::trust_service {

enum class Command : std::uint8_t { Help, Version, Serve, VerifyBundle, TrustedRoot, RotateLogKey, RotateCa };

// The options are those of `serve`; the other commands read their own.
struct CommandLine {
  Command command = Command::Help;
  std::string address = "127.0.0.1";
  std::uint16_t port = 8057;
  std::string stateDirectory;  // empty: the default
  std::string identity;        // empty: user@host
  SubmissionRules submissions{};
};

const char* helpText();

// `words` without the program's name. The error says which word and what is known.
Result<CommandLine> readCommandLine(std::span<const std::string> words);

}  // namespace certus::trust_service
