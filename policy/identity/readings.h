// One YAML file of this folder, read: the value, and everything that is wrong with it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/problems.h"
#include "config/shape_reader.h"

namespace certus::identity {

template <class T>
struct FileReading {
  T value;  // to be used only if there is no problem
  std::vector<config::Problem> problems;
  std::string file;

  bool ok() const { return problems.empty(); }
  std::string text() const {  // one problem a line
    std::string out;
    for (const auto& problem : problems) out += config::describe(problem, file) + "\n";
    return out;
  }
};

using Places = config::ShapeReader::Places;

// Reads `yaml` into `target` as the shape says; what remains to be checked finds its place in `places`.
void readShaped(std::string_view yaml, const config::Shape& shape, void* target, Places& places, config::Problems& problems);

config::Place placeOf(const Places& places, std::string_view path);  // of the path or its nearest stated parent

}  // namespace certus::identity
