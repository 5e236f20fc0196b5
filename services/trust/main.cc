// certus-trust: the Trust service as a process of its own.
#include <csignal>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "config/gateway/completion.h"
#include "services/trust/api/caller.h"
#include "services/trust/bundle_command.h"
#include "services/trust/command_line.h"
#include "services/trust/rotate_command.h"
#include "services/trust/server.h"
#include "services/trust/trusted_root_command.h"

namespace {

using namespace certus;
using namespace certus::trust_service;

sigset_t endingSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

int refuse(const Error& error) {
  fmt::print(stderr, "certus-trust: {}\n", error.message);
  if (!error.detail.empty()) fmt::print(stderr, "certus-trust: ({})\n", error.detail);
  return error.code == ErrorCode::InvalidArgument ? 2 : 1;
}

void announce(const CommandLine& line, const TrustOptions& options, TrustServer& server) {
  const bool v6 = line.address.find(':') != std::string::npos;
  fmt::print("certus-trust {}\n  API       http://{}{}{}:{}   (paths: /docs)\n", CERTUS_VERSION, v6 ? "[" : "", line.address,
             v6 ? "]" : "", server.port());
  fmt::print("  state     {}   (keys, log, service-credential)\n", options.stateDirectory);
  fmt::print("  signs as  {}   (unless a caller with the service credential names a user)\n", options.localIdentity);
  if (options.mock)
    fmt::print("  MOCK      scenarios are on: CERTUS_TRUST_MOCK_SIGSTORE=true. Nothing it answers is evidence\n");
  if (!namesLoopback(v6 ? "[" + line.address + "]" : line.address)) {
    fmt::print("  WARNING   anyone who reaches {} can sign as {}\n", line.address, options.localIdentity);
  }
  if (const std::string problem = server.problem(); !problem.empty())
    fmt::print("  PROBLEM   it signs nothing: {}\n", problem);
  std::fflush(stdout);
}

int serve(const CommandLine& line) {
  const sigset_t signals = endingSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  const auto environment = config::processEnvironment();
  TrustOptions options;
  options.address = line.address;
  options.port = line.port;
  options.stateDirectory = line.stateDirectory.empty() ? config::defaultStateDirectory(environment) : line.stateDirectory;
  options.localIdentity = line.identity.empty() ? config::defaultIdentity(environment) : line.identity;
  options.mock = mockFromEnvironment();
  options.submissions = line.submissions;
  options.log = [](std::string_view text) { fmt::print(stderr, "certus-trust: {}\n", text); };
  if (options.stateDirectory.empty()) {
    return refuse({ErrorCode::InvalidArgument,
                   "there is no place for state: set XDG_STATE_HOME or HOME, or name a directory with --state.",
                   {}});
  }
  auto server = TrustServer::start(options);
  if (!server) return refuse(server.error());
  announce(line, options, **server);
  int signal = 0;
  while (sigwait(&signals, &signal) != 0) {
  }
  (*server)->stop();
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  const auto line = readCommandLine(words);
  if (!line) return refuse(line.error());
  switch (line->command) {
    case Command::Serve: return serve(*line);
    case Command::VerifyBundle: return runBundleCommand(std::span(words).subspan(1));
    case Command::TrustedRoot: return runTrustedRootCommand(std::span(words).subspan(1));
    case Command::RotateLogKey: return runRotateCommand("rotate-log-key", rotateLogKey, std::span(words).subspan(1));
    case Command::RotateCa: return runRotateCommand("rotate-ca", rotateAuthority, std::span(words).subspan(1));
    case Command::Version: fmt::print("certus-trust {}\n", CERTUS_VERSION); return 0;
    default: fmt::print("{}", helpText()); return 0;
  }
}
