// The documents of JSON Schema 2020-12 itself, so that a $ref to them needs no network. Data, not code.
#pragma once

#include <string_view>

namespace certus::gateway::schema {

inline constexpr std::string_view kDraft = "https://json-schema.org/draft/2020-12/schema";
inline constexpr std::string_view kVocabularyPrefix = "https://json-schema.org/draft/2020-12/vocab/";

// The text of the metaschema or one of its vocabularies' schemas; empty for any other URI.
std::string_view metaschema(std::string_view uri);

}  // namespace certus::gateway::schema
