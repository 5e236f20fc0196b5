#include "config/json_schema.h"

namespace certus::config {
namespace {

constexpr std::string_view kHead = R"(# yaml-language-server: $schema=gateway.schema.json
#
# Certus Gateway: what ./run serves. Every key there is, each with its default or an example.
# A key behind a # (#threads: 0) is not in force; take the # away to change it.
# Written by `certus-gateway schema --sample`; check an edited copy with `certus-gateway check --config FILE`.
# Any single value can be said by the environment instead: CERTUS_GATEWAY__LISTENERS__MCP__PORT=9000.
)";

class Sample {
 public:
  std::string text = std::string(kHead);

  void write(const Shape& shape, int depth, bool live) {
    for (const Field& field : shape.fields) {
      if (depth == 0) text += "\n";
      line(depth, true, "# " + field.doc + rangeOf(field));
      const bool inner = live && !field.optIn && holdsSample(field);
      switch (field.kind) {
        case Kind::Section:
          line(depth, inner, field.key + ":");
          write(*field.shape, depth + 1, inner);
          break;
        case Kind::Named: named(field, depth, inner); break;
        default: scalar(field, depth, live);
      }
    }
  }

 private:
  static bool holdsSample(const Field& field) {
    if (!field.sample.empty()) return true;
    if (!field.shape || field.optIn) return false;
    if (!field.shape->word.empty()) return true;
    for (const Field& inner : field.shape->fields) {
      if (holdsSample(inner)) return true;
    }
    return false;
  }

  static std::string rangeOf(const Field& field) {
    if (field.kind == Kind::Integer) return " (" + std::to_string(field.least) + " to " + std::to_string(field.most) + ")";
    if (field.kind != Kind::Word) return "";
    std::string out = " One of:";
    for (const std::string& word : field.words) out += " " + word;
    return out + ".";
  }

  void named(const Field& field, int depth, bool live) {
    const Shape& shape = *field.shape;
    line(depth, live, field.key + ":");
    if (shape.word.empty()) {
      line(depth + 1, live, shape.sampleName + ":");
      write(shape, depth + 2, live);
      return;
    }
    line(depth + 1, live, shape.sampleName + ": " + shape.word + "  # " + shape.wordDoc);
    line(depth + 1, true, "# or, instead of the word:");
    line(depth + 1, false, shape.sampleName + ":");
    write(shape, depth + 2, false);
  }

  void scalar(const Field& field, int depth, bool live) {
    const std::string& value = field.sample.empty() ? field.fallback : field.sample;
    line(depth, live && !field.sample.empty(), field.key + (value.empty() ? ": \"\"" : ": " + value));
  }

  void line(int depth, bool live, const std::string& content) {
    text += std::string(static_cast<std::size_t>(depth) * 2, ' ') + (live ? "" : "#") + content + "\n";
  }
};

}  // namespace

std::string sampleYaml(const Shape& shape) {
  Sample sample;
  sample.write(shape, 0, true);
  return sample.text;
}

}  // namespace certus::config
