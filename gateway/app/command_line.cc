#include "gateway/app/command_line.h"

#include <iostream>

#include <CLI/CLI.hpp>

#include "gateway/app/command_help.h"

namespace certus::app {
namespace {

class Parser {
 public:
  Parser() : app_(help::kAbout, "certus-gateway") {
    app_.footer(help::kMainFooter);
    app_.set_version_flag("--version", std::string("certus-gateway ") + CERTUS_VERSION);
    app_.require_subcommand(1);
    add(app_, "serve", "Serve MCP over HTTP", help::kServeFooter, Command::Serve);
    add(app_, "stdio", "Serve one MCP client on standard input and output", help::kStdioFooter, Command::Stdio)
        ->add_option("-m,--module", line_.module, "That module alone, with bare tool names")
        ->type_name("NAME");
    addReading();
    addPolicy();
    addCredentials();
  }

  std::variant<CommandLine, Exit> parse(int argc, char** argv) {
    if (argc <= 1) {
      std::cout << app_.help();
      return Exit{2};
    }
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return Exit{app_.exit(error) == 0 ? 0 : 2};
    }
    line_.form = json_ ? Form::Json : sample_ ? Form::Sample : Form::Text;
    if (narrowed_) line_.caller.allowedTools = tools_;
    return line_;
  }

 private:
  CLI::App* add(CLI::App& app, const char* name, const char* about, const char* footer, Command command) {
    CLI::App* sub = app.add_subcommand(name, about);
    sub->footer(footer);
    sub->callback([this, command] { line_.command = command; });
    if (command == Command::Schema || command == Command::NewToken) return sub;
    sub->add_option("-c,--config", line_.config,
                    "Configuration file. Without it: $CERTUS_GATEWAY_CONFIG, $XDG_CONFIG_HOME/certus/gateway.yaml, "
                    "/etc/certus/gateway.yaml, the source tree's own")
        ->type_name("FILE");
    return sub;
  }

  void jsonOf(CLI::App* sub) { sub->add_flag("--json", json_, "For machines"); }

  void sourcesOf(CLI::App* sub) {
    policyOf(sub);
    catalogOf(sub);
    jsonOf(sub);
  }
  void policyOf(CLI::App* sub) {
    sub->add_option("--policy", line_.policy, "Folder of policy files, instead of the configuration's")->type_name("DIR");
  }
  void catalogOf(CLI::App* sub) {
    sub->add_option("--catalog", line_.catalog, "What `certus-gateway tools --json` wrote; then no module is loaded")
        ->type_name("FILE");
  }

  void callerOf(CLI::App* sub, const char* tools) {
    sub->add_option("--tenant", line_.caller.tenant, "Tenant that the credential names")->type_name("NAME");
    sub->add_option("--groups", line_.caller.groups, "Groups that the credential names")->delimiter(',')->type_name("A,B");
    sub->add_option_function<std::vector<std::string>>(
           tools,
           [this](const std::vector<std::string>& names) {
             narrowed_ = true;
             tools_ = names;
           },
           "What the credential is narrowed to, tools, resources and prompts as service/name; without it not narrowed")
        ->delimiter(',')
        ->type_name("A,B");
  }

  void addReading() {
    CLI::App* check =
        add(app_, "check", "Validate the configuration and everything it names", help::kCheckFooter, Command::Check);
    policyOf(check);
    catalogOf(check);
    jsonOf(check);
    jsonOf(add(app_, "tools", "List the tools that the configuration offers", help::kToolsFooter, Command::Tools));
    jsonOf(add(app_, "reload", "Have the running gateway put changed files in force", help::kReloadFooter, Command::Reload));
    CLI::App* schema =
        add(app_, "schema", "Print the JSON Schema of a YAML file, for editors", help::kSchemaFooter, Command::Schema);
    line_.schema = "gateway";
    schema->add_option("which", line_.schema, "gateway, policy, cases, api-keys or revocations")
        ->check(CLI::IsMember({"gateway", "policy", "cases", "api-keys", "revocations"}))
        ->type_name("FILE");
    schema->add_flag("--sample", sample_, "Print the commented sample configuration instead");
  }

