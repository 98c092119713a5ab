# SPDX-License-Identifier: ISC
# A registry that is started, asked, told something, stopped, restarted, made
# anew, restored from a backup and shown by two front ends; what it refuses.
. "$(dirname "$0")/common.sh"
pids=
trap 'kill -9 $pids 2>/dev/null; rm -rf "$work"' EXIT

# start NAME ARG...: `hallmark serve` in the background, until it accepts;
# $url and $pid are its. What it says is in NAME.out and NAME.err.
start() {
	local name=$1
	shift
	checks=$((checks + 1))
	"$hallmark" serve "$@" --listen 127.0.0.1:0 >"$name.out" 2>"$name.err" \
	    </dev/null &
	pid=$!
	pids="$pids $pid"
	for _ in $(seq 200); do
		[ ! -s "$name.out" ] || break
		kill -0 $pid 2>/dev/null || break
		sleep 0.05
	done
	url=$(head -n 1 "$name.out")
	[ -n "$url" ] || fail "serve $*: $(cat "$name.err")"
}

# stop [PID]: SIGTERM, and it ends well.
stop() {
	local which=${1:-$pid}
	checks=$((checks + 1))
	kill -TERM "$which"
	wait "$which" || fail "SIGTERM ended it with $?: $(cat ./*.err)"
}

# refuses CODE WORDS ARG...: it does not start.
refuses() {
	local code=$1 words=$2 got
	shift 2
	checks=$((checks + 1))
	timeout 20 "$hallmark" serve "$@" >out 2>err </dev/null
	got=$?
	[ $got -eq "$code" ] || fail "serve $*: exit $got, not $code: $(cat err)"
	grep -qF -- "$words" err || fail "serve $*: says $(cat err)"
}

# get STATUS PATH: the answer's body is in the file "body".
get() {
	local got
	checks=$((checks + 1))
	got=$(python3 "$work/fetch.py" "$url${2#/}" "${3-}")
	[ "$got" = "$1" ] || fail "$2 is $got, not $1: $(head -c 300 body)"
}
cat >fetch.py <<'PYTHON'
import sys, urllib.request, urllib.error
class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None
url, name = sys.argv[1:3]
data = open(name, "rb").read() if name else None
ask = urllib.request.Request(url, data, {"Content-Type": "application/cose"})
try:
    answer = urllib.request.build_opener(Stay).open(ask, timeout=20)
except urllib.error.HTTPError as e:
    answer = e
open("body", "wb").write(answer.read())
open("head", "w").write(str(answer.headers))
print(answer.status)
PYTHON

# size: of the published tree.
size() {
	get 200 /checkpoint
	sed -n 2p body
}

for name in owner office other ledger; do
	expect 0 '' key new $name.key --no-passphrase --public $name.pub \
	    --name $name.example
done
{
	echo "owner $(cat owner.pub)"
	echo "log $(cat ledger.pub)"
	echo "quorum none"
} >anchors
# accredit NAME: a statement of that body, in the file NAME.statement.
accredit() {
	expect 0 '' trust add --issuer https://owner.example --key owner.key \
	    --body "$1.pub" --name "Body $1" --uri "https://$1.example" \
	    --scope psti:conforming -o "$1.statement"
}
accredit office
accredit other
expect 0 '' ledger init L --key ledger.key --origin ledger.example \
    --policy anchors

# ---- what it refuses to start with
refuses 2 'an argument is missing'
refuses 2 'is no ADDRESS:PORT' L --listen nowhere
refuses 2 'is no ADDRESS:PORT' L --listen 127.0.0.1:99999
refuses 2 'one too many' L --listen \
    127.0.0.1:0,127.0.0.1:0,127.0.0.1:0,127.0.0.1:0,127.0.0.1:0
refuses 4 '' L --listen 192.0.2.1:1
refuses 2 'exclude each other' L --key ledger.key --writer https://w.example
refuses 2 'no URI of a registry' L --base-uri registry.example
refuses 2 'no URI of a registry' L --base-uri https://registry.example/
refuses 2 'no URI of a registry' L --base-uri 'https://a"b'
refuses 2 'out of range' L --threads 5
refuses 2 'out of range' L --days 367
refuses 2 'goes with --key' L --passphrase-file x
refuses 2 'the one who writes' L --writer https://w.example --rebuild
refuses 2 'makes its own key' L --init-demo --key ledger.key
refuses 3 'No such file' nowhere --listen 127.0.0.1:0
refuses 3 "is not this key's ledger" L --key other.key --listen 127.0.0.1:0
expect 0 '' ledger init open --key ledger.key --origin ledger.example --open
refuses 3 'nobody has rights' open --key ledger.key --listen 127.0.0.1:0

