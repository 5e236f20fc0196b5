// Copies what a module offers out of its memory into owned values, and checks it on the way: sizes, UTF-8, names, JSON.
#pragma once

#include <string>
#include <vector>

#include "certus/abi.h"
#include "gateway/tools/descriptor.h"

namespace certus::gateway {

struct CatalogCaps {
  std::uint32_t maxEntries = 512;
  std::size_t maxText = 64 * 1024, maxSchema = 256 * 1024;
};

// Fills everything but name, version and sha256. Appends one text a problem, each naming the entry and the right form;
// an entry with a problem is left out.
void copyCatalog(const certus_catalog* catalog, ModuleDescriptor& module, std::vector<std::string>& problems, const CatalogCaps& caps = {});

}  // namespace certus::gateway
