# SPDX-License-Identifier: ISC
# Adds to a folder of feeds what makes them whole: a thousand exploited
# vulnerabilities of a product that nobody has, and the records of each.
import json
import sys

ids = [f'CVE-2026-{n}' for n in range(900000, 901000)]
with open(sys.argv[1] + '/rest-kev.json', 'w') as f:
    json.dump({
        'title': 'CISA Catalog of Known Exploited Vulnerabilities',
        'catalogVersion': '2026.11.20',
        'dateReleased': '2026-11-20T17:00:00.0000Z',
        'count': len(ids),
        'vulnerabilities': [{
            'cveID': i, 'vendorProject': 'Nobody', 'product': 'Nothing',
            'vulnerabilityName': 'Nothing', 'dateAdded': '2026-11-01',
            'shortDescription': '', 'requiredAction': '',
            'dueDate': '2026-11-22', 'knownRansomwareCampaignUse': 'Unknown',
            'notes': '', 'cwes': [],
        } for i in ids],
    }, f)
with open(sys.argv[1] + '/rest-records.jsonl', 'w') as f:
    for i in ids:
        json.dump({
            'dataType': 'CVE_RECORD', 'dataVersion': '5.1',
            'cveMetadata': {
                'cveId': i, 'state': 'PUBLISHED',
                'dateUpdated': '2026-11-20T00:00:00.000Z'},
            'containers': {'cna': {
                'providerMetadata': {'orgId': '0', 'shortName': 'nobody'},
                'descriptions': [{'lang': 'en', 'value': 'Nothing.'}],
                'affected': [{
                    'vendor': 'nobody', 'product': 'nothing',
                    'versions': [{'version': '0', 'lessThan': '1',
                                  'status': 'affected',
                                  'versionType': 'custom'}]}]}},
        }, f, separators=(',', ':'))
        f.write('\n')
