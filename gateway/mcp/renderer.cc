// Outcomes of modules as JSON-RPC responses, in one pass into the caller's buffer.
#include <algorithm>
#include <cstring>

#include "base/json_write.h"
#include "gateway/call/fault.h"
#include "gateway/mcp/content_writer.h"
#include "gateway/mcp/dispatcher.h"
#include "gateway/mcp/failure_texts.h"
#include "gateway/mcp/input_request.h"
#include "gateway/mcp/sealer.h"
#include "gateway/mcp/state_binding.h"
#include "gateway/mcp/structured.h"
#include "gateway/stages/capability.h"
#include "gateway/tools/route.h"

namespace certus::gateway {
namespace {

using Kind = OutcomeView::Kind;
using Asked = Invocation::Kind;

struct Job {
  const Invoke& invoke;
  const MessageContext& context;
  const OutcomeView& outcome;
  std::string& out;

  std::string_view tail() const { return context.route->texts(invoke.revision).resultTail; }
};

void begin(const Job& job) {
  job.out += "{\"jsonrpc\":\"2.0\",\"id\":";
  job.out += job.invoke.idJson;
  job.out += ",\"result\":";
}

// Closes the result object and the response around it.
void end(const Job& job) {
  job.out += job.tail();
  job.out += "}}";
}

std::string_view firstText(const OutcomeView& outcome) {
  return outcome.content.empty() ? std::string_view() : outcome.content.front().text;
}

class OutcomeRenderer final : public ResultRenderer {
 public:
  explicit OutcomeRenderer(const RendererOptions& options)
      : sealer_(options.sealer), clock_(options.clock ? *options.clock : systemClock_) {}

  CallOutcome render(const Invoke& invoke, const MessageContext& context, const OutcomeView& outcome,
                     std::string& out) override {
    httpStatus_ = 200;
    const Job job{invoke, context, outcome, out};
    switch (outcome.kind) {
      case Kind::Result: return result(job);
      case Kind::ToolError: return toolError(job);
      case Kind::InputRequired: return inputRequired(job);
      case Kind::NotFound: return notFound(job);
      case Kind::Invalid: return invalid(job);
      case Kind::Completion: return completion(job);
      case Kind::TimedOut: return cutShort(job, timedOutText(invoke), CallOutcome::Timeout);
      case Kind::Cancelled: return cutShort(job, cancelledText(invoke), CallOutcome::Cancelled);
      case Kind::Failed: break;
    }
    return failed(job);
  }

  int httpStatus() const override { return httpStatus_; }

 private:
  CallOutcome error(const Job& job, Fault fault, std::string_view message, CallOutcome outcome, std::string_view data = {}) {
    const FaultCodes codes = codesOf(fault, job.invoke.revision);
    httpStatus_ = codes.http;
    job.out += renderError(job.invoke.idJson, codes.rpc, message, data);
    return outcome;
  }

  CallOutcome failed(const Job& job) { return error(job, Fault::Internal, failedText(job.invoke), CallOutcome::Internal); }

  CallOutcome errorResult(const Job& job, std::string_view text, CallOutcome outcome) {
    begin(job);
    job.out += "{\"content\":[";
    appendTextBlock(job.out, text);
    job.out += "],\"isError\":true";
    end(job);
    return outcome;
  }

  CallOutcome cutShort(const Job& job, const std::string& text, CallOutcome outcome) {
    if (job.invoke.invocation.kind == Asked::Tool) return errorResult(job, text, outcome);
    return error(job, Fault::Internal, text, outcome);
  }

  CallOutcome result(const Job& job) {
    switch (job.invoke.invocation.kind) {
      case Asked::Tool: return toolResult(job);
      case Asked::Resource: return resourceResult(job);
      case Asked::Prompt: return promptResult(job);
      case Asked::Completion: break;
    }
    return failed(job);
  }

