"""The acceptance cases of the specification that are about disconnects, and what an operator sees."""

import random
import signal
import threading
import time

import ldlm_pb2 as pb

from cases import equal, wait_until
from frames import Frames
from ldlm_lock import listed, tool
from wire import fresh
from wire_cases import wire_case

DISCONNECTS = 10000
CLIENTS = 50


def in_all_clients(work):
    """Runs work(number, random) in 50 threads; fails with the first failure."""
    failures = []

    def run(number):
        try:
            # A seed of its own: a run can be repeated, as far as threads allow.
            work(number, random.Random(number))
        except Exception as failure:  # pylint: disable=broad-except
            failures.append(failure)
    threads = [threading.Thread(target=run, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise AssertionError('%d of %d clients failed' % (len(failures), CLIENTS)) from failures[0]


def nothing_left(server, names):
    """Checks that the server lives and that all names are free, once it has noticed who is gone."""
    equal(server.program.process.poll(), None)
    with server.wire() as wire:
        for name in names:
            wait_until(lambda name=name: not wire.is_held(name), name + ' to be free')


@wire_case('A3 unlock in flight and disconnect, 10,000 times over 50 clients', defect='section 8.1, 1')
def unlock_in_flight(_, server):
    prefix = fresh('a3')

    def name(number, which):
        return '%s-%d-%d' % (prefix, number, which)

    def work(number, chance):
        for _ in range(DISCONNECTS // CLIENTS):
            connection = Frames(server.grpc)
            for which in range(3):
                connection.request('Lock', pb.LockRequest(name=name(number, which)))
            connection.send()
            granted = connection.responses(3)
            assert all(response.locked for response in granted), granted
            for response in granted[:chance.randint(1, 3)]:
                connection.request('Unlock', pb.UnlockRequest(name=response.name, key=response.key))
            connection.send()
            connection.vanish(chance.random() < 0.5)
    in_all_clients(work)
    nothing_left(server, [name(number, which) for number in range(CLIENTS) for which in range(3)])
    return '%d disconnects' % DISCONNECTS


@wire_case('A4 grants that race a disconnect, 10,000 times over 50 clients: none is left', defect='section 8.1, 2')
def grants_in_flight(_, server):
    prefix = fresh('a4')
    contested = ['%s-all-%d' % (prefix, which) for which in range(10)]

    def own(number, which):
        return '%s-%d-%d' % (prefix, number, which)

    def work(number, chance):
        for turn in range(DISCONNECTS // CLIENTS):
            connection = Frames(server.grpc)
            for which in range(4):
                connection.request('TryLock', pb.TryLockRequest(name=own(number, which), size=3))
                # Some wait, and are granted when another of these clients is gone.
                connection.request('Lock', pb.LockRequest(name=chance.choice(contested)))
            connection.send()
            if turn % 3 == 0:
                connection.responses(chance.randint(1, 4))
            elif turn % 3 == 1:
                time.sleep(chance.random() / 500)
            connection.vanish(chance.random() < 0.5)
    in_all_clients(work)
    equal(server.program.process.poll(), None)
    with server.wire() as wire:
        for name in [own(number, which) for number in range(CLIENTS) for which in range(4)]:
            wait_until(lambda name=name: _all_free(wire, name, 3), name + ' to be free')
    nothing_left(server, contested)
    return '%d disconnects' % DISCONNECTS


def _all_free(wire, name, size):
    got = [wire.try_lock(name, size=size) for _ in range(size)]
    for response in got:
        if response.locked:
            wire.unlock(name, response.key)
    return all(response.locked for response in got)


@wire_case('A5 unlocked from another connection, a lock is no longer listed', defect='section 8.1, 5')
def unlocked_elsewhere(place, server):
    with server.wire() as wire, server.wire() as other:
        name = fresh()
        key = wire.take(name)
        equal(listed(place, server, name), ['{Name: %s, Key: %s, Size: 1}' % (name, key)])
        other.unlock(name, key)
        equal(listed(place, server, name), [])


@wire_case('A8 a forced unlock frees the lock, and the next one has it', defect='section 8.1, 3')
def forced(place, server):
    with server.wire() as wire, server.wire() as waiting:
        name = fresh()
        key = wire.take(name)
        call = waiting.lock(name, later=True)
        time.sleep(0.2)
        ran = tool(place, server, 'unlock', name)
        equal((ran.process.returncode, ran.stdout, ran.stderr), (0, 'Unlocked: true\n', ''))
        equal(call.result().locked, True)
        equal(wire.unlock(name, key).error.code, 2)
        waiting.unlock(name, call.result().key)


@wire_case('A10 who holds and is silent for many keep-alive intervals still holds')
def silent(place, server):
    if server.kind == 'serve':
        # It has no option for the interval: at least its defaults must not end a silent connection soon.
        quiet, seconds = server, 12
    else:
        quiet, seconds = place.new_server(server.kind, '-k', '1s', '-t', '1s'), 12
    with quiet.wire() as wire, quiet.wire() as other:
        name = fresh()
        key = wire.take(name)
        time.sleep(seconds)
        equal(other.is_held(name), True)
        equal(wire.unlock(name, key).unlocked, True)


@wire_case('A10 a client that does not answer loses its lock after interval and timeout', only=('ldlm-server', 'original'))
def dead_client(place, server):
    quiet = place.new_server(server.kind, '-k', '1s', '-t', '1s')
    name = fresh()
    # This one does not answer pings unless it reads.
    silent_one = Frames(quiet.grpc)
    silent_one.request('Lock', pb.LockRequest(name=name))
    silent_one.send()
    equal(silent_one.responses(1)[0].locked, True)
    with quiet.wire() as wire:
        begun = time.monotonic()
        equal(wire.lock(name).locked, True)
        # grpc-go pings after 1 s at the earliest, grpc-java after 10 s.
        assert 0.9 < time.monotonic() - begun < 18, time.monotonic() - begun
    silent_one.vanish(False)


@wire_case('A18 a socket that a kill -9 left behind does not block a restart', defect='section 8.1, 22')
def stale_socket(place, server):
    path = place.folder() + '/ipc.sock'
    first = place.new_server(server.kind, ipc_socket=path)
    first.program.signal(signal.SIGKILL)
    first.program.status()
    second = place.new_server(server.kind, ipc_socket=path)
    name = fresh()
    with second.wire() as wire:
        wire.take(name)
        equal(len(listed(place, second, name)), 1)


@wire_case('without clearing, the locks of a connection outlive it until they are unlocked or their time is over')
def kept(place, server):
    option = '--no-clear-on-disconnect' if server.kind == 'serve' else '--no_clear_on_disconnect'
    keeping = place.new_server(server.kind, option)
    names = fresh(), fresh(), fresh()
    gone = keeping.wire()
    first = gone.take(names[0])
    gone.take(names[1], lock_timeout_seconds=2)
    gone.take(names[2])
    gone.close()
    time.sleep(0.5)
    with keeping.wire() as wire:
        equal([wire.is_held(name) for name in names], [True, True, True])
        equal(wire.unlock(names[0], first).unlocked, True)
        wait_until(lambda: not wire.is_held(names[1]), names[1] + ' to expire')
        if server.kind != 'original':  # Section 1.10: there they vanish from the list.
            equal(len(listed(place, keeping, names[2])), 1)
            equal(tool(place, keeping, 'unlock', names[2]).stdout, 'Unlocked: true\n')
            equal(wire.is_held(names[2]), False)
