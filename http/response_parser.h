// One HTTP/1.1 response out of a growing buffer, over Beast's parser. No sockets. Internal to http/.
#pragma once

#include <boost/beast/http/basic_parser.hpp>

#include "http/buffer_pool.h"
#include "http/message.h"

namespace certus::http {

class ResponseParser final : private boost::beast::http::basic_parser<false> {
 public:
  enum class State : std::uint8_t { NeedMore, Done, TooLarge, Bad };

  ResponseParser(std::size_t maxHeadBytes, std::size_t maxBodyBytes, Buffer& buffer, Method asked);

  State parse();    // takes what was appended to the buffer
  State onEnd();    // the peer has closed
  void makeRoom();  // before the next read

  bool interim() const { return status_ / 100 == 1 && status_ != 101; }
  int status() const { return status_; }
  std::string_view contentType() const { return contentType_; }
  std::uint32_t retryAfterSeconds() const { return retryAfter_; }
  std::string_view body() const { return {buffer_.bytes.get() + bodyBegin_, bodyEnd_ - bodyBegin_}; }
  std::size_t consumed() const { return parsed_; }
  bool keepsAlive() const { return keep_alive() && parsed_ == buffer_.size; }
  std::string errorText() const { return error_; }

 private:
  using ErrorCode = boost::beast::error_code;
  using View = boost::beast::string_view;

  State bad(std::string text);
  State badChunkHeader();

  void on_request_impl(boost::beast::http::verb, View, View, int, ErrorCode&) override {}
  void on_response_impl(int status, View, int, ErrorCode&) override { status_ = status; }
  void on_field_impl(boost::beast::http::field known, View name, View value, ErrorCode& error) override;
  void on_header_impl(ErrorCode&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}
  std::size_t on_body_impl(View bytes, ErrorCode& error) override;
  void on_chunk_header_impl(std::uint64_t, View, ErrorCode&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View bytes, ErrorCode& error) override { return on_body_impl(bytes, error); }
  void on_finish_impl(ErrorCode&) override {}

  Buffer& buffer_;
  std::size_t maxHeadBytes_, maxBodyBytes_;
  std::size_t parsed_ = 0, bodyBegin_ = 0, bodyEnd_ = 0;
  std::string_view contentType_;
  std::uint32_t retryAfter_ = 0;
  int status_ = 0;
  unsigned encodings_ = 0;
  bool headDone_ = false, strangeEncoding_ = false;
  std::string error_;
};

}  // namespace certus::http
