#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Kills the registry's processes under load; what it acknowledged stays.

usage: kill.py HALLMARK STATEMENTS

Statements are handed in over several connections while one process of four
(http, store, sign, the parent) is killed at a random moment. Afterwards, and
after a new start where one is needed: every statement that was acknowledged
with 201 or 200 stands at the index that was said, no two heads of one size
differ, the rows are as many as the entries. At the end the ledger is audited,
and the database made anew says the same as the one that lived through it all.

HALLMARK_KILL_SECS says how long it goes on (15), HALLMARK_KILL_SEED repeats
one run's choices, HALLMARK_TEST_POSTGRES is the URI of a database to use instead
of SQLite's file (it is emptied).
"""
import http.client
import json
import os
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time

HALLMARK, STATEMENTS = (os.path.realpath(p) for p in sys.argv[1:3])
SECS = float(os.environ.get('HALLMARK_KILL_SECS', '15'))
SEED = int(os.environ.get('HALLMARK_KILL_SEED', str(random.randrange(10**6))))
DATABASE = os.environ.get('HALLMARK_TEST_POSTGRES', 'L/registry.sqlite')
VICTIMS = ['http', 'store', 'sign', 'parent']
CLIENTS = 6
failures = []


def check(what, ok):
    if not ok:
        failures.append(what)
        print('not ok:', what, flush=True)


def run(*args):
    done = subprocess.run([HALLMARK, *args], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    if done.returncode != 0:
        sys.exit('%s: %s' % (args, done.stderr.decode()))
    return done.stdout


class Statements:
    """An endless list; those not acknowledged are handed in again."""

    def __init__(self):
        self.lock = threading.Lock()
        self.next = 0
        self.waiting = []
        self.acknowledged = {}  # statement: index
        self.checked = set()

    def more(self):
        data = subprocess.run(
            [STATEMENTS, 'office.key', 'https://office.example',
             str(self.next), '2000'], stdout=subprocess.PIPE,
            check=True).stdout
        self.next += 2000
        while data:
            n = struct.unpack('<I', data[:4])[0]
            self.waiting.append(data[4:4 + n])
            data = data[4 + n:]
        self.waiting.reverse()

    def take(self):
        with self.lock:
            if not self.waiting:
                self.more()
            return self.waiting.pop()

    def give_back(self, statement):
        with self.lock:
            self.waiting.append(statement)

    def acknowledge(self, statement, index):
        with self.lock:
            self.acknowledged[statement] = index


class Registry:
    def __init__(self, *more, role=('--key', 'ledger.key')):
        self.log = open('log', 'ab')
        self.process = subprocess.Popen(
            [HALLMARK, 'serve', 'L', '--listen', '127.0.0.1:0', '--no-limits',
             '--database', DATABASE, *role, *more], stdout=subprocess.PIPE,
            stderr=self.log)
        line = self.process.stdout.readline().decode()
        if not line:
            sys.exit('it did not start:\n' + open('log').read()[-3000:])
        self.port = int(re.search(r':(\d+)/', line).group(1))

    def worker(self, name):
        """The process id of a worker; None while there is none."""
        path = '/proc/%d/task/%d/children' % ((self.process.pid,) * 2)
        for pid in open(path).read().split():
            try:
                words = open('/proc/%s/cmdline' % pid).read().split('\0')
            except OSError:
                continue
            if len(words) > 1 and words[1].startswith('--worker=' + name + '/'):
                return int(pid)
        return None

    def kill(self, name):
        pid = self.process.pid if name == 'parent' else self.worker(name)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)

    def wait(self, secs=30):
        try:
            return self.process.wait(secs)
        except subprocess.TimeoutExpired:
            check('it ends when a process is gone', False)
            self.process.kill()
            return self.process.wait()

    def get(self, path):
        c = http.client.HTTPConnection('127.0.0.1', self.port, timeout=20)
        try:
            c.request('GET', path)
            answer = c.getresponse()
            return answer.status, answer.read()
        finally:
            c.close()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.wait()
        check('SIGTERM ends it with 0, not %d' % code, code == 0)


def client(port, statements, stop):
    """Hands statements in until it is told to stop, or nobody answers."""
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=20)
    while not stop.is_set():
        statement = statements.take()
        try:
            connection.request('POST', '/entries', statement,
                               {'Content-Type': 'application/cose'})
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            statements.give_back(statement)
            connection.close()
            time.sleep(0.02)
            continue
        if answer.status in (200, 201):
            index = int(answer.headers['Location'].rsplit('/', 1)[1])
            statements.acknowledge(statement, index)
        else:
            statements.give_back(statement)
            if answer.status not in (429, 503):
                check('an answer is %d' % answer.status, False)
            time.sleep(0.02)
    connection.close()


def look(registry, statements, heads):
    """Everything that was promised is there."""
    note = registry.get('/checkpoint')[1].split(b'\n')
    size, root = int(note[1]), note[2]
    check('one root for size %d' % size, heads.setdefault(size, root) == root)
    check('heads do not shrink', size >= max(heads))
    with statements.lock:
        new = [s for s in statements.acknowledged
               if s not in statements.checked]
    indexes = [statements.acknowledged[s] for s in new]
    check('no index twice',
          len(set(statements.acknowledged.values())) ==
          len(statements.acknowledged))
    check('acknowledged is below the size',
          all(i < size for i in indexes))
    for s in random.sample(new, min(len(new), 40)):
        status, body = registry.get(
            '/entries/%d/statement' % statements.acknowledged[s])
        check('the statement stands where it was said',
              status == 200 and body == s)
    statements.checked.update(new)
    # the rows reach as far as the entries
    trust = json.loads(registry.get('/trust.json')[1])
    check('rows for all %d entries, not %d' % (size, trust['head']['size']),
          trust['head']['size'] >= size)
    return size


def make_ledger():
    for name in ('owner', 'office', 'ledger'):
        run('key', 'new', name + '.key', '--no-passphrase', '--public',
            name + '.pub', '--name', name + '.example')
    with open('anchors', 'w') as f:
        f.write('owner %slog %squorum none\n' % (
            open('owner.pub').read(), open('ledger.pub').read()))
    run('trust', 'add', '--issuer', 'https://owner.example', '--key',
        'owner.key', '--body', 'office.pub', '--name', 'Office', '--uri',
        'https://office.example', '--scope', 'psti:conforming', '-o', 'office')
    run('ledger', 'init', 'L', '--key', 'ledger.key', '--origin',
        'ledger.example', '--policy', 'anchors')
    run('ledger', 'append', 'L', 'office', '--key', 'ledger.key')


def one_round(registry, victim, statements, heads):
    """A round of load, a death in it; gives the registry that lives after."""
    stop = threading.Event()
    threads = [threading.Thread(target=client, daemon=True,
                                args=(registry.port, statements, stop))
               for _ in range(CLIENTS)]
    for t in threads:
        t.start()
    time.sleep(random.uniform(0.05, 0.8))
    registry.kill(victim)
    if victim == 'http':
        time.sleep(0.6)  # it is there again, on the same socket
        check('http is started anew', registry.get('/healthz')[0] == 200)
    stop.set()
    if victim != 'http':
        code = registry.wait()
        if victim != 'parent':
            check('without %s it ends with 4, not %d' % (victim, code),
                  code == 4)
    for t in threads:
        t.join(30)
    if victim != 'http':
        registry = Registry()
    look(registry, statements, heads)
    return registry


def rows(registry):
    """What the database says of some of it, without what changes by itself."""
    answers = [registry.get('/trust.json'), registry.get('/feed.atom')]
    last = json.loads(answers[0][1])['head']['size'] - 1
    for index in (0, 1, last // 2, last):
        answers.append(registry.get('/entries/%d/statement' % index))
    return [a[0] for a in answers], [
        re.sub(rb'127\.0\.0\.1:\d+', b'HOST', a[1]) for a in answers]


def look_at_fronts(registry, statements, heads):
    """Two front ends on the same database show what the writer shows."""
    fronts = [Registry(role=('--writer', 'https://writer.example'))
              for _ in range(2)]
    client_stop = threading.Event()
    thread = threading.Thread(target=client, daemon=True,
                              args=(registry.port, statements, client_stop))
    thread.start()
    time.sleep(0.5)
    client_stop.set()
    thread.join(30)
    size = look(registry, statements, heads)
    for front in fronts:
        for _ in range(60):  # it looks for news each second
            head = json.loads(front.get('/trust.json')[1])['head']
            if head['size'] == size:
                break
            time.sleep(0.1)
        statements.checked.clear()
        check('a front end has all', look(front, statements, heads) == size)
        check('and says the same', rows(front) == rows(registry))
        front.stop()


def main():
    random.seed(SEED)
    statements, heads = Statements(), {}
    make_ledger()
    registry = Registry('--rebuild')
    until = time.monotonic() + SECS
    rounds = 0
    while time.monotonic() < until and not failures:
        victim = VICTIMS[rounds % len(VICTIMS)]
        registry = one_round(registry, victim, statements, heads)
        rounds += 1
    look_at_fronts(registry, statements, heads)
    before = rows(registry)
    registry.stop()
    audit = json.loads(run('ledger', 'audit', 'L', '--json'))
    check('the audit', audit.get('entries', 0) > 0)
    registry = Registry('--rebuild')
    size = look(registry, statements, heads)
    check('the database made anew says the same', rows(registry) == before)
    registry.stop()
    print('%d rounds (seed %d), %d entries, %d acknowledged, %d failed' % (
        rounds, SEED, size, len(statements.acknowledged), len(failures)))
    return 1 if failures else 0


folder = tempfile.mkdtemp()
os.chdir(folder)
result = main()
if result == 0:
    os.chdir('/')
    shutil.rmtree(folder)
else:
    print('see', folder)
sys.exit(result)
