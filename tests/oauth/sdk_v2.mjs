// The OAuth client of the TypeScript SDK v2, which speaks the newest revision where it is offered.
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { main } from "./flow.mjs";

await main({
  transport: (url, options) => new StreamableHTTPClientTransport(url, options),
  client: () => new Client({ name: "certus-oauth", version: "2" }, { capabilities: {}, versionNegotiation: { mode: "auto" } }),
});
