#include "gateway/tools/catalog.h"

#include "gateway/tools/catalog_builder.h"

namespace certus::gateway {
namespace {

// The newest revision shows every field, so a difference anywhere is a difference there.
const RevisionTexts& newest(const Route& route) { return route.texts(kModern); }

template <class F>
bool anyRouteDiffers(const Catalog& newer, const Catalog& older, F digest) {
  for (const auto& route : newer.routes()) {
    const Route* before = older.route(route->path());
    if (!before || digest(newest(*route)) != digest(newest(*before))) return true;
  }
  return newer.routes().size() != older.routes().size();
}

}  // namespace

CatalogBuild Catalog::build(const std::vector<ModuleDescriptor>& modules, const config::Gateway& config,
                            UnknownOptions unknown) {
  CatalogBuilder builder(modules, config, unknown);
  auto catalog = std::shared_ptr<Catalog>(new Catalog());
  catalog->modules_ = builder.moduleEntries();
  catalog->items_ = builder.items();
  catalog->routes_.push_back(builder.route("/mcp", std::nullopt));
  for (std::size_t i = 0; i < modules.size(); ++i) catalog->routes_.push_back(builder.route("/mcp/" + modules[i].name, i));
  CatalogBuild result;
  if (!builder.failed()) result.catalog = std::move(catalog);
  result.problems = std::move(builder.problems);
  return result;
}

const Route* Catalog::route(std::string_view path) const {
  for (const auto& route : routes_) {
    if (route->path() == path) return route.get();
  }
  return nullptr;
}

const Route* Catalog::moduleRoute(std::string_view module) const {
  for (std::size_t i = 0; i < modules_.size(); ++i) {
    if (modules_[i].name == module) return routes_[i + 1].get();
  }
  return nullptr;
}

bool Catalog::toolsDiffer(const Catalog& older) const {
  return anyRouteDiffers(*this, older, [](const RevisionTexts& texts) { return texts.tools.digest(); });
}

bool Catalog::promptsDiffer(const Catalog& older) const {
  return anyRouteDiffers(*this, older, [](const RevisionTexts& texts) { return texts.prompts.digest(); });
}

bool Catalog::resourcesDiffer(const Catalog& older) const {
  return anyRouteDiffers(*this, older,
                         [](const RevisionTexts& texts) { return texts.resources.digest() + texts.templates.digest(); });
}

}  // namespace certus::gateway
