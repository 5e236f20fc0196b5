// `certus-gateway stdio`: one client on standard input and output, until its input ends.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <thread>

#include <unistd.h>

#include "base/nearest_word.h"
#include "gateway/app/banner.h"
#include "gateway/app/commands.h"
#include "gateway/app/process.h"
#include "gateway/app/reloading.h"
#include "gateway/app/runtime.h"
#include "gateway/transport/stdio_server.h"

namespace certus::app {
namespace {

int unknownModule(const config::Gateway& config, const std::string& name) {
  std::vector<std::string> known;
  for (const config::Module& module : config.modules) known.push_back(module.name);
  std::cerr << "certus-gateway: no module \"" << name << "\" in " << config.file;
  if (const auto nearest = nearestWord(name, known)) std::cerr << "; did you mean " << *nearest << '?';
  std::cerr << "\n  modules:";
  for (const std::string& module : known) std::cerr << ' ' << module;
  std::cerr << '\n';
  return 1;
}

constexpr const char* kTokenVariable = "CERTUS_TOKEN";
constexpr Milliseconds kKeyPatience{12'000};

// Under a policy: whoever the token in the environment proves, without one the local user.
Result<gateway::PrincipalRef> whoCalls(Runtime& runtime) {
  const gateway::SnapshotRef snapshot = runtime.board().newest();
  const char* token = std::getenv(kTokenVariable);
  if (!snapshot->access || token == nullptr) return runtime.principal();
  if (*token == '\0')
    return fail(ErrorCode::PermissionDenied, std::string(kTokenVariable) + " is set but empty; put a token in it, or unset it to "
                                                 "call as the local user");
  const std::string header = std::string("Bearer ") + token;
  const std::string_view lines[] = {header};
  const SteadyTime until = std::chrono::steady_clock::now() + kKeyPatience;
  while (true) {
    const auto now = std::chrono::steady_clock::now();
    const auto outcome =
        snapshot->access->authenticator().authenticate({lines, "/", nullptr, {}}, {std::chrono::system_clock::now(), now});
    if (const auto* principal = std::get_if<identity::PrincipalPointer>(&outcome)) return *principal;
    const auto* failure = std::get_if<identity::Failure>(&outcome);
    if (failure == nullptr && now < until) {  // the issuer's keys are being fetched, on an io thread
      runtime.start();
      std::this_thread::sleep_for(Milliseconds(20));
      continue;
    }
    const std::string_view why = identity::labelOf(failure ? *failure : identity::Failure::KeysUnavailable);
    return fail(ErrorCode::PermissionDenied, std::string("the token in ") + kTokenVariable + " is not accepted (" +
                                                 std::string(why) + "); `certus-gateway whoami` says more");
  }
}

int notStarted(Runtime& runtime, const std::string& why) {
  std::cerr << why << "\ncertus-gateway: not started\n";
  runtime.stop();
  return 1;
}

}  // namespace

int stdio(const config::Gateway& config, const CommandLine& line) {
  if (!line.module.empty() && !config.module(line.module)) return unknownModule(config, line.module);
  const int output = gateway::takeStandardOutput();
  std::string digest = config.policy ? digestOf(watchListOf(config)) : std::string();
  std::vector<std::string> problems;
  const auto runtime = Runtime::create(config, 1, Runtime::Trust::Soon, problems);
  for (const std::string& problem : problems) std::cerr << problem << '\n';
  if (!runtime) {
    std::cerr << "certus-gateway: not started\n";
    return 1;
  }
  const std::string routePath = line.module.empty() ? "/mcp" : "/mcp/" + line.module;
  gateway::TransportOptions options;
  options.maxLineBytes = config.mcp.maxBodyBytes;
  std::atomic<bool> ended{false};
  const auto end = [&ended] {
    ended = true;
    wakeSignalWait();
  };
  const auto principal = whoCalls(*runtime);
  if (!principal) return notStarted(*runtime, principal.error().message);
  gateway::StdioServer server({runtime->threads(), runtime->board(), runtime->broadcaster(),
                               [&](http::IoThread& thread) { return runtime->makeCallPath(thread); }, *principal,
                               options, routePath, STDIN_FILENO, output, end});
  std::optional<Reloading> reloading;  // in open local mode there is nothing that a reload could change for this client
  if (config.policy) reloading.emplace(*runtime, std::move(digest));
  runtime->start();
  server.start();
  if (reloading) reloading->start();
  runtime->log().write(observability::Level::Info, "started",
                       stdioBanner(runtime->config(), *runtime->board().newest()->catalog->route(routePath)));
  while (!ended) {
    const int signal = waitForSignal([&reloading] {
      if (reloading) reloading->hangup();
    });
    if (signal == 0 && !runtime->failed()) continue;
    server.stop();
    dieOnNextSignal();
  }
  const bool failed = runtime->failed();
  reloading.reset();
  runtime->stop();
  return failed ? 1 : 0;
}

}  // namespace certus::app
