"""Several certus-trust processes over one state directory, signing and taking the same submissions at once."""
import concurrent.futures
import json

from auditor import Auditor
from harness import Case
from test_log_kills import ENTRIES, JSON, Writer
import wire

PROCESSES, SAME, WRITERS, EACH = 4, 25, 4, 12


class SharedLog(Case):
    def test_one_entry_submitted_to_all_processes_at_once_is_one_leaf(self):
        services = [self.start_trust() for _ in range(PROCESSES)]
        auditor = Auditor()
        writers = [Writer(number, services, auditor) for number in range(WRITERS)]
        stranger = Writer(99, services, auditor)
        proposals = [stranger.proposal(b"%032d" % number) for number in range(SAME)]
        with concurrent.futures.ThreadPoolExecutor(PROCESSES + WRITERS) as pool:
            mixed = [pool.submit(self.write_some, writer) for writer in writers]
            for proposal in proposals:
                asked = [pool.submit(wire.request, each.port, "POST", ENTRIES, proposal, JSON) for each in services]
                self.expect_one_created([each.result() for each in asked], auditor)
            for each in mixed:
                each.result()
        size = SAME + WRITERS * EACH
        self.assertEqual(sorted(auditor.acknowledged), list(range(size)))
        heads = [auditor.look(each.port) for each in services]
        self.assertEqual(heads, [size] * PROCESSES)
        self.assertEqual(auditor.read_all(services[0].port), size)

    def write_some(self, writer):
        for count in range(EACH):
            (writer.submit if count % 2 else writer.sign)(b"%016d%016d" % (writer.number, count))

    def expect_one_created(self, answers, auditor):
        self.assertEqual(sorted(each.status for each in answers), [201] + [409] * (PROCESSES - 1))
        created = next(each for each in answers if each.status == 201)
        (uuid, entry), = json.loads(created.body).items()
        auditor.told_answer(created)
        for each in answers:
            self.assertEqual(each.headers["location"], f"{ENTRIES}/{uuid}")
            if each.status == 409:
                self.assertIn(f"with UUID {uuid}", json.loads(each.body)["message"])
        self.assertLess(entry["logIndex"], entry["verification"]["inclusionProof"]["treeSize"])
