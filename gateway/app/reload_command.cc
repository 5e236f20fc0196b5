// `certus-gateway reload`: asks the gateway that serves this configuration, on this machine, to put changed files in force.
#include <iostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "gateway/app/banner.h"
#include "gateway/app/commands.h"
#include "gateway/app/local_request.h"

namespace certus::app {
namespace {

constexpr int kAgreed = 0, kRefused = 1, kNotReached = 2;

// Where a process on this machine reaches the operations listener.
std::string reachable(const std::string& address) {
  if (address == "0.0.0.0") return "127.0.0.1";
  return address == "::" ? "::1" : address;
}

int notReached(const config::Gateway& config, const CommandLine& line, const std::string& why) {
  const std::string place = config.where("listeners.operations.port");
  if (line.form == Form::Json) {
    std::cout << nlohmann::json{{"outcome", "not_reached"}, {"problems", {place + ": " + why}}}.dump() << '\n';
    return kNotReached;
  }
  std::cerr << "certus-gateway: " << why << "\n  asked at "
            << authority(reachable(config.operations.address), config.operations.port) << ", listeners.operations of "
            << place << "\n  if no gateway runs, start it: certus-gateway serve --config " << config.file
            << "\n  if it runs elsewhere or in a container, send it SIGHUP there\n";
  return kNotReached;
}

int misread(const config::Reading& reading, const CommandLine& line) {
  if (line.form == Form::Json) {
    nlohmann::json problems = nlohmann::json::array();
    for (const config::Problem& problem : reading.problems) problems.push_back(describe(problem, reading.config.file));
    std::cout << nlohmann::json{{"outcome", "refused"}, {"problems", problems}}.dump() << '\n';
    return kRefused;
  }
  std::cerr << reading.text() << "certus-gateway: nothing was reloaded: the configuration has to be right first\n";
  return kRefused;
}

std::string sentenceOf(const nlohmann::json& report) {
  const std::string outcome = report.value("outcome", "");
  const auto generation = report.value("generation", std::uint64_t{0});
  if (outcome == "applied") return fmt::format("generation {} is in force", generation);
  if (outcome == "unchanged") return fmt::format("nothing changed: generation {} stays in force", generation);
  const std::size_t count = report["problems"].size();
  return fmt::format("refused: {} problem{}; generation {} stays in force", count, count == 1 ? "" : "s", generation);
}

bool isReport(const nlohmann::json& report) {
  if (!report.is_object() || !report.contains("outcome") || !report["outcome"].is_string()) return false;
  for (const char* list : {"problems", "warnings"}) {
    if (!report.contains(list) || !report[list].is_array()) return false;
    for (const auto& text : report[list]) {
      if (!text.is_string()) return false;
    }
  }
  return report.contains("generation") && report["generation"].is_number_unsigned();
}

int tell(const nlohmann::json& report, const CommandLine& line) {
  const bool refused = report["outcome"] == "refused";
  if (line.form == Form::Json) {
    std::cout << report.dump() << '\n';
  } else {
    for (const auto& text : report["warnings"]) std::cerr << text.get<std::string>() << " (a warning)\n";
    for (const auto& text : report["problems"]) std::cerr << text.get<std::string>() << '\n';
    (refused ? std::cerr : std::cout) << sentenceOf(report) << '\n';
  }
  return refused ? kRefused : kAgreed;
}

}  // namespace

int reload(const config::Reading& reading, const CommandLine& line) {
  const config::Gateway& config = reading.config;
  if (!reading.ok()) return misread(reading, line);
  if (config.operations.port == 0)
    return notReached(config, line, "a port of 0 is chosen anew at each start, so it cannot be known here");
  const auto answer = postLocally(reachable(config.operations.address), config.operations.port, "/-/reload");
  if (!answer) return notReached(config, line, answer.error().message);
  const auto report = nlohmann::json::parse(answer->body, nullptr, false);
  const bool known = (answer->status == 200 || answer->status == 422) && isReport(report);
  if (!known)
    return notReached(config, line,
                      fmt::format("what answers there with HTTP {} is no gateway that can reload", answer->status));
  return tell(report, line);
}

}  // namespace certus::app
