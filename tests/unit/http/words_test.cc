// The small words of http/: origins, heads, dates, ticks, buffers.
#include <atomic>
#include <future>

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>

#include "http/answer_head.h"
#include "http/client.h"
#include "http/deadline_list.h"

namespace certus::http {
namespace {

TEST(Origin, ReadsHostPortAndBase) {
  const auto plain = parseOrigin("http://trust.example:8057/base/v1/");
  ASSERT_TRUE(plain.has_value());
  EXPECT_FALSE(plain->tls);
  EXPECT_EQ(plain->host, "trust.example");
  EXPECT_EQ(plain->port, 8057);
  EXPECT_EQ(plain->basePath, "/base/v1");
  const auto v6 = parseOrigin("HTTPS://[::1]");
  ASSERT_TRUE(v6.has_value());
  EXPECT_TRUE(v6->tls);
  EXPECT_EQ(v6->host, "::1");
  EXPECT_EQ(v6->port, 443);
  EXPECT_EQ(v6->basePath, "");
}

TEST(Origin, RefusesWhatDoesNotBelongIntoOne) {
  for (const char* url : {"", "trust:80", "ftp://a", "http://", "http://a:0", "http://a:65536", "http://a:b",
                          "http://a:", "http://u@a", "http://u:p@a", "http://a?x", "http://a/#x", "http://[::1",
                          "http://[zz]", "http://[::1]x", "http://a b", "http://a/b c", "http://a\r\nX: y"}) {
    const auto got = parseOrigin(url);
    EXPECT_FALSE(got.has_value()) << url;
    if (!got) {
      EXPECT_NE(got.error().message.find("http://host:port"), std::string::npos) << got.error().message;
    }
  }
}

TEST(AnswerHead, IsWhatRfc9112Asks) {
  AnswerHead head;
  head.status = 202;
  head.contentLength = 0;
  head.extra = "X: 1\r\n";
  head.ending = Ending::Close;
  std::string out;
  appendHead(out, head);
  EXPECT_EQ(out, "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\nX: 1\r\n\r\n");
}

TEST(AnswerHead, WritesTheDateOfRfc9110) { EXPECT_EQ(dateLine(784111777), "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"); }

TEST(AnswerHead, AnErrorTextCannotBreakItsJson) { EXPECT_EQ(errorBody("a \"b\" \\"), R"({"error":"a \"b\" \\"})"); }

TEST(Head, FindsAFieldInAnyCase) {
  const Field fields[] = {{"Accept", "a"}, {"X-One", "1"}, {"x-one", "2"}};
  RequestHead head;
  head.fields = fields;
  EXPECT_EQ(head.find("ACCEPT"), "a");
  EXPECT_EQ(head.find("x-ONE"), "1");
  EXPECT_EQ(head.count("X-One"), 2u);
  EXPECT_EQ(head.find("Accep"), std::nullopt);
}

class Noted final : public Timed {
 public:
  explicit Noted(std::string& log, char name) : log_(log), name_(name) {}
  void onDeadline() override { log_.push_back(name_); }

 private:
  std::string& log_;
  char name_;
};

TEST(DeadlineList, ExpiresTheOldestAndForgetsWhoLeft) {
  std::string log;
  DeadlineList list(Milliseconds(10));
  const SteadyTime start{};
  Noted a(log, 'a'), b(log, 'b'), c(log, 'c');
  list.add(a, start);
  list.add(b, start + Milliseconds(1));
  {
    Noted gone(log, 'x');
    list.add(gone, start + Milliseconds(2));
  }
  list.add(c, start + Milliseconds(5));
  list.add(a, start + Milliseconds(6));  // begins anew
  list.expire(start + Milliseconds(10));
  EXPECT_EQ(log, "");
  list.expire(start + Milliseconds(15));
  EXPECT_EQ(log, "bc");
  list.expireAll();
  EXPECT_EQ(log, "bca");
}

TEST(IoThread, TicksOnlyWhileSomebodyIsRegistered) {
  IoThreads threads(2);
  threads.start();
  std::promise<void> ticked;
  std::atomic<int> ticks{0};
  IoThread::TickToken token;
  IoThread& thread = threads.at(1);
  boost::asio::post(thread.context(), [&] {
    token = thread.onTick([&](SteadyTime now) {
      EXPECT_EQ(IoThread::current(), &thread);
      EXPECT_EQ(now, thread.now());
      if (++ticks == 3) {
        token.reset();  // from inside its own callback
        ticked.set_value();
      }
    });
  });
  ticked.get_future().get();
  threads.stop();
  threads.join();
  EXPECT_EQ(ticks, 3);
  EXPECT_EQ(IoThread::current(), nullptr);
}

TEST(BufferPool, ReusesItsBuffersButNotGrownOnes) {
  auto pool = BufferPool::create();
  BufferLease first = pool->lease();
  const char* const bytes = first->bytes.get();
  first.reset();
  BufferLease again = pool->lease();
  EXPECT_EQ(again->bytes.get(), bytes);
  EXPECT_EQ(again->size, 0u);
  const auto old = again->grow(3 * BufferPool::kBytes);
  EXPECT_EQ(old.get(), bytes);
  again.reset();
  BufferLease small = pool->lease();
  EXPECT_EQ(small->capacity, BufferPool::kBytes);
  pool.reset();  // a lease may outlive its pool
  small->bytes[0] = 'x';
}

}  // namespace
}  // namespace certus::http
