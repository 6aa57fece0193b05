"""The rows of the specification's sections 1.2 to 1.12 over the wire, and the acceptance cases that need nothing else."""

import functools
import threading
import time
import uuid

import ldlm_pb2 as pb

from cases import CASES, Skip, contains, equal, wait_until
from place import SERVERS
from wire import Wire, error_of, failure_of, fresh

EMPTY_NAME = (0, 'lock name cannot be empty')
BAD_LOCK_TIMEOUT = (0, 'lock timeout must be greater than 0')
BAD_WAIT_TIMEOUT = (0, 'wait timeout must be greater than 0')
BAD_SIZE = (7, 'lock size must be greater than 0')
MISMATCH = (6, 'lock size mismatch')
UNKNOWN = (1, 'a lock by that name does not exist')
BAD_KEY = (2, 'invalid lock key')
TIMED_OUT = (3, 'timeout waiting to acquire lock')
LOST = (5, 'lock does not exist or invalid key')


def wire_case(title, defect=None, only=('serve', 'ldlm-server', 'original')):
    """Registers a case for each kind of server; it gets place and server. `defect`: what the original does wrong."""
    def register(function):
        for kind in [kind for kind in SERVERS if kind in only]:
            CASES.append(('wire at %s: %s' % (kind, title), functools.partial(_run, function, kind, defect)))
        return function
    return register


def _run(function, kind, defect, place):
    if defect and kind == 'original':
        raise Skip('a known defect of the original: ' + defect)
    return function(place, place.server(kind))


@wire_case('A1 1.3 and 1.4: what is checked, in which order, in which words')
def checks(_, server):
    with server.wire() as wire:
        held = fresh('held')
        key = wire.take(held, size=2)
        rows = [
            (dict(name='', lock_timeout_seconds=-1, wait_timeout_seconds=-1, size=0), BAD_LOCK_TIMEOUT),
            (dict(name='', wait_timeout_seconds=-1, size=0), BAD_WAIT_TIMEOUT),
            (dict(name='', size=0), EMPTY_NAME),
            (dict(name=held, size=0), BAD_SIZE),
            (dict(name=held, size=-5), BAD_SIZE),
            (dict(name=held, size=1), MISMATCH),
            (dict(name=held), MISMATCH),
            (dict(name=held, size=3, wait_timeout_seconds=1), MISMATCH),
        ]
        for fields, expected in rows:
            response = wire.lock(**fields)
            equal((response.locked, response.name, error_of(response)), (False, fields['name'], expected))
            if 'wait_timeout_seconds' not in fields:
                response = wire.try_lock(**fields)
                equal((response.locked, response.name, error_of(response)), (False, fields['name'], expected))
        wire.unlock(held, key)


@wire_case('A1 keys only when locked', defect='section 1.4')
def keys(_, server):
    with server.wire() as wire:
        name = fresh()
        key = wire.take(name)
        for response in (wire.try_lock(name), wire.lock(name, wait_timeout_seconds=1), wire.try_lock(''),
                         wire.try_lock(name, size=2), wire.try_lock(name, size=0), wire.renew(name, key, 0)):
            equal((response.locked, response.key), (False, ''))
        wire.unlock(name, key)


@wire_case('A1 1.3: a grant has a new key in the form of a UUID, and no error')
def grants(_, server):
    with server.wire() as wire:
        name, seen = fresh(), set()
        for _ in range(20):
            response = wire.lock(name)
            equal((response.locked, response.name, error_of(response)), (True, name, None))
            equal((len(response.key), str(uuid.UUID(response.key))), (36, response.key))
            seen.add(response.key)
            equal(wire.unlock(name, response.key), pb.UnlockResponse(unlocked=True, name=name))
        equal(len(seen), 20)


