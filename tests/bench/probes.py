"""Requests that a stage must refuse: the proof that it ran, printed instead of a claim."""
import http.client
import json

import payload


def message(tool, arguments):
    prefix = "io.modelcontextprotocol/"
    meta = {prefix + "protocolVersion": payload.REVISION, prefix + "clientCapabilities": {},
            prefix + "clientInfo": {"name": "bench", "version": "1"}}
    return {"jsonrpc": "2.0", "id": 4217, "method": "tools/call", "params": {"name": tool, "arguments": arguments, "_meta": meta}}


def post(port, body, headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("POST", "/mcp", body=body.encode(), headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def call(port, tool, arguments):
    status, text = post(port, json.dumps(message(tool, arguments)), payload.headers(tool))
    result = json.loads(text).get("result", {})
    if status != 200 or result.get("isError") or "structuredContent" not in result:
        raise SystemExit(f"{tool} failed: {status} {text}")
    return result["structuredContent"]


def changed(**changes):
    arguments = json.loads(payload.tool_call())["params"]["arguments"]
    return json.dumps(message("relay_search", {**arguments, **changes}))


def stages(port):
    """[(stage, what it said)], or an end of the run when one let its request pass."""
    fine, headers = payload.tool_call(), payload.headers()
    tests = [
        ("host", fine, {**headers, "Host": "attacker.example"}, lambda status, text: status == 403),
        ("origin", fine, {**headers, "Origin": "https://attacker.example"}, lambda status, text: status == 403),
        ("one parse (duplicate names)", fine.replace('"limit":25', '"limit":25,"limit":26'), headers,
         lambda status, text: status == 400 or '"error"' in text),
        ("header-match", fine, {**headers, "Mcp-Name": "another"}, lambda status, text: status == 400 and "-32020" in text),
        ("arguments (schema)", changed(artifact="sha256:short"), headers, lambda status, text: '"isError":true' in text),
        ("arguments (schema, nested)", changed(filters={"kinds": ["nonsense"]}), headers, lambda status, text: '"isError":true' in text),
    ]
    said = []
    for stage, body, lines, refused in tests:
        status, text = post(port, body, lines)
        if not refused(status, text):
            raise SystemExit(f"the stage {stage} let its request pass: {status} {text[:300]}")
        said.append({"stage": stage, "status": status})
        print(f"  {stage:30} HTTP {status}  {text[:110]}")
    return said
