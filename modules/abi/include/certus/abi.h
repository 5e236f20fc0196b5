/* The module ABI of Certus Gateway, whole: what a module gives the host and what the host gives a module. Pure C11.
 *
 * A module is a shared object that exports one symbol, `const certus_module* certus_module_v1(void)`.
 * It speaks HTTP only, only to services named in the gateway's configuration, only through the host.
 *
 * Rules that hold everywhere:
 *  - Growth: every struct that crosses starts with `size` (bytes, as the writer's compiler saw it). A field exists
 *    iff offset + sizeof(field) <= size; an absent field reads as zero. Fields are appended, never moved or reused.
 *    No struct ends in padding (an appended field would otherwise seem to exist in it); `reserved` is zero.
 *    certus_str and certus_header never grow. Elements of one array have one `size`, which is its stride.
 *  - Strings are pointer + size, UTF-8, not NUL-terminated, and borrowed for the duration of the call that receives
 *    them (who needs one later copies it). {NULL, 0} is the empty string.
 *  - JSON arguments are complete RFC 8259 texts; the host has already refused invalid UTF-8 and duplicate names.
 *    What the host receives is checked too: text that is not UTF-8 or JSON that does not parse fails the call.
 *  - A call is a ticket, not a pointer. A ticket that ended is unknown: host functions answer CERTUS_GONE, nothing breaks.
 *  - A callback (`done`, `fn`) runs exactly once if the function that took it answered CERTUS_OK, and never otherwise;
 *    `user` is the module's own. Its `call` is 0 when the call has ended meanwhile: then only release what `user` holds.
 *  - Threads: a call stays on one thread. `call`, `cancel`, every callback (`done`, timers, wakes) of that call run
 *    there, never two at a time and never inside a host function. Host functions may be called on the call's thread
 *    only (else CERTUS_WRONG_THREAD); `wake`, `log` with call 0, `catalog_changed` and `resource_updated` from any.
 *    Calls of different tickets run on several threads at once, `catalog` beside them on another: state shared
 *    between them needs its own lock.
 *  - Nothing may throw or longjmp across this boundary, nor block: an entry that takes over 10 ms is reported. */
#ifndef CERTUS_ABI_H
#define CERTUS_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CERTUS_ABI_MAJOR 1u
#define CERTUS_ABI_MINOR 0u

typedef struct certus_str {
  const char* data;
  size_t size;
} certus_str;

typedef uint64_t certus_call; /* 0 is no call */

/* ---- catalogue: what the module offers ------------------------------------------------------------------------ */

enum certus_hint { CERTUS_UNSAID = 0, CERTUS_NO = 1, CERTUS_YES = 2 };

/* Client capabilities that an entry can demand (bits). A modern client without one gets error -32021. */
enum certus_capability {
  CERTUS_CAP_SAMPLING = 1,
  CERTUS_CAP_ELICITATION = 2,
  CERTUS_CAP_ROOTS = 4
};

typedef struct certus_tool {
  uint32_t size;
  uint8_t read_only, destructive, idempotent, open_world; /* enum certus_hint; ToolAnnotations of the MCP schema */
  certus_str name;          /* bare, [A-Za-z0-9_-]{1,64}; the host adds the configured prefix */
  certus_str title;         /* for people; may be empty */
  certus_str description;   /* for a model; required. A tool of the module in backticks, `verify`, is shown under its exposed
                               name, there and in schemas, instructions and error texts */
  certus_str input_schema;  /* JSON Schema 2020-12, root type object */
  certus_str output_schema; /* empty: no structuredContent is promised */
  uint32_t requires_caps;   /* enum certus_capability bits */
  uint32_t timeout_ms;      /* default deadline of a call; 0: the gateway's */
  uint32_t long_running;    /* 1: may outlive a client's patience; the host sends progress by itself when asked */
  uint32_t reserved;
  certus_str meta;          /* JSON object for _meta, or empty */
  certus_str icons;         /* JSON array, or empty */
} certus_tool;