@wire_case('A1 every grant has a greater fencing token', defect='it has none')
def tokens(_, server):
    with server.wire() as wire, server.wire() as other:
        name, last = fresh(), 0
        for turn in range(10):
            response = (wire, other)[turn % 2].try_lock(name)
            assert response.fencing_token > last, response
            last = response.fencing_token
            wire.unlock(name, response.key)
        equal(wire.try_lock('').fencing_token, 0)


@wire_case('A1 1.3: waiting for 0 seconds is waiting for ever, and the timeout runs from the grant')
def waits_for_ever(_, server):
    with server.wire() as wire:
        name = fresh()
        key = wire.take(name)
        calls = [wire.lock(name, later=True, lock_timeout_seconds=2, **fields) for fields in ({}, {
            'wait_timeout_seconds': 0})]
        time.sleep(1.5)
        equal([call.done() for call in calls], [False, False])
        wire.unlock(name, key)
        granted = wait_until(lambda: [call for call in calls if call.done()], 'a grant')[0].result()
        begun = time.monotonic()
        equal(granted.locked, True)
        # Nobody unlocks: the second one is granted when the first one's timeout has passed.
        second = [call for call in calls if call.result() is not granted][0].result()
        lasted = time.monotonic() - begun
        assert 1.9 < lasted < 8, lasted
        equal((second.locked, error_of(wire.unlock(name, granted.key))), (True, BAD_KEY))
        wire.unlock(name, second.key)


@wire_case('A1 1.3: a lock timeout of 0 is none, in Lock and in TryLock')
def no_timeout(_, server):
    with server.wire() as wire:
        name, other = fresh(), fresh()
        first, second = wire.lock(name, lock_timeout_seconds=0).key, wire.take(other, lock_timeout_seconds=0)
        equal((error_of(wire.renew(name, first, 5))[1], error_of(wire.renew(other, second, 5))[1]), (LOST[1], LOST[1]))
        equal((wire.unlock(name, first).unlocked, wire.unlock(other, second).unlocked), (True, True))


@wire_case('A1 1.3: who waited too long gets code 3, and TryLock does not overtake')
def queue(_, server):
    with server.wire() as wire, server.wire() as other:
        name = fresh()
        key = wire.take(name)
        response = wire.lock(name, wait_timeout_seconds=1)
        equal((response.locked, response.name, error_of(response)), (False, name, TIMED_OUT))
        waiting = other.lock(name, later=True)
        time.sleep(0.3)
        wire.unlock(name, key)
        equal(wire.try_lock(name).locked, False)
        wire.unlock(name, waiting.result().key)


@wire_case('A9 100 waiters are granted in order, a third of them cancelled, a third gone')
def hundred_waiters(_, server):
    wires = [server.wire() for _ in range(3)]
    name = fresh()
    key = wires[0].take(name)
    calls = []
    for number in range(100):
        calls.append(wires[number % 3].lock(name, later=True, timeout=60))
        # So that they arrive in this order: another call on the same connection goes behind it.
        wires[number % 3].unlock(fresh(), 'key')
        time.sleep(0.005)
    for call in calls[1::3]:
        call.cancel()
    wires[2].close()
    time.sleep(0.5)
    for call in calls[0::3]:
        wires[0].unlock(name, key)
        key = call.result().key
    wires[0].unlock(name, key)
    equal(wires[0].is_held(name), False)
    for wire in wires[:2]:
        wire.close()


@wire_case('A1 1.3: a call whose deadline passes leaves nothing behind')
def deadline(_, server):
    with server.wire() as wire:
        name = fresh()
        key = wire.take(name)
        equal(failure_of(lambda: wire.lock(name, timeout=0.5))[0], 'DEADLINE_EXCEEDED')
        # The server ends the call on its own clock, which may be a little later.
        time.sleep(0.3)
        wire.unlock(name, key)
        wait_until(lambda: not wire.is_held(name), name + ' to be free', 2)


