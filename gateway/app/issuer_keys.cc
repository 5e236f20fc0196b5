#include "gateway/app/issuer_keys.h"

namespace certus::app {
namespace {

using observability::Level;
using observability::LogFields;

}  // namespace

KeysOf keysOfRing(gateway::KeyRing& ring) {
  return [&ring](const identity::Issuer& issuer) { return ring.keysOf(issuer); };
}

KeysOf keysWithoutFetching(identity::KeyFetcher* asked) {
  return [asked](const identity::Issuer& issuer) { return gateway::keysWithoutFetching(issuer, asked); };
}

gateway::KeyRing::Told keyFetchLog(observability::Log& log) {
  return [&log](const gateway::KeyFetch& fetch) {
    const bool good = fetch.result == gateway::FetchResult::Ok;
    log.write(good ? Level::Info : Level::Warning, "issuer_keys", [&](LogFields& line) {
      line.text("issuer", fetch.issuer).text("url", fetch.url).text("result", gateway::labelOf(fetch.result));
      line.milliseconds("ms", fetch.took);
      if (!good) line.text("message", "keys were not fetched: " + fetch.text + "; the old ones serve on while they may");
    });
    for (const std::string& warning : fetch.warnings) {
      log.write(Level::Warning, "issuer_keys", [&](LogFields& line) {
        line.text("issuer", fetch.issuer).text("message", "a key is passed over: " + warning);
      });
    }
  };
}

}  // namespace certus::app
