// One generation of the gateway: configuration, catalogue and policy that were validated together. A call keeps the one it began
// with.
#pragma once

#include <cstdint>
#include <memory>

#include "config/gateway/gateway_config.h"
#include "gateway/tools/catalog.h"

namespace certus::gateway {

class Access;  // gateway/access/access.h

struct Snapshot {
  std::uint64_t generation = 0;
  std::shared_ptr<const config::Gateway> config;
  std::shared_ptr<const Catalog> catalog;
  std::shared_ptr<const Access> access;  // compiled against `catalog`; null: open local mode
};

}  // namespace certus::gateway
