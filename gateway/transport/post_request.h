// One POST, read and decided: headers, session, the dispatcher's decision. Synchronous; what the decision needs of IO is
// streamable_post's. Holds everything that the views in its message point into.
#pragma once

#include <optional>
#include <string>

#include "gateway/transport/admission.h"
#include "gateway/transport/request_headers.h"
#include "gateway/transport/settle.h"
#include "gateway/transport/stream_holder.h"
#include "gateway/transport/transport_parts.h"
#include "http/server.h"

namespace certus::gateway {

class PostRequest {
 public:
  PostRequest(TransportParts& parts, Worker& worker, http::Exchange& exchange, const Admission& who);

  // An answer that no message is looked at for: the route is gone, the session unknown.
  const std::optional<Reply>& refusal() const { return refusal_; }

  bool batch() const { return parsed_.batch; }
  std::vector<Message>& messages() { return parsed_.messages; }
  Message& message() { return parsed_.messages.front(); }
  bool modern() const { return isModern(parsed_.messages.front().revision); }

  const MessageContext& context() const { return context_; }
  const SessionRef& session() const { return session_; }  // null on modern requests
  AcceptedTypes accepted() const { return acceptedTypes(headers_.accept); }
  const std::string& extra() const { return extra_; }  // header lines of the answer
  SteadyTime started() const { return started_; }
  StreamHolder holder() const { return {who_.principal, std::string(context_.route->path())}; }  // before releaseSnapshot()

  // For a stream that outlives its generation: nothing that is recorded, settled or looked up may follow.
  void releaseSnapshot();

  // For everything but Invoke and Listen.
  Reply settleNow(Message& message);

  void record(const Message& message, const Answered& answered) { recordMessage(worker_, context_, message, answered); }

 private:
  Session::Origin sessionOrigin() const;
  void readContext(const http::RequestHead& head);
  void refuse(int status, int code, std::string_view text);
  Reply open(Message& message, Opened& opened);

  TransportParts& parts_;
  Worker& worker_;
  const Admission& who_;
  SteadyTime started_;
  SnapshotRef snapshot_;
  CallerRef caller_;
  std::optional<identity::Failure> lost_;
  RequestHeaders headers_;
  RequestId requestId_;
  std::string extra_;
  MessageContext context_;
  SessionRef session_;
  Dispatcher::Parsed parsed_;
  std::optional<Reply> refusal_;
};

}  // namespace certus::gateway
