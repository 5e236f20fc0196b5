#include "modules/trust/instant.h"

#include <gtest/gtest.h>

namespace certus::trust {
namespace {

std::string roundTrip(std::string_view text) {
  const auto instant = parseInstant(text);
  return instant ? toRfc3339(*instant) : "none";
}

TEST(Instant, ReadsDaysAndTimes) {
  EXPECT_EQ(roundTrip("2025-12-31"), "2025-12-31T00:00:00.000000Z");
  EXPECT_EQ(roundTrip("2025-12-31T10:11:12Z"), "2025-12-31T10:11:12.000000Z");
  EXPECT_EQ(roundTrip("2025-12-31T10:11:12.3Z"), "2025-12-31T10:11:12.300000Z");
  EXPECT_EQ(roundTrip("2025-12-31T10:11:12.123456789Z"), "2025-12-31T10:11:12.123456Z");
  EXPECT_EQ(roundTrip("2025-12-31 10:11"), "2025-12-31T10:11:00.000000Z");
  EXPECT_EQ(roundTrip("1969-12-31T23:59:59.5Z"), "1969-12-31T23:59:59.500000Z");
  EXPECT_EQ(roundTrip("2024-02-29"), "2024-02-29T00:00:00.000000Z");
}

TEST(Instant, TurnsOffsetsIntoUtc) {
  EXPECT_EQ(roundTrip("2026-01-01T01:30:00+02:00"), "2025-12-31T23:30:00.000000Z");
  EXPECT_EQ(roundTrip("2025-12-31T23:30:00-01:00"), "2026-01-01T00:30:00.000000Z");
}

TEST(Instant, ADayLastsToItsLastMicrosecond) {
  EXPECT_EQ(toRfc3339(parseLastInstant("2025-12-31").value()), "2025-12-31T23:59:59.999999Z");
  EXPECT_EQ(toRfc3339(parseLastInstant("2025-12-31T08:00:00Z").value()), "2025-12-31T08:00:00.000000Z");
}

TEST(Instant, RefusesWhatIsNoDate) {
  for (const char* text :
       {"", "2025", "2025-13-01", "2025-02-30", "2025-12-31T", "2025-12-31T25:00:00Z", "2025-12-31T10:60:00Z",
        "2025-12-31T10:00:61Z", "2025-12-31T10:00:00.Z", "2025-12-31T10:00:00+2", "2025-12-31T10:00:00+24:00",
        "2025-12-31T10:00:00Zx", "-025-12-31", "31.12.2025", "2025-12-31T-1:00:00Z"}) {
    EXPECT_EQ(parseInstant(text), std::nullopt) << text;
    EXPECT_EQ(parseLastInstant(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace certus::trust