  CallOutcome toolResult(const Job& job) {
    const ToolEntry& tool = *job.invoke.tool;
    std::string_view structured = job.outcome.structured;
    if (!structured.empty()) {
      const auto read = job.outcome.parsed ? structured_.read(structured, *job.outcome.parsed) : structured_.read(structured);
      if (!read)
        return errorResult(job, brokenPromiseText(job.invoke, "structuredContent is not valid JSON."),
                           CallOutcome::Internal);
      structured = read->line;
      if (tool.output) {
        if (const std::string broken = structured_.violations(*tool.output, read->dom); !broken.empty()) {
          return errorResult(job, brokenPromiseText(job.invoke, broken), CallOutcome::Internal);
        }
      }
    } else if (tool.output) {
      return errorResult(job, brokenPromiseText(job.invoke, "structuredContent is missing."), CallOutcome::Internal);
    }
    begin(job);
    appendContent(job, structured);
    appendStructured(job, tool, structured);
    end(job);
    return CallOutcome::Ok;
  }

  void appendContent(const Job& job, std::string_view structured) {
    job.out += "{\"content\":[";
    bool first = true;
    for (const ContentView& content : job.outcome.content) {
      if (!first) job.out += ',';
      first = false;
      content_.appendBlock(job.out, content, job.invoke.revision);
    }
    // Half of the clients show the model the text only, the other half the structure only.
    if (first && !structured.empty()) appendTextBlock(job.out, structured);
    job.out += ']';
  }

  static void appendStructured(const Job& job, const ToolEntry& tool, std::string_view structured) {
    if (structured.empty() || job.invoke.revision < Revision::V2025_06_18) return;
    // Before the newest revision structuredContent is an object, whatever the tool gives.
    const bool wrap = !isModern(job.invoke.revision) && (tool.wrapsOutput || structured.front() != '{');
    job.out += wrap ? ",\"structuredContent\":{\"result\":" : ",\"structuredContent\":";
    job.out += structured;
    if (wrap) job.out += '}';
  }

  CallOutcome toolError(const Job& job) {
    if (job.invoke.invocation.kind != Asked::Tool)
      return error(job, Fault::Internal, endedText(job, firstText(job.outcome)), recordedAs(job));
    begin(job);
    job.out += "{\"content\":[";
    const auto last = std::find_if(job.outcome.content.rbegin(), job.outcome.content.rend(),
                                   [](const ContentView& content) { return content.kind == ContentView::Kind::Text; });
    for (const ContentView& content : job.outcome.content) {
      if (job.out.back() != '[') job.out += ',';
      ContentView shown = content;
      std::string text;
      if (last != job.outcome.content.rend() && &content == &*last) shown.text = text = endedText(job, content.text);
      content_.appendBlock(job.out, shown, job.invoke.revision);
    }
    if (last == job.outcome.content.rend()) {
      if (job.out.back() != '[') job.out += ',';
      appendTextBlock(
          job.out, endedText(job, job.outcome.content.empty() ? "The tool failed without saying why." : "The tool failed."));
    }
    job.out += "],\"isError\":true";
    end(job);
    return recordedAs(job);
  }

  static CallOutcome recordedAs(const Job& job) { return job.outcome.recordAs.value_or(CallOutcome::ToolError); }

  static std::string endedText(const Job& job, std::string_view text) {
    std::string whole(text.empty() ? "The request failed without a reason." : text);
    whole = job.context.route->exposed(std::move(whole), job.invoke.invocation.module);
    return whole + requestIdEnding(job.invoke.invocation.requestId, whole);
  }

  CallOutcome resourceResult(const Job& job) {
    if (job.outcome.content.empty()) return notFound(job);  // an empty `contents` would say that it exists
    begin(job);
    job.out += "{\"contents\":[";
    for (const ContentView& content : job.outcome.content) {
      if (job.out.back() != '[') job.out += ',';
      content_.appendResource(job.out, content, job.invoke.invocation.name);
    }
    job.out += ']';
    // What a module reads may depend on who asks and when.
    if (isModern(job.invoke.revision)) job.out += ",\"ttlMs\":0,\"cacheScope\":\"private\"";
    end(job);
    return CallOutcome::Ok;
  }

