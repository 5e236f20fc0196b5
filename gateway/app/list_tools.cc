// `certus-gateway tools`: what a model will be offered, without serving it.
#include <algorithm>
#include <iostream>

#include <nlohmann/json.hpp>

#include "gateway/app/catalog_document.h"
#include "gateway/app/catalog_load.h"
#include "gateway/app/commands.h"

namespace certus::app {
namespace {

using Json = nlohmann::ordered_json;

std::string firstSentence(const std::string& description) {
  const std::size_t end = std::min(description.find('\n'), description.find(". "));
  return description.substr(0, end == std::string::npos ? end : end + (description[end] == '.' ? 1 : 0));
}

void printNames(const Json& tools) {
  std::size_t width = 0;
  for (const Json& tool : tools) width = std::max(width, tool["name"].get_ref<const std::string&>().size());
  for (const Json& tool : tools) {
    if (!tool["enabled"].get<bool>()) continue;
    const std::string name = tool["name"];
    std::cout << name << std::string(width - name.size() + 2, ' ') << firstSentence(tool.value("description", "")) << '\n';
  }
}

}  // namespace

int listTools(const config::Gateway& config, const CommandLine& line) {
  const auto host = gateway::ModuleHost::create({});
  const CatalogLoad loaded = loadCatalog(config, *host);
  for (const std::string& problem : loaded.problems) std::cerr << problem << '\n';
  if (!loaded.catalog) return 1;
  const Json document = catalogDocument(loaded);
  if (line.form == Form::Json) {
    std::cout << document.dump(2) << '\n';
  } else {
    printNames(document["tools"]);
  }
  return 0;
}

}  // namespace certus::app