typedef struct certus_resource { /* a resource, or a template when uri holds RFC 6570 {variables} */
  uint32_t size;
  uint32_t is_template;
  certus_str uri, name, title, description, mime_type;
  certus_str meta;
} certus_resource;

typedef struct certus_prompt_argument {
  uint32_t size;
  uint32_t required;
  certus_str name, title, description;
} certus_prompt_argument;

typedef struct certus_prompt {
  uint32_t size;
  uint32_t argument_count;
  const certus_prompt_argument* arguments;
  certus_str name, title, description;
} certus_prompt;

/* What a module offers. At most 512 tools, resources and prompts each, 64 KiB a text, 256 KiB a schema. */
typedef struct certus_catalog {
  uint32_t size;
  uint32_t tool_count, resource_count, prompt_count;
  const certus_tool* tools;
  const certus_resource* resources;
  const certus_prompt* prompts;
  certus_str instructions;   /* one paragraph for a model: when to use this module; may be empty */
  uint32_t completes;        /* 1: CERTUS_COMPLETE requests are answered */
  uint32_t subscribable;     /* 1: resource_updated is called for resources */
  uint32_t logs;             /* 1: `log` is called with a call's ticket */
  uint32_t reserved;
} certus_catalog;

/* ---- one request ---------------------------------------------------------------------------------------------- */

enum certus_kind {
  CERTUS_TOOL = 1,     /* name = tool, arguments = JSON object already valid against input_schema */
  CERTUS_RESOURCE = 2, /* name = URI */
  CERTUS_PROMPT = 3,   /* name = prompt, arguments = JSON object of strings, required ones present */
  CERTUS_COMPLETE = 4  /* name = prompt name or URI template, arguments = the request's params, whole */
};

enum certus_log_level {
  CERTUS_DEBUG = 0, CERTUS_INFO, CERTUS_NOTICE, CERTUS_WARNING, CERTUS_ERROR, CERTUS_CRITICAL, CERTUS_ALERT, CERTUS_EMERGENCY
};

typedef struct certus_request {
  uint32_t size;
  uint32_t kind;             /* enum certus_kind */
  certus_str name;
  certus_str arguments;
  certus_str input_responses; /* after input_required: JSON object, key -> the client's result; else empty */
  certus_str state;           /* the state given with input_required, proven to be ours; else empty */
  certus_str request_id;      /* as in the gateway's log */
  certus_str subject;         /* who calls; for texts, never for decisions */
  uint32_t client_caps;       /* enum certus_capability bits that this client declared */
  uint32_t max_results;       /* the operator's cap on list lengths for this tool; 0: none */
  int64_t deadline_ms;        /* time left, milliseconds */
} certus_request;

/* ---- one outcome ---------------------------------------------------------------------------------------------- */

enum certus_content_kind {
  CERTUS_TEXT = 1,          /* text */
  CERTUS_IMAGE = 2,         /* data (raw bytes; the host encodes base64), mime_type */
  CERTUS_AUDIO = 3,         /* data, mime_type */
  CERTUS_RESOURCE_LINK = 4, /* uri, name, text = description, mime_type */
  CERTUS_EMBEDDED = 5       /* uri, mime_type, text or data (data if its pointer is set) */
};

enum certus_role { CERTUS_USER = 0, CERTUS_ASSISTANT = 1 };

typedef struct certus_content {
  uint32_t size;
  uint32_t kind;
  uint32_t role;            /* prompts only: enum certus_role of the message that this block is */
  uint32_t reserved;
  certus_str text, data, mime_type, uri, name;
  certus_str annotations;   /* JSON object, or empty */
} certus_content;

