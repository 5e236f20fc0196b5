#include <array>
#include <csignal>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include "observability/log.h"

namespace certus::observability {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

std::string lineOf(std::string_view name, std::string_view value) {
  std::string out;
  LogFields(out).text(name, value);
  return out;
}

TEST(LogLine, BeginsWithTimeLevelAndEvent) {
  std::string out;
  appendLogHead(out, WallTime(Milliseconds(1'795'372'731'007)), Level::Warning, "call");
  EXPECT_EQ(out, "time=2026-11-22T18:38:51.007Z level=warning event=call");
}

TEST(LogLine, QuotesWhatIsNotOneWord) {
  EXPECT_EQ(lineOf("a", "trust_verify"), " a=trust_verify");
  EXPECT_EQ(lineOf("a", "two words"), " a=\"two words\"");
  EXPECT_EQ(lineOf("a", "say \"x\\y\""), " a=\"say \\\"x\\\\y\\\"\"");
  EXPECT_EQ(lineOf("a", "k=v"), " a=\"k=v\"");
  EXPECT_EQ(lineOf("a", ""), "");
}

TEST(LogLine, LetsNoValueForgeALineOrDriveATerminal) {
  EXPECT_EQ(lineOf("a", "x\nlevel=error"), " a=\"x\\u000alevel=error\"");
  EXPECT_EQ(lineOf("a", "\x1b[31m"), " a=\"\\u001b[31m\"");
  EXPECT_EQ(lineOf("a",
                   "\xc2\x9b"
                   "31m"),
            " a=\"\\u009b31m\"");
  EXPECT_EQ(lineOf("a", "\x7f"), " a=\"\\u007f\"");
  EXPECT_EQ(lineOf("a", "caf\xe9"), " a=\"caf\\ufffd\"");
  EXPECT_EQ(lineOf("a", "caf\xc3\xa9 x"), " a=\"caf\xc3\xa9 x\"");
}

TEST(LogLine, WritesNumbersAndDurations) {
  std::string out;
  LogFields(out).number("n", -3).milliseconds("ms", std::chrono::microseconds(1'042));
  EXPECT_EQ(out, " n=-3 ms=1.042");
}

class LogPipe : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(pipe(ends_.data()), 0); }
  void TearDown() override {
    for (const int end : ends_) close(end);
  }
  std::string readUntilQuiet(int patienceMs) {
    std::string out;
    pollfd wait{ends_[0], POLLIN, 0};
    std::array<char, 65536> chunk;
    while (poll(&wait, 1, patienceMs) == 1) {
      const ssize_t size = read(ends_[0], chunk.data(), chunk.size());
      if (size <= 0) break;
      out.append(chunk.data(), static_cast<std::size_t>(size));
      patienceMs = 0;
    }
    return out;
  }
  std::array<int, 2> ends_{};
};

TEST_F(LogPipe, WritesLinesByItselfAfterAShortWhile) {
  Log log(Level::Info, ends_[1]);
  log.write(Level::Info, "start", "hello there");
  EXPECT_THAT(readUntilQuiet(60'000), MatchesRegex("time=[^ ]+Z level=info event=start message=\"hello there\"\n"));
}

TEST_F(LogPipe, LeavesOutWhatIsBelowTheLevel) {
  {
    Log log(Level::Warning, ends_[1]);
    EXPECT_FALSE(log.wants(Level::Info));
    log.write(Level::Info, "quiet", "no");
    log.write(Level::Error, "loud", "yes");
  }
  const std::string text = readUntilQuiet(0);
  EXPECT_THAT(text, HasSubstr("event=loud"));
  EXPECT_THAT(text, testing::Not(HasSubstr("event=quiet")));
}

TEST_F(LogPipe, WritesWhatIsLeftWhenItEnds) {
  {
    Log log(Level::Info, ends_[1]);
    log.write(Level::Info, "last", "words");
  }
  EXPECT_THAT(readUntilQuiet(0), HasSubstr("event=last"));
}

TEST_F(LogPipe, KeepsLinesOfManyThreadsWhole) {
  std::string text;
  {
    Log log(Level::Info, ends_[1]);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&log] {
        for (int i = 0; i < 100; ++i) log.write(Level::Info, "n", [i](LogFields& line) { line.number("i", i); });
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  text = readUntilQuiet(0);
  std::size_t lines = 0, at = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; at = end + 1, end = text.find('\n', at), ++lines) {
    EXPECT_THAT(text.substr(at, end - at), MatchesRegex("time=[^ ]+ level=info event=n i=[0-9]+"));
  }
  EXPECT_EQ(lines, 400u);
  EXPECT_EQ(at, text.size());
}

constexpr Milliseconds kAnHour{3'600'000};

TEST_F(LogPipe, WritesAnErrorAtOnce) {
  Log log(Level::Info, ends_[1], kAnHour);
  log.write(Level::Error, "broken", "now");
  EXPECT_THAT(readUntilQuiet(20'000), HasSubstr("event=broken"));
}

TEST_F(LogPipe, WritesAFullBufferAtOnce) {
  Log log(Level::Info, ends_[1], kAnHour);
  const std::string text(1000, 'x');
  for (std::size_t written = 0; written < Log::kWriteAtBytes; written += text.size()) log.write(Level::Info, "call", text);
  EXPECT_THAT(readUntilQuiet(20'000), HasSubstr("event=call"));
}

TEST_F(LogPipe, NeverBlocksTheWriterAndCountsWhatItDrops) {
  signal(SIGPIPE, SIG_IGN);
  Log log(Level::Info, ends_[1]);
  const std::string big(4096, 'x');
  // Into a pipe that nobody reads: one buffer is with the flusher, which waits, and one fills.
  for (std::size_t written = 0; written < 3 * Log::kMostBufferedBytes; written += big.size()) log.write(Level::Info, "big", big);
  EXPECT_GT(log.dropped(), 0u);
  close(ends_[0]);  // the flusher's write fails and the log can end
  ends_[0] = open("/dev/null", O_RDONLY);
}

}  // namespace
}  // namespace certus::observability
