// How a tool's schemas are shown to revisions that cannot take all of JSON Schema 2020-12. Texts only; validation always
// uses the module's own schema.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace certus::gateway {

// Boolean schemas below the root become {} and {"not":{}}: one SDK rejects the whole list for a boolean property.
nlohmann::ordered_json withoutBooleanSchemas(const nlohmann::ordered_json& schema);

// An output schema whose root is no object, as the one property "result" of an object.
nlohmann::ordered_json wrappedAsResult(const nlohmann::ordered_json& schema);

}  // namespace certus::gateway
