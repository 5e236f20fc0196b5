// What the gateway's own tools answer. Pure; looking into the counts is the runner's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "gateway/call/invocation.h"
#include "gateway/guard/gateway_module.h"
#include "gateway/guard/limit_caller.h"

namespace certus::gateway {

void answerWhoami(const Invocation& invocation, OutcomeSink& outcome);

// The limits that meet this caller, each once. Borrows the invocation and its grant.
class LimitsAnswer {
 public:
  explicit LimitsAnswer(const Invocation& invocation);

  const std::vector<limits::Demand>& demands() const { return demands_; }  // to look at, in order
  void add(const Result<std::vector<limits::TakeState>>& states);          // of the next demand
  void complete(OutcomeSink& outcome) const;

 private:
  static constexpr std::size_t kMost = 100;
  void choose();
  bool named(const rules::CatalogueItem& item) const;
  void demandOf(const rules::CatalogueItem& item);

  const Grant* grant_;
  std::optional<LimitCaller> caller_;
  std::optional<rules::ItemKind> kind_;  // asked about; unset: everything
  std::string name_;
  std::string problem_;  // why there is no answer
  std::optional<std::uint32_t> cost_;
  std::vector<limits::Key> seen_;
  std::vector<const limits::ItemLimits*> items_;  // by take
  std::vector<limits::Demand> demands_;
  std::vector<limits::TakeState> states_;
  std::size_t notShown_ = 0;
};

}  // namespace certus::gateway
