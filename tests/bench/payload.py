"""The bytes of the benchmark: an 864-byte tools/call, the service's 705-byte answer, and what every answer must hold."""
import json

REVISION = "2026-07-28"
REQUEST_BYTES, ANSWER_BYTES = 864, 705
DIGEST = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def padded(make, size):
    """The JSON of make(filler) with a filler that makes it exactly `size` bytes."""
    empty = len(json.dumps(make(""), separators=(",", ":")))
    text = json.dumps(make(("lorem ipsum dolor sit amet " * 40)[: size - empty]), separators=(",", ":"))
    assert len(text) == size, (len(text), size)
    return text


def upstream_answer():
    entry = {"artifact": DIGEST, "signer": "builder@example.com", "kind": "image", "score": 0.875, "logged": "2026-11-22T10:15:30Z"}
    return padded(lambda note: {"total": 3, "entries": [{"index": 4711 + i, **entry} for i in range(3)], "complete": True, "note": note},
                  ANSWER_BYTES)


def tool_call(tool="relay_search"):
    prefix = "io.modelcontextprotocol/"
    meta = {prefix + "protocolVersion": REVISION, prefix + "clientCapabilities": {}, prefix + "clientInfo": {"name": "bench", "version": "1"}}
    return padded(lambda query: {"jsonrpc": "2.0", "id": 4217, "method": "tools/call", "params": {
        "name": tool,
        "arguments": {"query": query, "artifact": DIGEST, "limit": 25, "include_trail": True, "minimum_score": 0.25,
                      "filters": {"kinds": ["image", "sbom", "attestation"], "signer": "builder@example.com", "since": "2026-01-31"},
                      "labels": ["production", "europe", "signed", "reproducible"]},
        "_meta": meta}}, REQUEST_BYTES)


def headers(tool="relay_search"):
    return {"Host": "127.0.0.1", "Content-Type": "application/json", "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": REVISION, "Mcp-Method": "tools/call", "Mcp-Name": tool}


def gateway_needles(answer):
    """The service's JSON spliced in as structuredContent, escaped in the text, and our id: all of it, byte for byte."""
    return ['"id":4217', '"structuredContent":' + answer, json.dumps(answer)]
