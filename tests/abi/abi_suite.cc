// The suite that a module's author runs against their own .so, through the daemon's own loader and runner:
//   abi_suite --module path.so [--settings JSON] [--tool NAME --arguments JSON]...
#include <filesystem>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "tests/abi/module_checks.h"

namespace {

using namespace certus::gateway;

// The name that the module gives itself: what the loader says when it is asked for another.
std::string ownName(const certus::config::Module& module) {
  const auto host = ModuleHost::create({});
  const ModuleLoad load = host->load({module}, Pins::Optional);
  for (const ModuleProblem& problem : load.problems) {
    const auto from = problem.message.find("calls itself '");
    if (from == std::string::npos) continue;
    const auto begin = from + std::string_view("calls itself '").size();
    return problem.message.substr(begin, problem.message.find('\'', begin) - begin);
  }
  return module.name;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Checks a Certus Gateway module: that it loads, and that its tools keep the ABI's rules when services fail, clients give up "
               "and deadlines pass. No network is used.");
  certus::config::Module module;
  std::vector<std::string> tools, arguments;
  app.add_option("--module", module.path, "The shared object")->required();
  app.add_option("--settings", module.settingsJson, "Its settings, a JSON object")->capture_default_str();
  app.add_option("--tool", tools, "A tool to call, by its bare name; may be repeated (without it: every tool that takes no arguments)");
  app.add_option("--arguments", arguments, "Its arguments, a JSON object; one for each --tool");
  CLI11_PARSE(app, argc, argv);
  if (tools.size() != arguments.size()) {
    std::cerr << "give one --arguments for each --tool\n";
    return 2;
  }
  module.path = std::filesystem::absolute(module.path);
  module.name = std::filesystem::path(module.path).stem();
  module.name = ownName(module);
  std::vector<ToolCall> calls;
  for (std::size_t i = 0; i < tools.size(); ++i) calls.push_back({tools[i], arguments[i]});
  ModuleChecks checks(module, std::move(calls));
  checks.run();
  for (const CheckResult& each : checks.results()) {
    std::cout << (each.passed ? "ok    " : "FAIL  ") << each.name << (each.passed ? "" : ": " + each.why) << '\n';
  }
  std::cout << "abi_suite " << module.name << ": " << checks.passed() << " passed, " << checks.failed() << " failed\n";
  return checks.failed() == 0 && checks.passed() > 0 ? 0 : 1;
}
