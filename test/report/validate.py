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


# What only feeds give, behind "not_looked".
KNOWN_KEYS = ["advisories", "vulnerabilities"]


def check_assessment(report):
    keys = [key for key in report if key not in ("worker_trouble", "cut_short",
                                                 "declaration", "product")]
    at = KEYS.index("not_looked") + 1
    wanted = KEYS[:at] + KNOWN_KEYS + KEYS[at:]
    assert keys == (wanted if "advisories" in report else KEYS), keys
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


def check_known_sbom(bom, assessment):
    """Each vulnerability leads to a component; what is excused says why."""
    components = {c["bom-ref"]: c for c in bom["components"]}
    components["image"] = bom["metadata"]["component"]
    refs = list(components) + [v["bom-ref"] for v in bom["vulnerabilities"]]
    assert len(refs) == len(set(refs)), "a bom-ref twice"
    told = assessment["vulnerabilities"]
    assert len(bom["vulnerabilities"]) == len(told)
    for v, match in zip(bom["vulnerabilities"], told):
        affects, = v["affects"]
        assert v["id"] == match["id"]
        component = components[affects["ref"]]
        if affects["ref"] != "image":
            assert component["name"] == match["component"]
        excused = v["analysis"]["state"] in ("not_affected", "resolved")
        assert excused == (match["state"] in ("not affected", "fixed"))
        for version in affects.get("versions", []):
            assert (version["status"] == "unaffected") == excused


def check_openvex(vex, assessment):
    """All is told, and nothing is excused that was not."""
    told = assessment["vulnerabilities"]
    assert len(vex["statements"]) == len(told)
    for statement, match in zip(vex["statements"], told):
        product, = statement["products"]
        assert product["hashes"]["sha-256"] == assessment["image"]["sha256"]
        assert statement["vulnerability"]["name"] == match["id"]
        excused = statement["status"] in ("not_affected", "fixed")
        assert excused == (match["state"] in ("not affected", "fixed"))
        if excused and match["vex"]:
            assert match["vex"]["author"] in statement["status_notes"]


def check_sarif(log):
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert uri["uri"].isascii() and " " not in uri["uri"]


def check_oscal(document, assessment):
    """Ids are there once and lead somewhere; nothing is satisfied but passes."""
    results = document["assessment-results"]
    result, = results["results"]
    plan, = results["back-matter"]["resources"]
    assert results["import-ap"]["href"] == "#" + plan["uuid"]
    observed = [o["uuid"] for o in result["observations"]]
    found = [f["uuid"] for f in result["findings"]]
    assert len(set(observed + found)) == len(observed) + len(found)
    assert len(observed) == len(assessment["findings"])
    applicable = [v for v in assessment["verdicts"]
                  if v["verdict"] != "not-applicable"]
    assert len(found) == len(applicable)
    included = [c["control-id"]
                for s in result["reviewed-controls"]["control-selections"]
                for c in s.get("include-controls", [])]
    assert included == [f["target"]["target-id"] for f in result["findings"]]
    assert len(set(included)) == len(included)
    for finding, verdict in zip(result["findings"], applicable):
        status = finding["target"]["status"]["state"]
        assert (status == "satisfied") == (verdict["verdict"] == "pass")
        for related in finding.get("related-observations", []):
            assert related["observation-uuid"] in observed


def main():
    write_samples, schemas = sys.argv[1], pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([write_samples, folder], check=True)
        out = pathlib.Path(folder)
        assessment = read(out / "sample.json")
        sbom = read(out / "sample.cdx.json")
        sarif = read(out / "sample.sarif")
        oscal = read(out / "sample.oscal.json")
        known = read(out / "known.json")
        known_sbom = read(out / "known.cdx.json")
        openvex = read(out / "known.openvex.json")
    check_assessment(assessment)
    check_schema(schemas, "bom-1.6.SNAPSHOT.schema.json", sbom)
    check_sbom(sbom)
    check_assessment(known)
    check_schema(schemas, "bom-1.6.SNAPSHOT.schema.json", known_sbom)
    check_sbom(known_sbom)
    check_known_sbom(known_sbom, known)
    check_schema(schemas, "openvex_json_schema_0.2.0.json", openvex)
    check_openvex(openvex, known)
    check_schema(schemas, "sarif-2.1.0-rtm.5.json", sarif)
    check_sarif(sarif)
    check_schema(schemas, "oscal-assessment-results.json", oscal)
    check_oscal(oscal, assessment)


main()
