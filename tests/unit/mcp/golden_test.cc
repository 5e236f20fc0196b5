// Replays tests/golden/*.http against the protocol core: the exchanges that need neither a module nor a socket.
// Format and patterns: tests/golden/README.md.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "gateway/stages/ascii.h"
#include "gateway/stages/stages.h"
#include "tests/unit/mcp/fixture.h"

namespace certus::gateway {
namespace {

struct Part {
  std::string first;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  std::optional<std::string_view> header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (equalIgnoringCase(key, name)) return value;
    }
    return std::nullopt;
  }
};

Part parsePart(std::string_view text) {
  Part part;
  std::istringstream lines{std::string(text)};
  std::string line;
  while (std::getline(lines, line) && !line.empty()) {
    if (line.front() == '#') continue;
    const std::size_t colon = line.find(": ");
    if (part.first.empty())
      part.first = line;
    else if (colon != std::string::npos)
      part.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  std::getline(lines, part.body, '\0');
  while (part.body.ends_with('\n')) part.body.pop_back();
  return part;
}

bool isWord(const Json& wanted, const char* word) { return wanted.is_string() && wanted.get<std::string>() == word; }

std::string difference(const Json& wanted, const Json& found, const std::string& where);

std::string objectDifference(const Json& wanted, const Json& found, const std::string& where) {
  for (const auto& [key, value] : wanted.items()) {
    if (key == "<more>") continue;
    const bool absent = isWord(value, "<absent>");
    if (found.contains(key) == absent) return where + "." + key + (absent ? " must not be there" : " is missing");
    if (absent) continue;
    if (std::string wrong = difference(value, found[key], where + "." + key); !wrong.empty()) return wrong;
  }
  if (wanted.contains("<more>")) return "";
  for (const auto& [key, value] : found.items()) {
    if (!wanted.contains(key)) return where + "." + key + " is not listed";
  }
  return "";
}

// What is wrong, or "".
std::string difference(const Json& wanted, const Json& found, const std::string& where) {
  if (isWord(wanted, "<any>")) return "";
  if (isWord(wanted, "<string>") && found.is_string()) return "";
  if (isWord(wanted, "<number>") && found.is_number()) return "";
  if (wanted.is_object() && found.is_object()) return objectDifference(wanted, found, where);
  if (wanted.is_array() && found.is_array() && wanted.size() == found.size()) {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (std::string wrong = difference(wanted[i], found[i], where + "[" + std::to_string(i) + "]"); !wrong.empty())
        return wrong;
    }
    return "";
  }
  if (wanted.is_string() && found.is_string()) {
    const std::string text = wanted;
    const bool contains = text.size() > 6 && text.starts_with("...") && text.ends_with("...");
    if (contains && found.get<std::string>().find(text.substr(3, text.size() - 6)) != std::string::npos) return "";
  }
  return wanted == found ? "" : where + ": wanted " + wanted.dump() + ", found " + found.dump();
}

// The Trust module's names with schemas that take anything: argument rules are the module's own tests.
std::shared_ptr<const Catalog> goldenCatalog() {
  ModuleDescriptor trust;
  trust.name = "trust";
  for (const char* name : {"verify", "sign", "get_provenance", "query_transparency", "get_stats"}) {
    ToolDescriptor tool;
    tool.name = name;
    tool.description = "A tool.";
    tool.inputSchema = R"({"type":"object"})";
    trust.tools.push_back(tool);
  }
  trust.instructions = "Use trust_verify.";
  return Catalog::build({trust}, {}).catalog;
}

class Golden : public Protocol {
 protected:

  // The status and body of the answer; nullopt when a module or the HTTP transport has to say it.
  std::optional<std::pair<int, std::string>> answer(const Part& request) {
    std::istringstream words(request.first);
    std::string method, path;
    words >> method >> path;
    HeadCall head{request.header("Host").value_or("127.0.0.1"), request.header("Origin"), &policy_};
    auto why = passStages(kFirstStages, head);
    if (!why) why = passStages(kHeadStages, head);
    if (why)
      return std::pair(codesOf(why->fault, kModern).http, renderError("", codesOf(why->fault, kModern).rpc, why->message));
    context.route = catalog_->route(path);
    if (method != "POST" || !context.route || request.header("Content-Type") != "application/json") return std::nullopt;
    context.protocolVersion = request.header("MCP-Protocol-Version");
    context.mcpMethod = request.header("Mcp-Method");
    context.mcpName = request.header("Mcp-Name");
    const auto parsed = dispatcher->dispatch(request.body, context);
    const Message& message = parsed.messages.front();
    if (parsed.batch || std::holds_alternative<Invoke>(message.decision) || std::holds_alternative<Listen>(message.decision))
      return std::nullopt;
    const bool isNotification = std::holds_alternative<IgnoredNotification>(message.decision) ||
                                std::holds_alternative<Initialized>(message.decision);
    if (isNotification) return std::pair(202, std::string());
    return std::pair(reply(message).httpStatus, reply(message).body);
  }

  std::shared_ptr<const Catalog> catalog_ = goldenCatalog();
  HeadPolicy policy_;
};

TEST_F(Golden, FilesThatNeedNoIoAreAnsweredAsTheySay) {
  int replayed = 0;
  for (const auto& entry : std::filesystem::directory_iterator("tests/golden")) {
    if (entry.path().extension() != ".http") continue;
    std::stringstream buffer;
    buffer << std::ifstream(entry.path()).rdbuf();
    const std::string text = buffer.str();
    const std::size_t dashes = text.find("\n----\n");
    ASSERT_NE(dashes, std::string::npos) << entry.path();
    if (text.find("\n====") != std::string::npos) continue;  // a conversation: sessions are the transport's
    const Part wanted = parsePart(std::string_view(text).substr(dashes + 6));
    const auto found = answer(parsePart(std::string_view(text).substr(0, dashes)));
    if (!found) continue;
    ++replayed;
    EXPECT_EQ(std::to_string(found->first), wanted.first.substr(9, 3)) << entry.path() << "\n" << found->second;
    if (wanted.body.empty()) continue;
    EXPECT_EQ(difference(Json::parse(wanted.body), Json::parse(found->second), "$"), "") << entry.path() << "\n"
                                                                                         << found->second;
  }
  EXPECT_GE(replayed, 35);
  std::cout << replayed << " golden files replayed without IO\n";
}

TEST_F(Golden, ThePatternsTellDifferencesFromAgreement) {
  const auto differ = [](const char* wanted, const char* found) {
    return difference(Json::parse(wanted), Json::parse(found), "$");
  };
  EXPECT_EQ(differ(R"({"a":"<any>","b":"<absent>","c":"...mid...","d":[1],"s":"<string>","n":"<number>","<more>":true})",
                   R"({"a":1,"c":"a mid b","d":[1],"e":0,"s":"","n":1.5})"),
            "");
  EXPECT_NE(differ(R"({"b":"<absent>","<more>":true})", R"({"b":1})"), "");
  EXPECT_NE(differ(R"({"a":1})", R"({})"), "");
  EXPECT_NE(differ(R"({"a":1})", R"({"a":1,"b":2})"), "");
  EXPECT_NE(differ(R"({"a":[1]})", R"({"a":[1,2]})"), "");
  EXPECT_NE(differ(R"({"a":"...x..."})", R"({"a":"y"})"), "");
  EXPECT_NE(differ(R"({"a":"<string>"})", R"({"a":1})"), "");
}

}  // namespace
}  // namespace certus::gateway
