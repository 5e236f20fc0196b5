// Every kind of outcome, in every revision where that makes a difference.
#include "tests/unit/mcp/fixture.h"

namespace certus::gateway {
namespace {

using Kind = OutcomeView::Kind;
constexpr Revision kRevisions[] = {Revision::V2024_11_05, Revision::V2025_03_26, Revision::V2025_06_18,
                                   Revision::V2025_11_25, kModern};

class Rendering : public Protocol {
 protected:
  Invoke call(const std::string& tool, Revision revision) {
    Json arguments = tool == "trust_verify" ? Json{{"artifact", "sha256:00000000"}} : Json::object();
    held_ = isModern(revision) ? modern("tools/call", {{"name", tool}, {"arguments", arguments}})
                               : legacy(revision, "tools/call", {{"name", tool}, {"arguments", arguments}});
    return std::get<Invoke>(held_.decision);
  }
  Invoke other(const std::string& method, const Json& params, Revision revision = kModern) {
    held_ = isModern(revision) ? modern(method, params) : legacy(revision, method, params);
    return std::get<Invoke>(held_.decision);
  }
  Json render(const Invoke& invoke, const OutcomeView& outcome) {
    std::string out = "before";
    outcome_ = renderer->render(invoke, context, outcome, out);
    EXPECT_EQ(out.substr(0, 6), "before");
    text_ = out.substr(6);
    EXPECT_EQ(text_.find('\n'), std::string::npos) << "one line, or SSE and stdio break";
    const Json json = Json::parse(text_);
    EXPECT_EQ(json["id"], 1);
    EXPECT_EQ(json["jsonrpc"], "2.0");
    return json;
  }
  static ContentView text(std::string_view words) {
    ContentView content;
    content.text = words;
    return content;
  }
  Message held_;
  CallOutcome outcome_ = CallOutcome::Internal;
  std::string text_;
};

TEST_F(Rendering, AStructuredResultIsSplicedAndRepeatedAsText) {
  for (const Revision revision : kRevisions) {
    OutcomeView outcome;
    outcome.structured = R"({"valid":true,"n":1.0,"s":"\u00e9\"x"})";
    const Json result = render(call("trust_verify", revision), outcome)["result"];
    EXPECT_EQ(outcome_, CallOutcome::Ok);
    EXPECT_EQ(result["content"].size(), 1u);
    EXPECT_EQ(result["content"][0]["text"], outcome.structured) << "byte for byte";
    EXPECT_EQ(result.contains("structuredContent"), revision >= Revision::V2025_06_18) << revision;
    if (revision >= Revision::V2025_06_18) {
      EXPECT_NE(text_.find(std::string("\"structuredContent\":").append(outcome.structured)), std::string::npos);
    }
    EXPECT_FALSE(result.contains("isError"));
    EXPECT_EQ(result.contains("resultType"), isModern(revision));
    EXPECT_EQ(result.contains("_meta"), isModern(revision));
    EXPECT_EQ(renderer->httpStatus(), 200);
  }
}

TEST_F(Rendering, StructuredTextOnSeveralLinesComesOutOnOne) {
  OutcomeView outcome;
  outcome.structured = " {\n  \"valid\": true,\r\n\t\"s\": \"a b\"\n}\n";
  const Json result = render(call("trust_verify", kModern), outcome)["result"];
  EXPECT_EQ(result["structuredContent"], Json({{"valid", true}, {"s", "a b"}}));
}

TEST_F(Rendering, AnAnswerThatBreaksItsSchemaIsWithheld) {
  for (const char* broken : {R"({"valid":"yes"})", R"({})", "{", "", R"([1])"}) {
    OutcomeView outcome;
    const ContentView words = text("looks fine");
    outcome.content = {&words, 1};
    outcome.structured = broken;
    const Json result = render(call("trust_verify", kModern), outcome)["result"];
    EXPECT_EQ(result["isError"], true) << broken;
    EXPECT_FALSE(result.contains("structuredContent"));
    const std::string said = result["content"][0]["text"];
    EXPECT_NE(said.find("outputSchema"), std::string::npos) << said;
    EXPECT_NE(said.find("req-1"), std::string::npos) << said;
    EXPECT_EQ(outcome_, CallOutcome::Internal);
  }
}

