#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The registry's API over HTTP, by eyes that do not share its code.

usage: api.py BASE FOLDER HALLMARK

FOLDER is what api.sh made: labels, their indexes, statements to hand in. Every
answer is held against /openapi.json; proofs, receipts, tiles, status lists and
the bundle are verified here.
"""
import base64
import csv
import datetime
import hashlib
import http.client
import io
import json
import re
import subprocess
import sys
import time
import urllib.parse
import xml.etree.ElementTree as ElementTree
import zlib

import cbor2
import jsonschema
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

BASE, FOLDER, HALLMARK = sys.argv[1:4]
HOST = urllib.parse.urlsplit(BASE).netloc
failures = 0
checks = 0


def check(what, ok, more=''):
    global failures, checks
    checks += 1
    if not ok:
        failures += 1
        print('FAILED:', what, more)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self.type = (headers.get('content-type') or '').split(';')[0]

    def json(self):
        return json.loads(self.body)


def ask(target, method='GET', body=None, **headers):
    connection = http.client.HTTPConnection(HOST, timeout=30)
    connection.putrequest(method, target, skip_accept_encoding=True)
    if body is not None:
        connection.putheader('Content-Length', str(len(body)))
    for name, value in headers.items():
        connection.putheader(name.replace('_', '-'), value)
    connection.endheaders(body)
    got = connection.getresponse()
    answer = Answer(got.status,
                    {k.lower(): v for k, v in got.getheaders()}, got.read())
    connection.close()
    return answer


def held(name, mode='rb'):
    with open(FOLDER + '/' + name, mode) as file:
        return file.read()


def index_of(name):
    return int(held(name + '.index', 'r'))


# ---- the description

API = ask('/openapi.json').json()
RESOLVER = jsonschema.RefResolver('', API)


def find_operation(method, target):
    path = urllib.parse.urlsplit(target).path
    for form in ('', '.json', '.cbor', '.html'):
        if not path.endswith(form):
            continue
        bare = path[:len(path) - len(form)]
        for pattern, operations in API['paths'].items():
            expression = re.escape(pattern).replace(r'\{path\}', '.+')
            expression = re.sub(r'\\\{[a-z]+\\\}', '[^/]+', expression)
            if re.fullmatch(expression, bare) and method in operations:
                return operations[method]
    return None


def resolve(thing):
    while '$ref' in thing:
        thing = RESOLVER.resolve(thing['$ref'])[1]
    return thing


def plain(value):
    """What CBOR says as JSON says it."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime.datetime):
        return value.strftime('%Y-%m-%dT%H:%M:%SZ')
    return value


def described(answer, method, target):
    """Whether the description has this answer."""
    operation = find_operation(method.lower(), target)
    what = '%s %s' % (method, target)
    if operation is None:
        check(what + ' is described', False)
        return
    response = operation['responses'].get(str(answer.status))
    if response is None:
        check('%s: %d is described' % (what, answer.status), False)
        return
    content = resolve(response).get('content')
    if content is None:
        return
    check('%s: %s is described' % (what, answer.type), answer.type in content)
    schema = content.get(answer.type, {}).get('schema', {})
    value = None
    if answer.type.endswith('json') and answer.type != 'application/json' or \
            answer.type == 'application/json':
        value = answer.json()
    elif answer.type == 'application/cbor' and '$ref' in schema:
        value = plain(cbor2.loads(answer.body))
    if value is None or 'contentEncoding' in schema:
        return
    try:
        jsonschema.Draft202012Validator(schema, resolver=RESOLVER).validate(
            value)
        check(what, True)
    except jsonschema.ValidationError as error:
        check(what, False, '%s at %s' % (error.message[:300],
                                         list(error.absolute_path)))


def get(target, status=200, **headers):
    answer = ask(target, **headers)
    check('GET %s gives %d' % (target, status), answer.status == status,
          '%d %s' % (answer.status, answer.body[:300]))
    described(answer, 'GET', target)
    return answer