# ---- a life
start one L --key ledger.key
check 'a new state says so' grep -q 'sign-state is="new"' one.err
get 200 /healthz
get 201 /entries office.statement
check 'where it stands' grep -q '^Location: .*/entries/0$' head
cp body receipt
get 200 /entries office.statement
get 200 /entries/0
cmp -s body receipt || fail 'the receipt is another one'
get 200 /entries/0/statement
cmp -s body office.statement || fail 'the statement is another one'
get 200 /entries/0/proof
check 'a proof' grep -q '^c2sp.org/tlog-proof@v1$' body
get 404 /entries/1
head -c 100 office.statement >broken
get 400 /entries broken
check 'one entry' test "$(size)" = 1
for path in tile/0/000.p/1 tile/entries/000.p/1 status/0 bundle \
    .well-known/scitt-keys; do
	get 200 /$path
	check "$path is not empty" test -s body
done
get 200 /bundle
cp body day.bundle
stop
check 'published files are on the disk' test "$(cat L/published/safe)" = 1

# ---- once more; the same ledger twice
start two L --key ledger.key
check 'its rows were there' grep -q 'store-caught-up entries=1 new=0' two.err
refuses 3 'another process' L --key ledger.key --listen 127.0.0.1:0
check 'one entry still' test "$(size)" = 1
get 201 /entries other.statement
stop
cp -r L before # a backup, taken while it rests

# ---- the database is derived
rm L/registry.sqlite*
start three L --key ledger.key
check 'made anew' grep -q 'store-caught-up entries=2 new=2' three.err
stop
start four L --key ledger.key --rebuild
check 'made anew, asked to' grep -q 'store-caught-up entries=2 new=2' four.err
get 200 /trust.json
check 'both bodies' grep -q 'Body other' body
stop
rm -r L/published
start five L --key ledger.key
check 'published anew' test "$(size)" = 2
expect 0 '' trust add --issuer https://owner.example --key owner.key \
    --body office.pub --name 'Office, renamed' --uri https://office.example \
    --scope psti:conforming -o renamed
get 201 /entries renamed
stop

# ---- backup and restore
mv L lost
cp -r before L
cp lost/registry.sqlite* L/
rm -r L/published
refuses 4 'ahead of the ledger' L --key ledger.key --listen 127.0.0.1:0
cp lost/signed L/signed
refuses 4 'an older ledger was restored' L --key ledger.key --rebuild \
    --listen 127.0.0.1:0
cp before/signed L/signed
start six L --key ledger.key --rebuild
check 'restored with the state of its time' test "$(size)" = 2
stop
rm -r L
mv lost L
cp before/signed old
cp L/signed newest
cp old L/signed
start six_b L --key ledger.key
check 'an older state goes on when the ledger proves its past' \
    grep -q 'sign-state is="behind"' six_b.err
stop
check 'and is up to date afterwards' test "$(wc -c <L/signed)" -ge 4096
cp newest L/signed
printf 'x' | dd of=L/signed bs=1 seek=20 conv=notrunc 2>dd.err
printf 'x' | dd of=L/signed bs=1 seek=4116 conv=notrunc 2>dd.err
refuses 4 'damaged' L --key ledger.key --listen 127.0.0.1:0
rm L/signed
start seven L --key ledger.key
check 'a new state, and it says so' grep -q 'sign-state is="new"' seven.err
stop

# ---- without the key: nothing is taken
start eight L
get 200 /entries/0
get 200 /checkpoint
get 405 /entries other.statement
stop

# ---- two front ends and a writer
mkdir one.front
start writer L --key ledger.key
writer=$pid
at=$url
start front1 one.front --writer https://writer.example \
    --published L/published --database L/registry.sqlite
front1=$pid
first=$url
start front2 one.front --writer https://writer.example \
    --published L/published --database L/registry.sqlite
