// Bytes of the Redis protocol, right ones and hostile ones.
#include <gtest/gtest.h>

#include "policy/limits/resp.h"

namespace certus::limits {
namespace {

using Kind = RespValue::Kind;
using State = RespParse::State;

TEST(Resp, WritesCommandsWithAnyBytes) {
  std::string out;
  appendCommand(out, {"SET", std::string_view("a\r\n\0b", 5), ""});
  EXPECT_EQ(out, std::string("*3\r\n$3\r\nSET\r\n$5\r\na\r\n\0b\r\n$0\r\n\r\n", 30));
}

TEST(Resp, ReadsEveryKindAndSaysHowMuchItTook) {
  const std::string bytes = "*6\r\n+OK\r\n-ERR no\r\n:-7\r\n$3\r\na\r\n\r\n$-1\r\n*-1\r\n:1\r\n";
  const RespParse whole = parseReply(bytes);
  ASSERT_EQ(whole.state, State::Whole);
  EXPECT_EQ(whole.used, bytes.size() - 4);
  ASSERT_EQ(whole.value.items.size(), 6u);
  EXPECT_EQ(whole.value.items[0].text, "OK");
  EXPECT_EQ(whole.value.items[1].kind, Kind::Error);
  EXPECT_EQ(whole.value.items[2].integer, -7);
  EXPECT_EQ(whole.value.items[3].text, "a\r\n");
  EXPECT_EQ(whole.value.items[4].kind, Kind::Null);
  EXPECT_EQ(whole.value.items[5].kind, Kind::Null);
}

TEST(Resp, EveryPrefixNeedsMore) {
  const std::string bytes = "*3\r\n:1\r\n$5\r\nhello\r\n*1\r\n+x\r\n";
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_EQ(parseReply(bytes.substr(0, size)).state, State::NeedsMore) << size;
  EXPECT_EQ(parseReply(bytes).state, State::Whole);
}

TEST(Resp, RefusesWhatIsNoReplyOrTooMuch) {
  for (const std::string& bytes :
       {std::string("\r\n"), std::string("hello\r\n"), std::string("HTTP/1.1 400 Bad Request\r\n"), std::string(":\r\n"),
        std::string(":1x\r\n"), std::string(":99999999999999999999\r\n"), std::string("$-2\r\n"), std::string("$65537\r\n"),
        std::string("$2\r\nabc\r\n"), std::string("*257\r\n"), std::string("*-2\r\n"),
        std::string("*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n"), "+" + std::string(2'000, 'x')}) {
    EXPECT_EQ(parseReply(bytes).state, State::Malformed) << bytes.substr(0, 40);
  }
}

TEST(Resp, ListsOfListsAreCappedAsOne) {
  std::string bytes = "*200\r\n";
  for (int i = 0; i < 200; ++i) bytes += "*200\r\n";
  for (int i = 0; i < 200; ++i) bytes += ":1\r\n";
  EXPECT_EQ(parseReply("*2\r\n*200\r\n" + bytes.substr(bytes.find(':')) + "*200\r\n" + bytes.substr(bytes.find(':'))).state,
            State::Malformed);
}

TEST(Resp, RefusesLengthsThatAreNoNumbers) {
  for (const char* bytes : {"$x\r\n", "*x\r\n", "$1x\r\n", "*1x\r\n", "$\r\n"}) {
    EXPECT_EQ(parseReply(bytes).state, RespParse::State::Malformed) << bytes;
  }
}

}  // namespace
}  // namespace certus::limits
