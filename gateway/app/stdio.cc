// `certus-gateway stdio`: one client on standard input and output, until its input ends.
#include <atomic>
#include <iostream>

#include <unistd.h>

#include "base/nearest_word.h"
#include "gateway/app/banner.h"
#include "gateway/app/commands.h"
#include "gateway/app/process.h"
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

}  // namespace

int stdio(const config::Gateway& config, const CommandLine& line) {
  if (!line.module.empty() && !config.module(line.module)) return unknownModule(config, line.module);
  const int output = gateway::takeStandardOutput();
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
  gateway::StdioServer server({runtime->threads(), runtime->board(), runtime->broadcaster(),
                               [&](http::IoThread& thread) { return runtime->makeCallPath(thread); }, runtime->principal(),
                               options, routePath, STDIN_FILENO, output, end});
  runtime->start();
  server.start();
  runtime->log().write(observability::Level::Info, "started",
                       stdioBanner(runtime->config(), *runtime->board().newest()->catalog->route(routePath)));
  while (!ended) {
    const int signal = waitForSignal();
    if (signal == 0 && !runtime->failed()) continue;
    server.stop();
    dieOnNextSignal();
  }
  const bool failed = runtime->failed();
  runtime->stop();
  return failed ? 1 : 0;
}

}  // namespace certus::app
