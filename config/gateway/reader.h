// Reads a gateway configuration: YAML text and environment in, typed values or every problem out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/environment.h"
#include "config/gateway/gateway_config.h"
#include "config/problems.h"

namespace certus::config {

struct Reading {
  Gateway config;                 // to be used only if there is no problem
  std::vector<Problem> problems;  // in file order; see describe()

  bool ok() const { return problems.empty(); }
  std::string text() const;  // one problem a line
};

// `file`: for messages, and relative paths are relative to its folder.
Reading readGateway(std::string_view yaml, const std::string& file, const Environment& environment);
Reading readGatewayFile(const std::string& file, const Environment& environment);

}  // namespace certus::config
