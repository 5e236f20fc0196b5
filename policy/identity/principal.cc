#include "policy/identity/principal.h"

namespace certus::identity {

std::string bindingKey(std::string_view issuer, std::string_view name, std::string_view tenant) {
  std::string out;
  out.reserve(issuer.size() + name.size() + tenant.size() + 2);
  out.append(issuer).append("\n").append(name);
  return tenant.empty() ? out : out.append("\n").append(tenant);  // no name holds a line's end
}

}  // namespace certus::identity
