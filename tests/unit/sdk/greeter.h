// The smallest whole module: what the SDK's tests run, and what docs show. Speaks to a service named "greetings".
#pragma once

#include <stdexcept>
#include <string>

#include "certus/module.h"

namespace greeter {

class Greeter final : public certus::Module {
 public:
  static constexpr std::string_view kName = "greeter";
  static constexpr std::string_view kVersion = "1.0.0";

  explicit Greeter(const certus::Json& settings) : language(settings.value("language", std::string("en"))) {
    if (language.size() != 2) throw std::runtime_error("settings.language is a two-letter code such as \"en\"");
  }
  void describe(certus::Catalog& catalog) override;
  void completion(certus::Call call, const certus::Json& params) override;

  const std::string language;
};

}  // namespace greeter
