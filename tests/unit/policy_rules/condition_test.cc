// Every kind of condition, on every kind of value, under allow and under deny.
#include <gtest/gtest.h>

#include "policy/rules/condition.h"

namespace certus::rules {
namespace {

struct Row {
  const char* what;
  ConditionSource condition;
  const char* arguments;
  bool allows, denies;  // an allow with this condition applies; a deny with it applies
};

ConditionSource on(std::string path) {
  ConditionSource out;
  out.path = std::move(path);
  return out;
}
ConditionSource equals(std::string path, std::string json) {
  ConditionSource out = on(std::move(path));
  out.equals = std::move(json);
  return out;
}
ConditionSource oneOf(std::string path, std::vector<std::string> jsons) {
  ConditionSource out = on(std::move(path));
  out.oneOf = std::move(jsons);
  return out;
}
ConditionSource pattern(std::string path, std::string text) {
  ConditionSource out = on(std::move(path));
  out.pattern = std::move(text);
  return out;
}
ConditionSource bounds(std::string path, std::string least, std::string most) {
  ConditionSource out = on(std::move(path));
  out.atLeast = std::move(least);
  out.atMost = std::move(most);
  return out;
}
ConditionSource present(std::string path, bool wanted) {
  ConditionSource out = on(std::move(path));
  out.present = wanted;
  return out;
}
ConditionSource presentAnd(ConditionSource out) {
  out.present = true;
  return out;
}

std::vector<Row> rows() {
  return {
      {"an equal text", equals("a", R"("x")"), R"({"a":"x"})", true, true},
      {"another text", equals("a", R"("x")"), R"({"a":"X"})", false, false},
      {"no text at all", equals("a", R"("x")"), R"({})", false, true},
      {"null", equals("a", R"("x")"), R"({"a":null})", false, true},
      {"another type", equals("a", R"("5")"), R"({"a":5})", false, true},
      {"an object where a text is compared", equals("a", R"("x")"), R"({"a":{}})", false, true},
      {"arguments that are no object", equals("a", R"("x")"), R"([1])", false, true},
      {"an equal number", equals("a", "5"), R"({"a":5})", true, true},
      {"an equal number written as a fraction", equals("a", "5"), R"({"a":5.0})", true, true},
      {"a number as text", equals("a", "5"), R"({"a":"5"})", false, true},
      {"neighbours beyond what a double can tell", equals("a", "9007199254740993"), R"({"a":9007199254740992})", false,
       false},
      {"the largest unsigned number", equals("a", "18446744073709551615"), R"({"a":18446744073709551615})", true, true},
      {"a negative number", equals("a", "-3"), R"({"a":-3})", true, true},
      {"a fraction", equals("a", "0.5"), R"({"a":0.5})", true, true},
      {"a switch", equals("a", "true"), R"({"a":true})", true, true},
      {"the other switch", equals("a", "true"), R"({"a":false})", false, false},
      {"a switch as a number", equals("a", "true"), R"({"a":1})", false, true},
      {"one of two", oneOf("a", {R"("x")", R"("y")"}), R"({"a":"y"})", true, true},
      {"none of two", oneOf("a", {R"("x")", R"("y")"}), R"({"a":"z"})", false, false},
      {"one of two types", oneOf("a", {R"("x")", "2"}), R"({"a":2})", true, true},
      {"none of two types", oneOf("a", {R"("x")", "2"}), R"({"a":3})", false, false},
      {"a type that none has", oneOf("a", {R"("x")", "2"}), R"({"a":true})", false, true},
      {"a matching pattern", pattern("a", "prod-.*"), R"({"a":"prod-eu"})", true, true},
      {"a pattern in the middle only", pattern("a", "prod-.*"), R"({"a":"x prod-eu"})", false, false},
      {"a line break behind what is denied", pattern("a", ".*prod.*"), R"({"a":"x\nprod\n"})", true, true},
      {"a pattern and a number", pattern("a", "[0-9]+"), R"({"a":5})", false, true},
      {"within bounds", bounds("a", "1", "10"), R"({"a":10})", true, true},
      {"below bounds", bounds("a", "1", "10"), R"({"a":0.99})", false, false},
      {"above bounds", bounds("a", "1", "10"), R"({"a":10.5})", false, false},
      {"above a lower bound only", bounds("a", "1", ""), R"({"a":18446744073709551615})", true, true},
      {"below an upper bound only", bounds("a", "", "10"), R"({"a":-9223372036854775808})", true, true},
      {"a number in quotes must not slip past a bound", bounds("a", "1000", ""), R"({"a":"100000"})", false, true},
      {"given", present("a", true), R"({"a":0})", true, true},
      {"not given", present("a", true), R"({})", false, false},
      {"null is neither given nor left out", present("a", true), R"({"a":null})", false, true},
      {"left out", present("a", false), R"({})", true, true},
      {"not left out", present("a", false), R"({"a":1})", false, false},
      {"null is neither left out nor given", present("a", false), R"({"a":null})", false, true},
      {"given and right", presentAnd(equals("a", R"("x")")), R"({"a":"x"})", true, true},
      {"given and wrong", presentAnd(equals("a", R"("x")")), R"({"a":"y"})", false, false},
      {"not given although it must be", presentAnd(equals("a", R"("x")")), R"({})", false, false},
      {"nested", equals("a.b.c", "1"), R"({"a":{"b":{"c":1}}})", true, true},
      {"nested, cut short", equals("a.b.c", "1"), R"({"a":{}})", false, true},
      {"nested in what is no object", present("a.b", false), R"({"a":5})", false, true},
      {"nested and left out with all above it", present("a.b", false), R"({})", true, true},
      {"a name with a dot", equals("a.\"b.c\"", "1"), R"({"a":{"b.c":1}})", true, true},
      {"every item right", equals("a[].n", "1"), R"({"a":[{"n":1},{"n":1}]})", true, true},
      {"one item wrong", equals("a[].n", "1"), R"({"a":[{"n":1},{"n":2}]})", false, true},
      {"every item wrong", equals("a[].n", "1"), R"({"a":[{"n":3},{"n":2}]})", false, false},
      {"one item without it", equals("a[].n", "1"), R"({"a":[{"n":1},{}]})", false, true},
      {"no items", equals("a[].n", "1"), R"({"a":[]})", false, true},
      {"no items, where they may be left out", presentAnd(equals("a[].n", "1")), R"({"a":[]})", false, false},
      {"nothing inside of no items", present("a[].n", false), R"({"a":[]})", true, true},
      {"no list", equals("a[]", "1"), R"({"a":1})", false, true},
      {"lists in lists", equals("a[][]", "1"), R"({"a":[[1],[1,1]]})", true, true},
  };
}

TEST(Condition, AllowsOnlyWhatHoldsForCertainAndDeniesUnlessItFailsForCertain) {
  simdjson::dom::parser parser;
  for (const Row& row : rows()) {
    SCOPED_TRACE(row.what);
    auto condition = Condition::compile(
        row.condition, [](const std::string& key, const std::string& message) { ADD_FAILURE() << key << ": " << message; });
    ASSERT_TRUE(condition);
    std::vector<Condition> all;
    all.push_back(std::move(*condition));
    const simdjson::dom::element arguments = parser.parse(std::string_view(row.arguments)).value();
    EXPECT_EQ(allHold(all, arguments), row.allows);
    EXPECT_EQ(noneFails(all, arguments), row.denies);
  }
}

TEST(Condition, NeedsAllOfARulesConditions) {
  simdjson::dom::parser parser;
  std::vector<Condition> both;
  for (const auto& source : {equals("a", "1"), equals("b", "2")})
    both.push_back(*Condition::compile(source, [](const std::string&, const std::string&) {}));
  const auto judge = [&](std::string_view json) {
    const simdjson::dom::element arguments = parser.parse(json).value();
    return std::pair(allHold(both, arguments), noneFails(both, arguments));
  };
  EXPECT_EQ(judge(R"({"a":1,"b":2})"), std::pair(true, true));
  EXPECT_EQ(judge(R"({"a":1,"b":3})"), std::pair(false, false));
  EXPECT_EQ(judge(R"({"a":1})"), std::pair(false, true));
  EXPECT_EQ(judge(R"({"b":3})"), std::pair(false, false));
}

struct Wrong {
  const char* what;
  ConditionSource condition;
  const char* key;
  const char* message;
};

TEST(Condition, RefusesWhatNoArgumentIsNeededToFindWrong) {
  ConditionSource both = equals("a", "1");
  both.oneOf = {"1"};
  ConditionSource absentValue = equals("a", "1");
  absentValue.present = false;
  const auto and_ = [](ConditionSource out, const ConditionSource& more) {
    if (!more.pattern.empty()) out.pattern = more.pattern;
    if (!more.atLeast.empty()) out.atLeast = more.atLeast;
    if (!more.atMost.empty()) out.atMost = more.atMost;
    return out;
  };
  const Wrong wrongs[] = {
      {"a value below its own bound", and_(equals("a", "3"), bounds("", "5", "")), "equals", "not within the bounds"},
      {"a value above its own bound", and_(oneOf("a", {"3", "8"}), bounds("", "", "5")), "one_of[1]",
       "not within the bounds"},
      {"a text beside a bound", and_(equals("a", "\"x\""), bounds("", "5", "")), "equals", "not within the bounds"},
      {"a value that its own pattern refuses", and_(equals("a", "\"oldest\""), pattern("", "new.*")), "equals",
       "does not match"},
      {"a number beside a pattern", and_(oneOf("a", {"\"new\"", "5"}), pattern("", "new.*")), "one_of[1]", "does not match"},
      {"a pattern and a bound", and_(pattern("a", "x.*"), bounds("", "", "5")), "pattern", "no value fits both"},
      {"an item that is left out", present("a[]", false), "present", "never left out"},
      {"nothing said", on("a"), "", "says nothing"},
      {"a malformed path", equals("a..b", "1"), "", "not an argument's path"},
      {"an unclosed name", equals("\"a", "1"), "", "not an argument's path"},
      {"half a list", equals("a[0]", "1"), "", "not an argument's path"},
      {"a path too deep", equals("a[][][][][][][][][][][][][][][][]", "1"), "", "not an argument's path"},
      {"a path too long", equals(std::string(300, 'a'), "1"), "", "not an argument's path"},
      {"equals and one_of", both, "equals", "keep one"},
      {"null", equals("a", "null"), "equals", "present: false"},
      {"null among others", oneOf("a", {"1", "null"}), "one_of[1]", "present: false"},
      {"a value of what is left out", absentValue, "present", "left out"},
      {"a broken pattern", pattern("a", "("), "pattern", "RE2"},
      {"a pattern with a back reference", pattern("a", "(a)\\1"), "pattern", "RE2"},
      {"a pattern that is just a word", pattern("a", "prod"), "pattern", ".*prod.*"},
      {"an endless pattern", pattern("a", std::string(1001, '.')), "pattern", "1000"},
      {"a pattern that would need gigabytes", pattern("a", "((a{100}){100}){100}"), "pattern", "RE2"},
      {"a text as a bound", bounds("a", "\"1\"", ""), "at_least", "without quotes"},
      {"a switch as a bound", bounds("a", "", "true"), "at_most", "not a number"},
      {"bounds exchanged", bounds("a", "5", "4"), "at_least", "exchange"},
  };
  for (const Wrong& wrong : wrongs) {
    SCOPED_TRACE(wrong.what);
    std::string key = "none", said;
    EXPECT_FALSE(Condition::compile(wrong.condition, [&](const std::string& at, const std::string& message) {
      key = at;
      said = message;
    }));
    EXPECT_EQ(key, wrong.key);
    EXPECT_NE(said.find(wrong.message), std::string::npos) << said;
  }
}

TEST(Condition, IsCanonicalByWhatItFinds) {
  const auto canonical = [](const ConditionSource& source) {
    return Condition::compile(source, [](const std::string&, const std::string&) {})->canonical();
  };
  EXPECT_EQ(canonical(equals("a", "1")), canonical(oneOf("\"a\"", {"1.0", "1"})));
  EXPECT_EQ(canonical(oneOf("a", {"1", "\"x\""})), canonical(oneOf("a", {"\"x\"", "1"})));
  const ConditionSource different[] = {equals("a", "1"),
                                       equals("a", "2"),
                                       equals("a", "\"1\""),
                                       equals("a", "true"),
                                       equals("a", "false"),
                                       equals("b", "1"),
                                       equals("a[]", "1"),
                                       bounds("a", "1", ""),
                                       bounds("a", "", "1"),
                                       bounds("a", "1", "1"),
                                       pattern("a", "1.*"),
                                       present("a", true),
                                       present("a", false),
                                       presentAnd(equals("a", "1")),
                                       equals("a", "9007199254740993"),
                                       equals("a", "9007199254740992")};
  for (const auto& one : different) {
    for (const auto& other : different) EXPECT_EQ(canonical(one) == canonical(other), &one == &other) << canonical(one);
  }
}

TEST(Condition, ReadsAsAPersonWouldSayIt) {
  const auto wish = [](const ConditionSource& source) {
    return Condition::compile(source, [](const std::string&, const std::string&) {})->wish();
  };
  EXPECT_EQ(wish(equals("type", "\"sbom\"")), "type is \"sbom\"");
  EXPECT_EQ(wish(oneOf("n", {"1", "2"})), "n is one of 1, 2");
  EXPECT_EQ(wish(oneOf("n", std::vector<std::string>(13, "1"))), "n is one of 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, ...");
  EXPECT_EQ(wish(presentAnd(pattern("a", "x.*"))), "a is given and matches x.*");
  EXPECT_EQ(wish(present("a", false)), "a is left out");
  EXPECT_EQ(wish(bounds("n", "1", "5")), "n is from 1 to 5");
  EXPECT_EQ(wish(bounds("n", "1", "")), "n is at least 1");
  EXPECT_EQ(wish(bounds("n", "", "5")), "n is at most 5");
}

}  // namespace
}  // namespace certus::rules
