// Tools that answer at once, one per kind of content, and the two whose schemas are the point.
#include "conformance.h"

namespace conformance {
namespace {

using certus::Call;
using certus::Json;
using certus::Outcome;

std::string pixel() { return std::string(pixelPng()); }

// 8 silent samples, 8 kHz, 8 bit, mono.
std::string silence() {
  using namespace std::string_literals;
  return "RIFF\x2c\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\x08\0\0\0"s + std::string(8, '\x80');
}

constexpr std::string_view kRichSchema = R"({"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",
"$defs":{"address":{"$anchor":"addressDef","type":"object","properties":{"street":{"type":"string"},"city":{"type":"string"}}}},
"properties":{"name":{"type":"string"},"address":{"$ref":"#/$defs/address"},"contactMethod":{"type":"string","enum":["phone","email"]},
"phone":{"type":"string"},"email":{"type":"string"}},"allOf":[{"anyOf":[{"required":["phone"]},{"required":["email"]}]}],
"if":{"properties":{"contactMethod":{"const":"phone"}},"required":["contactMethod"]},"then":{"required":["phone"]},
"else":{"required":["email"]},"additionalProperties":false})";

constexpr std::string_view kRegionSchema = R"({"type":"object","properties":{"region":{"type":"string","description":"Where to run.",
"x-mcp-header":"Region"}},"required":["region"],"additionalProperties":false})";

constexpr certus::Tool kSimpleText{
    .name = "test_simple_text",
    .description = "Answers with one text.",
    .inputSchema = kNoArguments,
    .readOnly = certus::Hint::Yes,
    .run = [](Call call, const Json&) { call.text("This is a simple text response for testing."); }};

constexpr certus::Tool kImage{
    .name = "test_image_content",
    .description = "Answers with one image.",
    .inputSchema = kNoArguments,
    .run = [](Call call, const Json&) { call.complete(Outcome::result().image(pixel(), "image/png")); }};

constexpr certus::Tool kAudio{
    .name = "test_audio_content",
    .description = "Answers with one sound.",
    .inputSchema = kNoArguments,
    .run = [](Call call, const Json&) { call.complete(Outcome::result().audio(silence(), "audio/wav")); }};

constexpr certus::Tool kEmbedded{
    .name = "test_embedded_resource",
    .description = "Answers with an embedded resource.",
    .inputSchema = kNoArguments,
    .run = [](Call call, const Json&) {
      call.complete(Outcome::result().resourceText("test://embedded-resource", "This is an embedded resource content.", "text/plain"));
    }};

constexpr certus::Tool kMixed{
    .name = "test_multiple_content_types",
    .description = "Answers with a text, an image and a resource.",
    .inputSchema = kNoArguments,
    .run = [](Call call, const Json&) {
      call.complete(Outcome::result()
                        .text("Multiple content types test:")
                        .image(pixel(), "image/png")
                        .resourceText("test://mixed-content-resource", R"({"test":"data","value":123})", "application/json"));
    }};

constexpr certus::Tool kError{
    .name = "test_error_handling",
    .description = "Always fails.",
    .inputSchema = kNoArguments,
    .run = [](Call call, const Json&) { call.error("This tool intentionally returns an error for testing"); }};

constexpr certus::Tool kRichInput{
    .name = "json_schema_2020_12_tool",
    .description = "Tool with JSON Schema 2020-12 features",
    .inputSchema = kRichSchema,
    .run = [](Call call, const Json& arguments) { call.text("JSON Schema 2020-12 tool called with: " + arguments.dump()); }};

constexpr certus::Tool kRegion{
    .name = "test_x_mcp_header",
    .description = "Takes an argument that clients mirror into a header.",
    .inputSchema = kRegionSchema,
    .run = [](Call call, const Json& arguments) { call.text("region: " + arguments.at("region").get<std::string>()); }};

}  // namespace

void addContentTools(std::vector<certus::Tool>& tools) {
  // The first listed tool must serve a call without arguments.
  tools.insert(tools.end(), {kSimpleText, kImage, kAudio, kEmbedded, kMixed, kError, kRichInput, kRegion});
}

}  // namespace conformance
