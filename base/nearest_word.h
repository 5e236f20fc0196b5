// "Did you mean": the known word closest to a mistyped one, for every error that names an unknown key or tool.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace certus {

// By edit distance with transpositions; nullopt when nothing is within a third of the word's length (at least 1, at most 3).
std::optional<std::string> nearestWord(std::string_view word, std::span<const std::string> known);

}  // namespace certus
