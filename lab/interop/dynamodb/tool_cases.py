"""Our commands, `claviger run`, `hold` and `kv`, and the originals' clients on one table."""

import json
import signal
import time

from cases import CASES, case, contains, equal
from dynalock_cases import PARTITION
from dynalock_cases import held as dynalock_held
from dynalock_cases import is_free as dynalock_is_free
from dynalock_cases import is_refused as dynalock_is_refused
from dynalock_cases import unlock as dynalock_unlock
from lynk_cases import LONG, acquire, item
from parties import failed, fresh, party, succeeded
from place import DYNALOCK_TABLE, LYNK_TABLE

LYNK_URL = 'dynamodb:%s?layout=lynk' % LYNK_TABLE
DYNALOCK_URL = 'dynamodb:%s?layout=dynalock&partition=%s' % (DYNALOCK_TABLE, PARTITION)


class Lynk:
    """An original's client, by what the cases of both layouts need of it."""

    url = LYNK_URL

    def __init__(self, place, who='lynk'):
        self.client = party(place, who, 'lynk')

    def held(self, name):
        succeeded(acquire(self.client, name))
        return name

    def release(self, name):
        self.client.ask('release', lock=name)

    def is_refused(self, name):
        equal(failed(acquire(self.client, name, LONG, 1)), 'LockNotGranted')

    def is_free(self, name):
        self.release(self.held(name))


class Dynalock:
    """As Lynk."""

    url = DYNALOCK_URL

    def __init__(self, place, who):
        self.client = party(place, who, 'dynalock')

    def held(self, name):
        return dynalock_held(self.client, name)

    def release(self, locker):
        dynalock_unlock(self.client, locker)

    def is_refused(self, name):
        dynalock_is_refused(self.client, name)

    def is_free(self, name):
        dynalock_is_free(self.client, name, 20)


def each_original(title):
    """Registers a case for each original: it gets the place and the original's client."""
    def register(function):
        for who, kind in (('lynk', Lynk), ('dynalock1', Dynalock), ('dynalock2', Dynalock)):
            def run(place, who=who, kind=kind):
                return function(place, kind(place, who))
            CASES.append(('%s and our commands: %s' % (who, title), run))
        return function
    return register


@each_original('claviger hold keeps it out until TERM')
def hold(place, original):
    name = fresh('tool')
    holder = place.start([place.ours + '/claviger', 'hold', '--url', original.url, name])
    holder.says(r'^held %s token [1-9]\d*\n' % name)
    original.is_refused(name)
    holder.signal(signal.SIGTERM)
    equal(holder.status(), 0)
    original.is_free(name)


@each_original('a killed claviger hold is followed after its lease')
def killed(place, original):
    name = fresh('tool')
    holder = place.start([place.ours + '/claviger', 'hold', '--url', original.url + '&lease=2s', name])
    holder.says('^held ')
    original.is_refused(name)
    holder.signal(signal.SIGKILL)
    holder.status()
    original.is_free(name)


@each_original('claviger run is not granted what it holds, and runs when it lets go')
def run(place, original):
    name = fresh('tool')
    held = original.held(name)
    words = ['run', '--url', original.url]
    for limit in (['--no-wait'], ['--wait', '300ms']):
        refused = place.claviger(*words, *limit, name, '--', 'echo', 'ran')
        equal((refused.process.returncode, refused.stdout), (123, ''))
    waiter = place.start([place.ours + '/claviger', *words, name, '--', 'sh', '-c', 'echo $CLAVIGER_LOCK; exit 7'])
    time.sleep(1.5)
    equal((waiter.process.poll(), waiter.stdout), (None, ''))
    original.release(held)
    equal(waiter.status(), 7)
    equal(waiter.stdout, name + '\n')
    original.is_free(name)


@each_original('while claviger run runs, it is kept out')
def run_keeps_out(place, original):
    name = fresh('tool')
    words = ['run', '--url', original.url + '&lease=3s', '--grace', '1s', name, '--', 'sh', '-c', 'echo on; sleep 5']
    runner = place.start([place.ours + '/claviger', *words])
    runner.says('^on\n')
    original.is_refused(name)
    equal(runner.status(), 0)
    original.is_free(name)


@case('lynk and our commands: with token=off the item is all that is written')
def token_off(place):
    name = fresh('tool')
    ran = place.claviger('run', '--url', LYNK_URL + '&token=off', name, '--', 'sh', '-c', 'echo "${CLAVIGER_TOKEN:-none}"')
    equal((ran.process.returncode, ran.stdout), (0, 'none\n'))
    equal((item(place, name), item(place, 'lynk-fence/' + name)), (None, None))
    ran = place.claviger('run', '--url', LYNK_URL, name, '--', 'sh', '-c', 'echo "${CLAVIGER_TOKEN:-none}"')
    equal(ran.stdout, item(place, 'lynk-fence/' + name)['fencingToken']['N'] + '\n')


def records(who):
    def run_with(place):
        original, key = party(place, who, 'dynalock'), fresh('tool')

        def kv(*words, status=0):
            ran = place.claviger('kv', words[0], '--url', DYNALOCK_URL, *words[1:])
            equal((ran.process.returncode, ran.stderr if ran.process.returncode != status else ''), (status, ''))
            return ran.stdout
        original.ask('put', key=key + '/a', value={'S': 'no base64'}, no_expires=True)
        equal(kv('get', key + '/a'), 'no base64')
        kv('put', key + '/b', 'more')
        equal(original.ask('get', key=key + '/b').bytes, 'bW9yZQ==')
        begun = time.time()
        kv('put', '--ttl', '1m', key + '/b', 'most')
        assert begun + 59 < original.ask('get', key=key + '/b').expires < time.time() + 61
        listed = json.loads(kv('list', '--json', key))['records']
        equal([(each['key'], each['value']) for each in listed], [(key + '/a', 'no base64'), (key + '/b', 'most')])
        version = original.ask('get', key=key + '/a', keep=key).version
        equal(listed[0]['version'], version)
        kv('cas', key + '/a', str(version), 'new')
        equal(original.raises('atomic_put', key=key + '/a', previous=key, bytes=''), 'KeyModified')
        kv('cas', key + '/a', str(version), 'newer', status=1)
        kv('delete', key + '/a')
        equal(original.raises('get', key=key + '/a'), 'KeyNotFound')
        original.ask('delete', key=key + '/b')
        kv('get', key + '/b', status=1)
    return run_with


def guarded(who):
    def run_with(place):
        original, name, key = party(place, who, 'dynalock'), fresh('tool'), fresh('guarded')
        holder = place.start([place.ours + '/claviger', 'hold', '--url', DYNALOCK_URL, name])
        token = holder.says(r'token (\d+)\n').group(1)
        words = ['kv', 'put', '--url', DYNALOCK_URL, '--if-holding', name + ':' + token, key]
        equal(place.claviger(*words, 'one').process.returncode, 0)
        # It takes the lock away, as writing its record does.
        original.ask('put', key=name, bytes='', ttl=60)
        refused = place.claviger(*words, 'two')
        equal(refused.process.returncode, 123)
        equal(original.ask('get', key=key).bytes, 'b25l')
        equal(holder.status(), 122)
        contains(holder.stderr, name)
    return run_with


for each in ('dynalock1', 'dynalock2'):
    CASES.append((each + ' and our commands: claviger kv', records(each)))
    CASES.append((each + ' and our commands: claviger kv put --if-holding', guarded(each)))
