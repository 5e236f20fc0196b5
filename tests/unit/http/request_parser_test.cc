// The request parser without sockets: what is accepted, what is refused and with which status, however the bytes arrive.
#include "http/request_parser.h"

#include <gtest/gtest.h>

namespace certus::http {
namespace {

using State = RequestParser::State;

constexpr ParserLimits kLimits{2048, 20, 32 * 1024};

struct Parsed {
  State state = State::NeedMore;
  int status = 0;
  std::string method, path, query, body, fields;
  std::size_t consumed = 0;
};

Parsed parseInPieces(std::string_view bytes, std::size_t piece) {
  const auto pool = BufferPool::create();
  const BufferLease buffer = pool->lease();
  std::vector<Field> fields;
  RequestParser parser(kLimits, *buffer, fields);
  Parsed out;
  for (std::size_t at = 0; at < bytes.size() && (out.state == State::NeedMore || out.state == State::Head);) {
    if (buffer->room() == 0) parser.makeRoom();
    const std::string_view next = bytes.substr(at, std::min(piece, buffer->room()));
    next.copy(buffer->free(), next.size());
    buffer->size += next.size();
    at += next.size();
    do out.state = parser.parse();
    while (out.state == State::Head);
  }
  if (out.state == State::Bad) out.status = parser.errorStatus();
  if (out.state != State::Done) return out;
  out.method = parser.head().methodText;
  out.path = parser.head().path;
  out.query = parser.head().query;
  out.body = parser.body();
  for (const Field& field : parser.head().fields) out.fields.append(field.name).append("=").append(field.value).append(";");
  out.consumed = parser.consumed();
  return out;
}

Parsed parse(std::string_view bytes) { return parseInPieces(bytes, bytes.size()); }

TEST(RequestParser, ReadsAHeadAndItsBody) {
  const Parsed got = parse("POST /mcp?x=1 HTTP/1.1\r\nHost: a:1\r\nAccept:  text/html \r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_EQ(got.state, State::Done);
  EXPECT_EQ(got.method, "POST");
  EXPECT_EQ(got.path, "/mcp");
  EXPECT_EQ(got.query, "x=1");
  EXPECT_EQ(got.body, "abc");
  EXPECT_EQ(got.fields, "Host=a:1;Accept=text/html;Content-Length=3;");
}

TEST(RequestParser, GivesTheSameAnswerHoweverTheBytesAreSplit) {
  const std::string large(9000, 'b');
  const std::string requests[] = {
      "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n" + large,
      // Beast 1.81 asserts here, see http/CMakeLists.txt
      "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n10;n=\"v\"\r\n0123456789abcdef\r\n0\r\nTrailer: t\r\n\r\n",
  };
  for (const std::string& request : requests) {
    const Parsed whole = parse(request);
    ASSERT_EQ(whole.state, State::Done) << request.substr(0, 80);
    for (const std::size_t piece : {1u, 2u, 3u, 7u, 97u, 1000u}) {
      const Parsed got = parseInPieces(request, piece);
      EXPECT_EQ(got.state, State::Done) << "pieces of " << piece << ": " << request.substr(0, 80);
      EXPECT_EQ(got.body, whole.body);
      EXPECT_EQ(got.fields, whole.fields);
      EXPECT_EQ(got.path, whole.path);
    }
  }
}

TEST(RequestParser, DecodesChunksAndDropsTheTrailer) {
  const Parsed got =
      parse("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Late: 1\r\n\r\n");
  EXPECT_EQ(got.body, "abcde");
  EXPECT_EQ(got.fields, "Host=a;Transfer-Encoding=chunked;");
}

TEST(RequestParser, StopsAtTheEndOfTheFirstOfTwoRequests) {
  const std::string first = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_EQ(parse(first + "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n").consumed, first.size());
}

TEST(RequestParser, AnAbsoluteTargetMustNameTheHost) {
  const Parsed got = parse("GET http://a:80/p?q HTTP/1.1\r\nHost: a:80\r\n\r\n");
  EXPECT_EQ(got.path, "/p");
  EXPECT_EQ(got.query, "q");
  EXPECT_EQ(parse("GET http://b/p HTTP/1.1\r\nHost: a\r\n\r\n").status, 400);
}

struct Refusal {
  const char* intent;
  std::string bytes;
  int status;
};

void PrintTo(const Refusal& row, std::ostream* out) { *out << row.intent; }

class Refused : public testing::TestWithParam<Refusal> {};

TEST_P(Refused, WhateverTheSplit) {
  const Refusal& row = GetParam();
  for (const std::size_t piece : {row.bytes.size(), std::size_t{1}, std::size_t{5}}) {
    const Parsed got = parseInPieces(row.bytes, piece);
    EXPECT_EQ(got.state, State::Bad) << row.intent << " in pieces of " << piece;
    EXPECT_EQ(got.status, row.status) << row.intent << " in pieces of " << piece;
  }
}

std::string withHead(const std::string& lines, const std::string& body = {}) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n" + body;
}

std::string manyFields() {
  std::string lines;
  for (int i = 0; i < 30; ++i) lines += "A: b\r\n";
  return withHead(lines);
}

INSTANTIATE_TEST_SUITE_P(
    Smuggling, Refused,
    testing::Values(
        Refusal{"length and chunked", withHead("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
        Refusal{"chunked and length", withHead("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "0\r\n\r\n"), 400},
        Refusal{"two lengths that differ", withHead("Content-Length: 4\r\nContent-Length: 5\r\n", "abcde"), 400},
        Refusal{"two equal lengths", withHead("Content-Length: 4\r\nContent-Length: 4\r\n", "abcd"), 400},
        Refusal{"a list of lengths", withHead("Content-Length: 4, 4\r\n", "abcd"), 400},
        Refusal{"a signed length", withHead("Content-Length: +4\r\n", "abcd"), 400},
        Refusal{"a negative length", withHead("Content-Length: -1\r\n"), 400},
        Refusal{"a hexadecimal length", withHead("Content-Length: 0x4\r\n", "abcd"), 400},
        Refusal{"an empty length", withHead("Content-Length: \r\n"), 400},
        Refusal{"a length over 64 bits", withHead("Content-Length: 18446744073709551616\r\n"), 400},
        Refusal{"another encoding", withHead("Transfer-Encoding: gzip\r\n"), 400},
        Refusal{"identity encoding", withHead("Transfer-Encoding: identity\r\nContent-Length: 1\r\n", "a"), 400},
        Refusal{"chunked is not last", withHead("Transfer-Encoding: chunked, gzip\r\n"), 400},
        Refusal{"two encodings in one line", withHead("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 400},
        Refusal{"chunked twice", withHead("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
        Refusal{"a misspelt chunked", withHead("Transfer-Encoding: xchunked\r\n"), 400},
        Refusal{"a vertical tab before chunked", withHead("Transfer-Encoding: \vchunked\r\n"), 400},
        Refusal{"chunked in HTTP/1.0", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        Refusal{"a folded line", withHead("X: a\r\n b\r\n"), 400},
        Refusal{"a folded line after an empty value", withHead("X:\r\n b\r\n"), 400},
        Refusal{"a space before the colon", withHead("Content-Length : 4\r\n", "abcd"), 400},
        Refusal{"a space before the name", withHead(" X: a\r\n"), 400}, Refusal{"an empty name", withHead(": a\r\n"), 400},
        Refusal{"a NUL in a value", withHead(std::string("X: a\0b\r\n", 8)), 400},
        Refusal{"a bare LF", "POST / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400},
        Refusal{"a bare CR in a value", withHead("X: a\rb\r\n"), 400},
        Refusal{"a line without a colon", withHead("nonsense\r\n"), 400}));

INSTANTIATE_TEST_SUITE_P(
    Chunks, Refused,
    testing::Values(
        Refusal{"no size", withHead("Transfer-Encoding: chunked\r\n", "\r\nabc"), 400},
        Refusal{"a size that is no number", withHead("Transfer-Encoding: chunked\r\n", "xyz\r\nabc"), 400},
        Refusal{"a size with 0x", withHead("Transfer-Encoding: chunked\r\n", "0x3\r\nabc\r\n0\r\n\r\n"), 400},
        Refusal{"a negative size", withHead("Transfer-Encoding: chunked\r\n", "-1\r\nabc\r\n"), 400},
        Refusal{"a size over 64 bits", withHead("Transfer-Encoding: chunked\r\n", "11111111111111111\r\nabc\r\n"), 400},
        Refusal{"more data than the size", withHead("Transfer-Encoding: chunked\r\n", "3\r\nabcdef\r\n0\r\n\r\n"), 400},
        Refusal{"a bare LF after the size", withHead("Transfer-Encoding: chunked\r\n", "3\nabc\r\n0\r\n\r\n\r\n"), 400},
        Refusal{"a length in the trailer", withHead("Transfer-Encoding: chunked\r\n", "0\r\nContent-Length: 3\r\n\r\n"),
                400},
        Refusal{"an endless extension", withHead("Transfer-Encoding: chunked\r\n", "1;" + std::string(3000, 'x')), 400},
        Refusal{"a large extension that came whole",
                withHead("Transfer-Encoding: chunked\r\n", "1;" + std::string(3000, 'x') + "\r\na\r\n0\r\n\r\n"), 400},
        Refusal{"a large trailer that came whole",
                withHead("Transfer-Encoding: chunked\r\n", "0\r\nX: " + std::string(3000, 'x') + "\r\n\r\n"), 400},
        Refusal{"an endless trailer", withHead("Transfer-Encoding: chunked\r\n", "0\r\nX: " + std::string(3000, 'x')), 400},
        Refusal{"a body over the cap", withHead("Transfer-Encoding: chunked\r\n", "FFFFFF\r\n"), 413}));

INSTANTIATE_TEST_SUITE_P(
    Heads, Refused,
    testing::Values(Refusal{"no Host", "GET / HTTP/1.1\r\nX: a\r\n\r\n", 400},
                    Refusal{"two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
                    Refusal{"two Hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
                    Refusal{"a Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
                    Refusal{"a Host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400},
                    Refusal{"HTTP/2", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 400}, Refusal{"HTTP/0.9", "GET /\r\n\r\n", 400},
                    Refusal{"two spaces in the request line", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Refusal{"an authority target", "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", 400},
                    Refusal{"a fragment in the target", "GET /#a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Refusal{"a byte above ASCII in the target", "GET /\xC3\xA9 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Refusal{"a star for GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                    Refusal{"a head over the cap", withHead("X: " + std::string(4000, 'x') + "\r\n"), 431},
                    Refusal{"a request line over the cap", "GET /" + std::string(4000, 'x') + " HTTP/1.1\r\n\r\n", 431},
                    Refusal{"many small fields over the cap", withHead("X: y\r\n" + std::string(3000, 'z') + ": 1\r\n"),
                            431},
                    Refusal{"too many fields", manyFields(), 431},
                    Refusal{"a length over the cap", withHead("Content-Length: 99999999\r\n"), 413},
                    Refusal{"an unknown expectation", withHead("Expect: miracles\r\nContent-Length: 1\r\n", "a"), 417}));

TEST(RequestParser, AcceptsWhatIsUnusualButRight) {
  EXPECT_EQ(parse("GET / HTTP/1.0\r\n\r\n").state, State::Done);
  EXPECT_EQ(parse("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").path, "*");
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: [::1]:8097\r\n\r\n").state, State::Done);
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: a\r\nX:\r\n\r\n").fields, "Host=a;X=;");
  EXPECT_EQ(parse("BREW / HTTP/1.1\r\nHost: a\r\n\r\n").method, "BREW");
  EXPECT_EQ(parse("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKED\r\n\r\n1\r\na\r\n0\r\n\r\n").body, "a");
}

}  // namespace
}  // namespace certus::http
