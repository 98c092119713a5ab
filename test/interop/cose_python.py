#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""COSE in both directions between hallmark and Python's cbor2 and cryptography.

usage: cose_python.py COSE_TOOL
"""
import hashlib
import subprocess
import sys

try:
    import cbor2
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
    from cryptography.hazmat.primitives.serialization import (Encoding,
                                                              PublicFormat)
except ImportError as why:
    print("skipped: python3-cbor2 and python3-cryptography are needed:", why)
    sys.exit(77)

TOOL = sys.argv[1]


def run(word, text=""):
    return subprocess.run([TOOL, word], input=text, text=True, check=True,
                          stdout=subprocess.PIPE).stdout.splitlines()


# ---- theirs reads ours

def public_key(cose_key):
    if cose_key[1] == 1:
        return ed25519.Ed25519PublicKey.from_public_bytes(cose_key[-2])
    x, y = (int.from_bytes(cose_key[n], "big") for n in (-2, -3))
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


def verify(key, signature, message):
    if isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(signature, message)
        return
    r, s = (int.from_bytes(half, "big")
            for half in (signature[:32], signature[32:]))
    key.verify(utils.encode_dss_signature(r, s), message,
               ec.ECDSA(hashes.SHA256()))


def check_ours(line):
    kind, alg, key, message, extra = line.split()
    key_bytes, message, extra = (bytes.fromhex(part.replace("-", ""))
                                 for part in (key, message, extra))
    tagged = cbor2.loads(message)
    assert tagged.tag == 18
    assert cbor2.dumps(tagged, canonical=True) == message, "not canonical"
    protected, unprotected, payload, signature = tagged.value
    header = cbor2.loads(protected)
    assert cbor2.dumps(header, canonical=True) == protected
    assert header[1] == int(alg)
    assert header[4] == hashlib.sha256(key_bytes).digest(), "thumbprint"
    key = public_key(cbor2.loads(key_bytes))
    if kind == "detached":
        assert payload is None
        payload = extra
    verify(key, signature,
           cbor2.dumps(["Signature1", protected, b"", payload]))
    if kind == "countersigned":
        second, _, by = unprotected[11]
        verify(public_key(cbor2.loads(extra)), by,
               cbor2.dumps(["CounterSignatureV2", protected, second, b"",
                            payload, [signature]]))
    try:
        verify(key, signature,
               cbor2.dumps(["Signature1", protected, b"", b"other"]))
    except InvalidSignature:
        return
    raise AssertionError("a signature over other content holds")


# ---- ours reads theirs

class Signer:
    def __init__(self, curve):
        self.curve = curve
        if curve == "Ed25519":
            self.key = ed25519.Ed25519PrivateKey.generate()
            x = self.key.public_key().public_bytes(Encoding.Raw,
                                                   PublicFormat.Raw)
            self.cose_key = {1: 1, -1: 6, -2: x}
            self.algs = (-19, -8)
        else:
            self.key = ec.generate_private_key(ec.SECP256R1())
            point = self.key.public_key().public_numbers()
            self.cose_key = {1: 2, -1: 1, -2: point.x.to_bytes(32, "big"),
                             -3: point.y.to_bytes(32, "big")}
            self.algs = (-9, -7)

    def sign(self, message):
        if self.curve == "Ed25519":
            return self.key.sign(message)
        r, s = utils.decode_dss_signature(
            self.key.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def make(signer, alg, payload, detached=False, second=None, order=None,
         aad=b""):
    protected = cbor2.dumps(order or {1: alg, 3: 60, 4: b"kid"})
    signature = signer.sign(
        cbor2.dumps(["Signature1", protected, aad, payload]))
    unprotected = {}
    if second is not None:
        inner = cbor2.dumps({1: second.algs[0]})
        by = second.sign(cbor2.dumps(["CounterSignatureV2", protected, inner,
                                      b"", payload, [signature]]))
        unprotected[11] = [inner, {}, by]
    return [protected, unprotected, None if detached else payload, signature]


def theirs():
    """Triples: what it is, the line for the tool, the answer it must give."""
    payload = cbor2.dumps({1: 2, "name": "thermostat"})
    for curve, other in (("Ed25519", "P-256"), ("P-256", "Ed25519")):
        signer, second = Signer(curve), Signer(other)
        key = cbor2.dumps(signer.cose_key).hex()
        key2 = cbor2.dumps(second.cose_key).hex()

        def line(rules, message, detached="-", counter="-", by=key):
            return " ".join((rules, by, message.hex(), detached, counter))

        def tagged(parts, tag=18):
            return cbor2.dumps(cbor2.CBORTag(tag, parts))

        for alg in signer.algs:
            good = make(signer, alg, payload)
            yield "strict", line("strict", tagged(good)), "good"
            yield "relaxed", line("relaxed", tagged(good)), "good"
            yield "other key", line("strict", tagged(good), by=key2), \
                "signature: "
            yield "untagged", line("relaxed", cbor2.dumps(good)), "good"
            yield "untagged", line("strict", cbor2.dumps(good)), "tag: "
            cwt = cbor2.dumps(cbor2.CBORTag(61, cbor2.CBORTag(18, good)))
            yield "in a CWT", line("relaxed", cwt), "good"
            yield "in a CWT", line("strict", cwt), "tag: "
            away = make(signer, alg, payload, detached=True)
            yield "detached", line("strict", tagged(away), payload.hex()), \
                "good"
            yield "detached", line("strict", tagged(away), "00"), \
                "signature: "
            both = make(signer, alg, payload, second=second)
            yield "countersigned", line("strict", tagged(both),
                                        counter=key2), "good"
            yield "countersigned by another", line(
                "strict", tagged(both), counter=key), "signature: "
            odd = make(signer, alg, payload, order={4: b"kid", 1: alg})
            yield "keys in no order", line("relaxed", tagged(odd)), "good"
            yield "keys in no order", line("strict", tagged(odd)), "label: "
            aad = make(signer, alg, payload, aad=b"external")
            yield "external data", line("strict", tagged(aad)), "signature: "
            for at in range(2):
                bad = list(good)
                bad[2 + at] = bytes((bad[2 + at][0] ^ 1,)) + bad[2 + at][1:]
                yield "altered", line("strict", tagged(bad)), "signature: "
        wrong = make(signer, second.algs[0], payload)
        yield "the other's algorithm", line("strict", tagged(wrong)), \
            "signature: "
        yield "a MAC", line("strict", tagged(make(signer, 5, payload), 17)), \
            "tag: "


def main():
    ours = run("make")
    for line in ours:
        check_ours(line)
    cases = list(theirs())
    answers = run("verify", "".join(line + "\n" for _, line, _ in cases))
    assert len(answers) == len(cases)
    failed = 0
    for (what, line, want), got in zip(cases, answers):
        if not got.startswith(want):
            print(f"{what}: wanted {want!r}, got {got!r}\n  {line}")
            failed += 1
    print(f"cbor2 and cryptography: {len(ours)} of ours verified, "
          f"{len(cases)} of theirs answered, {failed} wrong")
    return 1 if failed or not ours else 0


if __name__ == "__main__":
    sys.exit(main())
