#include "gateway/app/banner.h"

#include <cstdlib>

#include <fmt/format.h>
#include <unistd.h>

#include "gateway/app/config_file.h"

namespace certus::app {
namespace {

struct Brush {
  bool on;
  std::string bold(std::string_view text) const { return on ? fmt::format("\033[1m{}\033[0m", text) : std::string(text); }
  std::string dim(std::string_view text) const { return on ? fmt::format("\033[2m{}\033[0m", text) : std::string(text); }
  std::string green(std::string_view text) const { return on ? fmt::format("\033[32m{}\033[0m", text) : std::string(text); }
};

std::string toolNames(const gateway::Route& route) {
  std::string out;
  for (const auto& tool : route.tools()) {
    if (tool.enabled) out += (out.empty() ? "" : ", ") + tool.name;
  }
  return out.empty() ? "no tools" : out;
}

}  // namespace

Paint paintFor(int descriptor) {
  const char* noColor = std::getenv("NO_COLOR");
  return isatty(descriptor) && !(noColor && *noColor) ? Paint::Coloured : Paint::Plain;
}

std::string authority(const std::string& address, std::uint16_t port) {
  return address.find(':') == std::string::npos ? fmt::format("{}:{}", address, port)
                                                : fmt::format("[{}]:{}", address, port);
}

std::string serveBanner(const config::Gateway& config, const gateway::Catalog& catalog, const BannerFacts& facts,
                        Paint paint) {
  const Brush brush{paint == Paint::Coloured};
  const char* const scheme = config.mcp.tls.certificateFile.empty() ? "http://" : "https://";
  const std::string mcp = scheme + authority(config.mcp.address, facts.mcpPort);
  const std::string operations = "http://" + authority(config.operations.address, facts.operationsPort);
  std::string out = brush.bold("Certus Gateway " CERTUS_VERSION) + "\n";
  for (const auto& route : catalog.routes()) {
    out += fmt::format("  {:<12}{}  {}\n", route.get() == catalog.routes().front().get() ? "MCP" : "",
                       brush.green(mcp + std::string(route->path())), brush.dim(toolNames(*route)));
  }
  out += fmt::format("  {:<12}{}  {}\n", "operations", brush.green(operations + "/metrics"), brush.dim("/healthz /readyz"));
  if (!facts.trust.empty()) out += fmt::format("  {:<12}{}\n", "Trust", facts.trust);
  out += fmt::format("  {:<12}{}\n", "state", config.stateDirectory);
  out += fmt::format("  {:<12}{}\n", "config", config.file);
  if (config.policy) {
    out += fmt::format("  {:<12}{}  {}\n", "policy", *config.policy, brush.dim("(every caller proves who it is: identity)"));
  } else {
    out += fmt::format("  {:<12}{}  {}\n", "calls as", config.localIdentity,
                       brush.dim("(open local mode: no `policy`, so whoever is on this machine may call everything)"));
  }
  out += "\nFor your IDE (VS Code: .vscode/mcp.json; others: config/ide/):\n\n";
  out += fmt::format("  {{ \"servers\": {{ \"certus\": {{ \"type\": \"http\", \"url\": \"{}/mcp\" }} }} }}\n\n", mcp);
  out += "or, without a running daemon:\n\n";
  out += fmt::format(
      "  {{ \"servers\": {{ \"certus\": {{ \"type\": \"stdio\", \"command\": \"{}\",\n"
      "                            \"args\": [\"stdio\", \"--config\", \"{}\"] }} }} }}\n\n",
      executablePath(), config.file);
  return out + brush.dim("Ctrl-C ends it, after the calls under way.") + "\n";
}

std::string stdioBanner(const config::Gateway& config, const gateway::Route& route) {
  return fmt::format("certus-gateway {}: {} on standard input and output; state in {}, configuration {}", CERTUS_VERSION,
                     toolNames(route), config.stateDirectory, config.file);
}

}  // namespace certus::app
