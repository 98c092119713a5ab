#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What hostile clients may cost: nothing that others notice, and no memory.

usage: hostile.py CANNED_SERVER STATEMENT

Starts the http process in its jail, with a store that makes rows up, and
attacks it from addresses of 127.0.0.0/8 while a client of another address asks
on. Slow attacks run beside the quick ones, for they take as long as the
deadlines of src/http/http.h.
"""
import errno
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

HOST = b'Host: registry.example\r\n'
MARK = b'<x-evil'
failures = []
checks = 0
lock = threading.Lock()


def check(what, ok, detail=''):
    global checks
    with lock:
        checks += 1
        if not ok:
            failures.append(what)
            print('not ok: %s %s' % (what, detail), flush=True)


class Server:
    """The http process and its store."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdout=subprocess.PIPE)
        port, pid, jail = self.process.stdout.readline().split()
        self.port, self.pid = int(port), int(pid)
        self.jailed = jail == b'jail'  # else a build with sanitizers

    def connect(self, source='127.0.0.1', timeout=5.0, small=False):
        s = socket.socket()
        if small:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        s.bind((source, 0))
        s.settimeout(timeout)
        s.connect(('127.0.0.1', self.port))
        return s

    def raw(self, data, source='127.0.0.1', timeout=5.0, wait=None):
        """All that comes, until the end, or for `wait` seconds of silence."""
        s = self.connect(source, timeout)
        got = b''
        try:
            s.sendall(data)
        except OSError:
            pass  # it was refused before its end
        s.settimeout(wait or timeout)
        try:
            while True:
                more = s.recv(65536)
                if not more:
                    break
                got += more
        except (socket.timeout, ConnectionError):
            pass
        s.close()
        return got

    def get(self, target, source='127.0.0.1', headers=b''):
        data = b'GET %s HTTP/1.1\r\n%sConnection: close\r\n%s\r\n' % (
            target, HOST, headers)
        return self.raw(data, source)

    def metric(self, name):
        text = self.get(b'/metrics').decode()
        for line in text.splitlines():
            if line.startswith(name + ' '):
                return float(line.split()[1])
        return None


def status(answer):
    """0 when there is none; checks that it is one."""
    if not answer:
        return 0
    head = answer.split(b'\r\n\r\n')[0].split(b'\r\n')
    first = head[0].split(b' ')
    if first[0] not in (b'HTTP/1.1', b'HTTP/1.0') or not first[1].isdigit():
        return -1
    return int(first[1])


def whole(answer):
    """Whether head and body are as the head says."""
    head, gap, body = answer.partition(b'\r\n\r\n')
    if not gap:
        return False
    for line in head.split(b'\r\n')[1:]:
        name, _, value = line.partition(b':')
        if name.lower() == b'content-length':
            return int(value) == len(body)
    return False


# ---- what is malformed ----

def post(headers, body):
    return b'POST /entries HTTP/1.1\r\n' + HOST + headers + b'\r\n' + body


def request(line, headers=HOST):
    return line + b' HTTP/1.1\r\n' + headers + b'\r\n'


