// When a change of files counts. Time is a number here.
#include <gtest/gtest.h>

#include "gateway/reload/change_detector.h"

namespace certus::reload {
namespace {

struct Detector : ::testing::Test {
  // Looks at `second` at files with this trace and this digest: the digest that counts now, or "".
  std::string look(double second, const std::string& trace, const std::string& digest) {
    const SteadyTime at{};
    const auto now = at + std::chrono::duration_cast<SteadyTime::duration>(std::chrono::duration<double>(1000 + second));
    return detector.look(now, trace, [&] { return ++reads, digest; }).value_or("");
  }
  ChangeDetector detector{Milliseconds{2000}};
  int reads = 0;
};

TEST_F(Detector, TheFirstSetCountsOnceItWasQuiet) {
  EXPECT_EQ(look(0, "t1", "d1"), "");
  EXPECT_EQ(look(1.9, "t1", "d1"), "");
  EXPECT_EQ(look(2, "t1", "d1"), "d1");
}

TEST_F(Detector, NothingIsReadWhileNothingMoves) {
  for (int i = 0; i < 100; ++i) look(i, "t1", "d1");
  EXPECT_EQ(reads, 2);
}

TEST_F(Detector, ACheckoutHalfWayNeverCounts) {
  look(0, "t1", "d1");
  look(2, "t1", "d1");
  for (int file = 0; file < 30; ++file)  // a file a second, and looks between
    for (const double part : {0.0, 0.5})
      EXPECT_EQ(look(10 + file + part, "t-" + std::to_string(file), "d-" + std::to_string(file)), "");
  EXPECT_EQ(look(40.9, "t-29", "d-29"), "");
  EXPECT_EQ(look(41, "t-29", "d-29"), "d-29");
}

TEST_F(Detector, AWriteWithoutATraceStartsTheWaitAnew) {
  look(0, "t1", "half");
  EXPECT_EQ(look(2, "t1", "whole"), "");
  EXPECT_EQ(look(3.9, "t1", "whole"), "");
  EXPECT_EQ(look(4, "t1", "whole"), "whole");
}

TEST_F(Detector, AChangeThatIsTakenBackInTimeIsNone) {
  look(0, "t1", "d1");
  look(2, "t1", "d1");
  EXPECT_EQ(look(3, "t2", "d2"), "");
  EXPECT_EQ(look(4, "t1", "d1"), "");
  EXPECT_EQ(look(9, "t1", "d1"), "");
  EXPECT_EQ(look(10, "t2", "d2"), "");  // and waits anew when it comes back
  EXPECT_EQ(look(11, "t2", "d2"), "");
  EXPECT_EQ(look(12, "t2", "d2"), "d2");
}

TEST_F(Detector, EachChangeCountsOnce) {
  look(0, "t1", "d1");
  EXPECT_EQ(look(2, "t1", "d1"), "d1");
  EXPECT_EQ(look(5, "t1", "d1"), "");
  look(6, "t2", "d2");
  EXPECT_EQ(look(8, "t2", "d2"), "d2");
  EXPECT_EQ(look(11, "t2", "d2"), "");
}

}  // namespace
}  // namespace certus::reload
