#include "gateway/upstream/question_rules.h"

#include <algorithm>
#include <array>

namespace certus::gateway {
namespace {

constexpr std::size_t kMaxPath = 8 * 1024, kMaxHeaders = 32, kMaxHeaderBytes = 8 * 1024;

// Framing, identity and tracing are the gateway's to say; the rest could be used to borrow somebody's identity.
constexpr std::array<std::string_view, 25> kOwnedHeaders = {
    "authorization", "proxy-authorization", "cookie", "host", "connection", "keep-alive", "proxy-connection", "content-length",
    "content-type", "content-encoding", "accept-encoding", "transfer-encoding", "te", "trailer", "upgrade", "expect",
    "x-request-id", "x-user-id", "x-tenant-id", "x-triggered-by", "traceparent", "tracestate", "forwarded", "x-forwarded-for",
    "x-forwarded-host"};

bool isTokenCharacter(unsigned char each) {
  const bool alphanumeric = (each >= '0' && each <= '9') || (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z');
  return alphanumeric || std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(each)) != std::string_view::npos;
}

bool isVisible(unsigned char each) { return each > 0x20 && each < 0x7f; }

std::optional<std::string> pathFault(std::string_view path) {
  if (!path.starts_with('/') || path.starts_with("//")) return "the path must start with one '/', as in \"/v1/verify\"";
  if (path.size() > kMaxPath) return "the path is longer than 8 KiB";
  for (const char each : path) {
    if (!isVisible(static_cast<unsigned char>(each)) || std::string_view("\"<>\\^`{|}#").find(each) != std::string_view::npos) {
      return "the path holds a character that must be percent-encoded (certus::encode does it)";
    }
  }
  const std::string_view segments = path.substr(0, path.find('?'));
  for (std::size_t at = 0; at < segments.size();) {
    const std::size_t end = std::min(segments.find('/', at + 1), segments.size());
    const std::string_view segment = segments.substr(at + 1, end - at - 1);
    if (segment == "." || segment == "..") return "the path holds a dot segment; write the path that is meant";
    at = end;
  }
  return std::nullopt;
}

std::optional<std::string> headerFault(const http::Field& header) {
  if (header.name.empty() || !std::all_of(header.name.begin(), header.name.end(), isTokenCharacter)) {
    return "a header's name is not an HTTP token";
  }
  const bool clean = std::all_of(header.value.begin(), header.value.end(),
                                 [](unsigned char each) { return each == '\t' || each == ' ' || isVisible(each); });
  if (!clean) return "the value of header " + std::string(header.name) + " holds a control or non-ASCII character";
  for (const std::string_view owned : kOwnedHeaders) {
    if (http::equalsIgnoreCase(owned, header.name)) return "the header " + std::string(header.name) + " is the gateway's own; leave it out";
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> questionFault(const ServiceQuestion& question) {
  if (question.method == http::Method::Other) return "the method is none of GET, POST, PUT, DELETE, PATCH";
  if (auto fault = pathFault(question.path)) return fault;
  if (question.headers.size() > kMaxHeaders) return "more than 32 headers";
  std::size_t bytes = 0;
  for (const http::Field& header : question.headers) {
    if (auto fault = headerFault(header)) return fault;
    bytes += header.name.size() + header.value.size();
  }
  if (bytes > kMaxHeaderBytes) return "more than 8 KiB of headers";
  const http::Field type{"x", question.contentType};
  if (!question.contentType.empty() && headerFault(type)) return "the content type holds a control or non-ASCII character";
  return std::nullopt;
}

void appendHeaderSafe(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  const auto isSafe = [](char each) { return isVisible(static_cast<unsigned char>(each)) && each != '%'; };
  const auto safe = std::find_if_not(text.begin(), text.end(), isSafe);
  out.append(text.begin(), safe);
  for (const char character : std::string_view(safe, text.end())) {
    const auto each = static_cast<unsigned char>(character);
    if (isSafe(character)) {
      out += character;
    } else {
      out += '%';
      out += kHex[each >> 4];
      out += kHex[each & 15];
    }
  }
}

}  // namespace certus::gateway
