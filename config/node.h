// One strict YAML document as a tree that remembers where everything stood. Not yaml-cpp's Node: that one forgets
// duplicates, quotes and marks.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/place.h"

namespace certus::config {

struct Entry;

struct Node {
  enum class Kind { Null, Scalar, List, Map };
  Kind kind = Kind::Null;
  bool quoted = false;   // Scalar: in quotes or a block, so it is text whatever it looks like
  bool refused = false;  // reported already; stands for a value that may not stand here
  std::string text;      // Scalar
  Place place;
  std::vector<Node> items;
  std::vector<Entry> entries;

  const Node* find(const std::string& key) const;
};

struct Entry {
  std::string key;
  Place place;
  Node value;
};

inline Node nodeAt(Node::Kind kind, Place place, std::string text = {}) {
  Node out;
  out.kind = kind;
  out.place = std::move(place);
  out.text = std::move(text);
  return out;
}

inline const Node* Node::find(const std::string& key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

}  // namespace certus::config
