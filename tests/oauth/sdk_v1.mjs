// The OAuth client of the TypeScript SDK v1.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { main } from "./flow.mjs";

await main({
  stepUpGrants: ["authorization_code"],
  transport: (url, options) => new StreamableHTTPClientTransport(url, options),
  client: () => new Client({ name: "certus-oauth", version: "1" }, { capabilities: {} }),
});
