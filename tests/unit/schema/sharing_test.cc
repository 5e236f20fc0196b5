// A promise to the call path: one schema serves all threads.
#include <atomic>
#include <thread>

#include "tests/unit/schema/schema_testing.h"

namespace certus::test {
namespace {

TEST(CompiledSchema, ServesManyThreadsAtOnce) {
  const auto schema = compiled(
      R"json({"properties": {"a": {"pattern": "^(a|b)+c$"}, "b": {"pattern": "^[0-9]{3}$"}}, "additionalProperties": false})json");
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      simdjson::dom::parser parser;
      for (int i = 0; i < 200; ++i) {
        const bool good = (i + thread) % 2 == 0;
        const std::string text = good ? R"({"a":"ababc","b":"123"})" : R"({"a":"abab","b":"12","c":1})";
        simdjson::dom::element value;
        std::vector<Violation> found;
        if (parser.parse(text).get(value) != simdjson::SUCCESS || schema->validate(value, &found) != good) ++wrong;
        if (found.size() != (good ? 0U : 3U)) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong.load(), 0);
}

}  // namespace
}  // namespace certus::test
