#include "http/client_core.h"

#include "http/answer_head.h"

namespace certus::http {
namespace asio = boost::asio;
namespace {

constexpr std::chrono::seconds kAddressesKept{30};

std::string hostLineOf(const Origin& origin) {
  std::string line = "Host: ";
  const bool v6 = origin.host.find(':') != std::string::npos;
  line += v6 ? "[" + origin.host + "]" : origin.host;
  if (origin.port != (origin.tls ? 443 : 80)) line += ":" + std::to_string(origin.port);
  return line + "\r\n";
}

bool carriesBody(Method method) { return method == Method::Post || method == Method::Put || method == Method::Patch; }

}  // namespace

RunningExchange::RunningExchange(Cancel& cancel, SteadyTime deadline)
    : cancel_(cancel), deadline_(deadline), stepEnd_(deadline) {
  cancel_.operation_ = this;
  cancel_.stop_ = [](void* self) { static_cast<RunningExchange*>(self)->interrupt(); };
}

RunningExchange::~RunningExchange() {
  cancel_.operation_ = nullptr;
  cancel_.stop_ = nullptr;
}

void RunningExchange::onTick(SteadyTime now) {
  if (now < stepEnd_) return;
  expired_ = true;
  overall_ = now >= deadline_;
  interrupt();
}

void RunningExchange::interrupt() {
  if (descriptor_ != nullptr) descriptor_->interrupt();
  if (gate_ != nullptr) gate_->cancel();
}

ClientCore::ClientCore(IoThread& owner, Origin to, TlsContext context, ClientLimits given)
    : thread(owner), origin(std::move(to)), tls(std::move(context)), limits(given), hostLine_(hostLineOf(origin)) {
  scratch_.reserve(1024);
  boost::system::error_code notLiteral;
  const auto address = asio::ip::make_address(origin.host, notLiteral);
  literal_ = !notLiteral;
  if (literal_) addresses_.emplace_back(address, origin.port);
}

std::unique_ptr<ClientConnection> ClientCore::takeIdle() {
  while (!idle_.empty()) {
    std::unique_ptr<ClientConnection> connection = std::move(idle_.back());
    idle_.pop_back();
    if (connection->stillUsable()) return connection;
  }
  return nullptr;
}

void ClientCore::keep(std::unique_ptr<ClientConnection> connection) {
  if (closed_ || idle_.size() >= limits.maxIdlePerThread) return;
  connection->idleSince = thread.now();
  idle_.push_back(std::move(connection));
}

void ClientCore::enter(RunningExchange& running) {
  running_.pushBack(running);
  if (!tick_) tick_ = thread.onTick([this](SteadyTime now) { onTick(now); });
}

void ClientCore::close() {
  closed_ = true;
  idle_.clear();
}

void ClientCore::onTick(SteadyTime now) {
  const std::shared_ptr<ClientCore> self = shared_from_this();
  running_.forEach([&](RunningExchange& running) { running.onTick(now); });
  std::size_t old = 0;
  while (old < idle_.size() && idle_[old]->idleSince + limits.idleTimeout <= now) ++old;
  idle_.erase(idle_.begin(), idle_.begin() + static_cast<std::ptrdiff_t>(old));
  if (idle_.empty() && running_.empty()) tick_.reset();
}

std::string_view ClientCore::buildHead(const ClientRequest& request) {
  scratch_.clear();
  scratch_.append(methodText(request.method)).append(" ").append(origin.basePath).append(request.target);
  scratch_.append(" HTTP/1.1\r\n").append(hostLine_);
  if (!request.contentType.empty() && !request.body.empty()) {
    scratch_.append("Content-Type: ").append(request.contentType).append("\r\n");
  }
  if (!request.body.empty() || carriesBody(request.method)) {
    scratch_.append("Content-Length: ");
    appendDecimal(scratch_, request.body.size());
    scratch_.append("\r\n");
  }
  scratch_.append(request.extra).append("\r\n");
  return scratch_;
}

bool ClientCore::addressesKnown() const {
  return literal_ || (!addresses_.empty() && std::chrono::steady_clock::now() < addressesUntil_);
}

void ClientCore::lookUp() {
  if (lookingUp_) return;
  lookingUp_ = true;
  auto resolver = std::make_shared<asio::ip::tcp::resolver>(thread.context());
  const auto flags = asio::ip::resolver_base::numeric_service | asio::ip::resolver_base::address_configured;
  resolver->async_resolve(origin.host, std::to_string(origin.port), flags,
                          [self = shared_from_this(), resolver](const boost::system::error_code&, const auto& found) {
                            self->addresses_.clear();
                            for (const auto& entry : found) self->addresses_.push_back(entry.endpoint());
                            self->addressesUntil_ = std::chrono::steady_clock::now() + kAddressesKept;
                            self->lookingUp_ = false;
                            for (asio::steady_timer* gate : self->gates_) gate->cancel();
                          });
}

}  // namespace certus::http
