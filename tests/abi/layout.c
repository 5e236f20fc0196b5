/* The ABI's layout, asserted as C: a changed offset is a new major version, and no struct may end in padding. */
#include "certus/abi.h"

#define ENDS(type, last) _Static_assert(sizeof(type) == offsetof(type, last) + sizeof(((type*)0)->last), #type " ends in padding")
#define AT(type, field, offset) _Static_assert(offsetof(type, field) == (offset), #type "." #field " moved")

_Static_assert(sizeof(void*) == 8, "the offsets below are for 64 bit");

ENDS(certus_tool, icons);
AT(certus_tool, read_only, 4);
AT(certus_tool, name, 8);
AT(certus_tool, title, 24);
AT(certus_tool, description, 40);
AT(certus_tool, input_schema, 56);
AT(certus_tool, output_schema, 72);
AT(certus_tool, requires_caps, 88);
AT(certus_tool, timeout_ms, 92);
AT(certus_tool, long_running, 96);
AT(certus_tool, meta, 104);
AT(certus_tool, icons, 120);

ENDS(certus_resource, meta);
AT(certus_resource, is_template, 4);
AT(certus_resource, uri, 8);
AT(certus_resource, meta, 88);

ENDS(certus_prompt_argument, description);
AT(certus_prompt_argument, name, 8);
ENDS(certus_prompt, description);
AT(certus_prompt, arguments, 8);
AT(certus_prompt, name, 16);

ENDS(certus_catalog, reserved);
AT(certus_catalog, tools, 16);
AT(certus_catalog, instructions, 40);
AT(certus_catalog, completes, 56);
AT(certus_catalog, logs, 64);

ENDS(certus_request, deadline_ms);
AT(certus_request, kind, 4);
AT(certus_request, name, 8);
AT(certus_request, arguments, 24);
AT(certus_request, input_responses, 40);
AT(certus_request, state, 56);
AT(certus_request, request_id, 72);
AT(certus_request, subject, 88);
AT(certus_request, client_caps, 104);
AT(certus_request, max_results, 108);
AT(certus_request, deadline_ms, 112);

ENDS(certus_content, annotations);
AT(certus_content, kind, 4);
AT(certus_content, role, 8);
AT(certus_content, text, 16);
AT(certus_content, data, 32);
AT(certus_content, annotations, 96);

ENDS(certus_outcome, description);
AT(certus_outcome, kind, 4);
AT(certus_outcome, content_count, 8);
AT(certus_outcome, content, 16);
AT(certus_outcome, structured, 24);
AT(certus_outcome, state, 40);
AT(certus_outcome, description, 56);

_Static_assert(sizeof(certus_header) == 32, "certus_header never grows");
ENDS(certus_http_request, timeout_ms);
AT(certus_http_request, method, 4);
AT(certus_http_request, service, 8);
AT(certus_http_request, path, 24);
AT(certus_http_request, body, 40);
AT(certus_http_request, content_type, 56);
AT(certus_http_request, headers, 72);
AT(certus_http_request, header_count, 80);
AT(certus_http_request, timeout_ms, 92);

ENDS(certus_http_response, explanation);
AT(certus_http_response, failure, 4);
AT(certus_http_response, status, 8);
AT(certus_http_response, retry_after_s, 12);
AT(certus_http_response, body, 16);
AT(certus_http_response, content_type, 32);
AT(certus_http_response, explanation, 48);

ENDS(certus_host, resource_updated);
AT(certus_host, context, 8);
AT(certus_host, complete, 16);
AT(certus_host, http, 24);
AT(certus_host, progress, 32);
AT(certus_host, log, 40);
AT(certus_host, after, 48);
AT(certus_host, wake, 56);
AT(certus_host, catalog_changed, 64);
AT(certus_host, resource_updated, 72);

ENDS(certus_module, shutdown);
AT(certus_module, name, 8);
AT(certus_module, version, 24);
AT(certus_module, init, 40);
AT(certus_module, catalog, 48);
AT(certus_module, call, 56);
AT(certus_module, cancel, 64);
AT(certus_module, shutdown, 72);

const unsigned certus_layout_checked = CERTUS_ABI_MAJOR; /* a translation unit must not be empty */
