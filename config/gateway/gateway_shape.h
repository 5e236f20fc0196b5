// The keys of config/gateway.yaml: the only place where they are listed.
#pragma once

#include "config/shape.h"

namespace certus::config {

const Shape& gatewayShape();  // fills a config::Gateway

}  // namespace certus::config
