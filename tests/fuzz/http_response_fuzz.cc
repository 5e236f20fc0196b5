// Answers of a service from the wire: no crash, views inside the buffer, caps kept, one meaning however the bytes are split.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "http/response_parser.h"

namespace {

using namespace certus::http;
using State = ResponseParser::State;

constexpr std::size_t kMaxHead = 1024, kMaxBody = 16 * 1024;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

void requireInside(const Buffer& buffer, std::string_view view) {
  if (view.empty()) return;
  require(view.data() >= buffer.bytes.get() && view.data() + view.size() <= buffer.bytes.get() + buffer.size,
          "a view outside the buffer");
}

struct Outcome {
  bool done = false;
  std::string meaning;
};

Outcome parse(std::string_view bytes, std::size_t piece, Method asked) {
  const auto pool = BufferPool::create();
  const BufferLease buffer = pool->lease();
  ResponseParser parser(kMaxHead, kMaxBody, *buffer, asked);
  State state = State::NeedMore;
  while (!bytes.empty() && state == State::NeedMore) {
    if (buffer->room() == 0) parser.makeRoom();
    require(buffer->room() != 0, "no room for the next read");
    const std::string_view next = bytes.substr(0, std::min(piece, buffer->room()));
    next.copy(buffer->free(), next.size());
    buffer->size += next.size();
    bytes.remove_prefix(next.size());
    state = parser.parse();
  }
  if (state == State::NeedMore) state = parser.onEnd();
  if (state != State::Done) return {};
#ifdef CERTUS_FUZZ_SELFTEST
  require(!(parser.retryAfterSeconds() > 9), "the planted fault");  // one digit more than the seed has
#endif
  requireInside(*buffer, parser.body());
  requireInside(*buffer, parser.contentType());
  require(parser.body().size() <= kMaxBody, "more body than allowed");
  return {true, std::to_string(parser.status()) + "\n" + std::string(parser.contentType()) + "\n" +
                    std::string(parser.body()) + std::to_string(parser.retryAfterSeconds())};
}

}  // namespace

// The first byte: the size of the pieces of the second parse; its lowest bit also says whether HEAD was asked.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const Method asked = (data[0] & 1) != 0 ? Method::Head : Method::Get;
  const Outcome whole = parse(bytes, bytes.size(), asked);
  const Outcome pieces = parse(bytes, data[0] == 0 ? 1 : data[0], asked);
  require(whole.done == pieces.done, "split bytes are judged differently");
  require(whole.meaning == pieces.meaning, "split bytes mean something else");
  return 0;
}
