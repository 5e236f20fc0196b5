#include "gateway/redis/redis_connection.h"

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

namespace certus::gateway {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using limits::RespParse;
using limits::RespValue;
using Endpoint = asio::generic::stream_protocol::endpoint;

constexpr std::size_t kMostUnread = 1 << 20;
constexpr Milliseconds kFirstPause{100}, kLongestPause{5'000};
constexpr Milliseconds kSilence{2'000};   // beyond a deadline: the connection is of no use
constexpr Milliseconds kUnasked{10'000};  // deadline of a command whose reply does not matter
constexpr Milliseconds kSweepPause{5};

SteadyTime steadyNow() { return std::chrono::steady_clock::now(); }

}  // namespace

class RedisConnection::State : public std::enable_shared_from_this<State> {
 public:
  State(asio::io_context& context, Options options)
      : options_(std::move(options)), socket_(context), resolver_(context), timer_(context) {}

  void ask(std::string command, SteadyTime deadline, Answer answer) {
    const SteadyTime now = steadyNow();
    const auto refuse = [&](const char* why) {
      if (answer) answer(fail(ErrorCode::Unavailable, why));
    };
    if (phase_ == Phase::Closed) return refuse("the connection to Redis is closed");
    if (phase_ == Phase::Idle && now < nextAttempt_) return refuse("Redis could not be reached just now");
    if (waiting_.size() >= options_.mostOpen) return refuse("too many questions to Redis are open");
    const bool unasked = !answer;
    waiting_.push_back({unasked ? now + kUnasked : deadline, std::move(answer)});
    outgoing_ += command;
    watch(waiting_.back().deadline);
    if (phase_ == Phase::Idle) connect();
    if (phase_ == Phase::Ready) write();
  }

  void close() {
    const auto self = shared_from_this();
    phase_ = Phase::Closed;
    drop("the connection to Redis is closed");
  }

  bool ready() const { return phase_ == Phase::Ready; }

 private:
  enum class Phase : unsigned char { Idle, Connecting, Greeting, Ready, Closed };
  struct Waiting {
    SteadyTime deadline;
    Answer answer;  // empty: not wanted, or given when the deadline had passed
  };

  void connect() {
    phase_ = Phase::Connecting;
    connectUntil_ = steadyNow() + options_.connectTimeout;
    watch(connectUntil_);
    const auto round = round_;
    if (!options_.url.socket.empty()) {
      endpoints_ = {Endpoint(asio::local::stream_protocol::endpoint(options_.url.socket))};
      return connectNext(0);
    }
    resolver_.async_resolve(
        options_.url.host, std::to_string(options_.url.port),
        [self = shared_from_this(), round](error_code failed, asio::ip::tcp::resolver::results_type found) {
          if (self->round_ != round) return;
          self->endpoints_.clear();
          for (const auto& entry : found) self->endpoints_.emplace_back(entry.endpoint());
          failed ? self->lose("the host of Redis is not known") : self->connectNext(0);
        });
  }

  void connectNext(std::size_t index) {
    if (index >= endpoints_.size()) return lose("Redis refuses connections");
    error_code ignored;
    socket_.close(ignored);
    socket_.async_connect(endpoints_[index], [self = shared_from_this(), index, round = round_](error_code failed) {
      if (self->round_ != round) return;
      failed ? self->connectNext(index + 1) : self->greet();
    });
  }

  // The greeting is answered before anything else is sent: nothing may run in another database than the one meant.
  void greet() {
    phase_ = Phase::Greeting;
    error_code ignored;
    if (options_.url.socket.empty()) socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    greeting_.clear();
    greetingsOpen_ = 1;
    if (!options_.password.empty()) {
      ++greetingsOpen_;
      options_.user.empty() ? limits::appendCommand(greeting_, {"AUTH", options_.password})
                            : limits::appendCommand(greeting_, {"AUTH", options_.user, options_.password});
    }
    if (options_.url.database != 0) {
      ++greetingsOpen_;
      limits::appendCommand(greeting_, {"SELECT", std::to_string(options_.url.database)});
    }
    limits::appendCommand(greeting_, {"PING"});
    sending_.swap(greeting_);
    sent_ = 0;
    writeSome();
    read();
  }

  void write() {
    if (writing_ || outgoing_.empty()) return;
    sending_.clear();
    sending_.swap(outgoing_);
    sent_ = 0;
    writeSome();
  }

  void writeSome() {
    writing_ = true;
    socket_.async_write_some(asio::buffer(sending_.data() + sent_, sending_.size() - sent_),
                             [self = shared_from_this(), round = round_](error_code failed, std::size_t bytes) {
                               if (self->round_ != round) return;
                               if (failed) return self->lose("the connection to Redis broke");
                               self->sent_ += bytes;
                               if (self->sent_ < self->sending_.size()) return self->writeSome();
                               self->writing_ = false;
                               if (self->phase_ == Phase::Ready) self->write();
                             });
  }

  void read() {
    socket_.async_read_some(asio::buffer(chunk_),
                            [self = shared_from_this(), round = round_](error_code failed, std::size_t bytes) {
                              if (self->round_ != round) return;
                              if (failed) return self->lose("the connection to Redis broke");
                              self->unread_.append(self->chunk_.data(), bytes);
                              if (self->consume(round)) self->read();
                            });
  }

  // False: the connection is gone.
  bool consume(unsigned round) {
    std::size_t used = 0;
    while (used < unread_.size()) {
      RespParse reply = limits::parseReply(std::string_view(unread_).substr(used));
      if (reply.state == RespParse::State::NeedsMore) break;
      if (reply.state == RespParse::State::Malformed) return lose("Redis sends what is no reply"), false;
      used += reply.used;
      if (!accept(std::move(reply.value)) || round_ != round) return false;
    }
    unread_.erase(0, used);
    if (unread_.size() > kMostUnread) return lose("Redis sends too long a reply"), false;
    return true;
  }

  bool accept(RespValue value) {
    if (phase_ == Phase::Greeting) return welcome(value);
    if (waiting_.empty()) return lose("Redis sends a reply that nobody asked for"), false;
    Waiting front = std::move(waiting_.front());
    waiting_.pop_front();
    if (front.answer) front.answer(std::move(value));
    return true;
  }

  bool welcome(const RespValue& value) {
    if (value.kind != RespValue::Kind::Status) return lose("Redis refuses the greeting: " + value.text), false;
    if (--greetingsOpen_ > 0) return true;
    phase_ = Phase::Ready;
    pause_ = kFirstPause;
    write();
    return true;
  }

  void lose(const std::string& why) {
    phase_ = Phase::Idle;
    nextAttempt_ = steadyNow() + pause_;
    pause_ = std::min(pause_ * 2, kLongestPause);
    drop(why);
  }

  void drop(const std::string& why) {
    ++round_;  // what is under way on the old socket finds that it is late
    error_code ignored;
    socket_.close(ignored);
    resolver_.cancel();
    timer_.cancel();
    armed_ = SteadyTime::max();
    writing_ = false;
    outgoing_.clear();
    unread_.clear();
    const std::deque<Waiting> open = std::exchange(waiting_, {});
    for (const Waiting& waiting : open) {
      if (waiting.answer) waiting.answer(fail(ErrorCode::Unavailable, why));
    }
  }

  void watch(SteadyTime until) {
    if (until >= armed_) return;
    armed_ = until;
    timer_.expires_at(until);
    timer_.async_wait([self = shared_from_this(), round = round_](error_code failed) {
      if (!failed && self->round_ == round) self->sweep(round);
    });
  }

  void sweep(unsigned round) {
    armed_ = SteadyTime::max();
    const SteadyTime now = steadyNow();
    if (phase_ != Phase::Ready && now >= connectUntil_) return lose("Redis does not answer");
    SteadyTime next = phase_ == Phase::Ready ? SteadyTime::max() : connectUntil_;
    for (std::size_t i = 0; i < waiting_.size(); ++i) {  // an answer may add to the end
      const SteadyTime deadline = waiting_[i].deadline;
      if (now >= deadline + kSilence) return lose("Redis does not answer");
      next = std::min(next, now >= deadline ? deadline + kSilence : deadline);
      if (now < deadline || !waiting_[i].answer) continue;
      const Answer answer = std::exchange(waiting_[i].answer, {});
      answer(fail(ErrorCode::DeadlineExceeded, "Redis does not answer in time"));
      if (round_ != round) return;
    }
    if (next != SteadyTime::max()) watch(std::max(next, now + kSweepPause));
  }

  Options options_;
  asio::generic::stream_protocol::socket socket_;
  asio::ip::tcp::resolver resolver_;
  asio::steady_timer timer_;
  std::vector<Endpoint> endpoints_;
  Phase phase_ = Phase::Idle;
  unsigned round_ = 0;  // of connecting
  SteadyTime nextAttempt_{}, connectUntil_{}, armed_ = SteadyTime::max();
  Milliseconds pause_ = kFirstPause;
  std::deque<Waiting> waiting_;  // in the order of sending
  std::string greeting_, outgoing_, sending_, unread_;
  std::size_t sent_ = 0, greetingsOpen_ = 0;
  bool writing_ = false;
  std::array<char, 16 * 1024> chunk_;
};

RedisConnection::RedisConnection(asio::io_context& context, Options options)
    : state_(std::make_shared<State>(context, std::move(options))) {}
RedisConnection::~RedisConnection() { state_->close(); }

void RedisConnection::ask(std::string command, SteadyTime deadline, Answer answer) {
  state_->ask(std::move(command), deadline, std::move(answer));
}
void RedisConnection::close() { state_->close(); }
bool RedisConnection::connected() const { return state_->ready(); }

}  // namespace certus::gateway
