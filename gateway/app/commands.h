// One function a subcommand; each returns the process's exit code and writes its own messages.
#pragma once

#include "config/gateway_config.h"
#include "gateway/app/command_line.h"

namespace certus::app {

int serve(const config::Gateway& config);
int stdio(const config::Gateway& config, const CommandLine& line);
int check(const config::Gateway& config);
int listTools(const config::Gateway& config, const CommandLine& line);

}  // namespace certus::app
