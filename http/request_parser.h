// One HTTP/1.1 request out of a growing buffer: Beast's grammar and limits, our offsets, and the framing rules that
// Beast leaves open (RFC 9112 sections 3, 5, 6). No sockets, no allocation but the buffer's growth.
#pragma once

#include <optional>
#include <vector>

#include <boost/beast/http/basic_parser.hpp>

#include "http/buffer_pool.h"
#include "http/message.h"

namespace certus::http {

struct ParserLimits {
  std::size_t maxHeadBytes, maxFields, maxBodyBytes;
};

class RequestParser final : private boost::beast::http::basic_parser<true> {
 public:
  enum class State : std::uint8_t {
    NeedMore,
    Head,  // reported once, before any byte of the body is looked at
    Done,
    Bad
  };

  // `fields` is scratch that the head's span points into. Both outlive the parser.
  RequestParser(const ParserLimits& limits, Buffer& buffer, std::vector<Field>& fields);

  // Takes what was appended to the buffer. Call until it says NeedMore, Done or Bad.
  State parse();

  // Makes room for the next read: compacts decoded chunks, or grows the buffer, rebasing every view.
  void makeRoom();

  const RequestHead& head() const { return head_; }
  RequestHead& head() { return head_; }
  std::string_view body() const { return {buffer_.bytes.get() + bodyBegin_, bodyEnd_ - bodyBegin_}; }
  std::size_t consumed() const { return parsed_; }  // bytes of the buffer that belong to this request, once Done

  bool headDone() const { return headDone_; }
  bool done() const { return is_done(); }
  bool empty() const { return buffer_.size == 0; }
  bool keepsAlive() const { return keep_alive(); }
  bool isHttp10() const { return version_ == 10; }
  bool expectsContinue() const { return expectsContinue_; }
  std::optional<std::uint64_t> bodyBytesToCome() const;  // nullopt: chunked, unknown

  // Of Bad: the status to answer with, and what was wrong, for the one who sent it.
  int errorStatus() const { return errorStatus_; }
  const char* errorText() const { return errorText_; }

 private:
  using Base = boost::beast::http::basic_parser<true>;
  using ErrorCode = boost::beast::error_code;
  using View = boost::beast::string_view;

  State bad(int status, const char* text);
  State badChunkHeader();
  State badByBeast(const ErrorCode& error);
  bool skipEmptyLine();  // false: it may still be one
  State finishHead();
  const char* checkHead();
  const char* checkTarget();
  void noteFraming(boost::beast::http::field name, std::string_view value);
  void refuse(int status, const char* text, ErrorCode& error);

  void on_request_impl(boost::beast::http::verb, View method, View target, int version, ErrorCode&) override;
  void on_response_impl(int, View, int, ErrorCode&) override {}
  void on_field_impl(boost::beast::http::field, View name, View value, ErrorCode&) override;
  void on_header_impl(ErrorCode&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}
  std::size_t on_body_impl(View bytes, ErrorCode&) override;
  void on_chunk_header_impl(std::uint64_t, View, ErrorCode&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View bytes, ErrorCode&) override;
  void on_finish_impl(ErrorCode&) override {}

  Buffer& buffer_;
  std::vector<Field>& fields_;
  RequestHead head_;
  std::size_t maxHeadBytes_, maxFields_;
  std::size_t parsed_ = 0;  // offset of the first byte that Beast has not taken
  std::size_t bodyBegin_ = 0, bodyEnd_ = 0;
  int version_ = 0;
  int errorStatus_ = 0;
  const char* errorText_ = "";
  std::string_view host_;
  unsigned hosts_ = 0, lengths_ = 0, encodings_ = 0;
  bool headDone_ = false, expectsContinue_ = false, strangeLength_ = false, strangeEncoding_ = false, strangeExpect_ = false;
};

}  // namespace certus::http
