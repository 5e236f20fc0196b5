// The MCP revisions this gateway speaks, oldest first, and which of them are stateful ("legacy").
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace certus::gateway {

enum class Revision : std::uint8_t { V2024_11_05, V2025_03_26, V2025_06_18, V2025_11_25, V2026_07_28 };

constexpr Revision kNewestLegacy = Revision::V2025_11_25;
constexpr Revision kModern = Revision::V2026_07_28;
constexpr bool isModern(Revision revision) { return revision == kModern; }

std::string_view toString(Revision revision);
std::optional<Revision> parseRevision(std::string_view text);  // also 2024-10-07, served as 2024-11-05

}  // namespace certus::gateway
