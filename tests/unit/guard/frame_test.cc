// States between rounds: ours are told from all others, whatever bytes a module puts into its own.
#include <gtest/gtest.h>

#include "gateway/guard/redeemed.h"
#include "gateway/guard/state_frame.h"

namespace certus::gateway {
namespace {

StateFrame moduleFrame(std::string_view inner) {
  StateFrame out;
  out.nonce.fill('n');
  out.issued = 5;
  out.expires = -1;
  out.inner = inner;
  return out;
}

TEST(StateFrame, ReadsBackWhatWasWritten) {
  StateFrame frame = moduleFrame(std::string_view("\0its own\1", 9));
  frame.proof.emplace().fill(0xab);
  const std::string text = writeFrame(frame);
  const auto read = readFrame(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->kind, StateFrame::Kind::Module);
  EXPECT_EQ(read->inner, frame.inner);
  EXPECT_EQ(read->proof, frame.proof);
  EXPECT_EQ(read->nonce, frame.nonce);
  EXPECT_EQ(read->issued, 5);
  EXPECT_EQ(read->expires, -1);
}

TEST(StateFrame, AModulesStateThatLooksLikeOursStaysTheModules) {
  StateFrame question = moduleFrame("");
  question.kind = StateFrame::Kind::Question;
  question.proof.emplace().fill(1);
  const std::string forged = writeFrame(question);
  const std::string wrapped = writeFrame(moduleFrame(forged));
  const auto read = readFrame(wrapped);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->kind, StateFrame::Kind::Module);
  EXPECT_FALSE(read->proof);
  EXPECT_EQ(read->inner, forged);
}

TEST(StateFrame, WhatIsCutOrNotOursIsNone) {
  StateFrame frame = moduleFrame("");
  frame.proof.emplace().fill(1);
  const std::string text = writeFrame(frame);
  for (std::size_t size = 0; size < text.size(); ++size) EXPECT_FALSE(readFrame(text.substr(0, size))) << size;
  EXPECT_FALSE(readFrame("the module's own state, as long as a frame of ours would have to be, and then some more"));
  std::string question = writeFrame(moduleFrame("x"));
  question[13] = 'q';  // a question without a proof, and with a state
  EXPECT_FALSE(readFrame(question));
  question[13] = 'z';
  EXPECT_FALSE(readFrame(question));
}

Nonce nonce(char fill) {
  Nonce out;
  out.fill(fill);
  return out;
}

TEST(Redeemed, OnceUntilItExpires) {
  Redeemed table(10);
  EXPECT_EQ(table.redeem(nonce('a'), 100, 0), Redeemed::Answer::First);
  EXPECT_EQ(table.redeem(nonce('a'), 100, 99), Redeemed::Answer::Again);
  EXPECT_EQ(table.redeem(nonce('b'), 300, 100), Redeemed::Answer::First);
  EXPECT_EQ(table.size(), 1u);  // what has expired is forgotten
}

TEST(Redeemed, AFullTableBelievesNothing) {
  Redeemed table(2);
  table.redeem(nonce('a'), 100, 0);
  table.redeem(nonce('b'), 200, 0);
  EXPECT_EQ(table.redeem(nonce('c'), 300, 0), Redeemed::Answer::Full);
  EXPECT_EQ(table.redeem(nonce('a'), 100, 0), Redeemed::Answer::Again);
  EXPECT_EQ(table.redeem(nonce('c'), 300, 100), Redeemed::Answer::First);
}

TEST(Redeemed, WhatIsReleasedMayBeRedeemed) {
  Redeemed table(1);
  table.redeem(nonce('a'), 100, 0);
  table.release(nonce('a'));
  table.release(nonce('x'));
  EXPECT_EQ(table.redeem(nonce('a'), 100, 0), Redeemed::Answer::First);
}

}  // namespace
}  // namespace certus::gateway
