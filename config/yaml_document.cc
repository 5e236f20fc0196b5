#include "config/yaml_document.h"

#include <algorithm>
#include <istream>
#include <streambuf>
#include <string>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "base/utf8.h"

namespace certus::config {
namespace {

struct TextBuffer : std::streambuf {
  explicit TextBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // streambuf's interface; never written
    setg(begin, begin, begin + text.size());
  }
};

Place placeOf(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1, {}}; }

Node refused(Place place) {
  Node out = nodeAt(Node::Kind::Null, std::move(place));
  out.refused = true;
  return out;
}

// Builds the tree; a refused construct is reported and what can stand in its place is kept, so that reading goes on.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(Problems& problems) : problems_(problems) {}

  Node root;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuseAnchor(mark, anchor);
    place(nodeAt(Node::Kind::Null, placeOf(mark)));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse(mark, "an alias (*name) is not allowed here; write the value out");
    place(refused(placeOf(mark)));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
    refuseAnchor(mark, anchor);
    refuseTag(mark, tag);
    Node node = nodeAt(Node::Kind::Scalar, placeOf(mark), value);
    node.quoted = tag == "!";
    place(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::List);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::Map);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    Node node;
    bool keyNext = true;  // Map: the next node is a key
    Entry entry;
  };

  void refuse(const YAML::Mark& mark, std::string message) { problems_.add(placeOf(mark), path(), std::move(message)); }

  void refuseAnchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor)
      refuse(mark, "an anchor (&name) is not allowed here; write the value out where it is needed");
  }

  void refuseTag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!")
      refuse(mark, "a tag (" + tag + ") is not allowed here; write the plain value");
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind) {
    refuseAnchor(mark, anchor);
    refuseTag(mark, tag);
    if (stack_.size() >= static_cast<std::size_t>(kMaxDepth)) {
      if (!tooDeep_) refuse(mark, "nested deeper than " + std::to_string(kMaxDepth) + " levels");
      tooDeep_ = true;
    }
    Frame frame;
    frame.node.kind = kind;
    frame.node.place = placeOf(mark);
    stack_.push_back(std::move(frame));
  }

  void close() {
    Node node = std::move(stack_.back().node);
    stack_.pop_back();
    if (stack_.size() >= static_cast<std::size_t>(kMaxDepth)) node = refused(node.place);  // keep the tree shallow
    place(std::move(node));
  }

  void place(Node node) {
    if (stack_.empty()) {
      root = std::move(node);
      return;
    }
    Frame& top = stack_.back();
    if (top.node.kind == Node::Kind::List) {
      top.node.items.push_back(std::move(node));
    } else if (top.keyNext) {
      takeKey(top, node);
    } else {
      takeValue(top, std::move(node));
    }
  }

  void takeKey(Frame& top, const Node& key) {
    top.keyNext = false;
    top.entry = Entry{key.text, key.place, {}};
    if (key.kind != Node::Kind::Scalar || key.text.empty()) {
      problems_.add(key.place, path(), "a key must be a plain word");
      top.entry.key.clear();
    } else if (key.text == "<<" && !key.quoted) {
      problems_.add(key.place, path(), "a merge key (<<) is not allowed here; write the keys out");
      top.entry.key.clear();
    }
  }

  void takeValue(Frame& top, Node value) {
    top.keyNext = true;
    Entry entry = std::move(top.entry);
    top.entry = {};
    if (entry.key.empty()) return;  // refused above
    const auto same =
        std::find_if(top.node.entries.begin(), top.node.entries.end(), [&](const Entry& e) { return e.key == entry.key; });
    if (same != top.node.entries.end()) {
      problems_.add(entry.place, pathWith(entry.key),
                    "duplicate key; it already stands in line " + std::to_string(same->place.line) + ", keep one");
      return;
    }
    entry.value = std::move(value);
    top.node.entries.push_back(std::move(entry));
  }

  std::string path() const {
    std::string out;
    for (const Frame& frame : stack_) {
      if (frame.node.kind != Node::Kind::Map || frame.keyNext || frame.entry.key.empty()) continue;
      out += (out.empty() ? "" : ".") + frame.entry.key;
    }
    return out;
  }

  std::string pathWith(const std::string& key) const {
    const std::string above = path();
    return above.empty() ? key : above + "." + key;
  }

  Problems& problems_;
  std::vector<Frame> stack_;
  bool tooDeep_ = false;
};

Place placeAt(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t lineStart = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {
      static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1, static_cast<int>(offset - lineStart) + 1, {}};
}

bool readable(std::string_view text, Problems& problems) {
  if (text.size() > kMaxFileBytes) {
    problems.add({}, "", "the file is larger than " + std::to_string(kMaxFileBytes) + " bytes: not a configuration");
    return false;
  }
  const std::size_t nul = text.find('\0');
  if (nul != std::string_view::npos) {
    problems.add(placeAt(text, nul), "", "a NUL byte; the file must be UTF-8 text");
    return false;
  }
  if (const auto bad = firstInvalidUtf8(text)) {
    problems.add(placeAt(text, *bad), "", "not UTF-8; save the file as UTF-8");
    return false;
  }
  return true;
}

std::optional<Node> parseText(std::string_view text, Problems& problems) {
  TextBuffer buffer(text);
  std::istream stream(&buffer);
  YAML::Parser parser(stream);
  TreeBuilder tree(problems);
  if (!parser.HandleNextDocument(tree)) return nodeAt(Node::Kind::Null, {1, 1, {}});

  struct Second final : YAML::EventHandler {
    std::optional<Place> at;
    void see(const YAML::Mark& mark) {
      if (!at) at = placeOf(mark);
    }
    void OnDocumentStart(const YAML::Mark& mark) override { see(mark); }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}
  } second;
  if (parser.HandleNextDocument(second)) {
    problems.add(second.at.value_or(Place{}), "", "a second document starts here (---); one file is one document");
  }
  return std::move(tree.root);
}

}  // namespace

std::optional<Node> parseYaml(std::string_view text, Problems& problems) {
  if (!readable(text, problems)) return std::nullopt;
  try {
    return parseText(text, problems);
  } catch (const YAML::Exception& error) {
    problems.add(error.mark.is_null() ? Place{} : placeOf(error.mark), "", "not valid YAML: " + error.msg);
  } catch (const std::exception& error) {
    problems.add({}, "", std::string("not valid YAML: ") + error.what());
  }
  return std::nullopt;
}

}  // namespace certus::config