TEST_F(Rendering, WhatWasParsedBeforeIsHeldAgainstTheSchemaAllTheSame) {
  simdjson::dom::parser parser;
  for (const bool valid : {true, false}) {
    OutcomeView outcome;
    outcome.structured = valid ? "{\n\"valid\": true}" : R"({"valid":"yes"})";
    outcome.parsed = parser.parse(outcome.structured.data(), outcome.structured.size()).value();
    const Json result = render(call("trust_verify", kModern), outcome)["result"];
    EXPECT_EQ(result.contains("isError"), !valid);
    EXPECT_EQ(result.contains("structuredContent"), valid);
    EXPECT_EQ(text_.find('\n'), std::string::npos) << "one line all the same";
  }
}

TEST_F(Rendering, ToolErrorsNameToolsAsTheClientCallsThem) {
  OutcomeView outcome;
  outcome.kind = OutcomeView::Kind::ToolError;
  const ContentView words = text("Call `verify` first.");
  outcome.content = {&words, 1};
  const Json result = render(call("trust_verify", kModern), outcome)["result"];
  EXPECT_TRUE(result["content"][0]["text"].get<std::string>().starts_with("Call `trust_verify` first."));
}

TEST_F(Rendering, WhatIsNoObjectIsWrappedForOlderRevisions) {
  OutcomeView outcome;
  outcome.structured = "[1,2]";
  EXPECT_EQ(render(call("trust_numbers", kModern), outcome)["result"]["structuredContent"], Json({1, 2}));
  EXPECT_EQ(render(call("trust_numbers", Revision::V2025_11_25), outcome)["result"]["structuredContent"],
            Json({{"result", {1, 2}}}));
  EXPECT_EQ(render(call("lab_echo", Revision::V2025_06_18), outcome)["result"]["structuredContent"],
            Json({{"result", {1, 2}}}))
      << "without any outputSchema, too";
}

TEST_F(Rendering, ContentKindsMapDownForOlderRevisions) {
  ContentView image{ContentView::Kind::Image, false, true, "", std::string_view("\x00\xff", 2), "image/png", "", "", ""};
  ContentView audio{ContentView::Kind::Audio, false, true, "", "abc", "audio/wav", "", "", ""};
  ContentView link{ContentView::Kind::ResourceLink, false, false, "what it is", "", "text/plain", "lab://x", "X", ""};
  ContentView embedded{ContentView::Kind::Embedded, false, false, "inside", "", "text/plain", "lab://e", "", ""};
  ContentView blob{ContentView::Kind::Embedded, false, true, "", "bin", "", "lab://b", "", R"({"priority":0.5})"};
  const ContentView all[] = {image, audio, link, embedded, blob};
  for (const Revision revision : kRevisions) {
    OutcomeView outcome;
    outcome.content = all;
    const Json content = render(call("lab_echo", revision), outcome)["result"]["content"];
    EXPECT_EQ(content[0], Json({{"type", "image"}, {"data", "AP8="}, {"mimeType", "image/png"}}));
    EXPECT_EQ(content[1]["type"], revision >= Revision::V2025_03_26 ? "audio" : "text") << revision;
    EXPECT_EQ(content[2]["type"], revision >= Revision::V2025_06_18 ? "resource_link" : "text") << revision;
    if (revision < Revision::V2025_06_18) {
      EXPECT_EQ(content[2]["text"], "X: lab://x (what it is)");
    } else {
      EXPECT_EQ(content[2], Json({{"type", "resource_link"},
                                  {"uri", "lab://x"},
                                  {"name", "X"},
                                  {"description", "what it is"},
                                  {"mimeType", "text/plain"}}));
    }
    EXPECT_EQ(content[3]["resource"], Json({{"uri", "lab://e"}, {"mimeType", "text/plain"}, {"text", "inside"}}));
    EXPECT_EQ(content[4]["resource"], Json({{"uri", "lab://b"}, {"blob", "Ymlu"}}));
    EXPECT_EQ(content[4]["annotations"], Json({{"priority", 0.5}}));
  }
}