enum certus_outcome_kind {
  CERTUS_RESULT = 1,         /* content (and structured) of a tool, contents of a resource (EMBEDDED), messages of a prompt */
  CERTUS_TOOL_ERROR = 2,     /* a tool ran and failed: content says what to do; isError */
  CERTUS_INPUT_REQUIRED = 3, /* structured = JSON object key -> {"method","params"}; state = what to get back (may be empty) */
  CERTUS_NOT_FOUND = 4,      /* no such resource; content[0].text may say more */
  CERTUS_INVALID = 5,        /* the arguments cannot be served (JSON-RPC -32602); content[0].text says why */
  CERTUS_COMPLETION = 6,     /* structured = {"values":[...],"total"?,"hasMore"?} */
  CERTUS_FAILED = 7          /* the module broke (JSON-RPC -32603); content[0].text goes to the log only */
};

typedef struct certus_outcome {
  uint32_t size;
  uint32_t kind;
  uint32_t content_count;
  uint32_t reserved;
  const certus_content* content;
  certus_str structured;         /* tools: structuredContent. With content_count 0 the host adds the same JSON as text.
                                    Cheapest: the checked body of a service answer itself, inside its `done` */
  certus_str state;
  certus_str description;        /* prompts: description of the result */
} certus_outcome;

/* ---- asking a service ----------------------------------------------------------------------------------------- */

enum certus_method { CERTUS_GET = 1, CERTUS_POST = 2, CERTUS_PUT = 3, CERTUS_DELETE = 4, CERTUS_PATCH = 5 };

typedef struct certus_header {
  certus_str name, value;
} certus_header;

typedef struct certus_http_request {
  uint32_t size;
  uint32_t method;           /* enum certus_method */
  certus_str service;        /* a name from the configuration's `services` */
  certus_str path;           /* origin-form, percent-encoded by the module: "/v1/verify?x=1"; joined to the service's base */
  certus_str body;           /* sent as application/json unless content_type is set */
  certus_str content_type;
  const certus_header* headers; /* never Authorization, Host, X-User-ID, Content-Length, ...: the host owns those */
  uint32_t header_count;
  uint32_t idempotent;       /* 1: may be sent again after a broken connection (GET always may) */
  uint32_t expect_json;      /* 1: an answer that is not one JSON text becomes CERTUS_HTTP_NOT_JSON */
  uint32_t timeout_ms;       /* 0: what the service and the call's deadline allow */
} certus_http_request;

enum certus_http_failure {
  CERTUS_HTTP_OK = 0,         /* a complete answer arrived, whatever its status */
  CERTUS_HTTP_REFUSED = 1,    /* nobody listens, the name does not resolve, or the breaker is open */
  CERTUS_HTTP_TIMEOUT = 2,
  CERTUS_HTTP_BROKEN = 3,     /* closed or malformed half way */
  CERTUS_HTTP_TOO_LARGE = 4,  /* over the service's max_response_bytes */
  CERTUS_HTTP_NOT_JSON = 5,
  CERTUS_HTTP_CANCELLED = 6,  /* the call ended first */
  CERTUS_HTTP_UNKNOWN_SERVICE = 7,
  CERTUS_HTTP_BAD_REQUEST = 8, /* the module's request was malformed (path, header) */
  CERTUS_HTTP_TLS = 9
};

typedef struct certus_http_response {
  uint32_t size;
  uint32_t failure;           /* enum certus_http_failure */
  uint32_t status;            /* 0 unless failure is OK, NOT_JSON or TOO_LARGE */
  uint32_t retry_after_s;     /* from Retry-After, capped at 3600; 0: not said */
  certus_str body;            /* borrowed until `done` returns */
  certus_str content_type;
  certus_str explanation;     /* for a person, names the service, no URL, no secret; set on every failure */
} certus_http_response;

/* ---- tables --------------------------------------------------------------------------------------------------- */

enum certus_status { CERTUS_OK = 0, CERTUS_GONE = 1, CERTUS_BAD_ARGUMENT = 2, CERTUS_WRONG_THREAD = 3, CERTUS_BUSY = 4 };

