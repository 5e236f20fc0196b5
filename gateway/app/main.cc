// certus-gateway: from the command line to the command.
#include <iostream>

#include "config/gateway/gateway_shape.h"
#include "config/gateway/reader.h"
#include "config/json_schema.h"
#include "gateway/app/command_line.h"
#include "gateway/app/commands.h"
#include "gateway/app/config_file.h"
#include "gateway/app/offline.h"
#include "gateway/app/process.h"
#include "policy/identity/api_keys.h"
#include "policy/identity/revocations.h"
#include "policy/rules/cases.h"
#include "policy/set/policy_set.h"

namespace certus::app {
namespace {

int printSchema(const CommandLine& line) {
  if (line.form == Form::Sample) {
    std::cout << config::sampleYaml(config::gatewayShape());
  } else if (line.schema == "policy") {
    std::cout << policy::policyFileSchema();
  } else if (line.schema == "cases") {
    std::cout << rules::caseSchema();
  } else if (line.schema == "api-keys") {
    std::cout << identity::apiKeysSchema();
  } else if (line.schema == "revocations") {
    std::cout << identity::revocationsSchema();
  } else {
    std::cout << config::jsonSchema(config::gatewayShape());
  }
  return std::cout.flush() ? 0 : 1;
}

// Commands that find their configuration themselves, if they need one; -1: any other.
int runOffline(const CommandLine& line) {
  switch (line.command) {
    case Command::Schema: return printSchema(line);
    case Command::Explain: return explain(line);
    case Command::PolicyTest: return testPolicy(line);
    case Command::Plan: return plan(line);
    case Command::NewToken: return newToken(line);
    case Command::WhoAmI: return whoAmI(line);
    case Command::Check: return line.policy.empty() || line.catalog.empty() || !line.config.empty() ? -1 : checkPolicy(line);
    default: return -1;
  }
}

int runWithConfig(const CommandLine& line) {
  const config::Environment environment = config::processEnvironment();
  const auto file = findConfigFile(line.config, environment);
  if (!file && line.command == Command::Check) return checkNothing(file.error().message, line);
  if (!file) {
    std::cerr << "certus-gateway: " << file.error().message << '\n';
    return 1;
  }
  const config::Reading reading = config::readGatewayFile(*file, environment);
  if (line.command == Command::Check) return check(reading, line);
  if (line.command == Command::Reload) return reload(reading, line);
  if (!reading.ok()) {
    std::cerr << reading.text() << reading.problems.size() << (reading.problems.size() == 1 ? " problem" : " problems")
              << " in the configuration\n";
    return 1;
  }
  switch (line.command) {
    case Command::Serve: return serve(reading.config);
    case Command::Stdio: return stdio(reading.config, line);
    case Command::Tools: return listTools(reading.config, line);
    default: return 2;
  }
}

}  // namespace
}  // namespace certus::app

int main(int argc, char** argv) {
  using namespace certus::app;
  const auto parsed = parseCommandLine(argc, argv);
  if (const Exit* done = std::get_if<Exit>(&parsed)) return done->code;
  const CommandLine& line = std::get<CommandLine>(parsed);
  if (const int done = runOffline(line); done >= 0) return done;
  prepareProcess();
  return runWithConfig(line);
}
