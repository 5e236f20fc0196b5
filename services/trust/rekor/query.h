// Query parameters as Rekor validates them: a value, or the 422 with its code.
#pragma once

#include <cstdint>
#include <optional>

#include "services/trust/log/checkpoint.h"
#include "services/trust/rekor/rekor_answer.h"

namespace certus::trust_service::rekor {

// A whole number of at least `least`. `otherwise` is for a parameter that is absent; without one it is required.
tl::expected<std::uint64_t, Answer> numberIn(const ApiRequest& request, const char* name, std::int64_t least,
                                             std::optional<std::uint64_t> otherwise);
tl::expected<std::uint64_t, Answer> sizeIn(const ApiRequest& request, const char* name,
                                           std::optional<std::uint64_t> otherwise);  // at least 1

// What is wrong with the parameter treeID, when it is given and is not this log's.
std::optional<Answer> refuseOtherTree(const ApiRequest& request, const LogIdentity& log);

}  // namespace certus::trust_service::rekor
