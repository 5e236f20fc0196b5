// The parts that need no socket.
#include <set>

#include <gtest/gtest.h>

#include "gateway/transport/endpoint.h"
#include "gateway/transport/line_splitter.h"
#include "gateway/transport/one_line.h"
#include "gateway/transport/request_headers.h"
#include "gateway/transport/request_id.h"
#include "gateway/transport/session_registry.h"

namespace certus::gateway::test {
namespace {

TEST(RequestIds, AreTwentySixCharactersAndNeverRepeat) {
  RequestIds ids;
  std::set<std::string> seen;
  for (int i = 0; i < 5'000; ++i) {
    const std::string id(ids.next().view());
    EXPECT_EQ(id.size(), 26u);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdefghjkmnpqrstvwxyz"), std::string::npos) << id;
    EXPECT_TRUE(seen.insert(id).second);
  }
  std::set<char> last;
  for (const auto& id : seen) last.insert(id.back());
  EXPECT_EQ(last.size(), 8u);  // 128 bits: the last character holds three of them, shifted up
}

TEST(AcceptedTypes, AreReadLeniently) {
  const auto both = [](const char* text) {
    const AcceptedTypes accepted = acceptedTypes(text);
    return accepted.json && accepted.eventStream;
  };
  EXPECT_TRUE(acceptedTypes(std::nullopt).json && acceptedTypes(std::nullopt).eventStream);
  EXPECT_TRUE(both(""));
  EXPECT_TRUE(both("*/*"));
  EXPECT_TRUE(both("text/event-stream;q=0.5 , Application/JSON"));
  EXPECT_FALSE(acceptedTypes("application/json").eventStream);
  EXPECT_FALSE(acceptedTypes("text/event-stream").json);
  EXPECT_TRUE(acceptedTypes("text/html").json);
  EXPECT_FALSE(acceptedTypes("text/html").eventStream);
}

TEST(RequestHeaders, FindsEachMcpHeaderWhateverItsCase) {
  const http::Field fields[] = {{"mcp-protocol-version", "v"}, {"MCP-METHOD", "m"},        {"Mcp-Name", ""},
                                {"mcp-session-id", "s"},       {"Mcp-Param-Region", "eu"}, {"Mcp-Param-", "no"},
                                {"TraceParent", "00-aa"},      {"Mcp-Method", "second"}};
  http::RequestHead head;
  head.fields = fields;
  const RequestHeaders found = RequestHeaders::of(head);
  EXPECT_EQ(found.protocolVersion, "v");
  EXPECT_EQ(found.mcpMethod, "m");
  ASSERT_TRUE(found.mcpName.has_value());
  EXPECT_EQ(*found.mcpName, "");
  EXPECT_EQ(found.sessionId, "s");
  EXPECT_EQ(found.traceparent, "00-aa");
  EXPECT_FALSE(found.accept.has_value());
  ASSERT_EQ(found.mcpParams.size(), 1u);
  EXPECT_EQ(found.mcpParams[0].first, "Region");
  EXPECT_EQ(found.mcpParams[0].second, "eu");
}

TEST(Endpoints, AreThePathsOfTheThreeFaces) {
  EXPECT_EQ(endpointOf("/mcp")->routePath, "/mcp");
  EXPECT_EQ(endpointOf("/mcp/trust")->routePath, "/mcp/trust");
  EXPECT_EQ(endpointOf("/sse/trust")->routePath, "/mcp/trust");
  EXPECT_EQ(endpointOf("/sse")->face, Endpoint::Face::LegacyStream);
  EXPECT_EQ(endpointOf("/messages")->face, Endpoint::Face::LegacyMessages);
  for (const char* path : {"/", "/mcpx", "/ssex", "/messages/", "/other"}) EXPECT_FALSE(endpointOf(path)) << path;
}

struct Lines {
  std::vector<std::string> lines;
  int tooLong = 0;
  LineSplitter splitter{8, {[this](std::string line) { lines.push_back(std::move(line)); }, [this] { ++tooLong; }}};
};

TEST(LineSplitter, CutsWhereverTheBytesAreSplit) {
  const std::string text = "one\r\n\n  \ntwo\nthree";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Lines read;
    read.splitter.feed(std::string_view(text).substr(0, cut));
    read.splitter.feed(std::string_view(text).substr(cut));
    read.splitter.end();
    EXPECT_EQ(read.lines, (std::vector<std::string>{"one", "two", "three"}));
  }
}

TEST(LineSplitter, SkipsALongLineWholeAndReportsItOnce) {
  Lines read;
  read.splitter.feed("123456789");
  read.splitter.feed("more of it");
  read.splitter.feed("end\n12345678\nok\n");
  EXPECT_EQ(read.tooLong, 1);
  EXPECT_EQ(read.lines, (std::vector<std::string>{"12345678", "ok"}));
}

TEST(OneLine, BreaksBecomeBlanks) {
  std::string out = "data: ";
  appendOneLine(out, "{\r\n  \"a\": 1\n}");
  EXPECT_EQ(out, "data: {    \"a\": 1 }");
}

class Registry : public ::testing::Test {
 protected:
  SessionRef open(unsigned home) { return *sessions.open(origin, {}, home, now); }
  Session::Origin origin{"local\nalice", "/mcp"};
  SteadyTime now{};
  SessionRegistry sessions{3, {2, Milliseconds(1000)}};
};

TEST_F(Registry, FindsASessionForItsPrincipalAndPathOnly) {
  const SessionRef session = open(2);
  EXPECT_EQ(sessions.find(session->id, origin, now), session);
  EXPECT_EQ(sessions.find(session->id, {"local\nbob", "/mcp"}, now), nullptr);
  EXPECT_EQ(sessions.find(session->id, {"local\nalice", "/mcp/trust"}, now), nullptr);
  for (const char* id : {"", "0", "02", "ff0000", "zz0000", "+20000"})
    EXPECT_EQ(sessions.find(id, origin, now), nullptr) << id;
}

TEST_F(Registry, RefusesOverTheCapUntilOneEnds) {
  const SessionRef session = open(0);
  open(1);
  const auto refused = sessions.open(origin, {}, 0, now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::ResourceExhausted);
  EXPECT_TRUE(sessions.end(*session));
  EXPECT_FALSE(sessions.end(*session));
  EXPECT_TRUE(sessions.open(origin, {}, 0, now));
}

TEST_F(Registry, ExpiresWhatNobodyUsedAndNothingElse) {
  const SessionRef used = open(1), unused = open(1);
  now += Milliseconds(800);
  EXPECT_NE(sessions.find(used->id, origin, now), nullptr);
  EXPECT_TRUE(sessions.expire(1, now).empty());
  now += Milliseconds(300);
  const auto expired = sessions.expire(1, now);
  ASSERT_EQ(expired.size(), 1u);
  EXPECT_EQ(expired[0], unused);
  EXPECT_EQ(sessions.size(), 1u);
  now += Milliseconds(2000);
  used->enter();
  EXPECT_TRUE(sessions.expire(1, now).empty());
  used->leave();
  EXPECT_TRUE(used->attach(7));
  EXPECT_FALSE(used->attach(8));
  EXPECT_TRUE(sessions.expire(1, now).empty());
  used->detach(8);
  EXPECT_EQ(used->stream(), 7u);
  used->detach(7);
  EXPECT_EQ(sessions.expire(1, now).size(), 1u);
}

}  // namespace
}  // namespace certus::gateway::test