second=$url
get 307 /entries other.statement
check 'sends them to the writer' grep -q '^Location: https://writer.example/entries' head
expect 0 '' trust add --issuer https://owner.example --key owner.key \
    --body other.pub --name 'Other, renamed' --uri https://other.example \
    --scope psti:conforming -o renamed2
url=$at
get 201 /entries renamed2
for url in $first $second; do
	for _ in $(seq 60); do # it looks for news each second
		get 200 /trust.json
		! grep -q 'Other, renamed' body || break
		sleep 0.1
	done
	check 'a front end has it' test "$(size)" = 4
	get 200 /entries/3
	get 200 /entries/3/statement
	cmp -s body renamed2 || fail 'a front end shows another statement'
	get 200 /entries/3/proof
	get 200 /trust.json
	check 'with its rows' grep -q 'Other, renamed' body
done
stop
stop "$front1"
stop "$writer"

# ---- a quorum of witnesses: what is shown follows them
expect 0 '' key new witness.key --no-passphrase --witness \
    --public witness.pub --name witness.example
{
	echo "owner $(cat owner.pub)"
	echo "log $(cat ledger.pub)"
	echo "witness w $(cat witness.pub)"
	echo "quorum w"
} >strict
expect 0 '' ledger init Q --key ledger.key --origin ledger.example \
    --policy strict
expect 0 '' ledger append Q office.statement --key ledger.key
start nine Q --key ledger.key
get 404 /checkpoint
get 201 /entries other.statement
get 200 /entries/1
"$hallmark" ledger witness Q --request >request 2>err || fail "$(cat err)"
"$hallmark" ledger witness W --key witness.key --name witness.example \
    --policy strict <request >answer 2>err || fail "witness: $(cat err)"
expect 0 '' ledger witness Q --add answer
for _ in $(seq 60); do
	[ ! -s Q/published/bundle ] || break
	sleep 0.1
done
check 'what was cosigned is shown' test "$(size)" = 2
check 'with the witness' grep -q 'witness.example' body
get 200 /bundle
stop

# ---- a service manager
cat >manager.py <<'PYTHON'
import os, socket, subprocess, sys
hallmark = sys.argv[1]
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen()
port = listener.getsockname()[1]
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.bind("notify")
notify.settimeout(20)
child = os.fork()
if child == 0:
    os.dup2(listener.fileno(), 3)
    os.set_inheritable(3, True)
    os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()),
                      NOTIFY_SOCKET=os.path.abspath("notify"))
    out = os.open("managed.out", os.O_WRONLY | os.O_CREAT, 0o644)
    err = os.open("managed.err", os.O_WRONLY | os.O_CREAT, 0o644)
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.execv(hallmark, ["hallmark", "serve", "L", "--key", "ledger.key",
                        "--json"])
assert notify.recv(100) == b"READY=1"
listener.close()
import json, urllib.request
said = json.load(open("managed.out"))
assert said["schema"] == "hallmark.serve/1", said
assert said["listening"] == ["127.0.0.1:%d" % port], said
ok = urllib.request.urlopen("http://127.0.0.1:%d/healthz" % port)
assert ok.status == 200
os.kill(child, 15)
assert notify.recv(100) == b"STOPPING=1"
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
PYTHON
check 'socket activation and notification' python3 manager.py "$hallmark"
checks=$((checks + 1))
LISTEN_FDS=1 LISTEN_PID=$$ timeout 20 bash -c \
    'LISTEN_PID=$$ exec "$0" serve L </dev/null 3</dev/null' "$hallmark" \
    >out 2>err
[ $? -eq 2 ] && grep -q 'no listening sockets' err ||
	fail "no socket was handed over: $(cat err)"

# ---- the demo
start demo D --init-demo
for path in / /label/2 /label/8 /changes /how /trust /feed.atom \
    /openapi.json; do
	get 200 $path
done
get 200 /label/2.json
check 'a suspended label' grep -q '"status":"suspended"' body
get 200 /label/8.json
check 'a valid one' grep -q '"status":"valid"' body
check 'keys are the user'"'"'s alone' test "$(stat -c %a D/demo-ledger.key)" \
    = 600
stop
start demo2 D --init-demo
get 200 /label/2
stop

# ---- the log
check 'no secret is in the log' test -z "$(grep -l 'PRIVATE' ./*.err)"
finish
