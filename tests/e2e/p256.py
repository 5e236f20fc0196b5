"""ECDSA over P-256 with SHA-256, as FIPS 186-5 says it: fast enough to make and check thousands of signatures in a test without
starting a program for each. For tests only: its nonces count up and nothing here takes constant time."""
import base64
import hashlib
import secrets

P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
SPKI_HEAD = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")  # then 04, x, y


def add(a, b):
    """The sum of two points; None is the point at infinity."""
    if a is None or b is None:
        return b if a is None else a
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def times(k, point):
    total = None
    while k:
        if k & 1:
            total = add(total, point)
        point, k = add(point, point), k >> 1
    return total


def _der_integer(value):
    raw = value.to_bytes(value.bit_length() // 8 + 1, "big")
    return b"\x02" + bytes([len(raw)]) + raw


def _from_der(signature):
    if len(signature) < 8 or signature[0] != 0x30 or signature[1] != len(signature) - 2 or signature[2] != 2:
        raise ValueError("not a DER signature")
    middle = 4 + signature[3]
    if signature[middle] != 2 or middle + 2 + signature[middle + 1] != len(signature):
        raise ValueError("not a DER signature")
    return int.from_bytes(signature[4:middle], "big"), int.from_bytes(signature[middle + 2:], "big")


def public_from_pem(pem: str):
    """The key's DER and its point."""
    der = base64.b64decode("".join(line for line in pem.splitlines() if not line.startswith("-----")), validate=True)
    if len(der) != 91 or not der.startswith(SPKI_HEAD + b"\x04"):
        raise ValueError("not a P-256 public key")
    x, y = int.from_bytes(der[27:59], "big"), int.from_bytes(der[59:], "big")
    if (y * y - x * x * x + 3 * x - B) % P:
        raise ValueError("not a point of P-256")
    return der, (x, y)


def verifies(point, message: bytes, signature: bytes) -> bool:
    r, s = _from_der(signature)
    if not (0 < r < N and 0 < s < N):
        return False
    w, z = pow(s, -1, N), int.from_bytes(hashlib.sha256(message).digest(), "big")
    found = add(times(z * w % N, G), times(r * w % N, point))
    return found is not None and found[0] % N == r


class Signer:
    """A key pair; not for several threads at once."""

    def __init__(self):
        self._secret = secrets.randbelow(N - 1) + 1
        self._nonce = secrets.randbelow(N // 2) + 1
        self._point = times(self._nonce, G)
        x, y = times(self._secret, G)
        der = SPKI_HEAD + b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")
        text = base64.b64encode(der).decode()
        lines = [text[at:at + 64] for at in range(0, len(text), 64)]
        self.pem = "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""])

    def sign_digest(self, digest: bytes) -> bytes:
        self._nonce, self._point = self._nonce + 1, add(self._point, G)
        r = self._point[0] % N
        s = pow(self._nonce, -1, N) * (int.from_bytes(digest, "big") + r * self._secret) % N
        body = _der_integer(r) + _der_integer(s)
        return b"\x30" + bytes([len(body)]) + body
