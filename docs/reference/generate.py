#!/usr/bin/env python3
"""Turns `certus-gateway tools --json` (standard input) into tools.md (standard output). `update BUILD_DIR` runs both."""
import json
import sys

HEAD = """# Tools

Written by `docs/reference/update` from what the gateway offers; a test compares the two. Names are those of `/mcp`, with the
default prefix; on `/mcp/trust` and with `stdio --module trust` they stand bare (`verify`). Every answer holds the same data twice: as
`structuredContent`, and as text, whose first line is `summary` and whose second is the JSON.
"""

HINTS = (("readOnlyHint", "read-only"), ("destructiveHint", "destructive"), ("idempotentHint", "idempotent"), ("openWorldHint", "open world"))


def cell(text) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


def kind(schema) -> str:
    name = schema.get("type", "any")
    return f"array of {kind(schema.get('items', {}))}" if name == "array" else name


def rule(schema) -> str:
    parts = []
    if "enum" in schema:
        parts.append("one of " + ", ".join(f"`{value}`" for value in schema["enum"]))
    if "minimum" in schema or "maximum" in schema:
        parts.append(f"{schema.get('minimum', '')} to {schema.get('maximum', '')}".strip())
    if "pattern" in schema:
        parts.append(f"pattern `{schema['pattern']}`")
    if "default" in schema:
        parts.append(f"default `{json.dumps(schema['default'])}`")
    return "; ".join(parts)


def rows(schema, indent=""):
    required = schema.get("required", [])
    for name, each in schema.get("properties", {}).items():
        need = "yes" if name in required else ""
        text = " ".join(part for part in (each.get("description", ""), f"({rule(each)})" if rule(each) else "") if part)
        yield f"| {indent}`{name}` | {kind(each)} | {need} | {cell(text)} |"
        inner = each.get("items", each)
        if inner.get("properties"):
            yield from rows(inner, indent + "&nbsp;&nbsp;")


def table(title, needed, schema):
    lines = list(rows(schema))
    if not lines:
        return [f"**{title}**: none.", ""]
    return [f"**{title}**", "", f"| name | type | {needed} | |", "| --- | --- | --- | --- |", *lines, ""]


def hints(tool) -> str:
    said = tool.get("annotations", {})
    return ", ".join(f"{'' if said[key] else 'not '}{word}" for key, word in HINTS if key in said)


def section(tool):
    lines = [f"## {tool['name']}", "", f"*{tool.get('title', tool['name'])}*: {hints(tool)}.", "", tool["description"], ""]
    lines += table("Arguments", "required", tool["inputSchema"])
    if "outputSchema" in tool:
        lines += table("Answer", "always", tool["outputSchema"])
    return lines


def main():
    tools = [tool for tool in json.load(sys.stdin)["tools"] if tool["enabled"]]
    lines = [HEAD]
    for tool in tools:
        lines += section(tool)
    sys.stdout.write("\n".join(lines).rstrip() + "\n")


main()
