"""kill -9 of the log's processes at random moments of signing, over and over: what was acknowledged is in the log where it was said to
be and verifies, and the tree extends every head that was ever handed out. A kill counts when it broke off a signing request that was
under way; those that came while a process started, or between two requests, are counted apart. CERTUS_LONG=1: a thousand of them instead
of thirty."""
import base64
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import threading
import time

from auditor import Auditor, extends
from harness import PATIENCE, ROOT, Case, program
import p256
import wire

KILLS, SIGNATURES = (1000, 1000) if os.environ.get("CERTUS_LONG") else (30, 50)
SLOTS, WRITERS = 2, 6
EARLY = 0.15  # of the rounds kill while the process starts or recovers
SPREAD = 0.06  # seconds after a process's first signature within which the others kill
JSON = {"Content-Type": "application/json"}
ENTRIES, SIGN = "/api/v1/log/entries", "/v1/sign"


class Life:
    """One process from its start to its end, as its clients saw it."""

    def __init__(self, port=None):
        self.port = port
        self.served, self.signed = threading.Event(), threading.Event()
        self.changed = threading.Condition()
        self.open = self.broken = 0  # signing requests without an answer: still, for good

    def ask(self, method, path, *rest):
        """The answer, or None when the process is not there (any more)."""
        signing = path == SIGN
        with self.changed:
            port = self.port
            self.open += signing and port is not None
        if port is None:
            return None
        answer, refused = None, False
        try:
            answer = wire.request(port, method, path, *rest)
        except ConnectionRefusedError:
            refused = True  # it had ended before it was asked
        except (OSError, ValueError, IndexError):
            pass
        if signing:
            with self.changed:
                self.open -= 1
                self.broken += answer is None and not refused
                self.changed.notify_all()
            if answer is not None and answer.status == 202:
                self.signed.set()
        return answer

    def end(self):
        """Nobody asks any more: how many signing requests the end broke off."""
        with self.changed:
            self.port = None
            assert self.changed.wait_for(lambda: self.open == 0, PATIENCE), "a client still waits for a process that is gone"
            return self.broken


class Slot:
    """A place for one process over the shared state; from its start on its port is read from what it prints."""

    def __init__(self, case, number):
        self.log = open(case.folder / f"trust{number}.log", "ab")
        self.command = [program("certus-trust"), "serve", "--listen", "127.0.0.1:0", "--identity", "service@example.com"]
        self.env, self.folder = case.env(), case.folder
        self.process, self.life = None, Life()

    def start(self):
        self.life = Life()
        self.process = subprocess.Popen(self.command, env=self.env, cwd=self.folder, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=self.log)
        threading.Thread(target=self._read_port, args=(self.process, self.life), daemon=True).start()

    @staticmethod
    def _read_port(process, life):
        with process.stdout as lines:
            for line in lines:
                found = re.search(rb"API +http://127\.0\.0\.1:(\d+)", line)
                if found:
                    life.port = int(found.group(1))
                    life.served.set()

    def await_port(self):
        assert self.life.served.wait(PATIENCE), f"certus-trust did not say its port; it ended with {self.process.poll()}"
        return self.life.port

    def running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        """How many signing requests it broke off."""
        assert self.running(), f"certus-trust ended by itself with {self.process.returncode}"
        self.process.kill()
        self.process.wait()
        return self.life.end()


