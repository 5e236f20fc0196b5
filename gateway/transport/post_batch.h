// A legacy batch: its calls run side by side, its answers go out as one array. On the request's thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "gateway/transport/call_run.h"
#include "gateway/transport/post_answer.h"
#include "gateway/transport/post_request.h"

namespace certus::gateway {

class PostBatch {
 public:
  PostBatch(Worker& worker, PostRequest& request, PostAnswer& answer);
  ~PostBatch();
  PostBatch(const PostBatch&) = delete;
  PostBatch& operator=(const PostBatch&) = delete;

  // Once; not destroyed before it completes. The array, or empty when nothing is to be answered.
  boost::asio::awaitable<std::string> run();
  int status() const { return status_; }

 private:
  struct Call;
  void start();
  void startCall(Message& message);
  void settleNow(Message& message);
  void add(std::string_view json);

  Worker& worker_;
  PostRequest& request_;
  PostAnswer& answer_;
  Signal ended_;
  std::vector<std::unique_ptr<Call>> calls_;
  std::size_t running_ = 0;
  int status_ = 202;
  std::string array_;
};

}  // namespace certus::gateway
