// The Trust module as the gateway sees it: five tools over one Certus-Trust service. A new tool is one file and one row.
#pragma once

#include <string>
#include <string_view>

#include "certus/module.h"
#include "settings.h"

namespace certus::trust {

class TrustModule final : public Module {
 public:
  static constexpr std::string_view kName = "trust";
  static constexpr std::string_view kVersion = CERTUS_VERSION;

  explicit TrustModule(const Json& settings) : settings_(readSettings(settings)) {}

  void describe(Catalog& catalog) override;
  const std::string& service() const { return settings_.service; }

 private:
  const Settings settings_;
};

}  // namespace certus::trust
