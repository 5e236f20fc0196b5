// certus-gateway: from the command line to the command.
#include <iostream>

#include "config/gateway_shape.h"
#include "config/json_schema.h"
#include "config/reader.h"
#include "gateway/app/command_line.h"
#include "gateway/app/commands.h"
#include "gateway/app/config_file.h"
#include "gateway/app/process.h"

namespace certus::app {
namespace {

int printSchema(Form form) {
  const config::Shape& shape = config::gatewayShape();
  std::cout << (form == Form::Sample ? config::sampleYaml(shape) : config::jsonSchema(shape));
  return std::cout.flush() ? 0 : 1;
}

int runWithConfig(const CommandLine& line) {
  const config::Environment environment = config::processEnvironment();
  const auto file = findConfigFile(line.config, environment);
  if (!file) {
    std::cerr << "certus-gateway: " << file.error().message << '\n';
    return 1;
  }
  const config::Reading reading = config::readGatewayFile(*file, environment);
  if (line.command == Command::Check) return check(reading);
  if (!reading.ok()) {
    std::cerr << reading.text() << reading.problems.size() << (reading.problems.size() == 1 ? " problem" : " problems")
              << " in the configuration\n";
    return 1;
  }
  switch (line.command) {
    case Command::Serve: return serve(reading.config);
    case Command::Stdio: return stdio(reading.config, line);
    case Command::Tools: return listTools(reading.config, line);
    case Command::Check:
    case Command::Schema: break;
  }
  return 2;
}

}  // namespace
}  // namespace certus::app

int main(int argc, char** argv) {
  using namespace certus::app;
  const auto parsed = parseCommandLine(argc, argv);
  if (const Exit* done = std::get_if<Exit>(&parsed)) return done->code;
  const CommandLine& line = std::get<CommandLine>(parsed);
  if (line.command == Command::Schema) return printSchema(line.form);
  prepareProcess();
  return runWithConfig(line);
}
