// `certus-gateway tools`: what a model will be offered, without serving it.
#include <iostream>

#include <nlohmann/json.hpp>

#include "gateway/app/catalog_load.h"
#include "gateway/app/commands.h"

namespace certus::app {
namespace {

using Json = nlohmann::ordered_json;

// Every page of the list in the newest revision's form.
Json allTools(const gateway::Route& route) {
  Json out = Json::array();
  const gateway::ListPages& pages = route.texts(gateway::kModern).tools;
  std::string page(pages.first());
  while (true) {
    const Json result = Json::parse(page);
    for (const Json& tool : result.at("tools")) out.push_back(tool);
    if (!result.contains("nextCursor")) return out;
    const auto next = pages.at(result["nextCursor"].get<std::string>());
    if (!next) return out;
    page = *next;
  }
}

std::string firstSentence(const std::string& description) {
  const std::size_t end = std::min(description.find('\n'), description.find(". "));
  return description.substr(0, end == std::string::npos ? end : end + (description[end] == '.' ? 1 : 0));
}

}  // namespace

int listTools(const config::Gateway& config, const CommandLine& line) {
  const auto host = gateway::ModuleHost::create({});
  const CatalogLoad loaded = loadCatalog(config, *host);
  for (const std::string& problem : loaded.problems) std::cerr << problem << '\n';
  if (!loaded.catalog) return 1;
  const Json tools = allTools(loaded.catalog->composed());
  if (line.form == Form::Json) {
    std::cout << tools.dump(2) << '\n';
    return 0;
  }
  std::size_t width = 0;
  for (const Json& tool : tools) width = std::max(width, tool["name"].get_ref<const std::string&>().size());
  for (const Json& tool : tools) {
    const std::string name = tool["name"];
    std::cout << name << std::string(width - name.size() + 2, ' ') << firstSentence(tool.value("description", "")) << '\n';
  }
  return 0;
}

}  // namespace certus::app
