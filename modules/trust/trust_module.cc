#include "trust_module.h"

#include "tools.h"

namespace certus::trust {
namespace {

constexpr std::string_view kInstructions =
    "Certus Trust signs artifacts (container images, SBOMs, packages, scan results) by their SHA-256 digest, "
    "records every signature in a transparency log, and proves afterwards who signed what. Before an artifact is "
    "deployed, installed or approved, call `verify` with its digest and, in `identity`, the signer the user "
    "expects; never pick that identity from the answer itself. Only status `verified` means that the expected "
    "signer signed this artifact; nothing less is a reason to trust it. After a build or a release, call `sign`. In "
    "an incident, call `get_provenance` for a scan or an artifact. For audits, page through `query_transparency`; for "
    "an overview, call `get_stats`. Digests are \"sha256:\" and 64 hexadecimal digits: never make one up, compute "
    "it or ask for it.";

}  // namespace

void TrustModule::describe(Catalog& catalog) {
  catalog.instructions = kInstructions;
  catalog.tools = {kVerify, kSign, kGetProvenance, kQueryTransparency, kGetStats};
}

}  // namespace certus::trust