SMUGGLED = b'0\r\n\r\n' + request(b'GET /healthz')
# 0: closed without a word is right, too
MALFORMED = [
    ('zero in the target', request(b'GET /label/1\0/2'), {400}),
    ('zero in a header name', request(b'GET /healthz', HOST + b'A\0B: c\r\n'), {400}),
    ('length and coding', post(b'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', SMUGGLED), {400}),
    ('coding and length', post(b'Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', SMUGGLED), {400}),
    ('coding with a blank', post(b'Transfer-Encoding : chunked\r\n', SMUGGLED), {400}),
    ('coding that is none', post(b'Transfer-Encoding: xchunked\r\n', SMUGGLED), {400}),
    ('coding twice', post(b'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', SMUGGLED), {400}),
    ('length twice', post(b'Content-Length: 5\r\nContent-Length: 6\r\n', b'abcdef'), {400}),
    ('length of letters', post(b'Content-Length: 5x\r\n', b'abcde'), {400}),
    ('length below zero', post(b'Content-Length: -5\r\n', b'abcde'), {400}),
    ('length with a sign', post(b'Content-Length: +5\r\n', b'abcde'), {400}),
    ('length beyond numbers', post(b'Content-Length: 99999999999999999999999\r\n', b''), {400, 413}),
    ('chunk of letters', post(b'Transfer-Encoding: chunked\r\n', b'zz\r\nabc'), {400}),
    ('chunk beyond numbers', post(b'Transfer-Encoding: chunked\r\n', b'f' * 40 + b'\r\nabc'), {400, 413}),
    ('chunk without its end', post(b'Transfer-Encoding: chunked\r\n', b'3\r\nabcdef\r\n0\r\n\r\n'), {400}),
    ('no host', request(b'GET /healthz', b''), {400}),
    ('two hosts', request(b'GET /healthz', HOST + HOST), {400}),
    ('version 2', b'GET /healthz HTTP/2.0\r\n' + HOST + b'\r\n', {505}),
    ('version 0.9', b'GET /healthz\r\n\r\n', {0, 400}),
    ('version of letters', b'GET /healthz HTTP/x.y\r\n' + HOST + b'\r\n', {0, 400, 505}),
    ('no words at all', b'\xff\xfe\xfd\r\n\r\n', {0, 400}),
    ('TLS', b'\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03' + b'\r\n' * 5, {0, 400}),
    ('blanks in the target', request(b'GET /a b'), {0, 400}),
    ('header without a colon', request(b'GET /healthz', HOST + b'foo\r\n'), {400}),
    ('header before the first', b'GET /healthz HTTP/1.1\r\n ' + HOST + b'\r\n', {400}),
    ('connect', request(b'CONNECT evil.example:443'), {400, 405}),
    ('options of all', request(b'OPTIONS *'), {400, 405}),
    ('trace', request(b'TRACE /'), {405}),
    ('method of our own', request(b'BREW /label/1'), {405}),
    ('target without a slash', request(b'GET label/1'), {400}),
    ('long target', request(b'GET /' + b'a' * 5000), {414}),
    ('longer target', request(b'GET /' + b'a' * 100000), {0, 414}),
    ('long header', request(b'GET /', HOST + b'X: ' + b'a' * 100000 + b'\r\n'), {0, 431}),
    ('long header name', request(b'GET /', HOST + b'X' * 100000 + b': a\r\n'), {0, 431}),
    ('65 headers', request(b'GET /', HOST + b'a:b\r\n' * 64), {431}),
    ('10 000 headers', request(b'GET /', HOST + b'a:b\r\n' * 10000), {0, 431}),
    ('1 000 parameters', request(b'GET /?' + b'a&' * 1000), {0, 200, 404, 414, 431}),
    ('body too long', post(b'Content-Length: 300000\r\n', b'a' * 300000), {0, 413}),
    ('chunks too long', post(b'Transfer-Encoding: chunked\r\n', (b'4000\r\n' + b'a' * 0x4000 + b'\r\n') * 20), {0, 413}),
]

RIGHT = [
    ('line feeds alone', b'GET /healthz HTTP/1.1\nHost: x\nConnection: close\n\n', 200),
    ('empty lines before', b'\r\n' + request(b'GET /healthz', HOST + b'Connection: close\r\n'), 200),
    ('whole URI', request(b'GET http://evil.example/healthz', HOST + b'Connection: close\r\n'), 200),
    ('HTTP/1.0', b'GET /healthz HTTP/1.0\r\n\r\n', 200),
    ('GET with a body', request(b'GET /healthz', HOST + b'Connection: close\r\nContent-Length: 3\r\n') + b'abc', 200),
    ('64 headers', request(b'GET /healthz', HOST + b'Connection: close\r\n' + b'a:b\r\n' * 62), 200),
]

