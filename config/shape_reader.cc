#include "config/shape_reader.h"

#include <algorithm>

#include "base/nearest_word.h"
#include "config/free_json.h"
#include "config/rules.h"
#include "config/scalar.h"

namespace certus::config {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

std::string under(const std::string& path, const std::string& key) { return path.empty() ? key : path + "." + key; }

std::string shown(std::string_view text) {
  return "\"" + std::string(text.substr(0, 60)) + (text.size() > 60 ? "...\"" : "\"");
}

const char* kindOf(const Node& node) {
  switch (node.kind) {
    case Node::Kind::Null: return "nothing";
    case Node::Kind::Scalar: return "a single value";
    case Node::Kind::List: return "a list";
    case Node::Kind::Map: return "a section with keys";
  }
  return "nothing";
}

const char* rightForm(Kind kind) {
  switch (kind) {
    case Kind::Integer: return "a whole number, for example 30";
    case Kind::Seconds: return "a number of seconds, for example 30 or 0.5";
    case Kind::Switch: return "true or false";
    case Kind::List: return "a list, for example [a, b]";
    case Kind::Literal: return "a text, a number, true or false";
    case Kind::Literals: return "a list of texts, numbers or switches, for example [a, 5]";
    default: return "a text";
  }
}

std::string bounds(const Field& field) {
  const auto show = [&](std::int64_t v) {
    if (field.kind == Kind::Integer) return std::to_string(v);
    std::string out = std::to_string(v / 1000);
    if (v % 1000 != 0) out += "." + std::to_string(1000 + v % 1000).substr(1);
    return out;
  };
  return show(field.least) + " to " + show(field.most) + (field.kind == Kind::Seconds ? " seconds" : "");
}

constexpr const char* kNothingSaid = "nothing stands here; write {} if nothing is meant, or remove ";

constexpr const char* kSecretForm =
    "a secret must not stand in this file; name its source instead, credential: {env: NAME_OF_A_VARIABLE} or "
    "credential: {file: /path/to/file}";

}  // namespace

bool ShapeReader::isMap(const Node& node, const Shape& shape, const std::string& path) {
  if (node.kind == Node::Kind::Map) return true;
  if (node.kind == Node::Kind::Null) {  // `modules:` with nothing below is an empty section
    if (shape.neverBlank && !node.refused)
      problems_.add(path.empty() ? node.place : places_[path], path,
                    std::string(kNothingSaid) + (path.empty() ? "the file" : "the line"));
    return false;
  }
  std::string expected = "a section with keys is expected here (" + joined(shape.keys()) + ")";
  if (!shape.word.empty()) expected += ", or the word " + shape.word;
  problems_.add(node.place, path, expected + ", not " + kindOf(node));
  return false;
}

void ShapeReader::read(const Node& node, const Shape& shape, const std::string& path, void* target) {
  if (!shape.word.empty() && node.kind == Node::Kind::Scalar) {
    if (node.text == shape.word) return shape.storeWord(target);
    const bool url = node.text.find("://") != std::string::npos;  // never echoed: it may hold a password
    const std::vector<std::string> words = {shape.word};
    const std::string said = url ? "an address needs its key, {url: ...}" : shown(node.text) + " is not understood";
    const auto nearest = nearestWord(node.text, words);
    problems_.add(node.place, path,
                  said + (nearest ? "; did you mean " + *nearest + "?"
                                  : "; write " + shape.word + ", or a section with keys (" + joined(shape.keys()) + ")"));
    return;
  }
  if (isMap(node, shape, path)) {
    for (const Entry& entry : node.entries) {
      if (const Field* field = shape.find(entry.key)) {
        const std::string at = under(path, entry.key);
        places_[at] = entry.value.kind == Node::Kind::Scalar ? entry.value.place : entry.place;
        readField(entry.value, *field, at, target);
      } else {
        unknownKey(entry, shape, path);
      }
    }
  } else if (node.kind != Node::Kind::Null) {
    return;
  }
  for (const Field& field : shape.fields) {
    if (field.required && !node.find(field.key)) problems_.add(node.place, path, field.key + " is missing. " + field.doc);
  }
}

void ShapeReader::unknownKey(const Entry& entry, const Shape& shape, const std::string& path) {
  const std::string at = under(path, entry.key);
  const auto keys = shape.keys();
  const auto nearest = nearestWord(entry.key, keys);
  const bool secret = namesSecret(entry.key);
  if (secret && !nearest) return problems_.add(entry.place, at, kSecretForm);
  std::string message = "unknown key";
  if (nearest) {
    message += "; did you mean " + *nearest + "?";
    if (secret && entry.value.kind == Node::Kind::Scalar) message += " If it is a secret, it must not stand in this file";
  } else {
    message += "; known here: " + joined(keys);
  }
  problems_.add(entry.place, at, message);
}

void ShapeReader::readField(const Node& node, const Field& field, const std::string& path, void* target) {
  if (node.refused || refusesEmpty(node, field, path)) return;
  switch (field.kind) {
    case Kind::Section: return read(node, *field.shape, path, field.open(target, {}));
    case Kind::Named: return readNamed(node, field, path, target);
    case Kind::List: return readList(node, field, path, target);
    case Kind::Free: return readFree(node, field, path, target);
    case Kind::Literal: return readLiteral(node, field, path, target);
    case Kind::Literals: return readLiterals(node, field, path, target);
    default: return readScalar(node, field, path, target);
  }
}

