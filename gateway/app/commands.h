// One function a subcommand; each returns the process's exit code and writes its own messages.
#pragma once

#include "config/reader.h"
#include "gateway/app/command_line.h"

namespace certus::app {

int serve(const config::Gateway& config);
int stdio(const config::Gateway& config, const CommandLine& line);
// Of a file that has problems as much as can be checked: they are told together.
int check(const config::Reading& reading);
int listTools(const config::Gateway& config, const CommandLine& line);

}  // namespace certus::app
