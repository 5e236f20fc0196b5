// What tools themselves say against arguments: a call is judged by its tool's input schema before any rule is asked.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include <simdjson.h>

#include "gateway/schema/schema.h"
#include "policy/rules/catalogue.h"

namespace certus::app {

class ArgumentFit {
 public:
  // Against what is stated: an unknown name, another type, a value that is not taken. Arguments may be left out here,
  // because an operator asks about those that rules look at; nullopt: nothing is wrong.
  std::optional<std::string> stated(const rules::CatalogueItem& tool, simdjson::dom::element arguments);
  // As the gateway judges a call; in few words.
  std::optional<std::string> whole(const rules::CatalogueItem& tool, simdjson::dom::element arguments);

 private:
  using Schema = std::shared_ptr<const gateway::CompiledSchema>;  // null: unreadable, so it refuses nothing
  std::map<std::string, Schema> stated_, whole_;                  // by the schema's text
};

}  // namespace certus::app