def get_json(target):
    return get(target).json()


def post(target, body, kind, status, **headers):
    answer = ask(target, 'POST', body, Content_Type=kind, **headers)
    check('POST %s gives %d' % (target, status), answer.status == status,
          '%d %s' % (answer.status, answer.body[:300]))
    described(answer, 'POST', target)
    return answer


# ---- hashes and proofs (RFC 9162)

def leaf_hash(entry):
    return hashlib.sha256(b'\0' + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b'\1' + left + right).digest()


def root_of(leaves):
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(root_of(leaves[:half]), root_of(leaves[half:]))


def climb(leaf, index, size, path):
    fn, sn, node = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return None
        if fn % 2 == 1 or fn == sn:
            node = node_hash(p, node)
            while fn % 2 == 0 and fn != 0:
                fn >>= 1
                sn >>= 1
        else:
            node = node_hash(node, p)
        fn >>= 1
        sn >>= 1
    return node if sn == 0 else None


def read_checkpoint(text):
    lines = text.decode().split('\n')
    return lines[0], int(lines[1]), base64.b64decode(lines[2])


def ledger_key():
    keys = cbor2.loads(get('/.well-known/scitt-keys').body)
    check('one key, with its kid', len(keys) == 1 and len(keys[0][2]) == 32)
    return keys[0]


def verify_receipt(receipt, entry, key):
    """The index and size that the receipt proves."""
    message = cbor2.loads(receipt)
    protected, unprotected, payload, signature = message.value
    head = cbor2.loads(protected)
    size, index, path = cbor2.loads(unprotected[396][-1][0])
    root = climb(leaf_hash(entry), index, size, path)
    check('detached', payload is None)
    check('RFC9162_SHA256', head[395] == 1 and head[4] == key[2])
    signed = cbor2.dumps(['Signature1', protected, b'', root])
    Ed25519PublicKey.from_public_bytes(key[-2]).verify(signature, signed)
    return index, size


# ---- the parts

def check_labels():
    for name, standing in [('old', 'superseded'), ('good', 'valid'),
                           ('expired', 'expired'), ('suspended', 'suspended'),
                           ('revoked', 'revoked'), ('replaced', 'superseded'),
                           ('p256', 'valid')]:
        index = index_of(name)
        answer = get_json('/label/%d.json' % index)
        label = answer['label']
        if name != 'old':
            check('%s is %s' % (name, standing),
                  label['standing'] == standing, label['standing'])
        compact = cbor2.loads(get('/label/%d.cbor' % index).body)
        check('CBOR says what JSON says', plain(compact) == answer)
        check('deterministic', cbor2.dumps(compact, canonical=True,
              datetime_as_timestamp=True, timezone=datetime.timezone.utc)
              == get('/label/%d.cbor' % index).body)
        page = get('/label/%d' % index, Accept='text/html')
        check('a page', page.type == 'text/html')
        product = get_json('/product/%s.json' % label['product'])
        check('in its product', any(row['index'] == index
                                    for row in product['labels']))
        get('/product/%s.cbor' % label['product'])
        get_json('/body/%s.json' % label['body']['kid'])
        get('/body/%s.cbor' % label['body']['kid'])
    good = get_json('/label/%d.json' % index_of('good'))
    check('the newest firmware', good['update']['version'] == '1.2')
    check('endpoints', good['update']['endpoints'] == [
        'updates.optics.example:443', 'time.optics.example:123'])
    check('advisory', good['advisories'][0]['id'] == 'CVE-2026-0001' and
          good['advisories'][0]['exploited'] is True)