class Writer(threading.Thread):
    """Signs and submits through whichever process is there. What was not answered is asked again: a submission that got in without
    its answer must come back as a duplicate of the same entry."""

    def __init__(self, number, slots, auditor):
        super().__init__(daemon=True)
        self.number, self.slots, self.auditor = number, slots, auditor
        self.signer = p256.Signer()
        self.random = random.Random(number)
        self.running = True
        self.problem = None
        self.duplicates = 0

    def run(self):
        try:
            for count in range(10_000_000):
                digest = hashlib.sha256(b"%d %d" % (self.number, count)).digest()
                (self.sign if count % 4 else self.submit)(digest)
                if not self.running:
                    return
        except Exception as error:
            self.problem = error
            raise

    def ask(self, method, path, *rest):
        """The answer of some process, or None when it broke off or none is there."""
        place = self.random.choice(self.slots)
        life = place.life if isinstance(place, Slot) else Life(place.port)
        return life.ask(method, path, *rest)

    def sign(self, digest):
        artifact = "sha256:" + digest.hex()
        body = json.dumps({"artifact": artifact, "artifact_type": "sbom", "subject": f"writer {self.number}"}).encode()
        answer = self.ask("POST", SIGN, body, JSON)
        if answer is None:
            time.sleep(0.002)  # between attempts; nothing depends on it
            return
        assert answer.status == 202, answer
        made = json.loads(answer.body)
        entry = made["bundle"]["verificationMaterial"]["tlogEntries"][0]
        assert int(entry["logIndex"]) == made["transparency_entry"]["index"]
        self.auditor.told_entry(int(entry["logIndex"]), base64.b64decode(entry["canonicalizedBody"]),
                                entry["inclusionProof"]["checkpoint"]["envelope"], (artifact, made["signature"], made["certificate"]))

    def proposal(self, digest):
        return json.dumps({"apiVersion": "0.0.1", "kind": "hashedrekord", "spec": {
            "data": {"hash": {"algorithm": "sha256", "value": digest.hex()}},
            "signature": {"content": base64.b64encode(self.signer.sign_digest(digest)).decode(),
                          "publicKey": {"content": base64.b64encode(self.signer.pem.encode()).decode()}}}}).encode()

    def submit(self, digest):
        body = self.proposal(digest)
        while self.running:
            answer = self.ask("POST", ENTRIES, body, JSON)
            if answer is not None and answer.status == 409:
                self.duplicates += 1
                answer = self.found(answer.headers["location"])
            if answer is not None:
                assert answer.status in (200, 201), answer
                assert digest.hex() in self.auditor.told_answer(answer).decode(), "the answer is another entry"
                return
            time.sleep(0.002)  # between attempts; nothing depends on it

    def found(self, location):
        """The entry that the first attempt made, from whichever process is there."""
        while self.running:
            answer = self.ask("GET", location)
            if answer is not None:
                return answer
            time.sleep(0.002)  # between attempts; nothing depends on it
        return None


