// What the user typed, understood. Prints help and usage errors itself; starts nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace certus::app {

enum class Command : std::uint8_t { Serve, Stdio, Check, Tools, Reload, Schema, Explain, PolicyTest, Plan, NewToken, WhoAmI };
enum class Form : std::uint8_t { Text, Json, Sample };

struct CallerWords {  // as a credential would name them
  std::string subject, tenant;
  std::vector<std::string> groups;
  std::optional<std::vector<std::string>> allowedTools;
};

struct CommandLine {
  Command command = Command::Serve;
  std::string config;           // empty: to be searched for
  std::string module;           // stdio: that module alone, with bare names; empty: all
  std::string policy, catalog;  // instead of what the configuration names and loads; empty: not said
  std::string schema;           // schema: of which file
  Form form = Form::Text;

  CallerWords caller;                  // explain, token new
  std::string tool, resource, prompt;  // explain: exactly one
  std::string arguments = "{}";        // explain: a JSON object
  std::string folder, old;             // plan: NEW and --old
  bool exitCode = false;               // plan: 1 if anything changes
  std::string name, expires, write;    // token new
  std::string jwks;                    // whoami: keys of issuers that are asked for theirs
  bool fetch = false;                  // whoami: ask them
};

struct Exit {
  int code = 0;
};

std::variant<CommandLine, Exit> parseCommandLine(int argc, char** argv);

}  // namespace certus::app