  void addPolicy() {
    CLI::App* explain = add(app_, "explain", "May this caller do that? By which rule, and what would change it",
                            help::kExplainFooter, Command::Explain);
    explain->add_option("--as", line_.caller.subject, "Who calls")->required()->type_name("SUBJECT");
    auto* what = explain->add_option_group("what", "What is called: exactly one");
    what->add_option("--tool", line_.tool, "trust/sign, or as clients call it, trust_sign")->type_name("NAME");
    what->add_option("--resource", line_.resource, "service/uri")->type_name("NAME");
    what->add_option("--prompt", line_.prompt, "service/prompt")->type_name("NAME");
    what->require_option(1);
    explain->add_option("--args", line_.arguments, "Arguments of the call")->type_name("JSON");
    callerOf(explain, "--tools,--allowed-tools");
    sourcesOf(explain);

    CLI::App* policy = app_.add_subcommand("policy", "Work on policy files");
    policy->require_subcommand(1);
    policy->footer("\nExamples:\n  certus-gateway policy test            runs the test cases of the policy");
    CLI::App* test = add(*policy, "test", "Run the test cases of a policy", help::kPolicyTestFooter, Command::PolicyTest);
    test->add_option("dir", line_.policy, "Folder of policy files; its cases are in DIR/tests")->type_name("DIR");
    catalogOf(test);
    jsonOf(test);

    CLI::App* plan = add(app_, "plan", "Who gains or loses what by a new policy", help::kPlanFooter, Command::Plan);
    plan->add_option("new", line_.folder, "Folder of the new policy files")->required()->type_name("NEW");
    plan->add_option("--old", line_.old, "Folder of the policy in force, instead of the configuration's")->type_name("DIR");
    plan->add_flag("--exit-code", line_.exitCode, "Exit with 1 if anything changes");
    catalogOf(plan);
    jsonOf(plan);
  }

  void addCredentials() {
    CLI::App* token = app_.add_subcommand("token", "API keys");
    token->require_subcommand(1);
    token->footer("\nExamples:\n  certus-gateway token new --name ci --subject ci@example.com");
    CLI::App* made = add(*token, "new", "Make an API key; it is shown once", help::kNewTokenFooter, Command::NewToken);
    made->add_option("--name", line_.name, "Its name in logs and revocations")->required()->type_name("NAME");
    made->add_option("--subject", line_.caller.subject, "Who calls with it")->required()->type_name("SUBJECT");
    callerOf(made, "--tools,--allowed-tools");
    made->add_option("--expires", line_.expires, "90d, 12h, or 2027-01-31T00:00:00Z; without it never")->type_name("WHEN");
    made->add_option("--write", line_.write, "Add the entry to this file, which is made if it is not there")
        ->type_name("FILE");
    jsonOf(made);

    CLI::App* whoami =
        add(app_, "whoami", "Whom a token makes its holder, or why it is refused", help::kWhoAmIFooter, Command::WhoAmI);
    CLI::Option* keys =
        whoami->add_option("--jwks", line_.jwks, "Keys of the issuers that have a jwks_url, saved before")
            ->type_name("FILE");
    whoami->add_flag("--fetch", line_.fetch, "Ask the token's issuer for its keys, as serve does")->excludes(keys);
    sourcesOf(whoami);
  }

  CommandLine line_;
  bool json_ = false, sample_ = false, narrowed_ = false;
  std::vector<std::string> tools_;
  CLI::App app_;
};

}  // namespace

std::variant<CommandLine, Exit> parseCommandLine(int argc, char** argv) { return Parser().parse(argc, argv); }

}  // namespace certus::app
