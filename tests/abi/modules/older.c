/* Built long ago: its structs end where the ABI once might have, and its table knows no cancel and no shutdown. */
#include <string.h>

#include "certus/abi.h"

#define TEXT(literal) {literal, sizeof(literal) - 1}

typedef struct old_tool { /* certus_tool without meta and icons */
  uint32_t size;
  uint8_t hints[4];
  certus_str name, title, description, input_schema, output_schema;
  uint32_t requires_caps, timeout_ms, long_running, reserved;
} old_tool;

typedef struct old_catalog { /* certus_catalog without instructions and flags */
  uint32_t size, tool_count, resource_count, prompt_count;
  const old_tool* tools;
  const void* resources;
  const void* prompts;
} old_catalog;

typedef struct old_content { /* certus_content up to text */
  uint32_t size, kind, role, reserved;
  certus_str text;
} old_content;

typedef struct old_outcome { /* certus_outcome without structured, state, description */
  uint32_t size, kind, content_count, reserved;
  const old_content* content;
} old_outcome;

typedef struct old_module {
  uint32_t size;
  uint16_t abi_major, abi_minor;
  certus_str name, version;
  uint32_t (*init)(const certus_host*, certus_str, void**, certus_str*);
  const certus_catalog* (*catalog)(void*);
  void (*call)(void*, certus_call, const certus_request*);
} old_module;

static const certus_host* the_host;

static uint32_t init(const certus_host* host, certus_str settings, void** state, certus_str* message) {
  (void)settings;
  (void)state;
  (void)message;
  the_host = host;
  return 0;
}

static const certus_catalog* catalog(void* state) {
  static const old_tool tools[2] = {
      {.size = sizeof(old_tool), .hints = {2, 1, 0, 0}, .name = TEXT("first"), .description = TEXT("One."), .input_schema = TEXT("{\"type\":\"object\"}")},
      {.size = sizeof(old_tool), .name = TEXT("second"), .description = TEXT("Two."), .input_schema = TEXT("{\"type\":\"object\"}"), .timeout_ms = 1234}};
  static const old_catalog offered = {.size = sizeof(old_catalog), .tool_count = 2, .tools = tools};
  (void)state;
  return (const certus_catalog*)&offered;
}

static void call(void* state, certus_call ticket, const certus_request* request) {
  old_content blocks[2] = {{.size = sizeof(old_content), .kind = CERTUS_TEXT, .text = TEXT("by an older module")},
                           {.size = sizeof(old_content), .kind = CERTUS_TEXT}};
  old_outcome outcome = {.size = sizeof outcome, .kind = CERTUS_RESULT, .content_count = 2, .content = blocks};
  blocks[1].text = request->name;
  (void)state;
  the_host->complete(the_host->context, ticket, (const certus_outcome*)&outcome);
}

CERTUS_EXPORT const certus_module* certus_module_v1(void);
const certus_module* certus_module_v1(void) {
  static const old_module table = {.size = sizeof(old_module), .abi_major = CERTUS_ABI_MAJOR, .name = TEXT("older"), .version = TEXT("0.1"),
                                   .init = init, .catalog = catalog, .call = call};
  return (const certus_module*)&table;
}
