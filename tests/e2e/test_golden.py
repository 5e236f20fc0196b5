"""Replays tests/golden/*.http: a request, a line of dashes, the answer that must come. See tests/golden/README.md."""
import json
import re

from harness import Case, ROOT
import wire

GOLDEN = ROOT / "tests" / "golden"
ANY, ABSENT, MORE = "<any>", "<absent>", "<more>"


def parsed(part: str, line_ends="\n"):
    """(first line, headers, body) of one side."""
    head, _, body = part.strip("\n").partition("\n\n")
    first, *lines = [line for line in head.split(line_ends) if not line.startswith("#")]
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip()] = value.strip()
    return first, headers, body.strip("\n")


KINDS = {"<string>": str, "<number>": (int, float), ANY: object}


def difference(wanted, found, where="$"):
    """What is wrong, or ""; the forms are in tests/golden/README.md."""
    if isinstance(wanted, str) and wanted in KINDS:
        return "" if isinstance(found, KINDS[wanted]) and found is not None else f"{where}: {wanted} is wanted, not {found!r}"
    if isinstance(wanted, dict):
        return object_difference(wanted, found, where)
    if isinstance(wanted, list):
        if not isinstance(found, list) or len(found) != len(wanted):
            return f"{where}: {len(wanted)} elements are wanted, not {found!r}"
        return next((said for i, each in enumerate(wanted) if (said := difference(each, found[i], f"{where}[{i}]"))), "")
    if isinstance(wanted, str) and len(wanted) > 6 and wanted.startswith("...") and wanted.endswith("..."):
        return "" if isinstance(found, str) and wanted[3:-3] in found else f"{where}: {wanted[3:-3]!r} is not in {found!r}"
    return "" if wanted == found and isinstance(found, type(wanted)) else f"{where}: {wanted!r} is wanted, not {found!r}"


def object_difference(wanted, found, where):
    if not isinstance(found, dict):
        return f"{where}: an object is wanted, not {found!r}"
    names = {name for name, value in wanted.items() if name != MORE and value != ABSENT}
    if names - set(found):
        return f"{where}: {sorted(names - set(found))} missing in {found!r}"
    extra = set(found) - names
    forbidden = extra & set(wanted) if MORE in wanted else extra
    if forbidden:
        return f"{where}: {sorted(forbidden)} must not be there"
    return next((said for name in sorted(names) if (said := difference(wanted[name], found[name], f"{where}.{name}"))), "")


def json_of(response):
    text = response.text()
    if response.headers.get("content-type", "").startswith("text/event-stream"):
        text = [line[5:] for line in text.splitlines() if line.startswith("data:") and line[5:].strip()][-1]
    return json.loads(text)


class Golden(Case):
    def replay(self, gateway, path):
        saved = {}
        steps = re.split(r"^={4,}$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for number, step in enumerate(steps, 1):
            request, answer = re.split(r"^-{4,}$", step, maxsplit=1, flags=re.MULTILINE)
            for name, value in saved.items():
                request = request.replace("{" + name + "}", value)
            (first, headers, body), (status, wanted_headers, wanted) = parsed(request), parsed(answer)
            method, target, _ = first.split(" ")
            response = wire.request(gateway.port, method, target, body.encode() if body else None, headers)
            where = f"{path.name}, step {number}: {response!r}"
            self.assertEqual(response.status, int(status.split(" ")[1]), where)
            for name, value in wanted_headers.items():
                found = response.headers.get(name.lower())
                if value == ABSENT:
                    self.assertIsNone(found, where)
                elif value.startswith("{") and value.endswith("}"):
                    self.assertTrue(found, where)
                    saved[value[1:-1]] = found
                else:
                    self.assertTrue(found is not None and (value == ANY or found.startswith(value)), f"{name}: {found!r}; {where}")
            if wanted:
                self.assertEqual(difference(json.loads(wanted), json_of(response)), "", where)
            elif response.status in (202, 204):
                self.assertEqual(response.body, b"", where)

    def test_every_golden_file_is_answered_as_it_says(self):
        files = sorted(GOLDEN.glob("*.http"))
        self.assertGreater(len(files), 10)
        gateway = self.start_gateway()
        for path in files:
            with self.subTest(file=path.name):
                self.replay(gateway, path)
        print(f"{len(files)} golden files replayed")
