"""Every IDE window starts its own process: eight of them, one state directory, one log."""
import concurrent.futures
import contextlib
import sqlite3

from harness import Case

PROCESSES, EACH = 8, 6


class ManyProcesses(Case):
    def sign_some(self, client, number):
        client.initialize()
        made = []
        for count in range(EACH):
            digest = f"sha256:{number:032x}{count:032x}"
            made.append((digest, client.data("sign", {"artifact": digest, "artifact_type": "sbom"})))
        return made

    def test_eight_processes_signing_at_once_grow_one_tree(self):
        config = self.config()
        clients = [self.stdio(config, "--module", "trust") for _ in range(PROCESSES)]
        with concurrent.futures.ThreadPoolExecutor(PROCESSES) as pool:
            made = [each for batch in pool.map(self.sign_some, clients, range(PROCESSES)) for each in batch]
        indexes = sorted(signed["transparency_entry"]["index"] for _, signed in made)
        self.assertEqual(indexes, list(range(PROCESSES * EACH)))
        for client in clients[1:]:
            self.assertEqual(client.close(), 0)
        for digest, signed in made:  # all by one process, made by eight
            verdict = clients[0].data("verify", {"artifact": digest, "signature": signed["signature"],
                                                 "certificate": signed["certificate"], "identity": "tester@example.com"})
            self.assertEqual(verdict["status"], "verified", verdict)
        self.assertEqual(clients[0].data("get_stats")["total_signatures"], PROCESSES * EACH)
        with contextlib.closing(sqlite3.connect(self.folder / "state" / "certus" / "trust.db")) as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchone(), ("ok",))

    def test_the_first_start_of_many_makes_one_installation(self):
        config = self.config()
        clients = [self.stdio(config, "--module", "trust") for _ in range(4)]
        for client in clients:
            client.initialize()
        signed = clients[0].data("sign", {"artifact": "sha256:" + "01" * 32, "artifact_type": "sbom"})
        for client in clients:
            verdict = client.data("verify", {"artifact": "sha256:" + "01" * 32, "signature": signed["signature"]})
            self.assertTrue(verdict["valid"], verdict)
        modes = {path.name: path.stat().st_mode & 0o777 for path in (self.folder / "state" / "certus").iterdir() if path.is_file()}
        self.assertTrue(modes)
        for name, mode in modes.items():
            self.assertEqual(mode & 0o077, 0, f"{name} is {mode:o}")