PATHS = [
    b'/../etc/passwd', b'/..', b'/label/../../etc/passwd', b'/label/..%2f..%2f', b'/%2e%2e/%2e%2e/etc/passwd',
    b'/label/%00', b'/label/1%00.json', b'/tile/../keys', b'/tile/0/%2e%2e/000', b'/tile//0/000', b'/tile/0/000/..',
    b'//evil.example/', b'//label/1', b'/label//1', b'/label/1/', b'/\\evil.example', b'/label/%c0%ae%c0%ae/',
    b'/label/%ff', b'/label/%', b'/label/%4', b'/label/%zz', b'/label/1%0d%0aX:%20y', b'/search?q=%0d%0aX:%20y&in=words',
    b'/label/99999999999999999999', b'/label/-1', b'/label/01', b'/label/1e3', b'/label/0x10',
    b'/product/..', b'/product/' + b'0' * 31, b'/product/' + b'G' * 32, b'/status/..%2f..', b'/status/-1',
    b'/de/de/label/1', b'/xx/label/1', b'/assets/../registry.js', b'/assets/%2e%2e/x', b'/assets/',
    b'/search/words/' + b'%3Cscript%3E' * 40, b'/search?q=<script>alert(1)</script>', b'/search?' + b'q=' * 500,
    b'/maker/<x-evil>', b'/scheme/<x-evil>', b'/body/<x-evil>', b'/compare/' + b'0' * 32, b'/?<x-evil>', b'/#<x-evil>',
    b'/label/1;x=<x-evil>', b'/label/1.html.json.cbor', b'/label/.json', b'/.json', b'/.well-known/../keys', b'/' + b'a/' * 900,
]


def try_malformed(server):
    for i, (name, data, wanted) in enumerate(MALFORMED):
        got = server.raw(data, '127.0.1.%d' % (i + 1), wait=1.0)
        check(name, status(got) in wanted, (status(got), got[:80]))
        check(name + ': no second answer', b'HTTP/1.1 200' not in got or 200 in wanted)
        check(name + ': nothing of ours', b'/src/' not in got and b'.c:' not in got)
    for name, data, wanted in RIGHT:
        got = server.raw(data, wait=1.0)
        check(name, status(got) == wanted and whole(got), got[:200])


def try_paths(server):
    for path in PATHS:
        for accept in (b'text/html', b'application/json', b'application/cbor'):
            got = server.get(path, '127.0.2.1', b'Accept: ' + accept + b'\r\n')
            name = path.decode('latin-1')[:60]
            check(name + ': an answer', status(got) in (200, 303, 308, 400, 404, 405, 406, 414), got[:80])
            check(name + ': whole', whole(got), got[:200])
            if b'Content-Type: text/html' in got:
                check(name + ': escaped', MARK not in got and b'<script>alert' not in got)
            check(name + ': no header of theirs', b'\r\nX:' not in got)
            check(name + ': no file', b'root:' not in got)


# ---- statements ----

def statement(server, data, last, source, wait=25.0):
    body = data[:-1] + last
    head = b'Content-Type: application/cose\r\nConnection: close\r\nContent-Length: %d\r\n' % len(body)
    return server.raw(post(head, body), source, timeout=wait)


def try_statements(server, data):
    check('a statement is taken', status(statement(server, data, b'x', '127.0.3.1')) == 201)
    check('one is refused', status(statement(server, data, b'r', '127.0.3.1')) in range(400, 500))
    got = statement(server, data, b'b', '127.0.3.1')
    check('the store is busy', status(got) == 503 and b'Retry-After' in got)
    check('a body that is none', status(server.raw(post(b'Content-Type: application/cose\r\nContent-Length: 5\r\n', b'abcde'), wait=1.0)) == 400)


