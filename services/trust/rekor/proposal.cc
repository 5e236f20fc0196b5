#include "services/trust/rekor/proposal.h"

#include "base/encoding.h"

namespace certus::trust_service::rekor {
namespace {

tl::unexpected<Answer> refuse(int code, const std::string& message) { return tl::make_unexpected(invalid(code, message)); }

}  // namespace

Result<std::string> textIn(const Input& object, std::initializer_list<const char*> path) {
  std::string name = "spec";
  const Input* at = &object;
  for (const char* member : path) {
    name.append(".").append(member);
    const auto found = at->is_object() ? at->find(member) : at->end();
    if (found == at->end()) return fail(ErrorCode::InvalidArgument, name + " is missing");
    at = &*found;
  }
  if (!at->is_string()) return fail(ErrorCode::InvalidArgument, name + " must be text");
  return at->get<std::string>();
}

Result<std::string> base64In(const Input& object, std::initializer_list<const char*> path) {
  auto text = textIn(object, path);
  if (!text) return text;
  auto bytes = fromBase64(*text);
  if (bytes && !bytes->empty()) return std::move(*bytes);
  std::string name = "spec";
  for (const char* member : path) name.append(".").append(member);
  return fail(ErrorCode::InvalidArgument, name + " must be standard base64 with padding, and not empty");
}

tl::expected<NewEntry, Answer> readProposal(const Input& proposal) {
  if (!proposal.is_object()) return refuse(kInvalidType, "proposedEntry in body must be of type object");
  const auto kind = proposal.find("kind"), version = proposal.find("apiVersion"), spec = proposal.find("spec");
  if (kind == proposal.end() || !kind->is_string()) return refuse(kRequired, "kind in body is required");
  const std::string name = kind->get<std::string>();
  const auto read = name == "hashedrekord" ? readHashedRekord : name == "dsse" ? readDsse : nullptr;
  if (!read) {
    return refuse(kOwnRule, "invalid kind value: \"" + shortened(name) + "\"; this log takes hashedrekord and dsse");
  }
  if (version == proposal.end() || !version->is_string()) return refuse(kRequired, "apiVersion in body is required");
  if (spec == proposal.end()) return refuse(kRequired, "spec in body is required");
  if (*version != "0.0.1") {
    return tl::make_unexpected(badRequest("error processing entry: " + name + " of apiVersion " +
                                          shortened(version->get<std::string>()) + " is not known; this log takes 0.0.1"));
  }
  auto entry = read(*spec);
  if (!entry) return tl::make_unexpected(badRequest("error processing entry: " + entry.error().message));
  return std::move(*entry);
}

}  // namespace certus::trust_service::rekor
