// initialize, discover and the lists, as each revision wants them.
#include "tests/unit/mcp/fixture.h"

namespace certus::gateway {
namespace {

Json initializeParams(const std::string& version) {
  return {{"protocolVersion", version},
          {"capabilities",
           {{"sampling", Json::object()}, {"roots", {{"listChanged", true}}}, {"extensions", {{"x/y", Json::object()}}}}},
          {"clientInfo",
           {{"name",
             "cli\x01"
             "ent"},
            {"version", "1.2"}}}};
}

struct Negotiation {
  const char* asked;
  const char* answered;
  Revision revision;
};

TEST_F(Protocol, InitializeAnswersTheVersionAskedForIfItIsAServedLegacyOneAndElseTheNewestLegacy) {
  const Negotiation rows[] = {
      {"2024-10-07", "2024-10-07", Revision::V2024_11_05}, {"2024-11-05", "2024-11-05", Revision::V2024_11_05},
      {"2025-03-26", "2025-03-26", Revision::V2025_03_26}, {"2025-06-18", "2025-06-18", Revision::V2025_06_18},
      {"2025-11-25", "2025-11-25", Revision::V2025_11_25}, {"2026-07-28", "2025-11-25", Revision::V2025_11_25},
      {"1999-01-01", "2025-11-25", Revision::V2025_11_25}, {"", "2025-11-25", Revision::V2025_11_25}};
  for (const Negotiation& row : rows) {
    const Json params = initializeParams(row.asked);
    const Message message = send(Json{{"jsonrpc", "2.0"}, {"id", 0}, {"method", "initialize"}, {"params", params}});
    const auto& opened = std::get<Opened>(message.decision);
    EXPECT_EQ(opened.revision, row.revision) << row.asked;
    const Json result = body(message)["result"];
    EXPECT_EQ(result["protocolVersion"], row.answered);
    EXPECT_FALSE(result.contains("resultType"));
    EXPECT_EQ(result["serverInfo"]["name"], "certus-gateway");
    EXPECT_EQ(result["serverInfo"].contains("title"), row.revision >= Revision::V2025_06_18);
    EXPECT_EQ(result["capabilities"].contains("completions"), row.revision >= Revision::V2025_03_26);
    EXPECT_EQ(opened.clientCapabilities, kCanSample | kHasRoots);
    EXPECT_EQ(opened.clientName, "cli?ent/1.2");
  }
}

TEST_F(Protocol, InitializeWithoutAVersionIsRefused) {
  EXPECT_EQ(code(send(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{}})")), -32602);
}

TEST_F(Protocol, ElicitationCapabilityKnowsFormsAndUrls) {
  const auto opened = [&](const Json& elicitation) {
    Json params = initializeParams("2025-11-25");
    params["capabilities"] = {{"elicitation", elicitation}};
    return std::get<Opened>(
        send(Json{{"jsonrpc", "2.0"}, {"id", 0}, {"method", "initialize"}, {"params", params}}).decision);
  };
  EXPECT_EQ(opened(Json::object()).clientCapabilities, kCanElicit);
  EXPECT_FALSE(opened(Json::object()).hasElicitationUrl);
  EXPECT_TRUE(opened({{"url", Json::object()}}).hasElicitationUrl);
}

TEST_F(Protocol, ASecondInitializeIsRefusedInAnHttpSessionAndTakenOnStdio) {
  const Message second = legacy(Revision::V2025_11_25, "initialize", initializeParams("2025-11-25"));
  EXPECT_EQ(status(second), 400);
  EXPECT_EQ(code(second), -32600);
  context.transport = Transport::Stdio;
  EXPECT_TRUE(
      std::holds_alternative<Opened>(legacy(Revision::V2025_11_25, "initialize", initializeParams("2025-11-25")).decision));
}

TEST_F(Protocol, CapabilitiesPromiseChangesOnlyToClientsThatCanHearOfThem) {
  config::Gateway config = sampleConfig();
  config.mcp.sessions = false;
  const auto stateless = sampleCatalog(config);
  context.route = &stateless->composed();
  const Json request = {{"jsonrpc", "2.0"}, {"id", 0}, {"method", "initialize"}, {"params", initializeParams("2025-11-25")}};
  Json capabilities = body(send(request))["result"]["capabilities"];
  EXPECT_EQ(capabilities["tools"], Json::object());
  EXPECT_FALSE(capabilities.contains("logging"));
  context.transport = Transport::Stdio;
  capabilities = body(send(request))["result"]["capabilities"];
  EXPECT_EQ(capabilities["tools"], Json({{"listChanged", true}}));
  EXPECT_EQ(capabilities["resources"], Json({{"subscribe", true}, {"listChanged", true}}));
  EXPECT_TRUE(capabilities.contains("logging"));
}

TEST_F(Protocol, InstructionsAreTheHousesThenTheModules) {
  const Json result = body(modern("server/discover"))["result"];
  EXPECT_EQ(result["instructions"], "House rules.\n\nUse trust_verify before you run an artifact.");
  context.route = catalog->moduleRoute("lab");
  EXPECT_EQ(body(modern("server/discover"))["result"]["instructions"], "House rules.");
}

TEST_F(Protocol, DiscoverHasEverythingThatStrictClientsDemand) {
  const Json result = body(modern("server/discover"))["result"];
  EXPECT_EQ(result["supportedVersions"], Json({"2026-07-28"}));
  EXPECT_EQ(result["resultType"], "complete");
  EXPECT_EQ(result["ttlMs"], 60000);
  EXPECT_EQ(result["cacheScope"], "public");
  EXPECT_EQ(result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "certus-gateway");
  EXPECT_EQ(result["_meta"]["io.modelcontextprotocol/serverInfo"]["version"], CERTUS_VERSION);
  EXPECT_FALSE(result["capabilities"].contains("tasks"));
}

TEST_F(Protocol, StringIdsAndLargeIdsComeBackAsTheyWere) {
  for (const char* id : {"\"server-discover-probe-1\"", "9007199254740993", "-5", "\"\\u00e9\\n\"", "\"\"", "0"}) {
    const std::string text = std::string(R"({"jsonrpc":"2.0","id":)") + id + R"(,"method":"ping"})";
    EXPECT_EQ(reply(send(std::string_view(text))).body, std::string(R"({"jsonrpc":"2.0","id":)") + id + R"(,"result":{}})");
  }
}

Json tools(Protocol&, const Json& result) {
  Json byName = Json::object();
  for (const Json& tool : result["tools"]) byName[tool["name"].get<std::string>()] = tool;
  return byName;
}

class ListsByRevision : public Protocol {};

TEST_F(ListsByRevision, NewerFieldsAreLeftOutOfOlderRevisions) {
  for (const Revision revision :
       {Revision::V2024_11_05, Revision::V2025_03_26, Revision::V2025_06_18, Revision::V2025_11_25, kModern}) {
    const Json result = body(isModern(revision) ? modern("tools/list") : legacy(revision, "tools/list"))["result"];
    const Json verify = tools(*this, result)["trust_verify"];
    EXPECT_EQ(verify.contains("title"), revision >= Revision::V2025_06_18) << revision;
    EXPECT_EQ(verify.contains("outputSchema"), revision >= Revision::V2025_06_18) << revision;
    EXPECT_EQ(verify.contains("_meta"), revision >= Revision::V2025_06_18) << revision;
    EXPECT_EQ(verify.contains("icons"), revision >= Revision::V2025_11_25) << revision;
    EXPECT_EQ(verify.contains("annotations"), revision >= Revision::V2025_03_26) << revision;
    EXPECT_EQ(result.contains("resultType"), isModern(revision)) << revision;
    EXPECT_TRUE(verify.contains("description")) << revision;
    if (revision == Revision::V2024_11_05) continue;
    const bool titleInside = revision == Revision::V2025_03_26;
    EXPECT_EQ(verify["annotations"],
              titleInside ? Json({{"title", "Verify"}, {"readOnlyHint", true}}) : Json({{"readOnlyHint", true}}))
        << revision;
  }
}

TEST_F(ListsByRevision, OldClientsSeeObjectsWhereTheNewestMaySeeAnySchema) {
  const Json modernTool = tools(*this, body(modern("tools/list"))["result"])["trust_numbers"];
  EXPECT_EQ(modernTool["outputSchema"]["type"], "array");
  EXPECT_EQ(modernTool["inputSchema"]["properties"]["any"], true);
  const Json oldTool = tools(*this, body(legacy(Revision::V2025_11_25, "tools/list"))["result"])["trust_numbers"];
  EXPECT_EQ(oldTool["outputSchema"]["type"], "object");
  EXPECT_EQ(oldTool["outputSchema"]["required"], Json({"result"}));
  EXPECT_EQ(oldTool["outputSchema"]["properties"]["result"]["items"]["$ref"], "#/properties/result/$defs/n");
  EXPECT_EQ(oldTool["inputSchema"]["properties"]["any"], Json::object());
}

TEST_F(ListsByRevision, DisabledToolsAreNotListedAndTheOrderIsTheModules) {
  std::vector<std::string> names;
  const Json result = body(modern("tools/list"))["result"];
  for (const Json& tool : result["tools"]) names.push_back(tool["name"]);
  EXPECT_EQ(names, (std::vector<std::string>{"trust_verify", "trust_sign", "trust_shout", "trust_region", "trust_numbers",
                                             "lab_echo"}));
}

TEST_F(ListsByRevision, PromptsAndResourcesAreProjectedToo) {
  const Json prompt = body(modern("prompts/list"))["result"]["prompts"][0];
  EXPECT_EQ(prompt["name"], "lab_greet");
  EXPECT_EQ(prompt["title"], "Greeting");
  EXPECT_EQ(prompt["arguments"][0],
            Json({{"name", "who"}, {"title", "Who"}, {"description", "a name"}, {"required", true}}));
  const Json old = body(legacy(Revision::V2025_03_26, "prompts/list"))["result"]["prompts"][0];
  EXPECT_FALSE(old.contains("title"));
  EXPECT_FALSE(old["arguments"][0].contains("title"));
  EXPECT_EQ(
      body(legacy(Revision::V2025_03_26, "resources/list"))["result"]["resources"],
      Json::array({{{"uri", "lab://static"}, {"name", "static"}, {"description", "A text."}, {"mimeType", "text/plain"}}}));
  EXPECT_EQ(body(legacy(Revision::V2025_03_26, "resources/templates/list"))["result"]["resourceTemplates"][0]["uriTemplate"],
            "lab://item/{id}/data");
}

TEST_F(ListsByRevision, PagesFollowTheirCursorsAndNoOther) {
  config::Gateway config = sampleConfig();
  config.pageSize = 2;
  const auto paged = sampleCatalog(config);
  context.route = &paged->composed();
  std::vector<std::string> names;
  Json params = Json::object();
  int pages = 0;
  for (;; ++pages) {
    const Json result = body(modern("tools/list", params))["result"];
    for (const Json& tool : result["tools"]) names.push_back(tool["name"]);
    EXPECT_EQ(result["cacheScope"], "public");
    if (!result.contains("nextCursor")) break;
    params["cursor"] = result["nextCursor"];
    ASSERT_LT(pages, 5);
  }
  EXPECT_EQ(pages, 2);
  EXPECT_EQ(names.size(), 6u);
  EXPECT_EQ(code(modern("prompts/list", params)), -32602) << "a cursor of another list";
  for (const Json& bad : {Json("AAAA"), Json("!!"), Json(5)})
    EXPECT_EQ(code(modern("tools/list", {{"cursor", bad}})), -32602) << bad;
  EXPECT_EQ(status(modern("tools/list", {{"cursor", "x"}})), 200) << "in band";
  EXPECT_EQ(code(modern("tools/list", {{"cursor", ""}})), 0);
  context.route = &catalog->composed();
  EXPECT_EQ(code(modern("tools/list", params)), -32602) << "that list has one page";
}

}  // namespace
}  // namespace certus::gateway
