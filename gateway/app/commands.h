// One function a subcommand; each returns the process's exit code and writes its own messages.
#pragma once

#include "config/gateway/reader.h"
#include "gateway/app/command_line.h"

namespace certus::app {

int serve(const config::Gateway& config);
int stdio(const config::Gateway& config, const CommandLine& line);
// Of a file that has problems as much as can be checked: they are told together.
int check(const config::Reading& reading, const CommandLine& line);
// Asks the gateway that runs with this configuration: 0 applied or unchanged, 1 refused, 2 not reached.
int reload(const config::Reading& reading, const CommandLine& line);
int listTools(const config::Gateway& config, const CommandLine& line);

// These find the configuration themselves, if they need one. 0: yes, or done; 1: no; 2: it cannot be answered.
int checkPolicy(const CommandLine& line);  // `check --policy DIR --catalog FILE`
int explain(const CommandLine& line);
int testPolicy(const CommandLine& line);
int plan(const CommandLine& line);
int newToken(const CommandLine& line);
int whoAmI(const CommandLine& line);

}  // namespace certus::app
