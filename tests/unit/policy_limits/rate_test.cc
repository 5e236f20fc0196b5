// The grammar of rates, and the arithmetic behind them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/limits/bucket.h"
#include "policy/limits/rate.h"

namespace certus::limits {
namespace {

using ::testing::HasSubstr;

Rate rate(const char* text) { return parseRate(text).value(); }

TEST(Rate, ReadsCountUnitAndBurst) {
  EXPECT_EQ(rate("30/m"), (Rate{30, 60'000'000, 30}));
  EXPECT_EQ(rate("5/s burst 10"), (Rate{5, 1'000'000, 10}));
  EXPECT_EQ(rate("1000/h"), (Rate{1000, 3'600'000'000, 1000}));
  EXPECT_EQ(rate("200/d burst 20"), (Rate{200, 86'400'000'000, 20}));
  EXPECT_EQ(rate("1000000/s"), (Rate{1'000'000, 1'000'000, 1'000'000}));
}

TEST(Rate, IsWrittenAsItIsRead) {
  for (const char* text : {"30/m", "5/s burst 10", "1000/h", "200/d burst 20", "1/s"}) EXPECT_EQ(toString(rate(text)), text);
  EXPECT_EQ(toString(rate("5/s burst 5")), "5/s");
}

TEST(Rate, RefusesEverythingElseAndShowsTheRightForm) {
  for (const char* text : {"",
                           "30",
                           "/m",
                           "30/",
                           "0/s",
                           "01/s",
                           "-1/s",
                           "+1/s",
                           "1.5/s",
                           "30/w",
                           "30/M",
                           "30/ms",
                           " 30/m",
                           "30/m ",
                           "30/mburst 4",
                           "30/m burst",
                           "30/m burst ",
                           "30/m burst 0",
                           "30/m burst 07",
                           "30/m  burst 4",
                           "30/m burst 4 burst 5",
                           "1000001/s",
                           "99999999999999999999/s",
                           "1/s burst 1000001",
                           "0x10/s",
                           "1e3/s"}) {
    const auto parsed = parseRate(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_THAT(parsed.error().message, HasSubstr("30/m, 5/s burst 10 or 1000/h")) << text;
    EXPECT_EQ(checkRate(text), parsed.error().message);
  }
  EXPECT_EQ(checkRate("30/m"), std::nullopt);
}

TEST(Rate, GuessesWhatWasMeant) {
  for (const char* text : {"30/min", "30 / m", "30 per minute", "30/Minute", "30/M"})
    EXPECT_THAT(parseRate(text).error().message, HasSubstr("did you mean 30/m?")) << text;
  EXPECT_THAT(parseRate("5/sec").error().message, HasSubstr("did you mean 5/s?"));
  EXPECT_THAT(parseRate("30/month").error().message, Not(HasSubstr("did you mean")));
  EXPECT_THAT(parseRate(std::string(5000, 'x')).error().message.size(), ::testing::Lt(400u));
}

TEST(Rate, RefusesABurstThatCannotBeCountedExactly) {
  EXPECT_TRUE(parseRate("100000/d"));
  EXPECT_THAT(parseRate("1000000/d").error().message, HasSubstr("add a smaller \" burst COUNT\""));
  EXPECT_TRUE(parseRate("1000000/d burst 1000"));
}

TEST(Bucket, PaysBackExactlyWhatTheRateSays) {
  const Rate three = rate("3/s");  // a third of a second is no whole number of microseconds
  Bucket bucket{chargeOf(three, 3), 0};
  EXPECT_EQ(waitFor(debtAt(bucket, three, 0), three, chargeOf(three, 1)), 333'334);
  EXPECT_GT(waitFor(debtAt(bucket, three, 333'333), three, chargeOf(three, 1)), 0);
  EXPECT_EQ(waitFor(debtAt(bucket, three, 333'334), three, chargeOf(three, 1)), 0);
  EXPECT_EQ(debtAt(bucket, three, 999'999), 3);
  EXPECT_EQ(debtAt(bucket, three, 1'000'000), 0);
  EXPECT_EQ(debtAt(bucket, three, 1'000'000'000'000'000), 0);
}

TEST(Bucket, AClockThatLagsPaysNothing) {
  const Rate one = rate("1/s");
  EXPECT_EQ(debtAt({500, 1'000}, one, 10), 500);
}

TEST(Bucket, TheLargestRatesStayExact) {
  const Rate most = rate("1000000/h");
  const std::int64_t full = capacityOf(most);
  EXPECT_EQ(full, 3'600'000'000'000'000);
  EXPECT_EQ(waitFor(full, most, chargeOf(most, 1)), 3'600);
  EXPECT_EQ(debtAt({full, 0}, most, 3'599'999'999), 1'000'000);
}

}  // namespace
}  // namespace certus::limits
