"""Runs the end-to-end tests and closes with one line: N passed, N failed, N skipped."""
import pathlib
import sys
import time
import unittest

import harness

LONG = ["kill"]  # only when named: minutes, not seconds


class Reporter(unittest.TestResult):
    """One line a test as it ends; failures whole, at once."""

    def __init__(self):
        super().__init__()
        self.passed = 0
        self.started = 0.0

    def startTest(self, test):
        super().startTest(test)
        self.started = time.monotonic()

    def _say(self, word, test, text=""):
        seconds = time.monotonic() - self.started if self.started else 0
        print(f"{word} {test.id()}{text} ({seconds:.1f} s)", flush=True)

    def addSuccess(self, test):
        self.passed += 1
        self._say("PASS", test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._say("FAIL", test)
        print(self.failures[-1][1], flush=True)

    def addError(self, test, err):
        super().addError(test, err)
        self._say("FAIL", test)
        print(self.errors[-1][1], flush=True)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._say("FAIL", subtest)
            print((self.failures + self.errors)[-1][1], flush=True)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        name = test.id().rsplit('.', 1)[-1]
        peer = reason.partition(":")[0] if reason.startswith("peer-") else ""  # one name for all tests that need it
        print(f"SKIP: {peer}: {name}: {reason.partition(': ')[2]}" if peer else f"SKIP: {name}: {reason}", flush=True)


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        print("usage: tests/e2e/run BUILD_DIR [NAME...]", file=sys.stderr)
        return 2
    harness.BUILD = pathlib.Path(sys.argv[1]).resolve()
    folder = pathlib.Path(__file__).resolve().parent
    names = sys.argv[2:] or sorted(p.stem[5:] for p in folder.glob("test_*.py") if p.stem[5:] not in LONG)
    suite = unittest.TestSuite(unittest.defaultTestLoader.loadTestsFromName(f"test_{name}") for name in names)
    result = Reporter()
    suite.run(result)
    failed = len(result.failures) + len(result.errors)
    print(f"{result.passed} passed, {failed} failed, {len(result.skipped)} skipped")
    return 0 if failed == 0 and result.passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
