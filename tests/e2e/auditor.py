"""Somebody who trusts the log in nothing: remembers all that it ever handed out, checks signatures, and does RFC 6962's sums
with code of its own. A contradiction is an AssertionError."""
import base64
import hashlib
import json
import random
import threading

import p256
import wire

RETRIEVED = 10  # entries a retrieve call may name


def leaf_hash(body: bytes) -> bytes:
    return hashlib.sha256(b"\0" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def extends(first, last, root1, root2, proof) -> bool:
    """RFC 9162, 2.1.4.2."""
    if first == last:
        return root1 == root2 and not proof
    if first == 0:
        return not proof
    path = ([root1] if first & (first - 1) == 0 else []) + proof
    fn, sn = first - 1, last - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    if not path:
        return False
    fr = sr = path[0]
    for each in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(each, fr), node_hash(each, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, each)
        fn, sn = fn >> 1, sn >> 1
    return fr == root1 and sr == root2 and sn == 0


class Tree:
    """The tree over all leaves, with the root of every size it ever had."""

    def __init__(self):
        self.levels = [[]]

    def size(self):
        return len(self.levels[0])

    def append(self, leaf):
        level = 0
        self.levels[0].append(leaf)
        while len(self.levels[level]) % 2 == 0:
            if level + 1 == len(self.levels):
                self.levels.append([])
            self.levels[level + 1].append(node_hash(*self.levels[level][-2:]))
            level += 1

    def root(self, size):
        root = None
        for level, nodes in enumerate(self.levels):
            if size >> level & 1:
                node = nodes[(size >> level) - 1]
                root = node if root is None else node_hash(node, root)
        return root if root is not None else hashlib.sha256(b"").digest()


class Auditor:
    """Fed by any number of threads; asks the log through one port at a time."""

    def __init__(self):
        self._mutex = threading.Lock()
        self.key = None
        self.origin = None
        self.roots = {}  # size -> root, of every checkpoint ever seen
        self.notes = {}  # size -> a note whose signature was not checked yet
        self.seen = {}  # index -> body, acknowledged or met
        self.acknowledged = {}  # index -> what verifies it: (digest, signature, certificate), or None for one that was submitted
        self.tree = Tree()
        self.largest_head = 0

    # -- what clients were told

    def told_entry(self, index, body, checkpoint, evidence=None):
        with self._mutex:
            self._one_body(index, body)
            assert index not in self.acknowledged, f"index {index} was acknowledged twice"
            self.acknowledged[index] = evidence
            assert self._told(checkpoint) > index, f"entry {index} came with a checkpoint that does not hold it"

    def told_answer(self, answer):
        """An answer of Rekor's API that holds one entry; gives its body."""
        (_, entry), = json.loads(answer.body).items()
        body = base64.b64decode(entry["body"], validate=True)
        self.told_entry(entry["logIndex"], body, entry["verification"]["inclusionProof"]["checkpoint"])
        return body

    def _one_body(self, index, body):
        assert self.seen.setdefault(index, body) == body, f"index {index} holds two bodies"

    def _told(self, note):
        origin, size, root = note.split("\n")[:3]
        size, root = int(size), base64.b64decode(root, validate=True)
        assert self.origin in (None, origin), f"a checkpoint of {origin!r}, before it was {self.origin!r}"
        self.origin = origin
        assert self.roots.setdefault(size, root) == root, f"two trees of size {size} were signed"
        self.notes[size] = note
        return size

    # -- what the log says when asked

    def _get(self, port, path):
        answer = wire.request(port, "GET", path)
        assert answer.status == 200, (path, answer)
        return answer.text() if path.endswith("publicKey") else json.loads(answer.body)

    def look(self, port):
        """The head: signed, not smaller than any before, and an extension of the last one and of a random earlier one."""
        if self.key is None:
            der, point = p256.public_from_pem(self._get(port, "/api/v1/log/publicKey"))
            self.key = hashlib.sha256(der).digest()[:4], point
        with self._mutex:
            before = dict(self.roots)
        info = self._get(port, "/api/v1/log")
        with self._mutex:
            size = self._told(info["signedTreeHead"])
            root = self.roots[size]
        assert size == info["treeSize"] and root.hex() == info["rootHash"], info
        assert size >= max(before, default=0), f"the log shrank from {max(before)} to {size}"
        self.check_signature(info["signedTreeHead"])
        for earlier in {self.largest_head, random.choice(list(before))} if before else ():
            if earlier:
                proof = self._get(port, f"/api/v1/log/proof?firstSize={earlier}&lastSize={size}")["hashes"]
                assert extends(earlier, size, before[earlier], root, [bytes.fromhex(each) for each in proof]), (earlier, size)
        self.largest_head = size
        return size

    def check_signature(self, note):
        text, _, line = note.partition("\n\n")
        dash, name, packed = line.rstrip("\n").split(" ")
        packed = base64.b64decode(packed, validate=True)
        assert dash == "\N{EM DASH}" and self.origin.startswith(name + " - "), note
        assert packed[:4] == self.key[0] and p256.verifies(self.key[1], text.encode() + b"\n", packed[4:]), f"not signed: {note}"

    def read_all(self, port):
        """Every entry up to the head, once: each body where it was, and every root ever signed is the root over these bodies."""
        size = self.look(port)
        while self.tree.size() < size:
            indexes = list(range(self.tree.size(), min(self.tree.size() + RETRIEVED, size)))
            answer = wire.request(port, "POST", "/api/v1/log/entries/retrieve", json.dumps({"logIndexes": indexes}).encode(),
                                  {"Content-Type": "application/json"})
            found = json.loads(answer.body)
            assert answer.status == 200 and len(found) == len(indexes), (answer.status, indexes, len(found))
            for index, one in zip(indexes, found):
                self._take(index, one)
        with self._mutex:
            for signed, root in self.roots.items():
                assert signed > size or self.tree.root(signed) == root, f"the checkpoint of size {signed} is of another tree"
            assert all(index < size for index in self.acknowledged), "an acknowledged entry lies beyond the head"
        return size

    def _take(self, index, one):
        (uuid, entry), = one.items()
        body = base64.b64decode(entry["body"], validate=True)
        assert entry["logIndex"] == index and uuid[16:] == leaf_hash(body).hex(), (index, uuid)
        with self._mutex:
            self._one_body(index, body)
        self.tree.append(leaf_hash(body))
