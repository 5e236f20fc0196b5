#include "gateway/app/command_line.h"

#include <iostream>

#include <CLI/CLI.hpp>

namespace certus::app {
namespace {

constexpr const char* kAbout = "Certus Gateway: one MCP endpoint for every Certus service.";

constexpr const char* kMainFooter = R"(
First steps:
  certus-gateway check                      is the configuration right? every problem, with file and line
  certus-gateway serve                      MCP on http://127.0.0.1:8097/mcp, metrics and health on :8098
  certus-gateway tools                      what a model will be offered

An IDE starts one of its own (no port, no daemon) with the command
  certus-gateway stdio --module trust

Any single value of the configuration can come from the environment:
  CERTUS_GATEWAY__LISTENERS__MCP__PORT=9000 certus-gateway serve

`certus-gateway COMMAND --help` says more about each.)";

constexpr const char* kServeFooter = R"(
Serves until SIGTERM or SIGINT, then answers the calls under way, for at most drain_seconds, and exits with 0.

  /mcp            all modules, tool names with their prefix (trust_verify)
  /mcp/<module>   that module alone, bare names (verify)
  /sse            the older HTTP+SSE transport
  /metrics /healthz /readyz   on the operations listener

Examples:
  certus-gateway serve
  certus-gateway serve --config /etc/certus/gateway.yaml
  CERTUS_GATEWAY__LOG__LEVEL=debug certus-gateway serve)";

constexpr const char* kStdioFooter = R"(
For IDEs: speaks MCP on standard input and output, logs to standard error, ends when its input does. Binds no port.
Any number may run at once; they share the state directory with each other and with `serve`.

Examples:
  certus-gateway stdio
  certus-gateway stdio --module trust
  echo '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' | certus-gateway stdio)";

constexpr const char* kCheckFooter = R"(
Reads the configuration, loads every module, compiles every schema and composes the catalogue, as `serve` would, but
listens nowhere and asks no service. Prints every problem as file:line:column and exits with 1 if there is any.

Examples:
  certus-gateway check
  certus-gateway check --config staging.yaml && systemctl reload-or-restart certus-gateway)";

constexpr const char* kToolsFooter = R"(
Examples:
  certus-gateway tools                      names and first lines
  certus-gateway tools --json               whole descriptors, as tools/list gives them)";

constexpr const char* kSchemaFooter = R"(
Examples:
  certus-gateway schema > gateway.schema.json
  certus-gateway schema --sample > gateway.yaml
In the first line of a YAML file, for editors:  # yaml-language-server: $schema=gateway.schema.json)";

CLI::App* add(CLI::App& app, const char* name, const char* about, const char* footer, CommandLine& line, Command command) {
  CLI::App* sub = app.add_subcommand(name, about);
  sub->footer(footer);
  sub->callback([&line, command] { line.command = command; });
  if (command != Command::Schema) {
    sub->add_option("-c,--config", line.config,
                    "Configuration file. Without it: $CERTUS_GATEWAY_CONFIG, $XDG_CONFIG_HOME/certus/gateway.yaml, "
                    "/etc/certus/gateway.yaml, the source tree's own")
        ->type_name("FILE");
  }
  return sub;
}

}  // namespace

std::variant<CommandLine, Exit> parseCommandLine(int argc, char** argv) {
  CommandLine line;
  bool json = false, sample = false;
  CLI::App app(kAbout, "certus-gateway");
  app.footer(kMainFooter);
  app.set_version_flag("--version", std::string("certus-gateway ") + CERTUS_VERSION);
  app.require_subcommand(1);
  add(app, "serve", "Serve MCP over HTTP", kServeFooter, line, Command::Serve);
  CLI::App* stdio =
      add(app, "stdio", "Serve one MCP client on standard input and output", kStdioFooter, line, Command::Stdio);
  stdio->add_option("-m,--module", line.module, "That module alone, with bare tool names")->type_name("NAME");
  add(app, "check", "Validate the configuration and everything it names", kCheckFooter, line, Command::Check);
  CLI::App* tools = add(app, "tools", "List the tools that the configuration offers", kToolsFooter, line, Command::Tools);
  tools->add_flag("--json", json, "Whole descriptors as JSON");
  CLI::App* schema =
      add(app, "schema", "Print the JSON Schema of the configuration, for editors", kSchemaFooter, line, Command::Schema);
  schema->add_flag("--sample", sample, "Print the commented sample configuration instead");
  if (argc <= 1) {
    std::cout << app.help();
    return Exit{2};
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return Exit{app.exit(error) == 0 ? 0 : 2};
  }
  line.form = json ? Form::Json : sample ? Form::Sample : Form::Text;
  return line;
}

}  // namespace certus::app
