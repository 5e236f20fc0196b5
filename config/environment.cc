#include "config/environment.h"

#include <cctype>
#include <string_view>
#include <vector>

#include "base/nearest_word.h"

extern char** environ;

namespace certus::config {
namespace {

constexpr std::string_view kPrefix = "CERTUS_GATEWAY__";

std::string segmentOf(std::string_view key) {
  std::string out;
  for (const char c : key) out += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = text.find("__"); at != std::string_view::npos; at = text.find("__")) {
    out.emplace_back(text.substr(0, at));
    text.remove_prefix(at + 2);
  }
  out.emplace_back(text);
  return out;
}

bool isScalar(Kind kind) {
  return kind == Kind::Text || kind == Kind::Integer || kind == Kind::Seconds || kind == Kind::Switch || kind == Kind::Word;
}

// Every variable that means something for this file, for suggestions.
void listNames(const Shape& shape, const Node* node, const std::string& prefix, std::vector<std::string>& out) {
  for (const Field& field : shape.fields) {
    const std::string name = prefix + segmentOf(field.key);
    const Node* inner = node ? node->find(field.key) : nullptr;
    if (isScalar(field.kind)) out.push_back(name);
    if (field.kind == Kind::Section) listNames(*field.shape, inner, name + "__", out);
    if (field.kind != Kind::Named || !inner) continue;
    for (const Entry& entry : inner->entries) {
      if (!field.shape->word.empty()) out.push_back(name + "__" + segmentOf(entry.key));
      listNames(*field.shape, &entry.value, name + "__" + segmentOf(entry.key) + "__", out);
    }
  }
}

Node& child(Node& node, const std::string& key, const Place& place) {
  if (node.kind != Node::Kind::Map) node = nodeAt(Node::Kind::Map, place);
  for (Entry& entry : node.entries) {
    if (entry.key == key) return entry.value;
  }
  node.entries.push_back({key, place, nodeAt(Node::Kind::Null, place)});
  return node.entries.back().value;
}

class Override {
 public:
  Override(std::string variable, const std::string& value, Problems& problems)
      : place_{0, 0, std::move(variable)},
        value_(value),
        problems_(problems),
        segments_(split(std::string_view(place_.variable).substr(kPrefix.size()))) {}

  // False: no such name.
  bool apply(const Shape& shape, Node& node, std::size_t depth = 0) {
    if (depth == segments_.size()) return false;
    for (const Field& field : shape.fields) {
      if (segmentOf(field.key) != segments_[depth]) continue;
      const bool last = depth + 1 == segments_.size();
      if (field.kind == Kind::Section && !last) return descend(field, node, depth);
      if (field.kind == Kind::Named && !last) return named(field, node, depth);
      if (!last) return false;
      if (!isScalar(field.kind)) return refuse(field.key + " is not a single value; set it in the file");
      child(node, field.key, place_) = scalar(field.kind);
      return true;
    }
    return false;
  }

 private:
  bool descend(const Field& field, Node& node, std::size_t depth) {
    const Node before = node;
    if (apply(*field.shape, child(node, field.key, place_), depth + 1)) return true;
    node = before;  // an unknown name leaves nothing behind
    return false;
  }

  bool named(const Field& field, Node& node, std::size_t depth) {
    for (Entry& group : node.entries) {
      if (group.key != field.key) continue;
      for (Entry& entry : group.value.entries) {
        if (segmentOf(entry.key) != segments_[depth + 1]) continue;
        if (depth + 2 == segments_.size()) {
          if (field.shape->word.empty()) return refuse(entry.key + " is not a single value; name one of its keys");
          entry.value = scalar(Kind::Word);
          return true;
        }
        const Node before = entry.value;
        if (apply(*field.shape, entry.value, depth + 2)) return true;
        entry.value = before;
        return false;
      }
    }
    return false;
  }

  bool refuse(std::string message) {
    problems_.add(place_, "", std::move(message));
    return true;
  }

  Node scalar(Kind kind) const {
    Node out = nodeAt(Node::Kind::Scalar, place_, value_);
    out.quoted = kind == Kind::Text;
    return out;
  }

  Place place_;
  const std::string& value_;
  Problems& problems_;
  std::vector<std::string> segments_;
};

}  // namespace

Environment processEnvironment() {
  Environment out;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos) out.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return out;
}

void applyEnvironment(const Environment& environment, const Shape& shape, Node& root, Problems& problems) {
  for (auto at = environment.lower_bound(std::string(kPrefix)); at != environment.end() && at->first.starts_with(kPrefix);
       ++at) {
    std::vector<std::string> known;
    listNames(shape, &root, std::string(kPrefix), known);
    if (Override(at->first, at->second, problems).apply(shape, root)) continue;
    const auto nearest = nearestWord(at->first, known);
    problems.add(
        {0, 0, at->first}, "",
        "names nothing in this configuration" +
            (nearest ? "; did you mean " + *nearest + "?"
                     : std::string(
                           "; the form is CERTUS_GATEWAY__SECTION__KEY, for example CERTUS_GATEWAY__LISTENERS__MCP__PORT")));
  }
}

}  // namespace certus::config
