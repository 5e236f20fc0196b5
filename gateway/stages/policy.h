// May this caller make this call? What the policy says of a tool, prompt or resource whose name the caller may know.
#pragma once

#include "gateway/stages/stage.h"

namespace certus::gateway {

std::optional<Refusal> admitByPolicy(const MessageCall& call);  // tools

struct ItemCall {
  const Access& access;
  const Caller& caller;
  std::uint32_t item = 0;
  std::string_view called;  // as the caller named it
  simdjson::dom::element arguments;
  bool canAsk = false;  // the client can ask its user
};
// `confirm`: the rule by which the person must be asked first, else left alone.
std::optional<Refusal> decideByPolicy(const ItemCall& call, const rules::Rule*& confirm);

}  // namespace certus::gateway
