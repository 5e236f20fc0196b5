// What a person reads when the gateway starts: what is served, where state lies, and what to paste into an IDE.
#pragma once

#include <cstdint>
#include <string>

#include "config/gateway/gateway_config.h"
#include "gateway/tools/catalog.h"

namespace certus::app {

enum class Paint : std::uint8_t { Plain, Coloured };
Paint paintFor(int descriptor);  // Coloured on a terminal, unless NO_COLOR is set

struct BannerFacts {
  std::uint16_t mcpPort = 0, operationsPort = 0;  // as bound
  std::string trust;                              // "embedded at http://127.0.0.1:41234", or empty
};
std::string serveBanner(const config::Gateway& config, const gateway::Catalog& catalog, const BannerFacts& facts,
                        Paint paint);

// One line: stdio speaks to an IDE that shows it in a log at best.
std::string stdioBanner(const config::Gateway& config, const gateway::Route& route);

std::string authority(const std::string& address, std::uint16_t port);  // "127.0.0.1:8097", "[::1]:8097"

}  // namespace certus::app
