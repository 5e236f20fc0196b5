// Everything that the modules offer as one JSON document, and as what policy is compiled against. `tools --json` writes it;
// rules::readCatalogue reads it back.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "base/error.h"
#include "gateway/app/catalog_load.h"
#include "policy/rules/catalogue.h"

namespace certus::app {

// {"tools": [...], "resources": [...], "prompts": [...]}: entries of the newest revision's lists under their composed names,
// with "service", the module's own name ("tool", "prompt") and, of tools, "enabled". `loaded.catalog` is not null.
nlohmann::ordered_json catalogDocument(const CatalogLoad& loaded);

Result<rules::Catalogue> catalogueOf(const CatalogLoad& loaded);

}  // namespace certus::app