@wire_case('A1 1.6: every row of Unlock')
def unlocks(_, server):
    with server.wire() as wire, server.wire() as other:
        name = fresh()
        for nobodys in (name, ''):
            response = wire.unlock(nobodys, 'key')
            equal((response.unlocked, response.name, error_of(response)), (False, nobodys, UNKNOWN))
        first, second = wire.take(name, size=2), wire.take(name, size=2)
        for wrong in ('', 'key', first.upper(), str(uuid.uuid4())):
            equal(error_of(wire.unlock(name, wrong)), BAD_KEY)
        equal(other.unlock(name, first), pb.UnlockResponse(unlocked=True, name=name))
        equal(error_of(other.unlock(name, first)), BAD_KEY)
        equal(wire.unlock(name, second).unlocked, True)


@wire_case('A1 a second Unlock of a free name is code 1, and its size may change', defect='section 1.11')
def free_names(_, server):
    with server.wire() as wire:
        name = fresh()
        key = wire.take(name, size=2)
        wire.unlock(name, key)
        equal(error_of(wire.unlock(name, key)), UNKNOWN)
        wire.unlock(name, wire.take(name, size=3))


@wire_case('A1 1.7: every row of Renew', defect='section 1.7')
def renewals(_, server):
    with server.wire() as wire:
        name, short = fresh(), fresh()
        key, plain = wire.take(name, lock_timeout_seconds=30), wire.take(fresh())
        for seconds in (None, 0, -1):
            response = wire.renew(name, key, seconds)
            equal((response.locked, response.name, response.key, error_of(response)),
                  (False, name, '', BAD_LOCK_TIMEOUT))
        equal(error_of(wire.renew(name, plain, 5)), LOST)
        # Name and key are a pair, not one string.
        equal(error_of(wire.renew(name[:-1], name[-1] + key, 5)), LOST)
        renewed = wire.renew(name, key, 2147483647)
        equal((renewed.locked, renewed.name, renewed.key, error_of(renewed)), (True, name, key, None))
        expired = wire.take(short, lock_timeout_seconds=1)
        wait_until(lambda: not wire.is_held(short), short + ' to expire')
        equal(error_of(wire.renew(short, expired, 5)), LOST)
        wire.unlock(name, key)


@wire_case('A2 RefreshLock is Renew', defect='section 1.2: it is gone since v1.2.0')
def refresh(_, server):
    with server.wire() as wire:
        name = fresh()
        granted = wire.try_lock(name, lock_timeout_seconds=1)
        key, token = granted.key, granted.fencing_token
        for method in ('Renew', 'RefreshLock'):
            renewed = wire.renew(name, key, 60, method)
            equal((renewed.locked, renewed.name, renewed.key, renewed.fencing_token), (True, name, key, token))
            equal(error_of(wire.renew(name, 'key', 60, method)), LOST)
            equal(error_of(wire.renew(name, key, 0, method)), BAD_LOCK_TIMEOUT)
        wire.unlock(name, key)


@wire_case('A1 1.2: timeouts of P1 beyond int32 are refused, and its requests have no size')
def first_protocol(_, server):
    with server.wire() as wire:
        name = fresh()
        # Field 100 and field 3 as varints of 2^31 and 2^32 - 1: what uint32 was.
        for field, value, expected in ((b'\xa0\x06', b'\x80\x80\x80\x80\x08', BAD_LOCK_TIMEOUT),
                                       (b'\x18', b'\xff\xff\xff\xff\x0f', BAD_WAIT_TIMEOUT)):
            message = pb.LockRequest(name=name).SerializeToString() + field + value
            equal(error_of(wire.method('Lock')(message)), expected)
        # A field that nobody knows is passed over.
        response = wire.method('TryLock')(pb.TryLockRequest(name=name).SerializeToString() + b'\x10\x07\xfa\x3f\x01x')
        equal(response.locked, True)
        wire.unlock(name, response.key)


