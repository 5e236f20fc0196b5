// Fills typed values from a tree as a Shape says, and reports everything that does not fit. Pure.
#pragma once

#include <map>
#include <string>

#include "config/node.h"
#include "config/problems.h"
#include "config/shape.h"

namespace certus::config {

class ShapeReader {
 public:
  using Places = std::map<std::string, Place, std::less<>>;
  ShapeReader(Problems& problems, Places& places) : problems_(problems), places_(places) {}

  void read(const Node& node, const Shape& shape, const std::string& path, void* target);

 private:
  void readField(const Node& node, const Field& field, const std::string& path, void* target);
  void readNamed(const Node& node, const Field& field, const std::string& path, void* target);
  void readScalar(const Node& node, const Field& field, const std::string& path, void* target);
  void readList(const Node& node, const Field& field, const std::string& path, void* target);
  void readFree(const Node& node, const Field& field, const std::string& path, void* target);
  void readLiteral(const Node& node, const Field& field, const std::string& path, void* target);
  void readLiterals(const Node& node, const Field& field, const std::string& path, void* target);
  void unknownKey(const Entry& entry, const Shape& shape, const std::string& path);
  bool isMap(const Node& node, const Shape& shape, const std::string& path);
  bool refusesEmpty(const Node& node, const Field& field, const std::string& path);
  bool acceptsText(const Node& node, const Field& field, const std::string& path);

  Problems& problems_;
  Places& places_;
};

}  // namespace certus::config