class LogKills(Case):
    def setUp(self):
        super().setUp()
        self.auditor = Auditor()
        self.slots = [Slot(self, number) for number in range(SLOTS)]
        self.writers = [Writer(number, self.slots, self.auditor) for number in range(WRITERS)]
        self.random = random.Random()
        self.hits = self.idle = self.early = self.looks = 0  # kills: of signing, between requests, while starting
        self.addCleanup(self.end)

    def end(self):
        for writer in self.writers:
            writer.running = False
        for slot in self.slots:
            if slot.process and slot.process.poll() is None:
                slot.process.kill()
                slot.process.wait()
            slot.log.close()

    def one_round(self):
        """Some processes are started, killed early or late, alone or together with the other."""
        started = [slot for slot in self.slots if not slot.running()]
        for slot in started:
            slot.start()
        if self.random.random() < EARLY:
            time.sleep(self.random.uniform(0, 0.04))  # the random moment; start-up takes about this long
            for slot in started:
                slot.kill()
                self.early += 1
        else:
            self.looks += 1
            self.auditor.look(self.random.choice(started).await_port())
            for slot in started:
                slot.await_port()
                self.assertTrue(slot.life.signed.wait(PATIENCE), "nothing was signed after a start")
            time.sleep(self.random.uniform(0, SPREAD))  # the random moment
            for slot in self.random.choice([self.slots, *([slot] for slot in self.slots)]):
                if slot.kill():
                    self.hits += 1
                else:
                    self.idle += 1
        for writer in self.writers:
            self.assertIsNone(writer.problem)

    def finish(self):
        """One process, nobody else: everything is read and checked."""
        for writer in self.writers:
            writer.running = False
        for slot in self.slots:
            if slot.running():
                slot.kill()
        for writer in self.writers:
            writer.join(PATIENCE)
            self.assertIsNone(writer.problem)
        self.slots[0].start()
        port = self.slots[0].await_port()
        self.assertEqual(wire.request(port, "GET", "/v1/ready").status, 200)
        size = self.auditor.read_all(port)
        checked = self.random.sample(sorted(self.auditor.notes), min(SIGNATURES, len(self.auditor.notes)))
        for each in checked:
            self.auditor.check_signature(self.auditor.notes[each])
        return port, size, len(checked)

    def verify_signatures(self, port):
        signed = [each for each in self.auditor.acknowledged.values() if each]
        with wire.Connection(port) as connection:
            for artifact, signature, certificate in signed:
                body = json.dumps({"artifact": artifact, "signature": signature, "certificate": certificate}).encode()
                connection.send(wire.head_bytes("POST", "/v1/verify", JSON, body) + body)
                verdict = json.loads(connection.response().body)
                self.assertTrue(verdict["valid"], (artifact, verdict))
        return len(signed)

    def test_no_kill_loses_or_contradicts_what_was_acknowledged(self):
        begun = time.monotonic()
        self.slots[0].start()
        self.slots[0].await_port()
        for writer in self.writers:
            writer.start()
        while self.hits < KILLS:
            self.one_round()
        port, size, notes = self.finish()
        verified = self.verify_signatures(port)
        acknowledged = len(self.auditor.acknowledged)
        self.assertGreater(verified, 0.95 * self.hits, "the kills hit a log that hardly signed anything")
        print(f"{self.hits} kills that broke off a signature, {self.idle} between two, {self.early} while starting; {self.looks} heads checked "
              f"against earlier ones; {acknowledged} acknowledged "
              f"({verified} signed and verified, {acknowledged - verified} submitted, {sum(w.duplicates for w in self.writers)} found again "
              f"after a broken answer), {size} entries, {len(self.auditor.roots)} checkpoints of one tree ({notes} signatures checked), "
              f"none lost, {time.monotonic() - begun:.0f} s")


class TheAuditorItself(Case):
    """The test's own eyes: what it would have to notice, it notices."""

    def test_agrees_with_the_consistency_vectors(self):
        checked = 0
        for path in sorted((ROOT / "tests" / "vectors" / "merkle" / "consistency").rglob("*.json")):
            case = json.loads(path.read_text(encoding="utf-8"))
            roots = [base64.b64decode(case[name] or "") for name in ("root1", "root2")]
            proof = [base64.b64decode(each) for each in case["proof"] or []]
            if 0 < case["size1"] <= case["size2"]:
                self.assertEqual(extends(case["size1"], case["size2"], *roots, proof), not case["wantErr"], path)
                checked += 1
        self.assertGreater(checked, 50)

    def test_notices_a_log_that_was_set_back_as_a_whole(self):
        auditor = Auditor()
        first = self.start_trust()
        writer = Writer(0, [first], auditor)
        writer.sign(b"1" * 32)
        self.assertEqual(first.stop(), 0)
        state = self.folder / "state"
        shutil.copytree(state, self.folder / "backup")
        second = self.start_trust()
        writer.slots = [second]
        writer.submit(b"2" * 32)
        self.assertEqual(auditor.read_all(second.port), 2)
        self.assertEqual(second.stop(), 0)
        shutil.rmtree(state)
        shutil.copytree(self.folder / "backup", state)
        third = self.start_trust()  # nothing on this machine is left to tell it
        with self.assertRaisesRegex(AssertionError, "shrank from 2 to 1"):
            auditor.look(third.port)
        writer.slots = [third]
        with self.assertRaisesRegex(AssertionError, "index 1 holds two bodies"):
            writer.sign(b"3" * 32)
