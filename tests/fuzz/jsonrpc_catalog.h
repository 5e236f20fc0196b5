// The catalogue that the JSON-RPC fuzzer's messages are about: one of everything.
#pragma once

#include <memory>

#include "gateway/tools/catalog.h"

std::shared_ptr<const certus::gateway::Catalog> fuzzCatalog();
