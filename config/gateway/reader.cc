#include "config/gateway/reader.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <sys/stat.h>

#include "config/gateway/completion.h"
#include "config/gateway/gateway_shape.h"
#include "config/shape_reader.h"
#include "config/yaml_document.h"

namespace certus::config {

std::string Reading::text() const {
  std::string out;
  for (const Problem& problem : problems) out += describe(problem, config.file) + "\n";
  return out;
}

Reading readGateway(std::string_view yaml, const std::string& file, const Environment& environment) {
  Reading out;
  out.config.file = file;
  Problems problems;
  if (auto root = parseYaml(yaml, problems)) {
    if (root->kind == Node::Kind::Null) root->kind = Node::Kind::Map;  // the environment may still say something
    applyEnvironment(environment, gatewayShape(), *root, problems);
    ShapeReader(problems, out.config.places).read(*root, gatewayShape(), "", &out.config);
    complete(out.config, environment, problems);
  }
  out.problems = problems.take();
  return out;
}

Reading readGatewayFile(const std::string& file, const Environment& environment) {
  std::error_code failed;
  const std::string absolute = std::filesystem::absolute(file, failed).lexically_normal().string();
  Reading unreadable;
  unreadable.config.file = absolute;
  const auto refuse = [&](std::string message) {
    unreadable.problems.push_back({{}, "", std::move(message)});
    return unreadable;
  };
  struct stat status {};
  if (stat(absolute.c_str(), &status) != 0)
    return refuse(std::string(std::strerror(errno)) + "; name the file with --config FILE");
  if (!S_ISREG(status.st_mode)) return refuse("not a regular file");
  std::ifstream in(absolute, std::ios::binary);
  std::string text(kMaxFileBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.is_open() || in.bad()) return refuse(std::strerror(errno));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return readGateway(text, absolute, environment);
}

}  // namespace certus::config
