#include <gmock/gmock.h>

#include "trust_host.h"

namespace certus::trust {
namespace {

std::string refusalOf(const Json& settings) {
  try {
    const FakeHost host(moduleTable<TrustModule>(), settings);
    return "accepted";
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

TEST(TrustSettings, NameAnotherService) {
  FakeHost host(moduleTable<TrustModule>(), {{"service", "trust-staging"}});
  EXPECT_EQ(host.tool("get_stats").pending().service, "trust-staging");
}

TEST(TrustSettings, SuggestTheNearestWordForAnUnknownOne) {
  EXPECT_EQ(refusalOf({{"servce", "trust"}}), "unknown setting `servce`: did you mean `service`?");
  EXPECT_THAT(refusalOf({{"url", "x"}}), ::testing::HasSubstr("knows only `service`"));
}

TEST(TrustSettings, RefuseAServiceThatIsNoName) {
  for (const Json& value : {Json(5), Json(""), Json()}) {
    EXPECT_THAT(refusalOf({{"service", value}}), ::testing::HasSubstr("`service` must be the name of an entry")) << value;
  }
  EXPECT_THAT(refusalOf(Json::array()), ::testing::HasSubstr("must be a mapping"));
}

}  // namespace
}  // namespace certus::trust
