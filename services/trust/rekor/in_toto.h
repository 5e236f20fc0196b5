// The digests that an in-toto statement speaks of: an entry is found by them. No judging of the statement.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace certus::trust_service::rekor {

// "<algorithm>:<hex>", lowered, of the subjects and of a v0.x predicate's materials: at most 1000, nothing when the payload
// is not strict JSON.
std::vector<std::string> digestsInStatement(std::string_view payload);

}  // namespace certus::trust_service::rekor
