"""What docs/guides/operate.md says about backups, done: copied while the service signs, put back, and what is refused."""
import contextlib
import json
import shutil
import sqlite3
import subprocess
import threading

from auditor import Auditor
from harness import PATIENCE, ROOT, Case, Server, free_port, program
from test_log_kills import ENTRIES, JSON, Writer
import wire


class Backup(Case):
    def setUp(self):
        super().setUp()
        self.state = self.folder / "state" / "certus"
        self.auditor = Auditor()
        self.service = self.start_trust()
        self.writer = Writer(0, [self.service], self.auditor)
        for number in range(5):
            self.writer.sign(number.to_bytes(32, "big"))

    def back_up(self):
        """The guide's own commands, so that they stay true."""
        if not shutil.which("sqlite3"):
            self.skipTest("the sqlite3 program is not installed")
        guide = (ROOT / "docs" / "guides" / "operate.md").read_text(encoding="utf-8")
        block = guide.split("<!-- backup -->\n```sh\n")[1].split("```")[0]
        subprocess.run(["sh", "-eu", "-c", block], cwd=self.folder, check=True, timeout=PATIENCE,
                       env=self.env(STATE=str(self.state), BACKUP=str(self.folder / "backup")))

    def restart_over(self, folder):
        self.service.stop()
        shutil.rmtree(self.state)
        shutil.copytree(folder, self.state)
        self.service = self.start_unready()
        self.writer.slots = [self.service]

    def start_unready(self):
        """Like start_trust, also for a log that is not ready."""
        port = free_port()
        service = Server(self, [program("certus-trust"), "serve", "--listen", f"127.0.0.1:{port}", "--identity", "service@example.com"],
                         self.env(), "trust")
        service.port = port
        service._await_ready(port, "/v1/health")
        return service

    def test_a_backup_made_while_it_signs_is_whole_and_goes_on(self):
        stop = threading.Event()

        def keep_signing():
            number = 1000
            while not stop.is_set():
                self.writer.sign(number.to_bytes(32, "big"))
                number += 1

        signing = threading.Thread(target=keep_signing)
        signing.start()
        try:
            self.back_up()
        finally:
            stop.set()
            signing.join(PATIENCE)
        with contextlib.closing(sqlite3.connect(self.folder / "backup" / "trust.db")) as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchone(), ("ok",))
        self.service.stop()
        shutil.rmtree(self.state)  # the machine is lost; what was signed after the backup is lost with it
        shutil.copytree(self.folder / "backup", self.state)
        self.service = self.start_trust()
        size = json.loads(wire.request(self.service.port, "GET", "/api/v1/log").body)["treeSize"]
        self.assertGreaterEqual(size, 5)
        elsewhere = Auditor()  # knows nothing newer than the backup
        self.assertEqual(elsewhere.read_all(self.service.port), size)

    def test_a_backup_of_rotated_keys_goes_on_with_them(self):
        sign = {"artifact": "sha256:" + "ab" * 32, "artifact_type": "file", "subject": "x"}
        self.service.stop()
        for command in ("rotate-ca", "rotate-log-key"):
            subprocess.run([str(program("certus-trust")), command], env=self.env(), check=True, timeout=PATIENCE, stdout=subprocess.DEVNULL)
        self.service = self.start_trust()
        roots = json.loads(wire.request(self.service.port, "GET", "/v1/keys/trusted_root.json").body)
        self.assertEqual((len(roots["tlogs"]), len(roots["certificateAuthorities"])), (2, 2))
        self.assertEqual(wire.request(self.service.port, "POST", "/v1/sign", json.dumps(sign).encode(), JSON).status, 202)
        self.back_up()
        self.restart_over(self.folder / "backup")
        self.assertEqual(json.loads(wire.request(self.service.port, "GET", "/v1/keys/trusted_root.json").body), roots)
        found = wire.request(self.service.port, "POST", "/v1/verify", json.dumps({"artifact": sign["artifact"]}).encode(), JSON)
        self.assertTrue(json.loads(found.body)["valid"], found)

    def test_an_older_database_beside_the_newest_checkpoint_is_read_and_says_so(self):
        self.back_up()
        for number in range(5, 8):
            self.writer.sign(number.to_bytes(32, "big"))
        shutil.copy(self.state / "trust-log.checkpoint", self.folder / "backup")
        self.restart_over(self.folder / "backup")
        port = self.service.port
        refused = wire.request(port, "POST", ENTRIES, self.writer.proposal(b"x" * 32), JSON)
        self.assertEqual((refused.status, json.loads(refused.body)["code"]), (503, 503))
        self.assertIn("it holds 5 entries, 8 were signed", json.loads(refused.body)["message"])
        head = wire.request(port, "GET", "/api/v1/log")
        self.assertEqual(head.status, 503, head)
        ready = wire.request(port, "GET", "/v1/ready")
        self.assertEqual(ready.status, 503)
        self.assertIn("it holds 5 entries, 8 were signed", json.loads(ready.body)["problems"][0])
        self.service.await_log("it signs nothing")
        found = wire.request(port, "GET", f"{ENTRIES}?logIndex=4")
        self.assertEqual(found.status, 200)