bool ShapeReader::refusesEmpty(const Node& node, const Field& field, const std::string& path) {
  const bool blank = node.kind == Node::Kind::Null;
  if (field.empty == Empty::LeftOut || (field.empty == Empty::Written && !blank)) return false;
  const bool list = node.kind == Node::Kind::List && node.items.empty();
  const bool section = node.kind == Node::Kind::Map && node.entries.empty();
  if (!blank && !list && !section) return false;
  const std::string found = blank ? "nothing stands" : list ? "an empty list stands" : "an empty section stands";
  problems_.add(places_[path], path,
                field.empty == Empty::Written
                    ? kNothingSaid + std::string("the line")
                    : found + " here, and none would mean any; write at least one, or remove the line");
  return true;
}

void ShapeReader::readNamed(const Node& node, const Field& field, const std::string& path, void* target) {
  if (node.kind == Node::Kind::Null) return;
  if (node.kind != Node::Kind::Map) {
    return problems_.add(node.place, path,
                         std::string("a section of names is expected here, for example ") + field.shape->sampleName +
                             ":, not " + kindOf(node));
  }
  for (const Entry& entry : node.entries) {
    const std::string at = under(path, entry.key);
    places_[at] = entry.place;
    if (const auto wrong = field.shape->nameCheck(entry.key)) {
      problems_.add(entry.place, at, *wrong);
      continue;
    }
    Node value = entry.value;
    if (value.kind == Node::Kind::Null) value.place = entry.place;
    read(value, *field.shape, at, field.open(target, entry.key));
  }
}

bool ShapeReader::acceptsText(const Node& node, const Field& field, const std::string& path) {
  if (!node.quoted && !field.check && looksLike(node.text) != Looks::Text) {
    problems_.add(node.place, path,
                  shown(node.text) + " reads as something else than text; put it in quotes: '" + node.text + "'");
    return false;
  }
  if (field.quotesSpaces && !node.quoted && node.text.find(' ') != std::string::npos) {
    problems_.add(node.place, path,
                  shown(node.text) + " has a space inside; put it in quotes if it is one name, or a comma between two");
    return false;
  }
  if (field.check) {
    if (const auto wrong = field.check(node.text)) {
      problems_.add(node.place, path, *wrong);
      return false;
    }
  }
  return true;
}

void ShapeReader::readScalar(const Node& node, const Field& field, const std::string& path, void* target) {
  if (node.kind == Node::Kind::Null) {
    return problems_.add(node.place, path,
                         std::string("has no value; write ") + rightForm(field.kind) + ", or remove the line");
  }
  if (node.kind != Node::Kind::Scalar) {
    return problems_.add(node.place, path, std::string(kindOf(node)) + " stands here; write " + rightForm(field.kind));
  }
  if (field.kind == Kind::Text) {
    if (acceptsText(node, field, path)) field.store(target, node.text);
    return;
  }
  if (field.kind == Kind::Word) {
    if (std::find(field.words.begin(), field.words.end(), node.text) != field.words.end())
      return field.store(target, node.text);
    const auto nearest = nearestWord(node.text, field.words);
    return problems_.add(
        node.place, path,
        shown(node.text) + " is none of " + joined(field.words) + (nearest ? "; did you mean " + *nearest + "?" : ""));
  }
  if (node.quoted) {
    return problems_.add(node.place, path,
                         shown(node.text) + " is a text in quotes; write " + rightForm(field.kind) + ", without quotes");
  }
  if (field.kind == Kind::Switch) {
    const auto value = parseSwitch(node.text);
    return value ? field.store(target, *value) : problems_.add(node.place, path, value.error().message);
  }
  const auto value = field.kind == Kind::Seconds ? parseMilliseconds(node.text) : parseInteger(node.text);
  if (!value) return problems_.add(node.place, path, value.error().message);
  if (*value < field.least || *value > field.most)
    return problems_.add(node.place, path, node.text + " is out of range; write " + bounds(field));
  field.store(target, *value);
}

void ShapeReader::readList(const Node& node, const Field& field, const std::string& path, void* target) {
  if (node.kind != Node::Kind::List) {
    return problems_.add(node.place, path, std::string(kindOf(node)) + " stands here; write " + rightForm(Kind::List));
  }
  std::vector<std::string> values;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Node& item = node.items[i];
    const std::string at = path + "[" + std::to_string(i) + "]";
    places_[at] = item.place;
    if (item.kind != Node::Kind::Scalar) {
      problems_.add(item.place, at, std::string(kindOf(item)) + " stands here; write a text");
    } else if (acceptsText(item, field, at)) {
      values.push_back(item.text);
    }
  }
  field.store(target, values);
}

void ShapeReader::readFree(const Node& node, const Field& field, const std::string& path, void* target) {
  if (node.kind == Node::Kind::Null) return;
  if (node.kind != Node::Kind::Map)
    return problems_.add(node.place, path, std::string("a section with keys is expected here, not ") + kindOf(node));
  field.storeJson(target, freeJson(node, path, problems_));
}

void ShapeReader::readLiteral(const Node& node, const Field& field, const std::string& path, void* target) {
  places_[path] = node.place;
  if (node.kind != Node::Kind::Scalar) {
    return problems_.add(node.place, path,
                         std::string(kindOf(node)) + " stands here; write " + rightForm(Kind::Literal) +
                             (node.kind == Node::Kind::Null ? ", or remove the line" : ""));
  }
  field.storeJson(target, freeJson(node, path, problems_));
}

void ShapeReader::readLiterals(const Node& node, const Field& field, const std::string& path, void* target) {
  if (node.kind != Node::Kind::List || node.items.empty()) {
    const char* found = node.kind == Node::Kind::List ? "an empty list" : kindOf(node);
    return problems_.add(node.place, path, std::string(found) + " stands here; write " + rightForm(Kind::Literals));
  }
  for (std::size_t i = 0; i < node.items.size(); ++i)
    readLiteral(node.items[i], field, path + "[" + std::to_string(i) + "]", target);
}

}  // namespace certus::config
