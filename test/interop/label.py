#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Verifies labels again, with other people's libraries and none of our code.

usage: label.py FOLDER

FOLDER is what test/unit/label/write_sample writes: anchors, bundle, labels. For
each line of labels the four answers are worked out anew from docs/label.md, with
cbor2, cryptography and hashlib, and compared with those that stand there. Exits
with 77 when a Python module is missing.
"""
import base64
import hashlib
import sys
import zlib

try:
    import cbor2
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(77)

BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
BASE41 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*-.:"
YES, NO, UNKNOWN = 1, 4, 0
SKEW = 300


def sha(data):
    return hashlib.sha256(data).digest()


def leaf_hash(entry):
    return sha(b"\0" + entry)


def node_hash(left, right):
    return sha(b"\1" + left + right)


def decode(alphabet, text):
    n = len(alphabet)
    out = bytearray()
    for at in range(0, len(text), 3):
        digits = [alphabet.index(c) for c in text[at:at + 3]]
        value = sum(d * n ** i for i, d in enumerate(digits))
        out += value.to_bytes(2 if len(digits) == 3 else 1, "big")
    return bytes(out)


def label_bytes(text):
    if text.startswith("HM1:"):
        return decode(BASE45, text[4:])
    return decode(BASE41, text.split("/V#", 1)[1])


def encode(value):
    return cbor2.dumps(value, canonical=True)


class Key:
    """A COSE_Key: {1: 1, -1: 6, -2: x} or {1: 2, -1: 1, -2: x, -3: y}."""

    def __init__(self, cose):
        self.ed25519 = cose[1] == 1
        self.alg = -19 if self.ed25519 else -9
        members = (1, -1, -2) if self.ed25519 else (1, -1, -2, -3)
        self.thumbprint = sha(encode({m: cose[m] for m in members}))
        if self.ed25519:
            self.key = ed25519.Ed25519PublicKey.from_public_bytes(cose[-2])
        else:
            self.key = ec.EllipticCurvePublicKey.from_encoded_point(
                ec.SECP256R1(), b"\4" + cose[-2] + cose[-3])

    def verifies(self, signature, message):
        try:
            if self.ed25519:
                self.key.verify(signature, message)
            else:
                r = int.from_bytes(signature[:32], "big")
                s = int.from_bytes(signature[32:], "big")
                self.key.verify(utils.encode_dss_signature(r, s), message,
                                ec.ECDSA(hashes.SHA256()))
            return True
        except InvalidSignature:
            return False

    def signed(self, protected, payload, signature):
        return self.verifies(
            signature, encode(["Signature1", protected, b"", payload]))


def anchor_key(vkey):
    """An Ed25519 key of an anchors line; its name and its note id."""
    name, ident, rest = vkey.split("+", 2)
    raw = base64.b64decode(rest)
    assert raw[0] in (1, 4)
    assert sha(name.encode() + b"\n" + raw)[:4].hex() == ident
    return name, bytes.fromhex(ident), Key({1: 1, -1: 6, -2: raw[1:]})


def read_anchors(text):
    anchors = {"owner": [], "log": [], "witness": {}}
    for line in text.splitlines():
        words = line.split()
        if words[0] in ("owner", "log"):
            anchors[words[0]].append(anchor_key(words[1]))
        elif words[0] == "witness":
            anchors["witness"][words[1]] = anchor_key(words[2])
        elif words[0] == "quorum":
            anchors["quorum"] = words[1]
    return anchors


def note_signature(note, key):
    """The bytes under a note that are this key's, without its id."""
    for line in note.split(b"\n\n", 1)[1].decode().splitlines():
        _, name, text = line.split(" ")
        raw = base64.b64decode(text)
        if name == key[0] and raw[:4] == key[1]:
            return raw[4:]
    return None


def tree_root(hashes_of_tiles, leaves):
    """RFC 9162 with full tiles as nodes of level 8."""
    peaks = []                        # (level, hash) from the left
    for level, row in ((8, hashes_of_tiles), (0, leaves)):
        for item in row:
            peaks.append((level, item))
            while len(peaks) > 1 and peaks[-1][0] == peaks[-2][0]:
                low, right = peaks.pop()
                _, left = peaks.pop()
                peaks.append((low + 1, node_hash(left, right)))
    root = peaks.pop()[1]
    while peaks:
        root = node_hash(peaks.pop()[1], root)
    return root


def chunks(data, size):
    return [data[i:i + size] for i in range(0, len(data), size)]


