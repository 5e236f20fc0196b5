// The JSON Schema that gives editors completion, and the commented sample file: both written from the Shape.
#pragma once

#include <string>

#include "config/shape.h"

namespace certus::config {

// Draft-07, what YAML language servers read.
std::string jsonSchema(const Shape& shape, const std::string& title = "Certus Gateway configuration");
std::string sampleYaml(const Shape& shape);  // config/gateway.yaml

}  // namespace certus::config
