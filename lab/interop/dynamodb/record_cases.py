"""Records that the original dynalock and ours read and write on one table: the facade with its words, and KeyValueStore."""

import base64
import time

from cases import equal, wait_until
from dynalock_cases import held, item, unlock
from parties import dynalock_case, dynalock_version_case, fresh

VALUES = [
    {'bytes': '//4APw=='}, {'bytes': ''}, {'bytes': base64.b64encode(bytes(range(256))).decode()},
    {'value': {'S': 'test'}}, {'value': {'S': 'no base64'}}, {'value': {'S': ''}}, {'value': {'N': '17.5'}},
    {'value': {'BOOL': True}}, {'value': {'NULL': True}}, {'value': {'B': '//4APw=='}},
    {'value': {'L': [{'N': '1'}, {'N': '2'}]}}, {'value': {'M': {'a': {'S': 'b'}, 'n': {'M': {'x': {'N': '1'}}}}}}, {},
]
AGENT = {'Name': 'w1', 'Slots': 3, 'Ready': True, 'Tags': ['a', 'b'],
         'Nested': {'Name': '', 'Slots': -1, 'Ready': False, 'Tags': None, 'Nested': None}}


def told(value):
    """A value without the members that are null, which Go's are full of; or None."""
    if isinstance(value, list):
        return [told(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: told(each) for name, each in value.items() if each is not None} or None


def bytes_of(value, who):
    """What BytesValue says, as text in base64; None if there are none."""
    kind, content = next(iter(value.items())) if value else ('none', None)
    if kind == 'S':
        try:
            # Python would take padding in any place.
            assert len(content) % 4 == 0
            return base64.b64encode(base64.b64decode(content, validate=True)).decode()
        except (ValueError, AssertionError):
            return None
    if who == 'dynalock2':
        return None
    if kind == 'B':
        return content
    return base64.b64encode(bytes(int(each['N']) for each in content)).decode() if kind == 'L' else None


@dynalock_case('every kind of value is read by the other as it was written')
def values(place, first, second):
    writer, reader = first(), second()
    for number, value in enumerate(VALUES):
        for life in ({'ttl': 60}, {'no_expires': True}):
            key = fresh('value')
            begun = time.time()
            writer.ask('put', key=key, **value, **life)
            found = reader.ask('get', key=key)
            expected = {'S': value['bytes']} if 'bytes' in value else value.get('value')
            equal((number, told(found.value)), (number, expected))
            equal((number, found.bytes), (number, bytes_of(expected, reader.who)))
            equal((found.partition, found.key), ('Part', key))
            equal(found.version, writer.ask('get', key=key).version)
            # Ours is rounded up and the other's down, so that what ends is over for nobody too early.
            assert begun + 59 < found.expires < time.time() + 61 if 'ttl' in life else found.expires == 0, found
            equal('expires' in item(place, key), 'ttl' in life)


@dynalock_version_case('structs are JSON documents')
def structs(place, first, second):
    original, our, key = first(), second(), fresh('struct')
    original.ask('put', key=key, struct=AGENT)
    found = our.ask('kv_get', key=key)
    equal(found.form, 'JSON')
    copy = fresh('struct')
    our.ask('kv_put', key=copy, json=found.text)
    equal(original.ask('get', key=copy).struct, AGENT)
    equal(item(place, copy)['payload'], item(place, key)['payload'])


@dynalock_version_case('KeyValueStore reads and writes what the original does')
def key_values(_, first, second):
    original, our = first(), second()
    for value, form, content in (({'bytes': '//4APw=='}, 'BYTES', '//4APw=='),
                                 ({'value': {'S': 'no base64'}}, 'TEXT', 'no base64'),
                                 ({'value': {'M': {'b': {'N': '1'}, 'a': {'L': []}}}}, 'JSON', '{"a":[],"b":1}'),
                                 ({'value': {'B': 'AAE='}}, 'BYTES', 'AAE='), ({'value': {'N': '5'}}, 'JSON', '5')):
        key = fresh('kv')
        original.ask('put', key=key, no_expires=True, **value)
        found = our.ask('kv_get', key=key)
        equal((found.form, found.text if form != 'BYTES' else found.bytes, found.ends), (form, content, False))
        equal(found.version, 1)
    for value, expected in (({'text': 'no base64'}, {'S': 'no base64'}), ({'text': 'test'}, {'S': 'test'}),
                            ({'bytes': 'AAE='}, {'S': 'AAE='}), ({'json': '{"a": [1, null]}'},
                                                                 {'M': {'a': {'L': [{'N': '1'}, {'NULL': True}]}}})):
        key = fresh('kv')
        written = our.ask('kv_put', key=key, ttl=60, **value)
        found = original.ask('get', key=key)
        equal((told(found.value), found.version), (expected, written.version))
        # Our own form is kept as long as nobody else writes.
        equal(our.ask('kv_get', key=key).form, written.form)


@dynalock_version_case('versions of KeyValueStore and the original are one count')
def versions(_, first, second):
    original, our, key = first(), second(), fresh('kv')
    created = our.ask('kv_cas', key=key, text='1', expected=0)
    equal(created.found, True)
    equal(original.raises('atomic_put', key=key, value={'S': '2'}), 'KeyExists')
    seen = original.ask('get', key=key, keep=key)
    equal(original.ask('atomic_put', key=key, previous=key, value={'S': '2'}, no_expires=True).version, seen.version + 1)
    equal(our.ask('kv_cas', key=key, text='3', expected=seen.version).found, False)
    changed = our.ask('kv_cas', key=key, text='3', expected=seen.version + 1)
    equal((changed.found, changed.version), (True, seen.version + 2))
    equal(original.raises('atomic_put', key=key, previous=key, value={'S': '4'}), 'KeyModified')
    equal(our.ask('kv_cas_delete', key=key, expected=seen.version).deleted, False)
    equal(our.ask('kv_cas_delete', key=key, expected=changed.version).deleted, True)
    equal(original.raises('get', key=key), 'KeyNotFound')
    equal(our.ask('kv_delete', key=key).deleted, False)
    # Our deletion leaves the version, and what is made of that is seen by both.
    again = original.ask('atomic_put', key=key, value={'S': '5'}, ttl=60)
    assert again.version > changed.version, again
    equal(our.ask('kv_get', key=key).version, again.version)
    original.ask('delete', key=key)
    equal(our.ask('kv_get', key=key).found, False)


@dynalock_case('atomic writes and deletions fail across as they do within')
def atomic(_, first, second):
    one, other, key = first(), second(), fresh('atomic')
    created = one.ask('atomic_put', key=key, bytes='', ttl=60, keep=key)
    equal(other.raises('atomic_put', key=key, bytes='', ttl=60), 'KeyExists')
    seen = other.ask('get', key=key, keep=key)
    equal(seen.version, created.version)
    equal(other.ask('atomic_put', key=key, previous=key, bytes='AAE=', keep=key).version, seen.version + 1)
    equal(one.raises('atomic_put', key=key, previous=key, bytes=''), 'KeyModified')
    # The original calls another version "not found".
    equal(one.raises('atomic_delete', key=key, previous=key), 'KeyModified' if one.who == 'ours' else 'KeyNotFound')
    equal(one.ask('get', key=key).bytes, 'AAE=')
    other.ask('atomic_delete', key=key, previous=key)
    for who in (one, other):
        equal(who.raises('get', key=key), 'KeyNotFound')
        equal(who.ask('exists', key=key).exists, False)
        equal(who.raises('atomic_put', key=key, previous=key, bytes=''), 'KeyModified')
        equal(who.raises('atomic_delete', key=key, previous=key), 'KeyNotFound')
        who.ask('delete', key=key)
    one.ask('atomic_put', key=key, bytes='', ttl=60)
    other.ask('delete', key=key)
    equal(one.raises('get', key=key), 'KeyNotFound')


@dynalock_case('a previous record hands its time on, unless another is said behind it')
def inherited(_, first, second):
    one, other, key = first(), second(), fresh('life')
    one.ask('put', key=key, bytes='', ttl=100)
    ends = other.ask('get', key=key, keep=key).expires
    # What counts is its end, and not how long that was off when it was read.
    time.sleep(3)
    kept = other.ask('atomic_put', key=key, previous=key, bytes='', keep=key).expires
    assert abs(kept - ends) <= 1, (kept, ends)
    begun = time.time()
    longer = other.ask('atomic_put', key=key, previous=key, bytes='', ttl=500).expires
    assert begun + 499 < longer < time.time() + 501, longer - begun
    assert abs(one.ask('get', key=key).expires - longer) <= 1


@dynalock_case('a record that has expired is gone for the other, and its version goes on')
def expired(_, first, second):
    one, other, key = first(), second(), fresh('over')
    one.ask('put', key=key, bytes='AAE=', ttl=3)
    version = other.ask('get', key=key, keep=key).version
    wait_until(lambda: not other.ask('exists', key=key).exists, 'the record to end')
    equal(other.raises('get', key=key), 'KeyNotFound')
    equal(other.raises('atomic_put', key=key, previous=key, bytes=''), 'KeyModified')

    def created():
        # During its last second the original's clients cannot make it anew.
        answer = other.send('atomic_put', key=key, bytes='', ttl=60).answer()
        return answer.raised is None and answer
    equal(wait_until(created, 'the record to be made').version, version + 1)
    equal(one.ask('get', key=key).version, version + 1)


@dynalock_case('listings have the records of both, in order, and nothing else')
def listing(_, first, second):
    one, other, folder = first(), second(), fresh('list') + '/'
    for number, name in enumerate(('b', 'a/x', 'c', 'a', 'ä', 'zz/')):
        (one, other)[number % 2].ask('put', key=folder + name, bytes='', no_expires=True)
    one.ask('put', key=folder + 'gone', bytes='', ttl=60)
    other.ask('delete', key=folder + 'gone')
    one.ask('put', key=folder + 'short', bytes='', ttl=1)
    other.ask('put', key=folder + 'short2', bytes='', ttl=1)
    locker = held(one, folder + 'lock')
    wait_until(lambda: not any(who.ask('exists', key=folder + name).exists
                               for who in (one, other) for name in ('short', 'short2')), 'the records to end')
    expected = [folder + name for name in ('a', 'a/x', 'b', 'c', 'lock', 'zz/', 'ä')]
    for who in (one, other):
        equal([record['key'] for record in who.ask('list', prefix=folder).list], expected)
        equal([record['key'] for record in who.ask('list', prefix=folder + 'a').list], expected[:2])
        equal(who.raises('list', prefix=folder + 'none'), 'KeyNotFound')
    unlock(one, locker)


@dynalock_version_case('the tokens of our locks are not met in listings')
def tokens(_, first, second):
    original, our = first(partition='Fences'), second(partition='Fences')
    locker = held(our, 'only')
    our.ask('kv_put_locked', key='one', name='guard', text='x')
    equal([record['key'] for record in original.ask('list', prefix='o').list], ['one', 'only'])
    for prefix in ('l', 'g'):
        assert not original.send('list', prefix=prefix).answer().get('list')
    our.ask('unlock', lock=locker)


@dynalock_case('a listing of more than a megabyte has all pages')
def pages(_, first, second):
    writer, reader, folder = first(), second(), fresh('pages') + '/'
    large = base64.b64encode(b'x' * 250_000).decode()
    for number in range(5):
        writer.ask('put', key=folder + str(number), bytes=large, ttl=60)
    listed = reader.ask('list', prefix=folder).list
    equal([record['key'] for record in listed], [folder + str(number) for number in range(5)])
    assert all(record['bytes'] == large for record in listed)


@dynalock_version_case('in the second in which a record ends ours can make it anew, and the original sees it')
def boundary(place, first, second):
    original, our = first(), second()
    for _ in range(5):
        key = fresh('boundary')
        original.ask('put', key=key, bytes='', ttl=1)
        end = int(item(place, key)['expires']['N'])
        wait_until(lambda: time.time() >= end, 'the last second')
        refused = original.raises('atomic_put', key=key, bytes='', ttl=60)
        gone = original.raises('get', key=key)
        new = our.ask('atomic_put', key=key, bytes='AAE=', ttl=60)
        if time.time() < end + 1:
            # To the original it is neither there nor can it be made.
            equal((refused, gone), ('KeyExists', 'KeyNotFound'))
            found = original.ask('get', key=key)
            equal((found.bytes, found.version), ('AAE=', new.version))
            return
        our.ask('delete', key=key)
    raise AssertionError('this machine is too slow to look within one second')
