#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Writes the sample reports and holds them to the schemas of their formats.

usage: validate.py WRITE_SAMPLES SCHEMA_FOLDER; exit 77: not looked at.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

KEYS = [
    "schema", "tool", "jail", "image", "layout", "coverage", "architecture",
    "operating_system", "update", "components", "findings", "verdicts",
    "not_looked", "scheme", "totals", "seconds",
]


def read(path):
    """The object in a file; no key twice, no NaN."""
    def once(pairs):
        keys = [key for key, _ in pairs]
        assert len(keys) == len(set(keys)), f"{path}: a key twice in {keys}"
        return dict(pairs)

    def refuse(word):
        raise AssertionError(f"{path}: {word} is not JSON")

    with open(path, encoding="utf-8") as file:
        return json.load(file, object_pairs_hook=once, parse_constant=refuse)


def check_schema(schemas, name, instance):
    """Every schema of the folder answers to its own $id or file name."""
    store = {}
    for path in schemas.glob("*.json"):
        schema = read(path)
        store[schema.get("$id") or schema.get("id")] = schema
        store[f"http://cyclonedx.org/schema/{path.name}"] = schema
    schema = read(schemas / name)
    kind = jsonschema.validators.validator_for(schema)
    resolver = jsonschema.RefResolver.from_schema(schema, store=store)
    validator = kind(schema, resolver=resolver,
                     format_checker=jsonschema.FormatChecker())
    errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:300]}"
              for e in validator.iter_errors(instance)]
    assert not errors, "\n".join(errors)


def check_assessment(report):
    keys = [key for key in report if key not in ("worker_trouble", "cut_short")]
    assert keys == KEYS, keys
    assert report["schema"] == "hallmark.assessment/1"
    at = 0
    for row in report["layout"]:
        assert row["at"] == at, f"layout: a hole or overlap at {at}"
        at += row["size"]
    assert at == report["image"]["size"]
    assert sum(report["coverage"].values()) == report["image"]["size"]


def check_sbom(bom):
    refs = [c["bom-ref"] for c in bom["components"]]
    assert len(refs) == len(set(refs)), "a bom-ref twice"
    assert set(bom["dependencies"][0]["dependsOn"]) == set(refs)
    assert "timestamp" not in bom["metadata"]


def check_sarif(log):
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert uri["uri"].isascii() and " " not in uri["uri"]


def main():
    write_samples, schemas = sys.argv[1], pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([write_samples, folder], check=True)
        out = pathlib.Path(folder)
        assessment = read(out / "sample.json")
        sbom = read(out / "sample.cdx.json")
        sarif = read(out / "sample.sarif")
    check_assessment(assessment)
    check_schema(schemas, "bom-1.6.SNAPSHOT.schema.json", sbom)
    check_sbom(sbom)
    check_schema(schemas, "sarif-2.1.0-rtm.5.json", sarif)
    check_sarif(sarif)


main()
