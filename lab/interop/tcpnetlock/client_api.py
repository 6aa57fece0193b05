"""The original Python client against our server: every call, and the cases of the original functional tests."""

import contextlib
import time

from tcpnetlock.client.client import LockClient
from tcpnetlock.common import ClientDisconnected, InvalidClientIdError, InvalidLockNameError

from cases import case, equal, wait_until
from harness import Line, ask, is_held, wait_free


@contextlib.contextmanager
def connected(place, port=None, client_id=None):
    client = LockClient('127.0.0.1', port or place.port, client_id)
    client.connect()
    try:
        yield client
    finally:
        client.close()


def raises(kind, call, *arguments):
    try:
        call(*arguments)
    except kind:
        return
    raise AssertionError('no ' + kind.__name__)


@case('client: ping')
def ping(place):
    with connected(place) as client:
        equal(client.ping(), 'pong')


@case('client: a free lock is granted')
def granted(place):
    with connected(place) as client:
        equal(client.lock('api-granted'), True)
        equal(client.acquired, True)


@case('client: acquired fails before lock')
def acquired_too_early(place):
    with connected(place) as client:
        raises(AssertionError, lambda: client.acquired)


@case('client: a lock with a client id is granted')
def client_id(place):
    for name in ('me', 'me@host.example', 'a.b_c-d'):
        with connected(place, client_id=name) as client:
            equal(client.lock('api-id'), True)
        wait_free(place.port, 'api-id')


@case('client: an invalid client id is refused by the client')
def invalid_client_id(place):
    for name in ('', 'with space', 'with%percent', 'a,b'):
        raises(InvalidClientIdError, LockClient, '127.0.0.1', place.port, name)


@case('client: two names, both granted')
def two_names(place):
    with connected(place) as one, connected(place) as two:
        equal((one.lock('api-one'), two.lock('api-two')), (True, True))


@case('client: a held lock is not granted, and the connection is used up')
def not_granted(place):
    with connected(place) as holder, connected(place) as other:
        equal(holder.lock('api-held'), True)
        equal(other.lock('api-held'), False)
        equal(other.acquired, False)
        raises((ClientDisconnected, ConnectionError), other.lock, 'api-other')


@case('client: release, then another client gets the lock')
def release(place):
    with connected(place) as holder:
        holder.lock('api-release')
        equal(holder.release(), 'released')
        with connected(place) as other:
            # Ours says released only after the lock is free, so no second try is needed.
            equal(other.lock('api-release'), True)


@case('client: 200 times release and lock again at once, never refused')
def release_is_final(place):
    for _ in range(200):
        with connected(place) as client:
            equal(client.lock('api-again'), True)
            equal(client.release(), 'released')


@case('client: close frees the lock')
def close_frees(place):
    with connected(place) as holder:
        holder.lock('api-close')
        equal(is_held(place.port, 'api-close'), True)
    wait_free(place.port, 'api-close')


@case('client: keepalive twice, and the lock stays')
def keepalive(place):
    with connected(place) as holder:
        holder.lock('api-alive')
        equal((holder.keepalive(), holder.keepalive()), ('alive', 'alive'))
        equal(is_held(place.port, 'api-alive'), True)
        equal(holder.release(), 'released')


@case('client: check_connection is quiet while the server lives')
def check_connection(place):
    with connected(place) as client:
        client.lock('api-check')
        client.check_connection()
        equal(client.keepalive(), 'alive')


@case('client: check_connection tells of a lost server')
def check_lost_connection(place):
    server, port = place.our_server()
    with connected(place, port) as client:
        client.lock('api-lost')
        server.close()
        raises((ClientDisconnected, ConnectionError), client.check_connection)


@case('client: stats have the five keys')
def stats(place):
    with connected(place) as client:
        word, values = client.stats()
    equal(word, 'stats')
    equal(list(values), ['lock_count', 'maxrss', 'requests_count', 'lock_acquired_count', 'lock_not_acquired_count'])


@case('client: stats count')
def stats_count(place):
    def values():
        with connected(place) as client:
            return client.stats()[1]
    _, port = place.our_server()
    place = type('Other', (), {'port': port})
    before = values()
    with connected(place) as holder:
        holder.lock('api-count')
        equal(is_held(port, 'api-count'), True)
        after = values()
    equal(after['lock_acquired_count'] - before['lock_acquired_count'], 1)
    equal(after['lock_not_acquired_count'] - before['lock_not_acquired_count'], 1)
    equal(after['requests_count'] - before['requests_count'], 3)
    equal((before['lock_count'], after['lock_count']), (0, 1))
    wait_until(lambda: values()['lock_count'] == 0, 'the name to be forgotten')


