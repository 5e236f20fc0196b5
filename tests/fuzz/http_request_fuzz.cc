// Request heads and bodies from the wire: no crash, every view inside the buffer, and one meaning however the bytes are
// split.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "http/request_parser.h"

namespace {

using namespace certus::http;
using State = RequestParser::State;

constexpr ParserLimits kLimits{1024, 16, 64 * 1024};

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

struct Outcome {
  bool done = false;
  std::string meaning;
};

void requireInside(const Buffer& buffer, std::string_view view) {
  if (view.empty()) return;
  require(view.data() >= buffer.bytes.get() && view.data() + view.size() <= buffer.bytes.get() + buffer.size,
          "a view outside the buffer");
}

std::string meaningOf(const RequestParser& parser, const Buffer& buffer) {
  const RequestHead& head = parser.head();
  std::string meaning;
  for (const std::string_view part : {head.methodText, head.target, head.path, head.query, parser.body()}) {
    requireInside(buffer, part);
    meaning.append(part).push_back('\n');
  }
  require(head.fields.size() <= kLimits.maxFields, "more fields than allowed");
  require(parser.body().size() <= kLimits.maxBodyBytes, "more body than allowed");
  for (const Field& field : head.fields) {
    requireInside(buffer, field.name);
    requireInside(buffer, field.value);
    require(field.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos, "a line end in a value");
    meaning.append(field.name).append(":").append(field.value).push_back('\n');
  }
  return meaning + std::to_string(parser.keepsAlive()) + std::to_string(parser.consumed() == buffer.size);
}

Outcome parse(std::string_view bytes, std::size_t piece) {
  const auto pool = BufferPool::create();
  const BufferLease buffer = pool->lease();
  std::vector<Field> fields;
  RequestParser parser(kLimits, *buffer, fields);
  State state = State::NeedMore;
  while (!bytes.empty() && state == State::NeedMore) {
    if (buffer->room() == 0) parser.makeRoom();
    require(buffer->room() != 0, "no room for the next read");
    const std::string_view next = bytes.substr(0, std::min(piece, buffer->room()));
    next.copy(buffer->free(), next.size());
    buffer->size += next.size();
    bytes.remove_prefix(next.size());
    do state = parser.parse();
    while (state == State::Head);
  }
  if (state == State::Bad)
    require(parser.errorStatus() >= 400 && *parser.errorText() != '\0', "a refusal without its reason");
  if (state != State::Done) return {};
#ifdef CERTUS_FUZZ_SELFTEST
  require(!(parser.isHttp10() && !parser.body().empty()), "the planted fault");
#endif
  return {true, meaningOf(parser, *buffer)};
}

}  // namespace

// The first byte is the size of the pieces that the second parse is fed with.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const Outcome whole = parse(bytes, bytes.size());
  const Outcome pieces = parse(bytes, data[0] == 0 ? 1 : data[0]);
  require(whole.done == pieces.done, "split bytes are judged differently");
  // What follows a request may not have arrived yet when it is complete: the last digit says so.
  if (whole.done) {
    const auto core = [](const std::string& meaning) { return meaning.substr(0, meaning.size() - 1); };
    require(core(whole.meaning) == core(pieces.meaning), "split bytes mean something else");
  }
  return 0;
}
