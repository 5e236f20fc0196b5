#include "conformance.h"

namespace conformance {
namespace {

using certus::Call;
using certus::Json;
using certus::Outcome;
using certus::ResourceRead;

void readText(Call call, const ResourceRead& request) {
  call.complete(Outcome::result().resourceText(std::string(request.uri), "This is the content of the static text resource.", "text/plain"));
}

void readBinary(Call call, const ResourceRead& request) {
  call.complete(Outcome::result().resourceBytes(std::string(request.uri), std::string(pixelPng()), "image/png"));
}

void readWatched(Call call, const ResourceRead& request) {
  call.complete(Outcome::result().resourceText(std::string(request.uri), "Watched resource content", "text/plain"));
}

void readTemplate(Call call, const ResourceRead& request) {
  const std::string& id = request.variables.at("id");
  const Json data = {{"id", id}, {"templateTest", true}, {"data", "Data for ID: " + id}};
  call.complete(Outcome::result().resourceText(std::string(request.uri), data.dump(), "application/json"));
}

}  // namespace

void addResources(std::vector<certus::Resource>& resources) {
  resources = {{.uri = "test://static-text", .name = "Static text", .description = "A text that never changes.", .mimeType = "text/plain", .read = &readText},
               {.uri = "test://static-binary", .name = "Static binary", .description = "An image that never changes.", .mimeType = "image/png", .read = &readBinary},
               {.uri = "test://watched-resource", .name = "Watched resource", .description = "A text to subscribe to.", .mimeType = "text/plain", .read = &readWatched},
               {.uri = "test://template/sealed/data", .name = "Sealed", .description = "A text whose URI the template covers too.", .mimeType = "text/plain", .read = &readText},
               {.uri = "test://template/{id}/data", .name = "Template", .description = "Data made from an id.", .mimeType = "application/json", .read = &readTemplate}};
}

}  // namespace conformance
