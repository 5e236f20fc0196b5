// One session of the TypeScript SDK v2. argv[2] as for sdk_v1.mjs, and mode: "default" | "auto" | "pin".
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { session } from "./session.mjs";

const options = JSON.parse(process.argv[2]);
const transport = options.transport === "http"
  ? new StreamableHTTPClientTransport(new URL(options.url))
  : new StdioClientTransport({ command: options.command, args: options.args, env: options.env, stderr: "inherit" });
const modes = { default: {}, auto: { versionNegotiation: { mode: "auto" } }, pin: { versionNegotiation: { mode: { pin: "2026-07-28" } } } };
const client = new Client({ name: "certus-clients", version: "1" }, { capabilities: {}, ...modes[options.mode] });
await client.connect(transport);
await session(client, options, () => client.getNegotiatedProtocolVersion?.() ?? "");
