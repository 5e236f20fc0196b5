// What `--help` says below the options: what a command does, and examples.
#pragma once

namespace certus::app::help {

extern const char* const kAbout;
extern const char* const kMainFooter;
extern const char* const kServeFooter;
extern const char* const kStdioFooter;
extern const char* const kCheckFooter;
extern const char* const kToolsFooter;
extern const char* const kReloadFooter;
extern const char* const kSchemaFooter;
extern const char* const kExplainFooter;
extern const char* const kPolicyTestFooter;
extern const char* const kPlanFooter;
extern const char* const kNewTokenFooter;
extern const char* const kWhoAmIFooter;

}  // namespace certus::app::help
