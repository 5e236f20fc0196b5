#include <gtest/gtest.h>

#include "modules/trust/digest.h"
#include "modules/trust/fields.h"
#include "modules/trust/text.h"

namespace certus::trust {
namespace {

TEST(PlainText, IsOneLineWithoutAddresses) {
  EXPECT_EQ(plain("a\nb\tc"), "a b c");
  EXPECT_EQ(plain("see https://u:p@host/x?y, then (redis://h:1) end"), "see [address] then ([address]) end");
  EXPECT_EQ(plain("://odd"), "[address]");
}

TEST(PlainText, IsCutOnACharacter) {
  EXPECT_EQ(plain("abcdef", 3), "abc...");
  EXPECT_EQ(plain("a\xC3\xA4\xC3\xA4", 4), "a\xC3\xA4...");
}

TEST(Counted, AgreesWithTheNumber) {
  EXPECT_EQ(counted(1, "entry", "entries"), "1 entry");
  EXPECT_EQ(counted(0, "entry", "entries"), "0 entries");
}

TEST(CanonicalDigest, IsLowerCaseWithItsAlgorithm) {
  const std::string hex(64, 'A');
  EXPECT_EQ(canonicalDigest(hex), "sha256:" + std::string(64, 'a'));
  EXPECT_EQ(canonicalDigest("sha256:" + hex), "sha256:" + std::string(64, 'a'));
  EXPECT_EQ(canonicalDigest("sha512:" + hex), std::nullopt);
  EXPECT_EQ(canonicalDigest(std::string(63, 'a')), std::nullopt);
  EXPECT_EQ(canonicalDigest(std::string(64, 'g')), std::nullopt);
}

TEST(Fields, ReadAbsentNullAndWrongTypesAsNotSaid) {
  const Json odd{{"null", nullptr}, {"number", 5}, {"text", "t"}};
  EXPECT_EQ(stringAt(odd, "absent"), std::nullopt);
  EXPECT_EQ(stringAt(odd, "null"), std::nullopt);
  EXPECT_EQ(stringAt(odd, "number"), std::nullopt);
  EXPECT_EQ(integerAt(odd, "text"), std::nullopt);
  EXPECT_EQ(boolAt(odd, "number"), std::nullopt);
  EXPECT_EQ(objectAt(odd, "text"), nullptr);
  EXPECT_EQ(arrayAt(odd, "text"), nullptr);
  EXPECT_EQ(stringAt(Json(5), "text"), std::nullopt);
  EXPECT_EQ(stringAt(odd, "text"), "t");
}

TEST(Fields, NullsAreLeftOutAtEveryDepth) {
  const Json nested{{"a", nullptr}, {"b", {{"c", nullptr}, {"d", 1}}}, {"e", Json::array({nullptr, 2})}};
  EXPECT_EQ(withoutNulls(nested), (Json{{"b", {{"d", 1}}}, {"e", Json::array({2})}}));
}

}  // namespace
}  // namespace certus::trust
