// One session of the TypeScript SDK v1. argv[2]: {transport: "http", url} or {transport: "stdio", command, args, env}.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { session } from "./session.mjs";

const options = JSON.parse(process.argv[2]);
const transport = options.transport === "http"
  ? new StreamableHTTPClientTransport(new URL(options.url))
  : new StdioClientTransport({ command: options.command, args: options.args, env: options.env, stderr: "inherit" });
const client = new Client({ name: "certus-clients", version: "1" }, { capabilities: {} });
await client.connect(transport);
await session(client, options, () => transport.protocolVersion ?? "2025-11-25");
