#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/app/command_line.h"

namespace certus::app {
namespace {

using ::testing::HasSubstr;

struct Said {
  std::variant<CommandLine, Exit> parsed;
  std::string out, err;
  int exitCode() const { return std::get<Exit>(parsed).code; }
  const CommandLine& line() const { return std::get<CommandLine>(parsed); }
};

Said say(std::vector<std::string> words) {
  words.insert(words.begin(), "certus-gateway");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Said said{parseCommandLine(static_cast<int>(argv.size()), argv.data()), {}, {}};
  said.out = testing::internal::GetCapturedStdout();
  said.err = testing::internal::GetCapturedStderr();
  return said;
}

TEST(CommandLine, UnderstandsEachCommand) {
  EXPECT_EQ(say({"serve"}).line().command, Command::Serve);
  EXPECT_EQ(say({"serve", "--config", "a.yaml"}).line().config, "a.yaml");
  EXPECT_EQ(say({"stdio", "--module", "trust"}).line().module, "trust");
  EXPECT_EQ(say({"check", "-c", "b.yaml"}).line().config, "b.yaml");
  EXPECT_EQ(say({"tools", "--json"}).line().form, Form::Json);
  EXPECT_EQ(say({"tools"}).line().form, Form::Text);
  EXPECT_EQ(say({"schema", "--sample"}).line().form, Form::Sample);
}

TEST(CommandLine, UnderstandsACallerAndWhatIsCalled) {
  const CommandLine line = say({"explain", "--as", "ann@example.com", "--tenant", "acme", "--groups", "a,b", "--tool",
                                "trust/sign", "--args", "{}", "--policy", "p", "--catalog", "c.json", "--json"})
                               .line();
  EXPECT_EQ(line.command, Command::Explain);
  EXPECT_EQ(line.caller.subject, "ann@example.com");
  EXPECT_EQ(line.caller.tenant, "acme");
  EXPECT_EQ(line.caller.groups, (std::vector<std::string>{"a", "b"}));
  EXPECT_FALSE(line.caller.allowedTools) << "not narrowed unless it is said";
  EXPECT_EQ(line.tool, "trust/sign");
  EXPECT_EQ(line.policy, "p");
  EXPECT_EQ(line.catalog, "c.json");
  EXPECT_EQ(line.form, Form::Json);
  EXPECT_EQ(say({"explain", "--as", "x", "--tool", "t", "--tools", "trust/verify"}).line().caller.allowedTools,
            std::vector<std::string>{"trust/verify"});
}

TEST(CommandLine, UnderstandsTheOtherCommandsOfPolicy) {
  EXPECT_EQ(say({"policy", "test", "dir"}).line().command, Command::PolicyTest);
  EXPECT_EQ(say({"policy", "test", "dir"}).line().policy, "dir");
  const CommandLine plan = say({"plan", "new", "--old", "old", "--exit-code"}).line();
  EXPECT_EQ(plan.command, Command::Plan);
  EXPECT_EQ(plan.folder, "new");
  EXPECT_EQ(plan.old, "old");
  EXPECT_TRUE(plan.exitCode);
  const CommandLine token = say({"token", "new", "--name", "ci", "--subject", "ci@example.com", "--write", "f"}).line();
  EXPECT_EQ(token.command, Command::NewToken);
  EXPECT_EQ(token.name, "ci");
  EXPECT_EQ(token.write, "f");
  EXPECT_EQ(say({"whoami"}).line().command, Command::WhoAmI);
  EXPECT_FALSE(say({"whoami"}).line().fetch) << "nobody is contacted unasked";
  EXPECT_TRUE(say({"whoami", "--fetch"}).line().fetch);
  EXPECT_EQ(say({"whoami", "--fetch", "--jwks", "keys.json"}).exitCode(), 2);
  EXPECT_EQ(say({"schema", "api-keys"}).line().schema, "api-keys");
}

TEST(CommandLine, WantsExactlyOneThingToExplainAndNoTokenAsAnArgument) {
  EXPECT_EQ(say({"explain", "--as", "x"}).exitCode(), 2);
  EXPECT_EQ(say({"explain", "--tool", "t"}).exitCode(), 2);
  EXPECT_EQ(say({"explain", "--as", "x", "--tool", "t", "--prompt", "p"}).exitCode(), 2);
  EXPECT_EQ(say({"whoami", "certus_secret"}).exitCode(), 2);
  EXPECT_EQ(say({"plan"}).exitCode(), 2);
  EXPECT_EQ(say({"policy"}).exitCode(), 2);
  EXPECT_EQ(say({"token", "new", "--name", "ci"}).exitCode(), 2);
  EXPECT_EQ(say({"schema", "zebra"}).exitCode(), 2);
}

TEST(CommandLine, PrintsItsVersion) {
  const Said said = say({"--version"});
  EXPECT_EQ(said.exitCode(), 0);
  EXPECT_EQ(said.out, "certus-gateway " CERTUS_VERSION "\n");
}

TEST(CommandLine, TeachesInItsHelp) {
  const Said said = say({"--help"});
  EXPECT_EQ(said.exitCode(), 0);
  for (const char* word : {"serve", "stdio", "check", "tools", "schema", "First steps", "CERTUS_GATEWAY__"})
    EXPECT_THAT(said.out, HasSubstr(word));
}

TEST(CommandLine, TeachesInTheHelpOfEveryCommand) {
  for (const char* command : {"serve", "stdio", "check", "tools", "schema", "explain", "plan", "whoami"}) {
    const Said said = say({command, "--help"});
    EXPECT_EQ(said.exitCode(), 0);
    EXPECT_THAT(said.out, HasSubstr("Examples:")) << command;
    EXPECT_THAT(said.out, HasSubstr(std::string("certus-gateway ") + command)) << command;
  }
}

TEST(CommandLine, TeachesInTheHelpOfCommandsOfTwoWords) {
  for (const auto& [first, second] : {std::pair("policy", "test"), std::pair("token", "new")}) {
    const Said said = say({first, second, "--help"});
    EXPECT_EQ(said.exitCode(), 0);
    EXPECT_THAT(said.out, HasSubstr(std::string("certus-gateway ") + first + " " + second));
  }
}

TEST(CommandLine, RefusesWhatItDoesNotKnowWithExitCode2) {
  EXPECT_EQ(say({"serv"}).exitCode(), 2);
  EXPECT_EQ(say({"serve", "--confg", "x"}).exitCode(), 2);
  EXPECT_THAT(say({"serve", "--confg", "x"}).err, HasSubstr("--confg"));
  EXPECT_EQ(say({"tools", "extra"}).exitCode(), 2);
}

TEST(CommandLine, ShowsTheHelpWhenNothingIsSaid) {
  const Said said = say({});
  EXPECT_EQ(said.exitCode(), 2);
  EXPECT_THAT(said.out, HasSubstr("First steps"));
}

}  // namespace
}  // namespace certus::app
