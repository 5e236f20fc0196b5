// One server connection: a small idle coroutine that waits without a buffer and starts an inner one while requests are
// open. Everything here runs on the connection's thread. Internal to http/.
#pragma once

#include "http/answer_head.h"
#include "http/poller.h"
#include "http/secure_channel.h"
#include "http/server_core.h"
#include "http/socket_ops.h"

namespace certus::http {

class Connection final : public Exchange, private Timed, private Descriptor, public ListHook<LeavingTag> {
 public:
  Connection(std::shared_ptr<ServerCore> core, Share& share);
  ~Connection() override;

  static void start(std::unique_ptr<Connection> connection, int descriptor);  // takes the descriptor

  const RequestHead& head() const override { return open_->parser->head(); }
  std::string_view body() const override { return open_->parser->body(); }
  IoThread& thread() override { return share_.thread; }
  const Kept& kept() const override { return kept_; }
  boost::asio::awaitable<void> respond(int status, std::string_view contentType, std::string_view extra,
                                       std::string_view body) override;
  boost::asio::awaitable<bool> beginStream(int status, std::string_view contentType, std::string_view extra) override;
  boost::asio::awaitable<bool> write(std::string_view bytes) override;
  boost::asio::awaitable<void> endStream() override;
  void onDisconnect(std::function<void()> gone) override;

  // For the tick: the peer has closed while the handler watched. May end this connection before it returns.
  void peerGone();
  std::uint64_t watchedSince() const { return open_->watchedSince; }

 private:
  enum class Step : std::uint8_t { Wait, Rest, Handle, Refuse, Close };
  enum class Waiting : std::uint8_t { No, ForHead, ForBody };
  enum class Answer : std::uint8_t { None, Streaming, Ended };

  static boost::asio::awaitable<void> serve(std::unique_ptr<Connection> self);
  boost::asio::awaitable<void> shakeHands();
  boost::asio::awaitable<void> serveRequests();
  boost::asio::awaitable<void> answerForTheHandler();
  boost::asio::awaitable<void> refuseRequest();
  boost::asio::awaitable<void> discardBody();
  boost::asio::awaitable<void> lingerThenClose();
  boost::asio::awaitable<bool> sendAll(std::span<iovec> pieces);

  TlsStep::Kind beginHandshake();
  TlsStep::Kind continueHandshake();
  void endHandshake(TlsStep::Kind step);
  HandshakeResult handshakeResult(TlsStep::Kind last) const;
  void sayHttps();

  IoResult receiveSome(char* to, std::size_t room) { return secure_ ? receiveSecure(to, room) : receiveNow(fd(), to, room); }
  IoResult sendSome(std::span<const iovec> pieces) {
    return secure_ ? secure_->send(pieces, share_.record) : sendNow(fd(), pieces);
  }
  IoResult receiveSecure(char* to, std::size_t room);

  void rest();
  void disarm();
  bool wakeUp();
  Step receive();
  Step parse();
  Step acceptHead();
  Step wait();
  Step refuse(int status, std::string_view text);
  void sendContinue();
  bool prepareNext();
  Ending ending() const;
  void writeHead(int status, std::string_view contentType, std::string_view extra, std::optional<std::size_t> length);
  void endAnswer();
  void lose();
  void discardUnsent();
  void onDeadline() override;
  void onHangUp() override;
  void nameThePeer();

  std::shared_ptr<ServerCore> core_;
  Share& share_;
  std::unique_ptr<OpenRequest> open_;
  std::unique_ptr<SecureChannel> secure_;  // null: plain HTTP
  Kept kept_;
  std::string peer_;
  bool loopback_ = false;
  bool alive_ = true;     // another request may follow
  bool expired_ = false;  // the wait under way passed its deadline
  bool lost_ = false;     // reading or writing failed: nothing more can be sent
  bool lingering_ = false;
  bool handshaking_ = false;
  Waiting waiting_ = Waiting::No;
  Answer answer_ = Answer::None;
};

}  // namespace certus::http
