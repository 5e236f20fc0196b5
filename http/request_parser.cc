#include "http/request_parser.h"

#include <cstring>

#include <boost/beast/http/error.hpp>

#include "http/field_lines.h"

namespace certus::http {
namespace {

namespace beast = boost::beast::http;

std::string_view sv(boost::beast::string_view text) { return {text.data(), text.size()}; }

// Views are rebased while the old block still lives, so the subtraction is between pointers into one object.
void rebase(std::string_view& view, const char* from, const char* to) {
  if (!view.empty()) view = std::string_view(to + (view.data() - from), view.size());
}

bool isHostCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~%!$&'()*+,;=:[]").find(c) != std::string_view::npos;
}

}  // namespace

RequestParser::RequestParser(const ParserLimits& limits, Buffer& buffer, std::vector<Field>& fields)
    : buffer_(buffer), fields_(fields), maxHeadBytes_(limits.maxHeadBytes), maxFields_(limits.maxFields) {
  fields_.clear();
  header_limit(static_cast<std::uint32_t>(limits.maxHeadBytes));
  body_limit(limits.maxBodyBytes);
}

std::optional<std::uint64_t> RequestParser::bodyBytesToCome() const {
  if (is_done()) return 0;
  if (const auto left = content_length_remaining()) return *left;
  return std::nullopt;
}

RequestParser::State RequestParser::parse() {
  if (errorStatus_ != 0) return State::Bad;
  if (!got_some() && !skipEmptyLine()) return State::NeedMore;
  while (!is_done()) {
    ErrorCode error;
    const std::size_t left = buffer_.size - parsed_;
    const std::size_t bodyBefore = bodyEnd_;
    const std::size_t taken = put(boost::asio::const_buffer(buffer_.bytes.get() + parsed_, left), error);
    parsed_ += taken;
    if (error == beast::error::need_more) {
      if (!headDone_ && buffer_.size >= maxHeadBytes_) return bad(431, "the request head is too large");
      if (headDone_ && buffer_.size - parsed_ >= maxHeadBytes_) return badChunkHeader();
      return State::NeedMore;
    }
    if (error) return errorStatus_ != 0 ? State::Bad : badByBeast(error);
    if (!headDone_ && is_header_done()) return finishHead();
    // Beast takes one chunk's header (or the trailer) a call: its size is judged alike whether it came whole or in pieces.
    if (headDone_ && bodyEnd_ == bodyBefore && taken > maxHeadBytes_) return badChunkHeader();
    if (taken == 0 && left == 0) return State::NeedMore;
  }
  return State::Done;
}

// RFC 9112 section 2.2: one empty line before a request is forgiven.
bool RequestParser::skipEmptyLine() {
  const std::string_view start(buffer_.bytes.get(), buffer_.size);
  if (start == "\r") return false;
  if (parsed_ == 0 && start.starts_with("\r\n")) parsed_ = 2;
  return true;
}

void RequestParser::makeRoom() {
  if (headDone_ && parsed_ > bodyEnd_) {  // the gap that chunk headers left behind
    std::memmove(buffer_.bytes.get() + bodyEnd_, buffer_.bytes.get() + parsed_, buffer_.size - parsed_);
    buffer_.size -= parsed_ - bodyEnd_;
    parsed_ = bodyEnd_;
  }
  if (buffer_.room() >= buffer_.capacity / 4) return;
  const char* const from = buffer_.bytes.get();
  const auto old = buffer_.grow(buffer_.capacity * 2);
  const char* const to = buffer_.bytes.get();
  for (std::string_view* view : {&head_.methodText, &head_.target, &head_.path, &head_.query, &host_})
    rebase(*view, from, to);
  for (Field& field : fields_) {
    rebase(field.name, from, to);
    rebase(field.value, from, to);
  }
}

RequestParser::State RequestParser::bad(int status, const char* text) {
  errorStatus_ = status;
  errorText_ = text;
  return State::Bad;
}

RequestParser::State RequestParser::badChunkHeader() { return bad(400, "a chunk's header or the trailer is too large"); }

RequestParser::State RequestParser::badByBeast(const ErrorCode& error) {
  using E = beast::error;
  if (error == E::header_limit) return bad(431, "the request head is too large");
  if (error == E::body_limit) return bad(413, "the request body is too large");
  if (error == E::bad_method) return bad(400, "the method is malformed");
  if (error == E::bad_target) return bad(400, "the request target is malformed");
  if (error == E::bad_version) return bad(400, "the HTTP version must be HTTP/1.1 or HTTP/1.0");
  if (error == E::bad_field) return bad(400, "a header field name is malformed");
  if (error == E::bad_value) return bad(400, "a header field value is malformed");
  if (error == E::bad_content_length || error == E::multiple_content_length) return bad(400, "Content-Length is malformed");
  if (error == E::bad_transfer_encoding) return bad(400, "Transfer-Encoding contradicts another header field");
  if (error == E::bad_chunk || error == E::bad_chunk_extension) return bad(400, "a chunk of the body is malformed");
  return bad(400, "the request is malformed");
}