TEST_F(Rendering, AnnotationsThatAreNoJsonObjectAreLeftOut) {
  ContentView words = text("x");
  for (const char* bad : {"{", "[]", "{\"a\":\n1}", "\"x\""}) {
    words.annotations = bad;
    OutcomeView outcome;
    outcome.content = {&words, 1};
    EXPECT_EQ(render(call("lab_echo", kModern), outcome)["result"]["content"][0], Json({{"type", "text"}, {"text", "x"}}));
  }
}

TEST_F(Rendering, TextThatIsNoUtf8IsMended) {
  const ContentView words = text("a\xff\xc3(\xe2\x82\xac\x01\"\\\n");
  OutcomeView outcome;
  outcome.content = {&words, 1};
  EXPECT_EQ(render(call("lab_echo", kModern), outcome)["result"]["content"][0]["text"],
            "a\xEF\xBF\xBD\xEF\xBF\xBD(\xE2\x82\xAC\x01\"\\\n");
}

TEST_F(Rendering, AnEmptyResultHasAnEmptyContentArray) {
  EXPECT_EQ(render(call("lab_echo", kModern), OutcomeView{})["result"]["content"], Json::array());
}

TEST_F(Rendering, AToolErrorKeepsItsTextAndEndsWithTheRequestId) {
  const ContentView blocks[] = {text("first"), text("The service refused.")};
  OutcomeView outcome;
  outcome.kind = Kind::ToolError;
  outcome.content = blocks;
  outcome.structured = R"({"valid":true})";
  const Json result = render(call("trust_verify", kModern), outcome)["result"];
  EXPECT_EQ(result["isError"], true);
  EXPECT_FALSE(result.contains("structuredContent"));
  EXPECT_EQ(result["content"][0]["text"], "first");
  EXPECT_EQ(result["content"][1]["text"], "The service refused.\n\nRequest id: req-1");
  EXPECT_EQ(outcome_, CallOutcome::ToolError);
  const ContentView named = text("See req-1.");
  outcome.content = {&named, 1};
  EXPECT_EQ(render(call("trust_verify", kModern), outcome)["result"]["content"][0]["text"], "See req-1.");
  outcome.content = {};
  EXPECT_NE(render(call("trust_verify", kModern), outcome)["result"]["content"][0]["text"].get<std::string>().find("req-1"),
            std::string::npos);
}

TEST_F(Rendering, ACallCutShortSaysWhetherToRepeatIt) {
  OutcomeView outcome;
  outcome.kind = Kind::TimedOut;
  const std::string harmless = render(call("trust_verify", kModern), outcome)["result"]["content"][0]["text"];
  EXPECT_NE(harmless.find("1.5 seconds"), std::string::npos) << harmless;
  EXPECT_NE(harmless.find("safe to call it again"), std::string::npos) << harmless;
  EXPECT_TRUE(harmless.ends_with("Request id: req-1"));
  EXPECT_EQ(outcome_, CallOutcome::Timeout);
  const std::string changing = render(call("trust_sign", kModern), outcome)["result"]["content"][0]["text"];
  EXPECT_NE(changing.find("may or may not have taken effect"), std::string::npos) << changing;
  outcome.kind = Kind::Cancelled;
  EXPECT_EQ(render(call("trust_sign", kModern), outcome)["result"]["isError"], true);
  EXPECT_EQ(outcome_, CallOutcome::Cancelled);
  outcome.kind = Kind::TimedOut;
  EXPECT_EQ(render(other("resources/read", {{"uri", "lab://static"}}), outcome)["error"]["code"], -32603);
}

TEST_F(Rendering, ABrokenModuleIsAnInternalErrorThatTellsNothingOfIt) {
  const ContentView secret = text("segfault at /home/x");
  OutcomeView outcome;
  outcome.kind = Kind::Failed;
  outcome.content = {&secret, 1};
  const Json error = render(call("trust_sign", kModern), outcome)["error"];
  EXPECT_EQ(error["code"], -32603);
  const std::string said = error["message"];
  EXPECT_EQ(said.find("segfault"), std::string::npos);
  EXPECT_TRUE(said.ends_with("Request id: req-1")) << said;
  EXPECT_EQ(outcome_, CallOutcome::Internal);
}