def check_history():
    product = get_json('/label/%d.json' % index_of('old'))['label']['product']
    history = get_json('/product/%s/history.json' % product)
    get('/product/%s/history.cbor' % product)
    rows = history['statements']
    indexes = [row['index'] for row in rows]
    check('in order', indexes == sorted(indexes) and len(rows) >= 5)
    kinds = [row['kind'] for row in rows]
    check('suspended, reinstated', kinds.count('status') == 2)
    actions = [row['details']['action'] for row in rows
               if row['kind'] == 'status']
    check('in this order', actions == ['suspend', 'reinstate'])
    for row in rows[:3]:
        entry = get(row['statement_url'][len(BASE):]).body
        proof = get(row['proof_url'][len(BASE):]).body
        check_proof(proof, entry, row['index'])
    behind = get_json('/product/%s/history/after/%d.json'
                      % (product, indexes[1]))
    check('what is behind', [row['index'] for row in behind['statements']]
          == indexes[2:])


def check_proof(proof, entry, index):
    text, note = proof.split(b'\n\n', 1)
    lines = text.decode().split('\n')
    check('a tlog-proof', lines[0].endswith('tlog-proof@v1'), lines[0])
    check('of the entry', 'index %d' % index in lines)
    path = [base64.b64decode(line) for line in lines
            if re.fullmatch('[A-Za-z0-9+/]{43}=', line)]
    _, size, root = read_checkpoint(note)
    check('its path', climb(leaf_hash(entry), index, size, path) == root)


def check_search():
    digest = get_json('/label/%d.json' % index_of('good'))['label'][
        'image_sha256']
    for target, least in [('/search/words/example', 1),
                          ('/search/maker/EXAMPLE%20OPTICS', 1),
                          ('/search/model/argentum', 1)]:
        found = get_json(target + '.json')
        check(target, len(found['products']) >= least and not found['labels'])
        get(target + '.cbor')
    found = get_json('/search/digest/%s.json' % digest[:6])
    check('by digest', len(found['labels']) >= 5)
    found = get_json('/search/number/%d.json' % index_of('p256'))
    check('by number', len(found['labels']) == 1)
    found = get_json('/search/words/%s.json'
                     % urllib.parse.quote('<b>"&\'</b>', safe=''))
    check('by markup', len(found['products']) == 1)
    found = get_json('/search/words/%D7%A2%D7%99%D7%9F.json')
    check('by Hebrew', len(found['products']) == 1)
    get('/search/number/x.json', 400)
    get('/search/nothing/x.json', 404)
    get('/search/words/%25.json')


def check_lists():
    changes = get_json('/changes.json')
    order = [row['change']['statement'] for row in changes['labels']]
    check('newest first', order == sorted(order, reverse=True) and order)
    rest = get_json('/changes/after/%d.json' % order[0])
    check('behind the newest', all(
        row['change']['statement'] <= order[0] for row in rest['labels']))
    get('/changes.cbor')
    trust = get_json('/trust.json')
    check('two bodies', len(trust['bodies']) == 2)
    check('a markup name', any('<i>' in body['name']
                               for body in trust['bodies']))
    get('/trust.cbor')


ATOM = '{http://www.w3.org/2005/Atom}'


def check_feed(target):
    answer = get(target)
    check('no markup of others', not re.search(
        b'<(script|img|svg|b|i)[ >/]', answer.body))
    feed = ElementTree.fromstring(answer.body)
    for name in ('id', 'title', 'updated'):
        check('a feed has one ' + name,
              len(feed.findall(ATOM + name)) == 1)
    check('an author', feed.find(ATOM + 'author/' + ATOM + 'name').text)
    ids = []
    for entry in feed.findall(ATOM + 'entry'):
        ids.append(entry.find(ATOM + 'id').text)
        for name in ('title', 'updated', 'summary'):
            check('an entry has one ' + name,
                  len(entry.findall(ATOM + name)) == 1)
        check('a time', re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ',
                                     entry.find(ATOM + 'updated').text))
        check('a link', entry.find(ATOM + 'link').get('href').startswith(BASE))
    check('ids are told apart', len(ids) == len(set(ids)) and ids)
    return answer


