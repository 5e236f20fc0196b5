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
  for (const char* command : {"serve", "stdio", "check", "tools", "schema"}) {
    const Said said = say({command, "--help"});
    EXPECT_EQ(said.exitCode(), 0);
    EXPECT_THAT(said.out, HasSubstr("Examples:")) << command;
    EXPECT_THAT(said.out, HasSubstr(std::string("certus-gateway ") + command)) << command;
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
