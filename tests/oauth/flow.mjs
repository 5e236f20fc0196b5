// A person and her client, whichever SDK it is made with: what she does when the client needs her, what went over the wire,
// and the scenarios. Prints one JSON object.
import { signIn } from "./browser.mjs";

const REDIRECT = "http://127.0.0.1:33418/callback";
const SIGN = { artifact_type: "container_image", subject: "myapp:v2.1.0" };

// What an SDK asks of an application that keeps its credentials.
class Keeper {
  constructor({ name, only, resource, grants = ["authorization_code", "refresh_token"] }) {
    Object.assign(this, { name, only, grants });
    if (resource) this.validateResourceURL = async () => new URL(resource);
  }
  get redirectUrl() { return REDIRECT; }
  get clientMetadata() {
    return { client_name: this.name, redirect_uris: [REDIRECT], grant_types: this.grants,
             response_types: ["code"], token_endpoint_auth_method: "none", application_type: "native" };
  }
  state() { return "a-state"; }
  clientInformation() { return this.client; }
  saveClientInformation(client) { this.client = client; }
  tokens() { return this.kept; }
  saveTokens(tokens) { this.kept = tokens; }
  codeVerifier() { return this.verifier; }
  saveCodeVerifier(verifier) { this.verifier = verifier; }
  discoveryState() { return this.discovery; }
  saveDiscoveryState(state) { this.discovery = state; }
  redirectToAuthorization(url) {
    if (this.only) url.searchParams.set("scope", this.only);  // she agrees to this much
    this.asked = url;
  }
}

export class Session {
  constructor(sdk, url, options) {
    Object.assign(this, { sdk, url: new URL(url), login: options.login });
    this.keeper = new Keeper(options);
    this.trace = [];
  }

  #fetch = async (input, init = {}) => {
    const response = await fetch(input, init);
    const { origin, pathname } = new URL(input);
    const at = origin === this.url.origin ? "gateway" : "as";
    const grant = typeof init.body?.get === "function" ? init.body.get("grant_type") ?? "" : "";
    this.trace.push(`${init.method ?? "GET"} ${at} ${pathname} ${grant ? grant + " " : ""}${response.status}`);
    return response;
  };

  #open() {
    this.transport = this.sdk.transport(this.url, { authProvider: this.keeper, fetch: this.#fetch });
    this.client = this.sdk.client();
    return this.client.connect(this.transport);
  }

  async #person() {
    const asked = this.keeper.asked;
    if (!asked) throw new Error("the client asked nobody to sign in");
    this.keeper.asked = undefined;
    const back = await signIn(asked, REDIRECT, this.login);
    if (back.get("state") !== "a-state" || !back.get("code")) throw new Error(`the callback said ${back}`);
    await this.transport.finishAuth(back.get("code"), back.get("iss") ?? undefined);
    const said = (name) => asked.searchParams.get(name);
    return { scope: said("scope"), resource: said("resource"), pkce: said("code_challenge_method") };
  }

  // With the person's help where it is needed.
  async connect() {
    let signedIn;
    try {
      await this.#open();
    } catch (error) {
      if (!this.keeper.asked) throw error;
      signedIn = await this.#person();
      await this.#open();
    }
    return signedIn;
  }

  async withHelp(run) {
    try {
      return { helped: null, result: await run() };
    } catch (error) {
      if (!this.keeper.asked) throw error;
      const helped = await this.#person();
      return { helped, result: await run() };
    }
  }

  tools() { return this.client.listTools().then(({ tools }) => tools.map((tool) => tool.name).sort()); }
  async sign(artifact) {
    const result = await this.client.callTool({ name: "sign", arguments: { artifact, ...SIGN } });
    return { isError: result.isError === true, text: result.content[0].text };
  }
  takeTrace() { return this.trace.splice(0); }
  close() { return this.client.close(); }
}

const ping = (url, token) => fetch(url, {
  method: "POST",
  headers: { authorization: `Bearer ${token}`, "content-type": "application/json", accept: "application/json,text/event-stream" },
  body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }),
});

async function refusedInTheEnd(url, token) {
  for (const end = Date.now() + 30_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const answer = await ping(url, token);
    if (answer.status === 401) return answer.headers.get("www-authenticate");
  }
  throw new Error("an expired token is still accepted");
}

const scenarios = {
  // 401, metadata, registration, sign-in, token, call.
  async whole(sdk, { url, digest }) {
    const session = new Session(sdk, url, { name: "whole", login: "alice" });
    const signedIn = await session.connect();
    const out = { signedIn, tools: await session.tools(), signed: await session.sign(digest), trace: session.takeTrace() };
    const token = session.keeper.kept.access_token;
    out.claims = JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
    out.token = token;
    await session.close();
    return out;
  },

  // The token ends while the client is connected; nobody is asked again.
  async refresh(sdk, { url, digest }) {
    const session = new Session(sdk, url, { name: "short-lived", login: "bob" });
    await session.connect();
    await session.sign(digest);
    const challenge = await refusedInTheEnd(url, session.keeper.kept.access_token);
    session.takeTrace();
    const { helped, result } = await session.withHelp(() => session.sign(digest));
    const out = { challenge, helped, signed: result, trace: session.takeTrace() };
    await session.close();
    return out;
  },

  // She first agrees to reading only; signing then asks her for more. (v1 takes a refresh token for the answer to a 403 and gives
  // up when that has no more scopes; so it has none here.)
  async stepUp(sdk, { url, digest }) {
    const session = new Session(sdk, url, { name: "step-up", login: "carol", only: "mcp:tools", grants: sdk.stepUpGrants });
    const first = await session.connect();
    const tools = await session.tools();
    session.takeTrace();
    session.keeper.only = undefined;
    const { helped, result } = await session.withHelp(() => session.sign(digest));
    const out = { first, tools, helped, signed: result, trace: session.takeTrace() };
    await session.close();
    return out;
  },

  // A token that the same server made for another resource.
  async otherAudience(sdk, { url, other }) {
    const session = new Session(sdk, url, { name: "elsewhere", login: "dave", resource: other });
    let failed = null;
    try {
      await session.connect();
    } catch (error) {
      failed = String(error);
    }
    const token = session.keeper.kept.access_token;
    const answer = await ping(url, token);
    const { aud } = JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
    return { failed, aud, status: answer.status, challenge: answer.headers.get("www-authenticate"), trace: session.takeTrace() };
  },
};

export async function main(sdk) {
  const options = JSON.parse(process.argv[2]);
  console.log(JSON.stringify(await scenarios[options.scenario](sdk, options)));
  process.exit(0);
}
