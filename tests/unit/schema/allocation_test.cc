// A promise to the call path: nothing is allocated for a valid value. A program of its own, for it counts what operator new is
// asked for; the thread sanitizer brings an operator new of its own, so it is not built there.
#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/unit/schema/schema_testing.h"

namespace {

std::atomic<std::size_t> allocations{0};

void* counted(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace certus::test {
namespace {

constexpr std::string_view kSchema = R"json({
  "type": "object", "required": ["artifact"], "additionalProperties": false,
  "properties": {
    "artifact": {"type": "string", "pattern": "^sha256:[0-9a-f]{8}$"}, "limit": {"type": "integer", "minimum": 1, "multipleOf": 0.5},
    "kind": {"enum": ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]}, "note": {"type": "string", "maxLength": 10},
    "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": true},
    "options": {"allOf": [{"properties": {"x": {"type": "number"}}}], "anyOf": [{"required": ["x"]}, {"required": ["y"]}],
      "unevaluatedProperties": false}
  }
})json";
constexpr std::string_view kValid =
    R"({"artifact":"sha256:0123abcd","limit":10,"kind":"j","note":"éééééééé","tags":["a","b"],"options":{"x":1.5}})";

TEST(CompiledSchema, AllocatesNothingForAValidValue) {
  const auto schema = compiled(kSchema);
  simdjson::dom::parser parser;
  simdjson::dom::element value;
  ASSERT_EQ(parser.parse(kValid.data(), kValid.size()).get(value), simdjson::SUCCESS);
  std::vector<Violation> found;
  ASSERT_TRUE(schema->validate(value, &found));
  const std::size_t before = allocations.load();
  const bool valid = schema->validate(value, &found);
  const std::size_t after = allocations.load();
  EXPECT_TRUE(valid);
  EXPECT_EQ(after - before, 0U);
}

}  // namespace
}  // namespace certus::test
