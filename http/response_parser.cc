#include "http/response_parser.h"

#include <charconv>
#include <cstring>

#include <boost/beast/http/error.hpp>

#include "http/field_lines.h"

namespace certus::http {
namespace beast = boost::beast::http;

ResponseParser::ResponseParser(std::size_t maxHeadBytes, std::size_t maxBodyBytes, Buffer& buffer, Method asked)
    : buffer_(buffer), maxHeadBytes_(maxHeadBytes), maxBodyBytes_(maxBodyBytes) {
  header_limit(static_cast<std::uint32_t>(maxHeadBytes));
  body_limit(maxBodyBytes);
  skip(asked == Method::Head);
}

ResponseParser::State ResponseParser::parse() {
  while (!is_done()) {
    ErrorCode error;
    const std::size_t left = buffer_.size - parsed_;
    const std::size_t bodyBefore = bodyEnd_;
    const std::size_t taken = put(boost::asio::const_buffer(buffer_.bytes.get() + parsed_, left), error);
    parsed_ += taken;
    if (error == beast::error::need_more) {
      if (!headDone_ && buffer_.size >= maxHeadBytes_) return bad("the head of the answer is too large");
      if (headDone_ && buffer_.size - parsed_ >= maxHeadBytes_) return badChunkHeader();
      return State::NeedMore;
    }
    if (error == beast::error::body_limit) return State::TooLarge;
    if (error) return bad(error.message());
    // Beast takes one chunk's header (or the trailer) a call: its size is judged alike whether it came whole or in pieces.
    if (headDone_ && bodyEnd_ == bodyBefore && taken > maxHeadBytes_) return badChunkHeader();
    if (!headDone_ && is_header_done()) {
      headDone_ = true;
      bodyBegin_ = bodyEnd_ = parsed_;
      if (parsed_ > maxHeadBytes_) return bad("the head of the answer is too large");
      if (encodings_ > 1 || strangeEncoding_) return bad("the answer's Transfer-Encoding is not \"chunked\"");
      if (status_ == 101) return bad("101 was not asked for");
    }
    if (taken == 0 && left == 0) return State::NeedMore;
  }
  return State::Done;
}

ResponseParser::State ResponseParser::badChunkHeader() { return bad("a chunk header or trailer is too large"); }

ResponseParser::State ResponseParser::onEnd() {
  if (!got_some()) return bad("closed before the answer");
  ErrorCode error;
  put_eof(error);
  if (error || !headDone_) return bad("closed in the middle of the answer");
  return State::Done;
}

void ResponseParser::makeRoom() {
  if (headDone_ && parsed_ > bodyEnd_) {
    std::memmove(buffer_.bytes.get() + bodyEnd_, buffer_.bytes.get() + parsed_, buffer_.size - parsed_);
    buffer_.size -= parsed_ - bodyEnd_;
    parsed_ = bodyEnd_;
  }
  if (buffer_.room() >= buffer_.capacity / 4) return;
  const auto old = buffer_.grow(buffer_.capacity * 2);
  if (contentType_.empty()) return;
  const auto offset = static_cast<std::size_t>(contentType_.data() - old.get());
  contentType_ = std::string_view(buffer_.bytes.get() + offset, contentType_.size());
}

ResponseParser::State ResponseParser::bad(std::string text) {
  error_ = std::move(text);
  return State::Bad;
}

void ResponseParser::on_field_impl(beast::field known, View name, View value, ErrorCode& error) {
  if (headDone_) return;
  if (isFolded({name.data(), name.size()}, {value.data(), value.size()}, buffer_)) {
    error = beast::error::bad_value;
    return;
  }
  if (known == beast::field::content_type) contentType_ = {value.data(), value.size()};
  if (known == beast::field::retry_after) std::from_chars(value.data(), value.data() + value.size(), retryAfter_);
  if (known == beast::field::transfer_encoding) {
    ++encodings_;
    strangeEncoding_ = strangeEncoding_ || !equalsIgnoreCase({value.data(), value.size()}, "chunked");
  }
}

std::size_t ResponseParser::on_body_impl(View bytes, ErrorCode& error) {
  if (bodyEnd_ - bodyBegin_ + bytes.size() > maxBodyBytes_) {
    error = beast::error::body_limit;
    return 0;
  }
  char* const to = buffer_.bytes.get() + bodyEnd_;
  if (bytes.data() != to) std::memmove(to, bytes.data(), bytes.size());
  bodyEnd_ += bytes.size();
  return bytes.size();
}

}  // namespace certus::http
