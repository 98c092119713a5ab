#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Makes the databases of this folder: needs rpm, rpmbuild and db5.3_load.

usage: make.py FOLDER

rpm itself writes rpmdb.sqlite (packed into small pages afterwards) and the
headers; db5.3_load puts the same headers into Packages, in both byte orders.
Packages.db is written here, after rpm's lib/backend/ndb/rpmpkg.c: Debian's rpm
cannot.
"""
import os
import sqlite3
import struct
import subprocess
import sys
import tempfile
import zlib

PACKAGES = [
    ("busybox", "", "1.36.1", "5.fc39", "GPL-2.0-only", "Fedora Project"),
    ("openssl-libs", "1", "3.0.9", "2.el9", "Apache-2.0", "Red Hat, Inc."),
    ("acme-camera", "", "2.0~rc1", "1", "MIT", "Acme Cameras Ltd"),
    ("zlib", "", "1.2.13", "4.fc39", "zlib AND BSL-1.0", "Fedora Project"),
]
REMOVED = ("telnet-server", "", "0.17", "90.fc39", "BSD", "Fedora Project")


def build(folder, package):
    name, epoch, version, release, licence, vendor = package
    spec = os.path.join(folder, name + ".spec")
    with open(spec, "w", encoding="ascii") as f:
        f.write("Name: %s\nVersion: %s\nRelease: %s\nLicense: %s\n"
                "Vendor: %s\nSummary: a package for tests\n"
                "BuildArch: noarch\n" % (name, version, release, licence,
                                         vendor))
        if epoch:
            f.write("Epoch: %s\n" % epoch)
        f.write("%%description\nNothing.%s\n%%files\n" % (" More." * 300))
    subprocess.run(["rpmbuild", "-bb", "--quiet",
                    "--define", "_topdir " + folder,
                    "--define", "_buildhost example.org",
                    "--define", "_target_os linux", spec], check=True)
    return os.path.join(folder, "RPMS", "noarch", "%s-%s-%s.noarch.rpm" % (
        name, version, release))


def install(folder, files):
    rpm = ["rpm", "--dbpath", folder]
    subprocess.run(rpm + ["--initdb"], check=True)
    subprocess.run(rpm + ["-i", "--justdb", "--nodeps", "--force-debian",
                          "--ignoresize"] + files, check=True)
    subprocess.run(rpm + ["-e", "--justdb", "--nodeps", "--force-debian",
                          REMOVED[0]], check=True)


def shrink(path):
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode=DELETE")
    db.execute("PRAGMA page_size=512")
    db.execute("VACUUM")
    rows = db.execute("SELECT hnum, blob FROM Packages").fetchall()
    # the other tables find packages by their files; nothing here reads them
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE "
                              "type = 'table' AND name NOT IN ('Packages', "
                              "'Name', 'sqlite_sequence')").fetchall():
        db.execute("DROP TABLE '%s'" % name)
    db.execute("VACUUM")
    db.close()
    return rows


def ndb(rows):
    blobs = b""
    slots = b""
    generation = 7
    for number, blob in rows:
        head = struct.pack("<4sIII", b"BlbS", number, generation, len(blob))
        body = head + blob + bytes(-len(blob) % 16 + 4)
        body += struct.pack("<II4s", zlib.adler32(head + blob), len(blob),
                            b"BlbE")
        slots += struct.pack("<4sIII", b"Slot", number,
                             (4096 + len(blobs)) // 16, len(body) // 16)
        blobs += body
    head = struct.pack("<4sIIII12x", b"RpmP", 0, generation, 1,
                       max(number for number, _ in rows) + 1)
    free = struct.pack("<4s12x", b"Slot")
    slots += free * ((4096 - len(head) - len(slots)) // 16)
    return head + slots + blobs


def bdb(path, rows, order):
    def escape(data):
        return "".join("\\%02x" % byte for byte in data)

    end = ">" if order == "4321" else "<"
    rows = [(0, struct.pack(end + "I", len(rows)))] + rows
    lines = "".join(" %s\n %s\n" % (escape(struct.pack(end + "I", number)),
                                    escape(blob)) for number, blob in rows)
    head = ("VERSION=3\nformat=print\ntype=hash\ndb_pagesize=512\n"
            "db_lorder=%s\nHEADER=END\n" % order)
    subprocess.run(["db5.3_load", path], check=True,
                   input=(head + lines + "DATA=END\n").encode())


def main():
    out = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        files = [build(folder, p) for p in PACKAGES + [REMOVED]]
        install(folder, files)
        path = os.path.join(folder, "rpmdb.sqlite")
        rows = shrink(path)
        os.replace(path, os.path.join(out, "rpmdb.sqlite"))
    with open(os.path.join(out, "Packages.db"), "wb") as f:
        f.write(ndb(rows))
    for name, order in (("Packages", "1234"), ("Packages.be", "4321")):
        path = os.path.join(out, name)
        if os.path.exists(path):
            os.remove(path)
        bdb(path, rows, order)


if __name__ == "__main__":
    main()
