"""One session of fastmcp's client, the proposal's own. argv[1] as for sdk_v1.mjs, and mode: "auto" | "legacy"."""
import asyncio
import json
import sys

from fastmcp import Client
from fastmcp.client.transports import StdioTransport, StreamableHttpTransport


async def session(options):
    if options["transport"] == "http":
        transport = StreamableHttpTransport(options["url"])
    else:
        transport = StdioTransport(options["command"], options["args"], env=options["env"], keep_alive=False)
    async with Client(transport, mode=options["mode"]) as client:
        async def call(name, arguments):
            result = await client.call_tool(name, arguments, raise_on_error=False)
            return {"isError": result.is_error, "structured": result.structured_content, "text": result.content[0].text}

        tools = [{"name": tool.name, "description": tool.description} for tool in await client.list_tools()]
        signed = await call("sign", {"artifact": options["digest"], "artifact_type": "container_image", "subject": "myapp:v2.1.0",
                                     "metadata": {"commit": "7f8d9e2"}})
        given = {key: signed["structured"][key] for key in ("signature", "certificate")}
        verified = await call("verify", {"artifact": options["digest"], "identity": "tester@example.com", **given})
        tampered = await call("verify", {"artifact": options["other"], **given})
        wrong = await call("sign", {"artifact": "myapp:latest", "artifact_type": "container_image"})
        revision = str(getattr(client, "protocol_version", "") or "")
        print(json.dumps({"revision": revision, "tools": tools, "signed": signed, "verified": verified, "tampered": tampered, "wrong": wrong}))


asyncio.run(session(json.loads(sys.argv[1])))
