// The module that the benchmark measures: one tool that asks one service and gives back its JSON. Public ABI and SDK only.
#include <certus/module.h>

#include <string>

namespace {

constexpr std::string_view kInputSchema = R"({
  "type": "object",
  "required": ["query", "artifact", "filters"],
  "additionalProperties": false,
  "properties": {
    "query": {"type": "string", "minLength": 1, "maxLength": 500, "description": "What to look for."},
    "artifact": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$", "description": "The digest, such as sha256:9f86d0..."},
    "limit": {"type": "integer", "minimum": 1, "maximum": 100, "default": 10},
    "include_trail": {"type": "boolean", "default": false},
    "minimum_score": {"type": "number", "minimum": 0, "maximum": 1},
    "filters": {
      "type": "object",
      "required": ["kinds"],
      "additionalProperties": false,
      "properties": {
        "kinds": {"type": "array", "minItems": 1, "maxItems": 8, "uniqueItems": true,
                  "items": {"enum": ["image", "package", "sbom", "attestation", "model"]}},
        "signer": {"type": "string", "maxLength": 200},
        "since": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
      }
    },
    "labels": {"type": "array", "maxItems": 16, "items": {"type": "string", "maxLength": 64}}
  }
})";

constexpr std::string_view kOutputSchema = R"({
  "type": "object",
  "required": ["total", "entries", "complete"],
  "properties": {
    "total": {"type": "integer", "minimum": 0},
    "complete": {"type": "boolean"},
    "entries": {
      "type": "array",
      "items": {
        "type": "object",
        "required": ["index", "artifact", "signer", "kind", "score"],
        "properties": {
          "index": {"type": "integer", "minimum": 0},
          "artifact": {"type": "string"},
          "signer": {"type": "string"},
          "kind": {"enum": ["image", "package", "sbom", "attestation", "model"]},
          "score": {"type": "number", "minimum": 0, "maximum": 1},
          "logged": {"type": "string"}
        }
      }
    },
    "note": {"type": "string"}
  }
})";

void search(certus::Call call, std::string_view argumentsJson) {
  certus::HttpRequest request;
  request.service = "upstream";
  request.method = certus::Method::Post;
  request.path = "/v1/search";
  request.body = argumentsJson;
  call.http(request, [call](const certus::Reply& reply) mutable {
    if (!reply.ok()) {
      call.error(reply.arrived() ? "The search service answered " + std::to_string(reply.status())
                                 : std::string(reply.explanation()));
      return;
    }
    call.resultJson(reply.body());
  });
}

struct Relay : certus::Module {
  static constexpr std::string_view kName = "relay", kVersion = "1.0.0";
  explicit Relay(const certus::Json&) {}

  void describe(certus::Catalog& catalog) override {
    certus::Tool tool;
    tool.name = "search";
    tool.description = "Searches the benchmark's service.";
    tool.inputSchema = kInputSchema;
    tool.outputSchema = kOutputSchema;
    tool.readOnly = certus::Hint::Yes;
    tool.runRaw = &search;
    catalog.tools = {tool};
  }
};

}  // namespace

CERTUS_MODULE(Relay)
