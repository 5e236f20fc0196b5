// The configuration reader against any bytes: it ends, every problem says something about a place in the file, and what it
// calls right keeps every promise that the rest of the program builds on.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/gateway/reader.h"
#include "config/rules.h"

namespace {

using namespace certus::config;

void require(bool holds) {
  if (!holds) std::abort();
}

void requireUsable(const Gateway& config) {
  require(!checkLoopbackAddress(config.operations.address));
  const bool guarded = config.policy && config.identity.acceptsAnything() && !config.mcp.tls.certificateFile.empty();
  require(guarded || !checkLoopbackAddress(config.mcp.address));
  require(config.threads <= 256 && config.drain.count() >= 0 && config.drain.count() <= 3'600'000);
  require(config.mcp.maxBodyBytes >= 1024 && config.mcp.maxConnections >= 1);
  require(!config.stateDirectory.empty() && !config.localIdentity.empty());
  for (const Module& module : config.modules) {
    require(!checkName(module.name) && module.path.starts_with('/'));
    require(module.sha256.empty() ? !config.requirePins : module.sha256.size() == 64);
    require(module.settingsJson.starts_with('{') && module.settingsJson.ends_with('}'));
    require(config.module(module.name) == &module);  // no name twice
  }
  for (const Service& service : config.services) {
    require(service.embedded ? service.name == "trust" && service.url.empty() : !checkServiceUrl(service.url));
    require(!service.credential || service.credential->env.empty() != service.credential->file.empty());
    require(config.service(service.name) == &service);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Reading reading = readGateway(text, "/etc/certus/gateway.yaml", {{"HOME", "/home/alice"}, {"USER", "alice"}});
  if (reading.ok()) requireUsable(reading.config);
  const auto lines = std::count(text.begin(), text.end(), '\n') + std::count(text.begin(), text.end(), '\r') + 1;
  require(reading.problems.size() <= 101);
  for (const Problem& problem : reading.problems) {
    require(!problem.message.empty() && problem.place.variable.empty());
    require(problem.place.line >= 0 && problem.place.line <= lines + 1);
  }
#ifdef CERTUS_FUZZ_SELFTEST
  // Planted: reached only by a file that is right but for one number.
  if (reading.problems.size() == 1 && reading.problems[0].path == "drain_seconds" && !reading.config.modules.empty()) {
    __builtin_trap();
  }
#endif
  return 0;
}
