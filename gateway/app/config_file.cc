#include "gateway/app/config_file.h"

#include <filesystem>
#include <vector>

namespace certus::app {
namespace {

std::string valueOf(const config::Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

}  // namespace

std::string executablePath() {
  std::error_code failed;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", failed);
  return failed ? std::string("certus-gateway") : path.string();
}

Result<std::string> findConfigFile(const std::string& named, const config::Environment& environment) {
  if (!named.empty()) return named;
  if (const std::string said = valueOf(environment, "CERTUS_GATEWAY_CONFIG"); !said.empty()) return said;
  std::vector<std::string> places;
  const std::string configHome = valueOf(environment, "XDG_CONFIG_HOME"), home = valueOf(environment, "HOME");
  if (configHome.starts_with('/')) {
    places.push_back(configHome + "/certus/gateway.yaml");
  } else if (home.starts_with('/')) {
    places.push_back(home + "/.config/certus/gateway.yaml");
  }
  places.push_back("/etc/certus/gateway.yaml");
  const std::filesystem::path folder = std::filesystem::path(executablePath()).parent_path();  // <tree>/build/<preset>/bin
  places.push_back((folder / "../../../config/gateway.yaml").lexically_normal().string());
  std::string listed;
  for (const std::string& place : places) {
    std::error_code failed;
    if (std::filesystem::is_regular_file(place, failed)) return place;
    listed += "\n  " + place;
  }
  return fail(ErrorCode::NotFound, "no configuration file: name one with --config FILE, or put it in one of these places" +
                                       listed + "\n`certus-gateway schema --sample` prints a commented one");
}

}  // namespace certus::app