@wire_case('1.1: statuses are for calls that are no requests')
def statuses(_, server):
    with server.wire() as wire:
        equal(failure_of(lambda: wire.method('Nothing')(b''))[0], 'UNIMPLEMENTED')
        equal(failure_of(lambda: wire.method('Lock', service='ldlm.Other')(b''))[0], 'UNIMPLEMENTED')
        for broken in (b'\x0a\x02\xff\xfe', b'\x0a\x7f', b'\xff'):
            assert failure_of(lambda: wire.method('TryLock')(broken))[0] in ('INTERNAL', 'INVALID_ARGUMENT')
        # The connection, and so the session, has survived it.
        wire.unlock('still', wire.take('still'))


@wire_case('A1 1.9: the end of a connection releases in order, and other connections keep theirs')
def session_end(_, server):
    with server.wire() as wire, server.wire() as waiting:
        gone, names, kept = server.wire(), [fresh() for _ in range(5)], fresh()
        for name in names:
            gone.take(name)
        key = wire.take(kept)
        calls = [waiting.lock(name, later=True) for name in names]
        time.sleep(0.3)
        gone.close()
        for name, call in zip(names, calls):
            waiting.unlock(name, call.result().key)
        equal(wire.unlock(kept, key).unlocked, True)


@wire_case('A1 1.9: a waiter whose connection ends is never granted')
def gone_waiter(_, server):
    with server.wire() as wire:
        name = fresh()
        key = wire.take(name)
        gone = server.wire()
        gone.lock(name, later=True)
        gone.unlock(fresh(), 'key')
        gone.close()
        time.sleep(0.3)
        wire.unlock(name, key)
        equal(wire.is_held(name), False)


@wire_case('A12 two clients in one process are independent')
def independent(_, server):
    with server.wire() as wire:
        first, second = server.wire(), server.wire()
        names = fresh(), fresh()
        first.take(names[0])
        key = second.take(names[1])
        first.close()
        wait_until(lambda: not wire.is_held(names[0]), names[0] + ' to be free')
        equal(wire.is_held(names[1]), True)
        equal(second.unlock(names[1], key).unlocked, True)
        second.close()


@wire_case('names of 65,536 characters are taken')
def long_names(_, server):
    with server.wire() as wire:
        name = fresh().ljust(65536, 'n')
        wire.unlock(name, wire.take(name))


@wire_case('one more is an answer with an error, and the connection lives', defect='it has no limit')
def too_long_names(_, server):
    with server.wire() as wire:
        response = wire.try_lock('n' * 65537)
        equal(response.locked, False)
        equal(error_of(response)[0], 0)
        contains(error_of(response)[1], '65536')
        wire.unlock('still', wire.take('still'))


@wire_case('a client that pings every 10 seconds keeps its lock')
def pings(_, server):
    # At least 10 s apart is what LDLM allows.
    options = [('grpc.keepalive_time_ms', 10000), ('grpc.keepalive_permit_without_calls', 1),
               ('grpc.http2.max_pings_without_data', 0)]
    with Wire(server.address, options=options) as wire:
        name = fresh()
        key = wire.take(name)
        time.sleep(11)
        equal(wire.unlock(name, key).unlocked, True)


@wire_case('16 connections at once: never two holders, and nothing is left')
def contention(_, server):
    name, holders, most, failures = fresh(), [], [0], []

    def cycle():
        try:
            with server.wire() as wire:
                for _ in range(40):
                    key = wire.lock(name, size=3).key
                    holders.append(key)
                    most[0] = max(most[0], len(holders))
                    holders.remove(key)
                    equal(wire.unlock(name, key).unlocked, True)
        except Exception as failure:  # pylint: disable=broad-except
            failures.append(failure)
    threads = [threading.Thread(target=cycle) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal((failures, holders), ([], []))
    assert 1 <= most[0] <= 3, most
    with server.wire() as wire:
        equal(wire.is_held(name, size=3), False)