typedef void (*certus_done)(void* user, certus_call call, const certus_http_response* response);
typedef void (*certus_fn)(void* user, certus_call call);

enum certus_change { CERTUS_TOOLS_CHANGED = 1, CERTUS_PROMPTS_CHANGED = 2, CERTUS_RESOURCES_CHANGED = 4 };

typedef struct certus_host {
  uint32_t size;
  uint16_t abi_major, abi_minor;
  void* context; /* first argument of every function below */

  /* Ends the call; everything in `outcome` is consumed before return. The second completion of a ticket, or one
   * after cancel or deadline, is CERTUS_GONE, counted in a metric, and otherwise ignored. */
  uint32_t (*complete)(void* context, certus_call call, const certus_outcome* outcome);

  /* Starts a request to a service; everything in `request` is copied before return. `done` runs later, also when the
   * call is cancelled, times out or completes first (then CERTUS_HTTP_CANCELLED, call 0). An unknown service or a
   * malformed request is told to `done` as well. CERTUS_BUSY: 64 requests of this call are under way. */
  uint32_t (*http)(void* context, certus_call call, const certus_http_request* request, certus_done done, void* user);

  /* Progress grows strictly; total <= 0 means unknown. Dropped when the client did not ask for it. */
  uint32_t (*progress)(void* context, certus_call call, double progress, double total, certus_str message);

  /* call != 0: a notifications/message to that client if it asked for this level; call 0: the gateway's own log. */
  uint32_t (*log)(void* context, certus_call call, uint32_t level, certus_str logger, certus_str json_data);

  /* Runs `fn` on the call's thread after `delay_ms`; if the call ends before, then, with call 0. CERTUS_BUSY: 64 wait. */
  uint32_t (*after)(void* context, certus_call call, uint32_t delay_ms, certus_fn fn, void* user);

  /* From any thread: runs `fn` on the call's thread, with call 0 if it has ended. CERTUS_GONE: the host is past
   * `shutdown`. CERTUS_BAD_ARGUMENT: never was a ticket of ours. */
  uint32_t (*wake)(void* context, certus_call call, certus_fn fn, void* user);

  /* The catalogue differs (enum certus_change bits): the host calls `catalog` again, soon, on a thread of its own. */
  void (*catalog_changed)(void* context, uint32_t what);
  void (*resource_updated)(void* context, certus_str uri);
} certus_host;

typedef struct certus_module {
  uint32_t size;
  uint16_t abi_major, abi_minor;
  certus_str name;    /* [a-z][a-z0-9_-]{0,31}; must equal the configuration's key */
  certus_str version;

  /* Before anything else. `settings` is the configuration's `settings:` of this module as a JSON object; `host` lives
   * until `shutdown` returns. 0: fine, `*state` is handed to every other entry. Otherwise `message` (static, or the
   * module's until the next `init`) says what is wrong, and nothing else is called. Other settings after a reload
   * make a second instance of the same code: state belongs into `*state`, not into globals. */
  uint32_t (*init)(const certus_host* host, certus_str settings, void** state, certus_str* message);

  /* What is offered now; borrowed until the next `catalog` or `shutdown`. Never concurrent with itself; NULL: nothing. */
  const certus_catalog* (*catalog)(void* state);

  /* Begin one request; return at once; complete now or later. What is not completed at its deadline ends there. */
  void (*call)(void* state, certus_call call, const certus_request* request);

  /* The client gave up or the deadline passed; `complete` is CERTUS_GONE from here on. May be NULL. */
  void (*cancel)(void* state, certus_call call);

  /* Once, after every call of this instance has ended and every callback has run. May be NULL. */
  void (*shutdown)(void* state);
} certus_module;

typedef const certus_module* (*certus_module_entry)(void);

#if defined(_WIN32)
#error "modules are ELF shared objects"
#else
#define CERTUS_EXPORT __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif /* CERTUS_ABI_H */