@case('client: stats on a holding connection fail as with the original')
def stats_while_holding(place):
    with connected(place) as client:
        client.lock('api-stats-held')
        raises(ValueError, client.stats)


@case('client: an invalid name is refused by the client')
def client_refuses_name(place):
    for name in ('.starts-with-dot', 'contains space', 'contains%percent', 'a.b', 'a@b', ''):
        with connected(place) as client:
            raises(InvalidLockNameError, client.lock, name)


@case('server: an invalid name is refused by the server')
def server_refuses_name(place):
    for name in ('.starts-with-dot', 'contains space', 'contains%percent', 'a.b', 'a:b', 'ñ', ''):
        equal(ask(place.port, 'lock,name:' + name), 'err,invalid lock name')


@case('server: valid names, white space around them ignored')
def server_takes_name(place):
    for name in ('with-dash', 'with_underscore', '0123', '-', '  around  ', 'x' * 1000):
        equal(ask(place.port, 'lock,name:' + name), 'ok')
        wait_free(place.port, name.strip())


@case('client: a trailing newline in a name does not spoil the answers')
def newline_in_name(place):
    # The client lets this pass; the original server is then one answer behind for good. Ours answers as many lines.
    with connected(place) as client:
        equal(client.lock('api-newline\n'), True)
        raises(AssertionError, client.keepalive)


@case('server: bad-action while holding, and the lock stays')
def bad_action_while_holding(place):
    with Line(place.port) as line:
        equal(line.ask('lock,name:api-bad-action'), 'ok')
        for request in ('no-such-action', '.ping', 'lock,name:other', '', ',x:y'):
            equal(line.ask(request), 'bad-action')
        equal(line.ask('.keepalive'), 'alive')
        equal(line.ask('release,why:done'), 'released')
        equal(line.answer(), '')


@case('server: bad-action without a lock, and the end')
def bad_action(place):
    for request in ('no-such-action', '.keepalive', 'release', '.PING', 'GET / HTTP/1.1'):
        with Line(place.port) as line:
            equal(line.ask(request), 'bad-action')
            equal(line.answer(), '')


@case('server: bad-request')
def bad_request(place):
    for request in (',param:value', '', '   ', '\r', 'lock,:v', 'lock,name:a,', 'lock,,name:a'):
        with Line(place.port) as line:
            equal(line.ask(request), 'bad-request')
            equal(line.answer(), '')


@case('server: the transcripts of the specification')
def transcripts(place):
    equal(ask(place.port, '  .ping , a:b\r'), 'pong')
    with Line(place.port) as line:
        line.send('lock,name:script-a')
        line.send('\n.keepalive\nrelease\n')
        equal([line.answer() for _ in range(4)], ['ok', 'alive', 'released', ''])
    with Line(place.port) as line:
        equal(line.ask('lock,name:script-1,name:script-2'), 'ok')
        equal((is_held(place.port, 'script-1'), is_held(place.port, 'script-2')), (False, True))
    equal(ask(place.port, 'lock'), 'err,invalid lock name')


@case('server: an unfinished line is never executed')
def unfinished_line(place):
    with Line(place.port) as line:
        line.send('lock,name:api-unfinished')
        line.socket.shutdown(1)
        equal(line.answer(), '')


@case('client: server_shutdown ends our tcpnetlock_server with status 0')
def shutdown(place):
    server, port = place.our_named_server()
    with connected(place, port) as holder, connected(place, port) as client:
        holder.lock('api-shutdown')
        equal(client.server_shutdown(), 'shutting-down')
        equal(server.status(), 0)
        raises((ClientDisconnected, ConnectionError), holder.check_connection)


@case('client: server_shutdown is refused by claviger serve')
def shutdown_refused(place):
    equal(ask(place.port, '.server-shutdown'), 'err,shutdown not allowed')
    equal(ask(place.port, '.ping'), 'pong')


@case('server: a client that does not read loses its connection, not the server')
def greedy_client(place):
    with Line(place.port) as line:
        equal(line.ask('lock,name:api-greedy'), 'ok')
        line.socket.setblocking(False)
        deadline = time.monotonic() + 15
        with contextlib.suppress(ConnectionError):
            while time.monotonic() < deadline:
                with contextlib.suppress(BlockingIOError):
                    line.socket.send(b'.keepalive\n' * 1000)
                    continue
                time.sleep(0.01)
                if not is_held(place.port, 'api-greedy'):
                    break
        wait_free(place.port, 'api-greedy')