def check_feeds():
    first = check_feed('/feed.atom')
    check('the same again', ask('/feed.atom').body == first.body)
    product = get_json('/label/%d.json' % index_of('old'))['label']['product']
    check_feed('/product/%s/feed.atom' % product)


def check_pictures():
    for name in ('good', 'markup', 'suspended', 'hebrew'):
        index = index_of(name)
        for end in ('qr.svg', 'badge.svg'):
            answer = get('/label/%d/%s' % (index, end))
            root = ElementTree.fromstring(answer.body)
            check('an SVG', root.tag.endswith('}svg'))
            check('nothing from elsewhere', not re.search(
                rb'(href|src|url\(|<script|<image|onload=")',
                answer.body))
        png = get('/label/%d/qr.png' % index).body
        check('a PNG', png.startswith(b'\x89PNG'))
    badge = get('/label/%d/badge.svg' % index_of('suspended')).body
    check('in words', b'suspended' in badge)
    mark = get('/label/%d/mark.svg' % index_of('good'))
    ElementTree.fromstring(mark.body)
    get('/label/%d/mark.svg' % index_of('suspended'), 410)


def check_tiles(key):
    note = get('/checkpoint').body
    origin, size, root = read_checkpoint(note)
    leaves = []
    entries = []
    for tile in range((size + 255) // 256):
        width = min(256, size - tile * 256)
        partial = '' if width == 256 else '.p/%d' % width
        bundle = get('/tile/entries/%03d%s' % (tile, partial)).body
        hashes = get('/tile/0/%03d%s' % (tile, partial)).body
        check('immutable', 'immutable' in ask(
            '/tile/0/%03d%s' % (tile, partial)).headers['cache-control'])
        at = 0
        while at < len(bundle):
            length = int.from_bytes(bundle[at:at + 2], 'big')
            entries.append(bundle[at + 2:at + 2 + length])
            at += 2 + length
        leaves += [hashes[i:i + 32] for i in range(0, len(hashes), 32)]
    check('every entry', len(entries) == size)
    check('hashed', [leaf_hash(entry) for entry in entries] == leaves)
    check('to the root', root_of(leaves) == root)
    head = get_json('/trust.json')['head']
    check('the head of derived answers', head['size'] == size and
          head['root'] == root.hex() and head['origin'] == origin)
    for index in (0, size // 2, size - 1):
        answer = get('/entries/%d' % index)
        check('a place', answer.headers['location'] == '%s/entries/%d'
              % (BASE, index))
        check('a receipt', verify_receipt(answer.body, entries[index], key)
              == (index, size))
        check_proof(get('/entries/%d/proof' % index).body, entries[index],
                    index)
    check('the other type', get('/entries/1', Accept='application/cose').type
          == 'application/cose')
    for target in ('/entries/%d' % size, '/entries/x', '/tile/9/000',
                   '/tile/0/999', '/status/999', '/entries/1/nothing'):
        answer = ask(target)
        check(target + ' is not there', answer.status == 404, answer.status)
    return entries


def check_keys(key):
    kid = base64.urlsafe_b64encode(key[2]).rstrip(b'=').decode()
    one = cbor2.loads(get('/.well-known/scitt-keys/' + kid).body)
    check('the key of that kid', one == [key])
    get('/.well-known/scitt-keys/' + key[2].hex())
    answer = get('/.well-known/scitt-keys/' + kid[::-1], 404)
    check('told in CBOR', answer.type ==
          'application/concise-problem-details+cbor')
    check('a thumbprint', hashlib.sha256(cbor2.dumps(
        {1: 1, -1: 6, -2: key[-2]}, canonical=True)).digest() == key[2])


STATUS = {0: 'valid', 1: 'revoked', 2: 'suspended', 3: 'superseded'}


def check_status_list(key):
    # lists are made anew a moment after a change, not with each
    for _ in range(50):
        differs = differences(key)
        if not differs:
            break
        time.sleep(0.2)
    check('the list says the same', not differs, differs)


def differences(key):
    """Labels of which the list and the label's own answer differ."""
    token = cbor2.loads(get('/status/0').body)
    protected, _, payload, signature = token.value
    Ed25519PublicKey.from_public_bytes(key[-2]).verify(
        signature, cbor2.dumps(['Signature1', protected, b'', payload]))
    claims = cbor2.loads(payload)
    check('its own address', claims[2].endswith('/status/0'))
    bits = zlib.decompress(claims[65533]['lst'])
    differs = []
    for name in ('good', 'suspended', 'revoked', 'replaced', 'p256'):
        index = index_of(name)
        value = bits[index // 4] >> (index % 4 * 2) & 3
        label = get_json('/label/%d.json' % index)['label']
        if STATUS[value] != label['status']:
            differs.append(name)
    return differs


def check_bundle():
    with open(FOLDER + '/fetched', 'wb') as file:
        file.write(get('/bundle').body)
    for name, code in (('good', 0), ('suspended', 1)):
        done = subprocess.run(
            [HALLMARK, 'label', 'verify', held(name + '.text').decode().strip(),
             '--trust', FOLDER + '/anchors', '--bundle', FOLDER + '/fetched'],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        check('%s verifies by the bundle' % name, done.returncode == code,
              done.stdout + done.stderr)


def flip(text):
    at = len(text) // 2
    return text[:at] + ('A' if text[at] != 'A' else 'B') + text[at + 1:]


def check_check():
    good = held('good.text', 'r').strip()
    young = held('young.text', 'r').strip()
    stranger = held('stranger.text', 'r').strip()
    lines = ['label,what', good, young, stranger, flip(good),
             str(index_of('suspended')), '99999', '=1+1', '"say ""hi"""']
    body = '\r\n'.join(lines).encode()
    answer = post('/check', body, 'text/csv', 200, Accept='application/json')
    rows = answer.json()['lines']
    got = [row['answer'] for row in rows]
    check('each line', got == ['found', 'found', 'not-logged', got[3], 'found',
                               'no-label', 'unreadable', 'unreadable'], got)
    check('a spoiled text', got[3] in ('forged', 'unreadable', 'no-label'))
    check('lines are counted as they stand',
          [row['line'] for row in rows] == list(range(2, 10)))
    answer = post('/check', body, 'text/csv', 200)
    check('CSV to CSV', answer.type == 'text/csv')
    table = list(csv.reader(io.StringIO(answer.body.decode())))
    check('a row a line', len(table) == 9 and
          all(len(row) == 10 for row in table))
    check('no formula', table[7][1] == "'=1+1")
    post('/check', body, 'text/csv', 200, Accept='application/cbor')
    post('/check', b'x', 'image/png', 415, Accept='application/json')


def problem(answer):
    details = cbor2.loads(answer.body)
    check('concise problem details', answer.type ==
          'application/concise-problem-details+cbor' and
          details[-4] == answer.status and isinstance(details[-2], str))
    return details[-1]


def check_handing_in(key):
    label = held('new.label')
    answer = post('/entries', label, 'application/cose', 201)
    place = answer.headers['location'][len(BASE):]
    index, _ = verify_receipt(answer.body, label, key)
    check('its place', place == '/entries/%d' % index)
    check('the very bytes', get(place + '/statement').body == label)
    check('at once', get_json('/label/%d.json' % index)['label']['model']
          == 'Brand New')
    again = post('/entries', label, 'application/cose', 200)
    check('the same place', again.headers['location'][len(BASE):] == place)
    # with a countersignature it is the same statement
    again = post('/entries', held('signed.label'),
                 'application/scitt-statement+cose', 200)
    check('the same leaf', again.headers['location'][len(BASE):] == place)
    check('409', problem(post('/entries', held('second.label'),
                              'application/cose', 409)) == 'second-label')
    check('403', problem(post('/entries', held('foreign.label'),
                              'application/cose', 403)) == 'unknown-signer')
    spoiled = bytearray(held('suspension'))
    spoiled[-1] ^= 1
    check('a signature', problem(post('/entries', bytes(spoiled),
                                      'application/cose', 403)) == 'signature')
    check('400', problem(post('/entries', b'{}', 'application/cose', 400))
          == 'no-statement')
    problem(post('/entries', label, 'text/plain', 415))
    problem(post('/entries', bytes(65536), 'application/cose', 413))
    answer = ask('/entries', 'POST', bytes(300 * 1024),
                 Content_Type='application/cose')
    check('too long a body', answer.status == 413, answer.status)
    before = get_json('/label/%d.json' % index_of('good'))
    post('/entries', held('suspension'), 'application/cose', 201)
    after = get_json('/label/%d.json' % index_of('good'))
    check('suspended at once', before['label']['standing'] == 'valid' and
          after['label']['standing'] == 'suspended')
    check('by its words', after['label']['change']['text'] ==
          'Suspended <b>over</b> HTTP.')
    check('a larger tree', after['head']['size'] == before['head']['size'] + 1)
    check('in the feed', b'Suspended &lt;b&gt;over' in get('/feed.atom').body)
    page = get('/label/%d' % index_of('good'), Accept='text/html').body
    check('as text', b'<b>over</b>' not in page)


def check_http():
    target = '/label/%d.json' % index_of('old')
    first = ask(target)
    tag = first.headers['etag']
    answer = ask(target, If_None_Match=tag)
    check('304', answer.status == 304 and answer.body == b'')
    head = ask(target, 'HEAD')
    check('HEAD', head.status == 200 and head.body == b'' and
          head.headers['content-length'] == str(len(first.body)))
    bare = '/label/%d' % index_of('old')
    check('Vary', 'Accept' in get(bare, Accept='application/json').headers
          .get('vary', ''))
    check('by Accept', get(bare, Accept='application/cbor').type ==
          'application/cbor')
    check('406', ask(bare, Accept='image/png').status == 406)
    answer = ask('/checkpoint', 'DELETE')
    check('405', answer.status == 405 and 'GET' in answer.headers['allow'])
    for bad in ('/%00', '/label/%ff', '/a/../b', '/%2e%2e/x', '/label/%zz'):
        answer = ask(bad)
        check(bad, answer.status in (400, 404), answer.status)
    for bad in ('/label/99999999', '/nowhere', '/label/', '/label/1/',
                '/de/checkpoint', '/tile/../registry.sqlite'):
        answer = ask(bad, Accept='application/json')
        check(bad, answer.status in (400, 404), answer.status)
        check('told in JSON', answer.type == 'application/problem+json' and
              answer.json()['status'] == answer.status)
    check('nosniff', first.headers['x-content-type-options'] == 'nosniff')


def check_description():
    jsonschema.Draft202012Validator.check_schema(
        {'$defs': API['components']['schemas']})
    names = set()
    for path, operations in API['paths'].items():
        for method, operation in operations.items():
            names.add(operation['operationId'])
            for parameter in operation.get('parameters', []):
                found = resolve(parameter)
                check('%s has {%s}' % (path, found['name']),
                      '{%s}' % found['name'] in path)
            for response in operation['responses'].values():
                resolve(response)
    check('operations', len(names) == sum(map(len, API['paths'].values())))


def main():
    check_description()
    key = ledger_key()
    check_keys(key)
    check_labels()
    check_history()
    check_search()
    check_lists()
    check_feeds()
    check_pictures()
    check_tiles(key)
    check_status_list(key)
    check_bundle()
    check_check()
    check_http()
    check_handing_in(key)
    # and all of it is right for the larger tree
    check_tiles(key)
    check_status_list(key)
    print('%d checks, %d failed' % (checks, failures))
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
