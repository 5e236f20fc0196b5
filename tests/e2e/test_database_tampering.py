"""Somebody with write access to the log's database: every altered row is found by the check that covers it."""
import contextlib
import shutil
import sqlite3

from harness import Case, DIGEST

# column of `entries` -> (new value, the checks of which at least one must fail)
ALTERATIONS = {
    "signer": ("'mallory@example.com'", {"entry_record", "identity"}),
    "artifact": ("'sha256:" + "ab" * 32 + "'", {"entry_record"}),
    "artifact_type": ("'release'", {"entry_record"}),
    "subject": ("'other:v1'", {"entry_record"}),
    "integrated_time": ("integrated_time + 86400", {"integrated_time", "entry_record"}),
    "body": ("CAST(replace(CAST(body AS TEXT), '9f86d0', '9f86d1') AS BLOB)", {"entry_body", "inclusion_proof", "entry_record"}),
    "leaf_hash": ("zeroblob(32)", {"entry_record", "inclusion_proof"}),
    "record_signature": ("zeroblob(70)", {"entry_record"}),
    "entry_timestamp": ("zeroblob(70)", {"integrated_time"}),
}


class DatabaseTampering(Case):
    def setUp(self):
        super().setUp()
        gateway = self.start_gateway()
        client = gateway.client()
        for number in range(3):
            client.data("sign", {"artifact": f"sha256:{number:064x}", "artifact_type": "sbom"})
        self.signed = client.data("sign", {"artifact": DIGEST, "artifact_type": "container_image", "subject": "myapp:v1"})
        self.assertTrue(self.verdict(client)["valid"])
        gateway.stop()
        self.state = self.folder / "state" / "certus"
        self.kept = self.folder / "kept"
        shutil.copytree(self.state, self.kept)

    def verdict(self, client):
        return client.data("verify", {"artifact": DIGEST, "signature": self.signed["signature"],
                                      "certificate": self.signed["certificate"]})

    def after(self, statement, name):
        """The verdict of a gateway that starts over the altered database."""
        shutil.rmtree(self.state)
        shutil.copytree(self.kept, self.state)
        with contextlib.closing(sqlite3.connect(self.state / "trust.db")) as database, database:
            self.assertEqual(database.execute(statement).rowcount, 1, statement)
        gateway = self.start_gateway(name=f"{name}.json")
        try:
            return self.verdict(gateway.client())
        finally:
            gateway.stop()

    def test_an_altered_entry_fails_the_check_that_covers_it(self):
        for column, (value, named) in ALTERATIONS.items():
            with self.subTest(column=column):
                verdict = self.after(f"UPDATE entries SET {column} = {value} WHERE leaf_index = 3", column)
                self.assertFalse(verdict["valid"], verdict)
                self.assertTrue(named & set(verdict["failed_checks"]), (column, verdict["failed_checks"]))

    def test_an_altered_tree_no_longer_leads_to_the_signed_root(self):
        verdict = self.after("UPDATE hashes SET hash = zeroblob(32) WHERE level = 0 AND position = 2", "hashes")
        self.assertFalse(verdict["valid"])
        self.assertTrue({"inclusion_proof", "log_consistency", "checkpoint"} & set(verdict["failed_checks"]), verdict["failed_checks"])

    def test_a_removed_entry_is_not_in_the_log(self):
        verdict = self.after("DELETE FROM entries WHERE leaf_index = 3", "removed")
        self.assertFalse(verdict["valid"])
        self.assertIn("log_entry", verdict["failed_checks"])

    def test_an_altered_checkpoint_is_not_the_logs(self):
        verdict = self.after("UPDATE checkpoints SET note = replace(note, char(10) || '4' || char(10), char(10) || '5' || char(10)) "
                             "WHERE tree_size = 4", "checkpoint")
        self.assertFalse(verdict["valid"])
        self.assertTrue({"checkpoint", "inclusion_proof", "log_consistency"} & set(verdict["failed_checks"]), verdict["failed_checks"])

    def test_the_untouched_copy_still_verifies(self):
        verdict = self.after("UPDATE entries SET subject = subject WHERE leaf_index = 3", "same")
        self.assertTrue(verdict["valid"], verdict)
