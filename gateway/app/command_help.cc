#include "gateway/app/command_help.h"

namespace certus::app::help {

const char* const kAbout = "Certus Gateway: one MCP endpoint for every Certus service.";

const char* const kMainFooter = R"(
First steps:
  certus-gateway check                      is the configuration right? every problem, with file and line
  certus-gateway serve                      MCP on http://127.0.0.1:8097/mcp, metrics and health on :8098
  certus-gateway tools                      what a model will be offered

Who may do what, without a running gateway:
  certus-gateway explain --as ann@example.com --tool trust/sign      may she? by which rule, and what would change it
  certus-gateway policy test                the test cases of the policy
  certus-gateway plan NEW                   who gains or loses what by the folder NEW
  certus-gateway token new --name ci --subject ci@example.com        an API key, shown once
  certus-gateway whoami                     whom a token makes its holder, or why it is refused

An IDE starts one of its own (no port, no daemon) with the command
  certus-gateway stdio --module trust

Any single value of the configuration can come from the environment:
  CERTUS_GATEWAY__LISTENERS__MCP__PORT=9000 certus-gateway serve

Exit codes: 0 yes, or done; 1 no: refused, failing, wrong; 2 it cannot be answered: usage, or files that cannot be read.
`certus-gateway COMMAND --help` says more about each.)";

const char* const kServeFooter = R"(
Serves until SIGTERM or SIGINT, then answers the calls under way, for at most drain_seconds, and exits with 0.

  /mcp            all modules, tool names with their prefix (trust_verify)
  /mcp/<module>   that module alone, bare names (verify)
  /sse            the older HTTP+SSE transport
  /metrics /healthz /readyz   on the operations listener

Examples:
  certus-gateway serve
  certus-gateway serve --config /etc/certus/gateway.yaml
  CERTUS_GATEWAY__LOG__LEVEL=debug certus-gateway serve)";

const char* const kStdioFooter = R"(
For IDEs: speaks MCP on standard input and output, logs to standard error, ends when its input does. Binds no port.
Any number may run at once; they share the state directory with each other and with `serve`.

Examples:
  certus-gateway stdio
  certus-gateway stdio --module trust
  echo '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' | certus-gateway stdio)";

const char* const kCheckFooter = R"(
Reads the configuration, loads every module, compiles every schema, composes the catalogue, compiles the policy against it
and reads the files of identity, as `serve` would, but listens nowhere and asks no service. Prints every problem as
file:line:column and exits with 1 if there is any.

With --json: {"ok": true or false, "problems": [...], "warnings": [...]}, texts as above, all on standard output.

With --catalog no module is loaded; with --policy and --catalog no configuration is needed either: for CI.

Examples:
  certus-gateway check
  certus-gateway check --config staging.yaml && systemctl reload-or-restart certus-gateway
  certus-gateway tools --json > catalog.json      (where the modules are)
  certus-gateway check --policy policy --catalog catalog.json)";

const char* const kToolsFooter = R"(
With --json: {"tools": [...], "resources": [...], "prompts": [...]}, each entry as the list methods give it, with its service
and own name beside it; tools that are switched off too, with "enabled": false. --catalog of other commands reads it.

Examples:
  certus-gateway tools                      names and first lines
  certus-gateway tools --json > catalog.json)";

const char* const kSchemaFooter = R"(
Of the configuration (gateway), or of policy files (policy), their test cases (cases), API keys (api-keys), revocations.

Examples:
  certus-gateway schema > gateway.schema.json
  certus-gateway schema policy > policy.schema.json
  certus-gateway schema --sample > gateway.yaml
In the first line of a YAML file, for editors:  # yaml-language-server: $schema=gateway.schema.json)";

const char* const kExplainFooter = R"(
Says what is decided, by which rule of which line, what every other rule about it makes of the call, what would change it, and
which limits meet it. Asks nobody and counts nothing. Exits with 1 if the answer is hidden, refuse, or off
(switched off by the configuration), and if the tool itself refuses the arguments: then no rule is asked. Those that rules
do not look at may be left out of --args; a note says what a call needs.

--groups and --tenant are what the credential names; groups of the policy's own lists are added by themselves.

Examples:
  certus-gateway explain --as ann@example.com --tool trust/sign --args '{"artifact_type": "report"}'
  certus-gateway explain --as ann@example.com --groups auditors --tool trust/get_stats --json
  certus-gateway explain --as ann@example.com --resource 'log/log://entries/recent'
  certus-gateway explain --as ci@example.com --tool trust/sign --policy policy --catalog catalog.json)";

const char* const kPolicyTestFooter = R"(
Decides every case in DIR/tests/*.yaml with the policy in DIR (without DIR: the configuration's) and says what came out
otherwise, with file, line and the reason. A caller's group, tenant or tool that the policy does not know is a failure, and so
are arguments that the tool itself refuses; those that rules do not look at may be left out. Exits with 1 if a case fails.

  # policy/tests/signing.yaml
  callers:
    ci: {subject: ci@example.com}
  cases:
    signs an image: {as: ci, tool: trust/sign, arguments: {artifact_type: container_image}, expect: allow}
    sees no statistics: {as: ci, tool: trust/get_stats, expect: hidden}

Examples:
  certus-gateway policy test
  certus-gateway policy test policy --catalog catalog.json)";

const char* const kPlanFooter = R"(
Compares the policy in the folder NEW with the one in force (the configuration's, or --old): who is put into other groups or
another tenant, what every group, tenant and subject gains or loses, and who is in several of them where changed rules make that
differ; which limits change, and how large the lists become that models read. Names changed rules that nobody compared feels.
Changes nothing.
With --exit-code it exits with 1 if anything changes.

Examples:
  certus-gateway plan policy-next
  certus-gateway plan policy --old /srv/certus/policy --catalog catalog.json --json)";

const char* const kNewTokenFooter = R"(
Makes an API key of 256 random bits. The key itself is shown this once and kept nowhere; what you keep is its digest, an entry
for the file that identity.api_keys names. --write adds it there, whole or not at all.

Examples:
  certus-gateway token new --name ci-bot --subject ci@example.com --expires 90d
  certus-gateway token new --name audit --subject audit@example.com --groups auditors --tools 'trust/get_*' --write api-keys.yaml)";

const char* const kWhoAmIFooter = R"(
Reads a token or API key from $CERTUS_TOKEN, else one line of standard input; never from the command line, where others could
read it. Says who its holder is to the gateway: subject, tenant, groups, tools, limits, expiry; or why it is refused.
Exits with 1 if it is refused. This is the operator's side: callers are never told the reason. Contacts nobody, but with
--fetch the issuer that the token names, if the configuration trusts it, at its jwks_url.

Examples:
  CERTUS_TOKEN=$(cat token) certus-gateway whoami --config /etc/certus/gateway.yaml
  certus-gateway whoami --fetch < token
  certus-gateway whoami --jwks issuer-keys.json --json < token)";

const char* const kReloadFooter = R"(
Asks the gateway that serves this configuration on this machine, at its operations listener. Complete files come into force
as one generation; a fault anywhere keeps the old one, and every problem is printed as file:line:column. The gateway also
looks for itself: a change that was left alone for two seconds needs no command.

Exit code: 0 a new generation is in force, or nothing had changed; 1 refused; 2 no gateway was reached.

Examples:
  certus-gateway reload
  certus-gateway reload --json --config /etc/certus/gateway.yaml
  git pull && certus-gateway reload || echo "the old policy stays in force")";

}  // namespace certus::app::help
