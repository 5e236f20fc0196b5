// Text to one strict YAML document. Refuses what YAML lets mean something else than it seems: duplicate keys, second
// documents, merge keys, anchors, aliases, tags. Knows nothing of what the keys mean.
#pragma once

#include <optional>
#include <string_view>

#include "config/node.h"
#include "config/problems.h"

namespace certus::config {

constexpr std::size_t kMaxFileBytes = 1 << 20;
constexpr int kMaxDepth = 32;

// nullopt when the text is no YAML at all; otherwise the tree, with whatever was refused in `problems`.
std::optional<Node> parseYaml(std::string_view text, Problems& problems);

}  // namespace certus::config
