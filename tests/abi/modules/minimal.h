/* The least C module there is, for variations: one tool that completes at once. NAME, MAJOR and HOOK may be set before. */
#ifndef CERTUS_TESTS_MINIMAL_H
#define CERTUS_TESTS_MINIMAL_H

#include <string.h>

#include "certus/abi.h"

#ifndef NAME
#define NAME "minimal"
#endif
#ifndef MAJOR
#define MAJOR CERTUS_ABI_MAJOR
#endif
#ifndef VERSION
#define VERSION "1.0.0"
#endif
#ifndef HOOK
#define HOOK() "done"
#endif
#define TEXT(literal) {literal, sizeof(literal) - 1}

static const certus_host* the_host;

static uint32_t init(const certus_host* host, certus_str settings, void** state, certus_str* message) {
  (void)settings;
  (void)state;
  (void)message;
  the_host = host;
  return 0;
}

static const certus_catalog* catalog(void* state) {
  static const certus_tool tool = {.size = sizeof(certus_tool), .name = TEXT("run"), .description = TEXT("Runs."),
                                   .input_schema = TEXT("{\"type\":\"object\"}")};
  static const certus_catalog offered = {.size = sizeof(certus_catalog), .tool_count = 1, .tools = &tool};
  (void)state;
  return &offered;
}

static void call(void* state, certus_call ticket, const certus_request* request) {
  const char* text = HOOK();
  certus_content block = {.size = sizeof block, .kind = CERTUS_TEXT};
  certus_outcome outcome = {.size = sizeof outcome, .kind = CERTUS_RESULT, .content_count = 1, .content = &block};
  block.text.data = text;
  block.text.size = strlen(text);
  (void)state;
  (void)request;
  the_host->complete(the_host->context, ticket, &outcome);
}

CERTUS_EXPORT const certus_module* certus_module_v1(void);
const certus_module* certus_module_v1(void) {
  static const certus_module table = {.size = sizeof(certus_module), .abi_major = MAJOR, .abi_minor = CERTUS_ABI_MINOR, .name = TEXT(NAME),
                                      .version = TEXT(VERSION), .init = init, .catalog = catalog, .call = call};
  return &table;
}
#endif