def crowd_of_statements(server, data):
    """More than may be on their way: the rest is sent away at once."""
    results, threads = [], []

    def one(i):
        began = time.monotonic()
        got = statement(server, data, b'n', '127.0.4.%d' % (i % 4 + 1), 30.0)
        with lock:
            results.append((status(got), time.monotonic() - began, b'Retry-After' in got))

    for i in range(300):
        threads.append(threading.Thread(target=one, args=(i,)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    at_once = [r for r in results if r[1] < 10]
    check('all 300 statements got an answer', len(results) == 300 and all(r[0] == 503 for r in results), sorted(set(r[0] for r in results)))
    check('44 of them at once', len(at_once) >= 44, len(at_once))
    check('all are told when to come again', all(r[2] for r in results))
    check('none waits for ever', all(r[1] < 23 for r in results), max(r[1] for r in results))


# ---- who is slow ----

def slowly(server, source, first, piece, wanted, least, most, what):
    """Sends a byte now and then; how long until it is ended, and what is said."""
    s = server.connect(source)
    began = time.monotonic()
    got = b''
    try:
        s.sendall(first)
        s.settimeout(0.4)
        while time.monotonic() - began < most + 5:
            try:
                more = s.recv(4096)
                got += more
                if not more:
                    break
            except socket.timeout:
                s.sendall(piece)
    except OSError:
        pass
    took = time.monotonic() - began
    s.close()
    check(what + ': ended in time', least <= took <= most, took)
    check(what + ': told why', status(got) in wanted, got[:60])


def slow_reader(server):
    """Asks for much and reads nothing: it is reset."""
    s = server.connect('127.0.5.9', small=True)
    ask = request(b'GET /label/17.html')
    began = time.monotonic()
    reset = False
    s.settimeout(1.0)
    try:
        s.sendall(ask * 590)
    except OSError:
        pass
    while time.monotonic() - began < 32 and not reset:
        time.sleep(0.5)
        reset = s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0
    took = time.monotonic() - began
    s.close()
    check('a reader who does not read is reset', reset and took >= 15, took)


# ---- many ----

def hold_many(server, count, first, network):
    """Connections of many addresses, at most 100 of each."""
    held = []
    for i in range(count):
        try:
            s = server.connect('127.0.%d.%d' % (network, i // 100 + 1), 2.0)
            s.sendall(first)
            held.append(s)
        except OSError as error:
            if error.errno == errno.EMFILE:
                break
    return held


def close_hard(held):
    for s in held:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        s.close()


def try_crowd_of_one(server):
    held = [server.connect('127.0.6.1') for _ in range(140)]
    said = 0
    for s in held:
        s.settimeout(0.01)
        try:
            said += s.recv(1000).startswith(b'HTTP/1.1 429')
        except (socket.timeout, ConnectionError):
            pass
    check('one address has 128 connections', said == 12, said)
    close_hard(held)


def try_rate(server):
    s = server.connect('127.0.6.2')
    got = b''
    for _ in range(7):
        s.sendall(request(b'GET /healthz') * 100)
        time.sleep(0.05)
    s.settimeout(1.0)
    try:
        while True:
            more = s.recv(65536)
            if not more:
                break
            got += more
    except (socket.timeout, ConnectionError):
        pass
    s.close()
    good, sent_away = got.count(b'HTTP/1.1 200'), got.count(b'HTTP/1.1 429')
    check('a rate is held', good >= 600 and sent_away > 0, (good, sent_away))
    check('it says when to come again', got.count(b'Retry-After: 2') == sent_away)
    check('others are not held', status(server.get(b'/healthz', '127.0.6.3')) == 200)


def abrupt(server):
    for i in range(400):
        s = server.connect('127.0.7.%d' % (i % 8 + 1))
        s.sendall([b'', b'GET /lab', request(b'GET /label/17'), post(b'Content-Length: 1000\r\n', b'abc')][i % 4])
        close_hard([s])


class Watcher(threading.Thread):
    """A good client, who must be served all the time."""

    def __init__(self, server):
        super().__init__()
        self.server, self.took, self.wrong, self.stop = server, [], 0, False

    def run(self):
        i = 0
        while not self.stop:
            began = time.monotonic()
            got = self.server.get(b'/label/%d' % (i % 50), '127.0.0.1')
            self.took.append(time.monotonic() - began)
            self.wrong += status(got) != 200 or not whole(got)
            i += 1
            time.sleep(0.03)


def quick_attacks(server):
    try_malformed(server)
    try_paths(server)
    try_crowd_of_one(server)
    try_rate(server)
    abrupt(server)


def settle(server):
    """Until only the asker is connected."""
    for _ in range(60):
        if server.metric('hallmark_http_connections') == 1:
            break
        time.sleep(0.5)
    return server.metric('hallmark_http_connections'), server.metric('process_resident_memory_bytes')


def main():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    many = min(5000, hard - 500)
    server = Server(sys.argv[1])
    with open(sys.argv[2], 'rb') as file:
        data = file.read()
    watcher = Watcher(server)
    watcher.start()
    try_statements(server, data)
    slow = [threading.Thread(target=slowly, args=args) for args in (
        (server, '127.0.5.1', b'G', b'G', {0}, 9, 12, 'a slow request line'),
        (server, '127.0.5.2', b'GET / HTTP/1.1\r\n', b'a', {408}, 9, 12, 'slow headers'),
        (server, '127.0.5.3', request(b'GET / HTTP/1.1\r\nX: y'), b'', {0, 200, 400, 404}, 0, 12, 'silence after an answer'),
        (server, '127.0.5.4', post(b'Content-Length: 1000\r\n', b''), b'a', {408}, 19, 23, 'a slow body'),
        (server, '127.0.5.5', post(b'Transfer-Encoding: chunked\r\n', b''), b'1\r\na\r\n', {408}, 19, 23, 'slow chunks'),
    )]
    slow.append(threading.Thread(target=slow_reader, args=(server,)))
    slow.append(threading.Thread(target=crowd_of_statements, args=(server, data)))
    for thread in slow:
        thread.start()
    quick_attacks(server)
    for thread in slow[:3]:
        thread.join()  # the next would push them out
    held = hold_many(server, many, b'GET /label/17 HTTP/1.1\r\nX', 8)
    check('thousands of connections are held', len(held) > many // 2, len(held))
    check('and one more is let in', status(server.get(b'/healthz', '127.0.0.2')) == 200)
    for thread in slow:
        thread.join()
    close_hard(held)
    connections, before = settle(server)
    check('no connection is left', connections == 1, connections)
    # What is lost is lost each time; what one round takes more than the one
    # before, on a busy machine, the next one finds there.
    levels = [before]
    while len(levels) < 5:
        close_hard(hold_many(server, many, b'GET /label/17 HTTP/1.1\r\nX', 10))
        abrupt(server)
        connections, after = settle(server)
        levels.append(after)
        if len(levels) > 2 and after < levels[-2] + (8 << 20):
            break
    check('no connection is left again', connections == 1, connections)
    if server.jailed:  # sanitizers keep what was freed
        check('no memory is lost', levels[-1] < levels[-2] + (8 << 20), levels)
    watcher.stop = True
    watcher.join()
    took = sorted(watcher.took)
    check('others were always served', watcher.wrong == 0, '%d of %d' % (watcher.wrong, len(took)))
    check('and soon', took[len(took) * 99 // 100] < 0.5 and took[-1] < 2, (took[len(took) * 99 // 100], took[-1]))
    idle = [server.connect() for _ in range(5)]
    began = time.monotonic()
    os.kill(server.pid, signal.SIGTERM)
    check('it ends well', server.process.wait(15) == 0)
    check('and at once', time.monotonic() - began < 3, time.monotonic() - began)
    close_hard(idle)
    print('%d checks, %d failed; another client: median %.1f ms, 99 %% %.1f ms, most %.1f ms of %d; %.1f MiB' % (
        checks, len(failures), took[len(took) // 2] * 1e3, took[len(took) * 99 // 100] * 1e3, took[-1] * 1e3,
        len(took), after / (1 << 20)))
    return 1 if failures else 0


sys.exit(main())
