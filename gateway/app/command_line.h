// What the user typed, understood. Prints help and usage errors itself; starts nothing.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace certus::app {

enum class Command : std::uint8_t { Serve, Stdio, Check, Tools, Schema };
enum class Form : std::uint8_t { Text, Json, Sample };

struct CommandLine {
  Command command = Command::Serve;
  std::string config;  // empty: to be searched for
  std::string module;  // stdio: that module alone, with bare names; empty: all
  Form form = Form::Text;
};

struct Exit {
  int code = 0;
};

std::variant<CommandLine, Exit> parseCommandLine(int argc, char** argv);

}  // namespace certus::app
