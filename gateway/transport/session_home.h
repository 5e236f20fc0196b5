// The sessions whose home is one io thread: carries changes to their streams, wherever those are, and ends the idle
// ones. Only on that thread, and only busy while it has sessions.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/transport/admission.h"
#include "gateway/transport/broadcaster.h"
#include "gateway/transport/session_registry.h"
#include "gateway/transport/worker.h"

namespace certus::gateway {

class Channel;

class SessionHome final : public ChangeListener, public std::enable_shared_from_this<SessionHome> {
 public:
  SessionHome(Workers& workers, SessionRegistry& sessions, Broadcaster& broadcaster, unsigned thread);

  void watch();  // a session was opened here

  // HTTP+SSE: where the messages posted for a session go. On this thread.
  void addChannel(const std::string& sessionId, Channel& channel) { channels_.emplace(sessionId, &channel); }
  void removeChannel(const std::string& sessionId) { channels_.erase(sessionId); }
  void receive(std::string_view sessionId, std::string text, const Admission& from);

  void listsChanged(std::uint8_t lists) override;
  void resourceUpdated(std::string_view uri) override;

 private:
  void sweep(SteadyTime now);

  Workers& workers_;
  SessionRegistry& sessions_;
  Broadcaster& broadcaster_;
  unsigned thread_;
  std::map<std::string, Channel*, std::less<>> channels_;
  Broadcaster::Token listening_;
  http::IoThread::TickToken ticking_;
  SteadyTime lastSweep_{};
};

// Closes a session's own stream, wherever it is, after the session was ended.
void closeStream(Workers& workers, const Session& session);

}  // namespace certus::gateway
