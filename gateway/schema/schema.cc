#include "gateway/schema/schema.h"

#include "gateway/schema/compiler.h"
#include "gateway/schema/evaluation.h"

namespace certus::gateway {
namespace {

class SchemaProgram final : public CompiledSchema {
 public:
  explicit SchemaProgram(schema::Program program) : program_(std::move(program)) {}

  bool validate(simdjson::dom::element value, std::vector<Violation>* violations) const override {
    if (schema::Evaluation(program_, nullptr).run(value)) return true;
    // Only now that the value is known to be wrong is it worth the work to say why.
    if (violations != nullptr) {
      violations->clear();
      schema::Evaluation(program_, violations).run(value);
    }
    return false;
  }

 private:
  schema::Program program_;
};

}  // namespace

Result<std::shared_ptr<const CompiledSchema>> CompiledSchema::compile(std::string_view schema,
                                                                      const std::map<std::string, std::string>& documents,
                                                                      SchemaLimits limits) {
  auto program = schema::Compiler(documents, limits).run(schema);
  if (!program) return tl::make_unexpected(program.error());
  return std::make_shared<const SchemaProgram>(std::move(*program));
}

}  // namespace certus::gateway
