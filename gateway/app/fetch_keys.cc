#include "gateway/app/fetch_keys.h"

#include <chrono>
#include <future>

#include "gateway/keys/jwks_fetcher.h"

namespace certus::app {
namespace {

using gateway::FetchResult;

std::string adviceFor(FetchResult result, const identity::Issuer& issuer) {
  const std::string path = "identity.issuers." + issuer.name;
  switch (result) {
    case FetchResult::Ok:
    case FetchResult::Refused:
    case FetchResult::Timeout:
    case FetchResult::Broken:
      return "find out whether this machine can reach it; where another can, save the keys there and name the file with "
             "--jwks FILE";
    case FetchResult::Tls:
      return issuer.jwksCaFile.empty()
                 ? "where its certificate is from an authority of your own, name that with " + path + ".jwks_ca_file"
                 : "compare its certificate with the authorities in " + path + ".jwks_ca_file, " + issuer.jwksCaFile;
    case FetchResult::TooLarge:
    case FetchResult::Redirect:
    case FetchResult::Status:
    case FetchResult::NotKeys: break;
  }
  return "copy `jwks_uri` from the issuer's metadata (" + issuer.issuer + "/.well-known/openid-configuration) to " + path +
         ".jwks_url";
}

}  // namespace

Result<void> fetchKeys(const identity::TrustedIssuer& issuer) {
  const identity::Issuer& settings = issuer.settings;
  gateway::JwksFetcher fetcher;
  std::promise<gateway::Fetched> promise;
  fetcher.fetch({settings.jwksUrl, settings.jwksCaFile},
                [&promise](gateway::Fetched fetched) { promise.set_value(std::move(fetched)); });
  const gateway::Fetched fetched = promise.get_future().get();
  const auto took = issuer.keys->fetched(fetched.document, std::chrono::steady_clock::now());
  if (took) return {};
  const std::string why = fetched.document ? took.error().message : fetched.document.error().detail;
  const FetchResult result = fetched.document ? FetchResult::NotKeys : fetched.result;
  return fail(ErrorCode::Unavailable, "the keys of issuer " + settings.name + " were not fetched from " + settings.jwksUrl +
                                          ": " + why + "; " + adviceFor(result, settings));
}

}  // namespace certus::app
