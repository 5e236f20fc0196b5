// What new TLS sessions of one server are made from, replaced whole by a reload. Internal to http/.
#pragma once

#include <memory>
#include <mutex>

#include "http/server_tls.h"
#include "http/tls.h"

namespace certus::http {

class ServerTlsContext {
 public:
  static Result<std::unique_ptr<ServerTlsContext>> load(ServerTls files);

  // From any thread. After an error everything is as before.
  Result<void> reload();
  Tls newSession() const;  // from any thread; no descriptor yet; null when memory is out

 private:
  ServerTlsContext(ServerTls files, TlsContext first) : files_(std::move(files)), current_(std::move(first)) {}

  const ServerTls files_;
  std::mutex reading_;  // two reloads: what was read last is in force
  mutable std::mutex mutex_;
  TlsContext current_;  // sessions count as holders of theirs
};

}  // namespace certus::http