class Bundle:
    def __init__(self, data, anchors):
        envelope, content = cbor2.loads(data)
        assert envelope.tag == 18
        protected, unprotected, digest, signature = envelope.value
        header = cbor2.loads(protected)
        assert unprotected == {} and digest == sha(content)
        self.issued, self.expires = header[15][6], header[15][4]
        parts = cbor2.loads(content)
        self.read_head(parts[1], anchors)
        assert header[15][1] == self.origin and header[4] == \
            self.log.thumbprint
        assert self.log.signed(protected, digest, signature)
        self.tiles = chunks(parts[2], 32)
        self.tail = chunks(parts[3], 32)
        assert len(self.tiles) * 256 + len(self.tail) == self.size
        assert tree_root(self.tiles, self.tail) == self.root
        self.records = []
        for index, statement, proof in parts[4]:
            self.read_trust(index, statement, proof, anchors)
        self.lists = [self.read_list(token) for token in parts[5]]

    def read_head(self, note, anchors):
        text = note.split(b"\n\n", 1)[0] + b"\n"
        lines = text.decode().split("\n")
        self.origin, self.size = lines[0], int(lines[1])
        self.root = base64.b64decode(lines[2])
        log = next(k for k in anchors["log"] if k[0] == self.origin)
        self.log = log[2]
        assert self.log.verifies(note_signature(note, log), text)
        witness = anchors["witness"][anchors["quorum"]]
        raw = note_signature(note, witness)
        secs = int.from_bytes(raw[:8], "big")
        message = b"cosignature/v1\ntime %d\n" % secs + text
        assert witness[2].verifies(raw[8:], message)

    def read_trust(self, index, statement, proof, anchors):
        protected, unprotected, payload, signature = \
            cbor2.loads(statement).value
        assert unprotected == {}
        assert any(owner[2].signed(protected, payload, signature)
                   for owner in anchors["owner"])
        assert self.holds(leaf_hash(statement), index, proof) == YES
        claims = cbor2.loads(payload)
        if -70001 in claims:
            self.records.append((index, claims[-70001]))

    def read_list(self, token):
        protected, _, payload, signature = cbor2.loads(token).value
        assert cbor2.loads(protected)[16] == "application/statuslist+cwt"
        assert self.log.signed(protected, payload, signature)
        claims = cbor2.loads(payload)
        assert claims[65533]["bits"] == 2
        return claims[4], zlib.decompress(claims[65533]["lst"])

    def holds(self, leaf, index, proof):
        """The presence answer for a leaf."""
        if index >= self.size:
            return 2
        tile, place = divmod(index, 256)
        if tile == len(self.tiles):
            return YES if self.tail[place] == leaf else NO
        if not proof:
            return 3
        for level, sibling in enumerate(chunks(proof, 32)):
            right = place >> level & 1
            leaf = node_hash(sibling, leaf) if right else \
                node_hash(leaf, sibling)
        return YES if leaf == self.tiles[tile] else NO

    def status(self, index, now):
        expires, bits = self.lists[index >> 20]
        if now >= min(expires, self.expires):
            return 5
        index &= (1 << 20) - 1
        return (bits[index // 4] >> index % 4 * 2 & 3) + 1


def header_of(key, iss, sub, iat, exp):
    return encode({
        1: key.alg, 3: 60, 4: key.thumbprint,
        15: {1: iss, 2: sub, 4: exp, 6: iat},
        16: "application/vnd.hallmark.label+cose"})


def right_of(bundle, kid, index, label, iat):
    before = [r for i, r in bundle.records
              if i < index and Key(r[1]).thumbprint == kid]
    if not before:
        return 4
    action, _, _, _, scopes, since, until, _ = before[-1]
    if action == 3:
        return 5
    mine = [s for s in scopes if s[0] == label[0]]
    if not mine:
        return 6
    if all(label[1] > s[1] for s in mine):
        return 7
    return YES if since <= iat and (until is None or iat < until) else 9


def clock_of(bundle, iat, exp, support_until, now):
    if now < bundle.issued - SKEW:
        return 0
    if now < iat - SKEW:
        return 2
    if now >= exp:
        return 3
    return 4 if support_until is not None and now >= support_until else 1


def verify(bundle, data, now):
    form, hint, index, iat, exp, claims, signature, proof = cbor2.loads(data)
    assert form == 1 and encode(cbor2.loads(data)) == data
    payload = encode(claims)
    label = claims[-70000]
    clock = clock_of(bundle, iat, exp, label[4], now)
    product = sha(encode([claims[258], claims[259]]))[:16].hex()
    release = sha(encode([claims[258], claims[259], claims[271][0],
                          label[3]]))[:16].hex()
    sub = "product/%s/release/%s" % (product, release)
    issuer = 0
    for cose, iss in {bytes(encode(r[1])): (r[1], r[3])
                      for _, r in bundle.records}.values():
        key = Key(cose)
        if key.thumbprint[:4] != hint:
            continue
        issuer = 2
        protected = header_of(key, iss, sub, iat, exp)
        if not key.signed(protected, payload, signature):
            continue
        statement = encode(
            cbor2.CBORTag(18, [protected, {}, payload, signature]))
        presence = 2 if index is None else \
            bundle.holds(leaf_hash(statement), index, proof)
        place = index if presence == YES else bundle.size
        issuer = right_of(bundle, key.thumbprint, place, label, iat)
        status = bundle.status(index, now) if presence == YES else 0
        return issuer, presence, status, clock
    return issuer, 0, 0, clock


def main():
    folder = sys.argv[1]
    with open(folder + "/anchors", encoding="utf-8") as file:
        anchors = read_anchors(file.read())
    with open(folder + "/bundle", "rb") as file:
        bundle = Bundle(file.read(), anchors)
    count = wrong = 0
    with open(folder + "/labels", encoding="utf-8") as file:
        for line in file:
            name, text, now, said = line.rstrip("\n").split("\t")
            answers = "%d %d %d %d" % verify(
                bundle, label_bytes(text), int(now))
            count += 1
            if answers != said:
                wrong += 1
                print("%s: the library says %s, this script %s"
                      % (name, said, answers))
    print("%d labels of a ledger of %d entries: %d answers differ"
          % (count, bundle.size, wrong))
    return 1 if wrong or not count else 0


sys.exit(main())