void RequestParser::refuse(int status, const char* text, ErrorCode& error) {
  errorStatus_ = status;
  errorText_ = text;
  error = beast::error::bad_value;
}

void RequestParser::on_request_impl(beast::verb, View method, View target, int version, ErrorCode&) {
  head_.methodText = sv(method);
  head_.method = parseMethod(head_.methodText);
  head_.target = sv(target);
  version_ = version;
}

void RequestParser::on_field_impl(beast::field known, View name, View value, ErrorCode& error) {
  if (headDone_) return;  // a trailer: read, checked by Beast, and dropped
  if (isFolded(sv(name), sv(value), buffer_)) return refuse(400, "folded header lines are not allowed", error);
  if (fields_.size() == maxFields_) return refuse(431, "the request has too many header fields", error);
  fields_.push_back({sv(name), sv(value)});
  noteFraming(known, sv(value));
}

void RequestParser::noteFraming(beast::field known, std::string_view value) {
  switch (known) {
    case beast::field::host:
      ++hosts_;
      host_ = value;
      break;
    case beast::field::content_length:
      ++lengths_;
      strangeLength_ = strangeLength_ || value.find(',') != std::string_view::npos;
      break;
    case beast::field::transfer_encoding:
      ++encodings_;
      strangeEncoding_ = strangeEncoding_ || !equalsIgnoreCase(value, "chunked");
      break;
    case beast::field::expect:
      expectsContinue_ = equalsIgnoreCase(value, "100-continue");
      strangeExpect_ = !expectsContinue_;
      break;
    default: break;
  }
}

// What two parsers may read differently is refused, never guessed.
const char* RequestParser::checkHead() {
  if (hosts_ > 1 || (hosts_ == 0 && version_ == 11)) return "exactly one Host header is required";
  for (const char c : host_) {
    if (!isHostCharacter(c)) return "the Host header is malformed";
  }
  if (lengths_ > 1 || strangeLength_) return "more than one Content-Length";
  if (encodings_ > 1 || strangeEncoding_) return "the only Transfer-Encoding understood is \"chunked\"";
  if (encodings_ == 1 && (lengths_ == 1 || version_ == 10)) return "Transfer-Encoding contradicts another header field";
  return checkTarget();
}

const char* RequestParser::checkTarget() {
  std::string_view target = head_.target;
  for (const char c : target) {
    if (static_cast<unsigned char>(c) >= 0x7F || c == '#') return "the request target is malformed";
  }
  if (target == "*" && head_.method == Method::Options) {
    head_.path = target;
    return nullptr;
  }
  if (target.front() != '/') {  // absolute-form, RFC 9112 section 3.2.2; both must name one authority
    constexpr std::string_view kScheme = "http://";
    if (target.size() < kScheme.size() || !equalsIgnoreCase(target.substr(0, kScheme.size()), kScheme)) {
      return "the request target must start with \"/\"";
    }
    target.remove_prefix(kScheme.size());
    const std::string_view authority = target.substr(0, target.find_first_of("/?"));
    if (authority.empty() || !equalsIgnoreCase(authority, host_)) return "the request target contradicts the Host header";
    target.remove_prefix(authority.size());
    if (target.empty() || target.front() != '/') return "the request target needs a path";
    head_.target = target;
  }
  const std::size_t mark = target.find('?');
  head_.path = target.substr(0, mark);
  if (mark != std::string_view::npos) head_.query = target.substr(mark + 1);
  return nullptr;
}

RequestParser::State RequestParser::finishHead() {
  headDone_ = true;
  bodyBegin_ = bodyEnd_ = parsed_;
  if (parsed_ > maxHeadBytes_) return bad(431, "the request head is too large");
  if (const char* wrong = checkHead()) return bad(400, wrong);
  if (strangeExpect_) return bad(417, "the only expectation understood is \"100-continue\"");
  head_.fields = fields_;
  return State::Head;
}

std::size_t RequestParser::on_body_impl(View bytes, ErrorCode&) {
  char* const to = buffer_.bytes.get() + bodyEnd_;
  if (bytes.data() != to) std::memmove(to, bytes.data(), bytes.size());
  bodyEnd_ += bytes.size();
  return bytes.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, View bytes, ErrorCode& error) {
  return on_body_impl(bytes, error);
}

}  // namespace certus::http
