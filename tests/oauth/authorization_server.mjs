// A real authorization server (oidc-provider): dynamic registration, PKCE, resource indicators, access tokens as JWT.
// argv[2]: {"port", "resources"}. What a person is follows from the name that she signs in with, what a token is from its client.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import Provider, { errors } from "oidc-provider";

const { port, resources } = JSON.parse(process.argv[2]);
const SCOPES = "mcp:tools trust:sign";

function key(kid, type, options) {
  const { privateKey } = generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: "jwk" }), kid, use: "sig" };
}

function resourceServer(context, resource, client) {
  if (!resources.includes(resource)) throw new errors.InvalidTarget();
  const first = context.oidc.params?.grant_type !== "refresh_token";  // what takes its place must not end within the test
  const accessTokenTTL = first && client.clientName.includes("short") ? 6 : 300;
  return { scope: SCOPES, audience: resource, accessTokenTTL, accessTokenFormat: "jwt", jwt: { sign: { alg: "ES256" } } };
}

// Who has not granted trust:sign gets a token that is good for reading.
function claimsOf(_context, token) {
  const groups = token.accountId?.startsWith("guest") ? ["guests"] : ["developers"];
  const narrow = token.scope?.split(" ").includes("trust:sign") ? {} : { allowed_tools: ["trust/verify", "trust/get_*"] };
  return { groups, tenant: "acme", ...narrow };
}

const provider = new Provider(`http://127.0.0.1:${port}`, {
  cookies: { keys: ["only for this test"] },
  jwks: { keys: [key("rsa", "rsa", { modulusLength: 2048 }), key("ec", "ec", { namedCurve: "P-256" })] },
  scopes: ["openid", "offline_access", ...SCOPES.split(" ")],
  clientDefaults: { token_endpoint_auth_method: "none", grant_types: ["authorization_code", "refresh_token"] },
  pkce: { required: () => true },
  issueRefreshToken: (_context, client) => client.grantTypeAllowed("refresh_token"),
  extraTokenClaims: claimsOf,
  features: {
    registration: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: (_context, _client, oneOf) => oneOf,
      getResourceServerInfo: resourceServer,
      useGrantedResource: () => true,
    },
  },
});
createServer(provider.callback()).listen(port, "127.0.0.1", () => console.log("ready"));