  CallOutcome promptResult(const Job& job) {
    begin(job);
    job.out += '{';
    if (!job.outcome.description.empty()) {
      job.out += "\"description\":";
      appendJsonString(job.out, job.outcome.description);
      job.out += ',';
    }
    job.out += "\"messages\":[";
    for (const ContentView& content : job.outcome.content) {
      if (job.out.back() != '[') job.out += ',';
      job.out += content.assistant ? "{\"role\":\"assistant\",\"content\":" : "{\"role\":\"user\",\"content\":";
      content_.appendBlock(job.out, content, job.invoke.revision);
      job.out += '}';
    }
    job.out += ']';
    end(job);
    return CallOutcome::Ok;
  }

  CallOutcome completion(const Job& job) {
    if (job.invoke.invocation.kind != Asked::Completion) return failed(job);
    const auto text = structured_.completion(job.outcome.structured);
    if (!text) return failed(job);
    begin(job);
    job.out += "{\"completion\":";
    job.out += *text;
    end(job);
    return CallOutcome::Ok;
  }

  CallOutcome notFound(const Job& job) {
    if (job.invoke.invocation.kind == Asked::Tool) return toolError(job);
    std::string message(firstText(job.outcome));
    if (job.invoke.invocation.kind != Asked::Resource) {
      return error(job, Fault::InvalidParams, message.empty() ? "There is no such prompt here." : message,
                   CallOutcome::ProtocolError);
    }
    if (message.empty()) message = "There is no such resource here; resources/list and resources/templates/list name all.";
    std::string data = "{\"uri\":";
    appendJsonString(data, job.invoke.invocation.name);
    return error(job, Fault::ResourceNotFound, message, CallOutcome::ProtocolError, data + '}');
  }

  CallOutcome invalid(const Job& job) {
    const std::string_view text = firstText(job.outcome);
    return error(job, Fault::InvalidParams, text.empty() ? "The arguments cannot be served." : text,
                 CallOutcome::InvalidArguments);
  }

  CallOutcome inputRequired(const Job& job) {
    const Invoke& invoke = job.invoke;
    if (invoke.invocation.kind == Asked::Completion) return failed(job);
    if (!isModern(invoke.revision)) return cutShort(job, cannotAskText(invoke), CallOutcome::ToolError);
    const InputQuestions questions = permittedQuestions(document_, job.outcome.structured, invoke);
    if (questions.malformed || (job.outcome.structured.empty() && job.outcome.state.empty())) return failed(job);
    if (questions.json.empty() && questions.missing != 0) {
      const Refusal why = missingCapability(questions.missing, invoke.revision, '"' + std::string(invoke.name) + '"');
      return error(job, why.fault, why.message, why.outcome, why.dataJson);
    }
    std::string sealed;
    if (!job.outcome.state.empty() && (sealed = seal(job)).empty()) return failed(job);
    begin(job);
    job.out += "{\"resultType\":\"input_required\"";
    if (!questions.json.empty()) job.out += ",\"inputRequests\":" + questions.json;
    if (!sealed.empty()) job.out += ",\"requestState\":\"" + sealed + '"';
    job.out += ",\"_meta\":{" + job.context.route->texts(invoke.revision).metaMembers + "}}}";
    return CallOutcome::InputRequired;
  }

  // Empty when it cannot be sealed.
  std::string seal(const Job& job) {
    if (!sealer_) return {};
    // Only tools and prompts have arguments; a resource is bound by its URI.
    const auto arguments = structured_.read(job.invoke.invocation.arguments);
    if (!arguments) return {};
    const std::string digest = argumentsDigest(arguments->dom);
    return sealer_->seal(job.outcome.state, bindingOf(job.invoke, job.context, digest), clock_.wall());
  }

  std::shared_ptr<const Sealer> sealer_;
  SystemClock systemClock_;
  const Clock& clock_;
  StructuredReader structured_;
  ContentWriter content_;
  JsonDocument document_;
  int httpStatus_ = 200;
};

}  // namespace

std::unique_ptr<ResultRenderer> makeRenderer(const RendererOptions& options) {
  return std::make_unique<OutcomeRenderer>(options);
}

}  // namespace certus::gateway
