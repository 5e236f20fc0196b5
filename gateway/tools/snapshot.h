// One generation of the gateway: configuration and catalogue that were validated together. A call keeps the one it began
// with.
#pragma once

#include <cstdint>
#include <memory>

#include "config/gateway_config.h"
#include "gateway/tools/catalog.h"

namespace certus::gateway {

struct Snapshot {
  std::uint64_t generation = 0;
  std::shared_ptr<const config::Gateway> config;
  std::shared_ptr<const Catalog> catalog;
};

}  // namespace certus::gateway
