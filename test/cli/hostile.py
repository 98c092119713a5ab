#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Images that are made to do harm: a clear answer, in bounds, every time.

usage: hostile.py HALLMARK

Bombs, loops, lies about sizes, truncated and bit-flipped images. Each must be
answered with exit status 0 or 1, valid JSON, a layout that covers each byte
exactly once, within SECONDS and MEMORY, and without the worker dying.
"""
import gzip
import io
import json
import os
import random
import resource
import struct
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
import zlib

MIB = 1 << 20
SECONDS = 30
# 64 MiB beside the largest file inside, which is bounded by 256 MiB.
MEMORY = (64 + 256) * MIB
FLIPS = 60


def squashfs_like(size):
    """A superblock that promises everything and holds nothing."""
    return struct.pack("<4sIIIIHHHHHHQQQQQQQQ", b"hsqs", 0xffffffff, 0,
                       1 << 17, 0xffffffff, 4, 17, 0, 0xffff, 4, 0,
                       0xffffffffffff, size, 96, 2**64 - 1, 100, 104, 108,
                       2**64 - 1) + bytes(size - 96)


def uimage(data, claimed=None):
    header = struct.pack(">IIIIIIIBBBB32s", 0x27051956, 0, 1,
                         len(data) if claimed is None else claimed, 0, 0,
                         zlib.crc32(data), 5, 2, 2, 1, b"hostile")
    return (header[:4] + struct.pack(">I", zlib.crc32(header)) +
            header[8:] + data)


def zip_of_zeros(count):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for i in range(count):
            archive.writestr("f%d" % i, bytes(64 * MIB))
    return out.getvalue()


def tar_with_lies():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in ("../../etc/passwd", "/absolute", "a" * 90, "x\x1b[2J"):
            info = tarfile.TarInfo(name)
            info.size = 4
            archive.addfile(info, io.BytesIO(b"data"))
        link = tarfile.TarInfo("loop")
        link.type = tarfile.SYMTYPE
        link.linkname = "loop"
        archive.addfile(link)
    data = bytearray(out.getvalue())
    data[124:136] = b"77777777777\0"  # the first member's size
    data[148:156] = b"        "
    data[148:155] = b"%06o\0" % sum(data[:512])
    return bytes(data)


def cpio_loop():
    out = b""
    for name, mode, data in ((b"etc/init.d/rcS", 0o100755, b". /etc/a\n"),
                             (b"etc/a", 0o120777, b"/etc/b"),
                             (b"etc/b", 0o120777, b"/etc/a"),
                             (b"TRAILER!!!", 0, b"")):
        out += (b"070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x"
                % (1, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1,
                   0)) + name + b"\0"
        out += bytes(-len(out) % 4) + data
        out += bytes(-len(out) % 4)
    return out


def nested(depth):
    data = b"at the bottom"
    for _ in range(depth):
        data = gzip.compress(data, mtime=0)
    return data


def cases():
    bomb = gzip.compress(bytes(400 * MIB), mtime=0)
    yield "gzip bomb", bomb
    yield "gzip bomb twice", gzip.compress(bomb, mtime=0)
    yield "bombs in a row", bomb * 4
    yield "zip bomb", zip_of_zeros(24)
    yield "nested 60 times", nested(60)
    yield "squashfs of lies", squashfs_like(4096)
    yield "uimage of lies", uimage(b"x", 0xffffffff)
    yield "tar of lies", tar_with_lies()
    yield "cpio with looping links", cpio_loop()
    yield "ten thousand headers", uimage(b"") * 10000
    yield "zeros", bytes(8 * MIB)
    yield "magics only", (b"hsqs\x1f\x8b\x08\0HDR0\xd0\x0d\xfe\xed" +
                          b"\x27\x05\x19\x56\x5d\0\0\x80\0UBI#") * 20000
    good = uimage(gzip.compress(cpio_loop(), mtime=0)) + tar_with_lies()
    for size in range(0, len(good), max(1, len(good) // 20)):
        if size > 0:
            yield "cut at %d" % size, good[:size]
    chance = random.Random(645)
    for i in range(FLIPS):
        data = bytearray(good)
        for _ in range(chance.choice((1, 4, 60))):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        yield "flipped %d" % i, bytes(data)


def trouble(hallmark, path, size):
    begun = time.monotonic()
    done = subprocess.run([hallmark, "assess", "--json", path],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=2 * SECONDS)
    if time.monotonic() - begun > SECONDS:
        return "took %.1f s" % (time.monotonic() - begun)
    if done.returncode not in (0, 1):
        return "exit %d: %s" % (done.returncode, done.stderr[:200])
    if b"\x1b" in done.stdout + done.stderr:
        return "an escape sequence came through"
    answer = json.loads(done.stdout)
    if answer.get("worker_trouble"):
        return answer["worker_trouble"]
    at = 0
    for entry in sorted(answer["layout"], key=lambda e: e["at"]):
        if entry["at"] != at:
            return "layout breaks at %d" % at
        at += entry["size"]
    if at != size or sum(answer["coverage"].values()) != size:
        return "layout ends at %d of %d" % (at, size)
    return None


def main():
    failed = 0
    count = 0
    with tempfile.NamedTemporaryFile() as image:
        for name, data in cases():
            image.seek(0)
            image.truncate()
            image.write(data)
            image.flush()
            why = trouble(sys.argv[1], image.name, len(data))
            count += 1
            if why:
                failed += 1
                print("FAILED %s: %s" % (name, why))
    # Sanitizers, whose runs set this, take far more.
    sanitized = "HALLMARK_TEST_NO_JAIL" in os.environ
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    if most > MEMORY and not sanitized:
        failed += 1
        print("FAILED: largest process %d MiB" % (most // MIB))
    print("%d images, %d failed, largest process %d MiB" %
          (count, failed, most // MIB))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