TEST_F(Rendering, InvalidIsInvalidParamsInTheModulesWords) {
  const ContentView why = text("since must precede until");
  OutcomeView outcome;
  outcome.kind = Kind::Invalid;
  outcome.content = {&why, 1};
  const Json error = render(call("trust_sign", Revision::V2025_11_25), outcome)["error"];
  EXPECT_EQ(error["code"], -32602);
  EXPECT_EQ(error["message"], "since must precede until");
  EXPECT_EQ(outcome_, CallOutcome::InvalidArguments);
}

TEST_F(Rendering, ResourcesHaveContentsAndHintsOrAreNotFound) {
  ContentView content{ContentView::Kind::Embedded, false, false, "body", "", "text/plain", "", "", ""};
  OutcomeView outcome;
  outcome.content = {&content, 1};
  const Json result = render(other("resources/read", {{"uri", "lab://static"}}), outcome)["result"];
  EXPECT_EQ(result["contents"], Json::array({{{"uri", "lab://static"}, {"mimeType", "text/plain"}, {"text", "body"}}}));
  EXPECT_EQ(result["cacheScope"], "private");
  EXPECT_EQ(result["ttlMs"], 0);
  EXPECT_FALSE(render(other("resources/read", {{"uri", "lab://static"}}, Revision::V2025_11_25), outcome)["result"].contains(
      "ttlMs"));
  for (const bool empty : {true, false}) {
    OutcomeView missing;
    missing.kind = empty ? Kind::Result : Kind::NotFound;
    const Json error = render(other("resources/read", {{"uri", "lab://item/9/data"}}), missing)["error"];
    EXPECT_EQ(error["code"], -32602);
    EXPECT_EQ(error["data"]["uri"], "lab://item/9/data");
    EXPECT_EQ(
        render(other("resources/read", {{"uri", "lab://item/9/data"}}, Revision::V2025_06_18), missing)["error"]["code"],
        -32002);
  }
}

TEST_F(Rendering, PromptsAreMessagesWithRoles) {
  ContentView ask = text("Say hello.");
  ContentView answer = text("Hello.");
  answer.assistant = true;
  const ContentView blocks[] = {ask, answer};
  OutcomeView outcome;
  outcome.content = blocks;
  outcome.description = "A greeting";
  const Json result = render(other("prompts/get", {{"name", "lab_plain"}}), outcome)["result"];
  EXPECT_EQ(result["description"], "A greeting");
  EXPECT_EQ(result["messages"][0], Json({{"role", "user"}, {"content", {{"type", "text"}, {"text", "Say hello."}}}}));
  EXPECT_EQ(result["messages"][1]["role"], "assistant");
}

TEST_F(Rendering, CompletionsAreCappedAtAHundred) {
  const Json params = {{"ref", {{"type", "ref/prompt"}, {"name", "lab_greet"}}},
                       {"argument", {{"name", "who"}, {"value", ""}}}};
  OutcomeView outcome;
  outcome.kind = Kind::Completion;
  outcome.structured = "{\"values\":[\"a\",\"b\"],\n\"total\":9,\"hasMore\":false}";
  EXPECT_EQ(render(other("completion/complete", params), outcome)["result"]["completion"],
            Json({{"values", {"a", "b"}}, {"total", 9}, {"hasMore", false}}));
  std::string many = R"({"values":["0")";
  for (int i = 1; i < 150; ++i) many += ",\"" + std::to_string(i) + '"';
  many += "]}";
  outcome.structured = many;
  const Json completion = render(other("completion/complete", params), outcome)["result"]["completion"];
  EXPECT_EQ(completion["values"].size(), 100u);
  EXPECT_EQ(completion["hasMore"], true);
  EXPECT_EQ(completion["total"], 150);
  for (const char* bad : {R"({"values":[1]})", R"({})", "", R"([])"}) {
    outcome.structured = bad;
    EXPECT_EQ(render(other("completion/complete", params), outcome)["error"]["code"], -32603) << bad;
  }
}

TEST_F(Rendering, AnOutcomeOfAnotherKindThanAskedIsTheModulesFault) {
  OutcomeView outcome;
  outcome.kind = Kind::Completion;
  outcome.structured = R"({"values":[]})";
  EXPECT_EQ(render(call("lab_echo", kModern), outcome)["error"]["code"], -32603);
  EXPECT_EQ(outcome_, CallOutcome::Internal);
}

}  // namespace
}  // namespace certus::gateway
