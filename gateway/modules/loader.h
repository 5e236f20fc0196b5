// From a configured path to code in this process: seals and hashes the file, checks pin, ELF and ABI version, dlopens the
// sealed copy. Code is keyed by digest and never unloaded.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "certus/abi.h"
#include "config/gateway/gateway_config.h"

namespace certus::gateway {

// Something that keeps a module from being served; the operator reads it.
struct ModuleProblem {
  std::string path;     // in the configuration: "modules.trust.sha256"
  std::string message;  // what is wrong and what to do
};

struct ModuleCode {
  std::string sha256;      // hex, of the sealed copy
  certus_module entries{};  // what the module's table covers; the rest is zero
  std::string name, version;
};

enum class Pins : std::uint8_t { Optional, Required };

class Loader {
 public:
  // Null when there were problems; all of them are appended.
  const ModuleCode* load(const config::Module& module, Pins pins, std::vector<ModuleProblem>& problems);

 private:
  std::map<std::string, std::unique_ptr<ModuleCode>> byDigest_;
};

}  // namespace certus::gateway
