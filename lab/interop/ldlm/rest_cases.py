"""Section 4 of the specification, by plain HTTP."""

import functools
import threading
import time

from cases import CASES, Skip, contains, equal, wait_until
from place import SERVERS
from rest import Rest
from wire import fresh

NO_COOKIE = {'error': 'session cookie not found. create a new session at /session'}
BAD_COOKIE = {'error': 'session cookie invalid or expired. create a new session at /session'}


def rest_case(title, defect=None, new=False, arguments=(), **security):
    """Registers a case for each kind of server; it gets place and server. With `new`, one of its own."""
    def register(function):
        for kind in SERVERS:
            CASES.append(('REST at %s: %s' % (kind, title), functools.partial(run, function, kind)))
        return function

    def run(function, kind, place):
        if defect and kind == 'original':
            raise Skip('a known defect of the original: ' + defect)
        given = arguments if kind != 'serve' else [word.replace('_', '-') for word in arguments]
        return function(place, place.new_server(kind, *given, **security) if new else place.server(kind))
    return register


def ok(reply):
    equal(reply.status, 200)
    return reply.json


@rest_case('a session begins with 201 and a cookie, and ends with an empty one')
def session(_, server):
    client = Rest(server)
    begun = client.begin()
    equal(list(begun.json), ['session_id'])
    identifier = begun.json['session_id']
    equal((len(identifier), set(identifier) <= set('0123456789abcdef'), begun.cookie.value), (32, True, identifier))
    equal(begun.cookie['path'], '/')
    assert begun.cookie['expires'], begun
    contains(begun.headers['Content-Type'], 'application/json')
    ended = client.ask('DELETE', '/session')
    equal((ended.status, ended.json, ended.cookie.value, ended.cookie['expires']), (200, {'session_id': ''}, '', ''))
    reply = client.ask('POST', '/v1/lock', {'name': fresh()})
    equal((reply.status, reply.json), (401, BAD_COOKIE))


@rest_case('the cookie is HttpOnly and SameSite', defect='section 8.1, 20')
def cookie(_, server):
    with Rest(server) as client:
        for reply in (client.begin(), client.ask('POST', '/v1/lock', {'name': ''})):
            assert reply.cookie['httponly'] and reply.cookie['samesite'], reply


@rest_case('lock, refusal, unlock: every scalar is there, and no error')
def lock(_, server):
    with Rest(server) as client, Rest(server) as other:
        name = fresh('My lock')
        got = client.lock(name)
        equal((got['locked'], got['name'], 'error' in got, len(got['key'])), (True, name, False, 36))
        refused = other.lock(name)
        equal((refused['locked'], refused['name'], 'key' in refused, 'error' in refused), (False, name, True, False))
        equal(client.unlock(name, got['key']), {'unlocked': True, 'name': name})
        equal(other.lock(name)['locked'], True)


@rest_case('a fencing token is a JSON number', defect='it has none')
def tokens(_, server):
    with Rest(server) as client:
        name = fresh()
        first = client.lock(name, lock_timeout_seconds=30)
        equal((type(first['fencing_token']), first['fencing_token'] > 0), (int, True))
        equal(client.renew(name, first['key'], 30)['fencing_token'], first['fencing_token'])
        client.unlock(name, first['key'])
        assert client.lock(name)['fencing_token'] > first['fencing_token']
        refused = client.lock(name)
        equal((refused['key'], refused.get('fencing_token', 0)), ('', 0))


@rest_case('what LDLM finds wrong is 200 with the name of the code')
def errors(_, server):
    with Rest(server) as client:
        name = fresh()
        key = client.lock(name, size=2, lock_timeout_seconds=20)['key']
        for answer, code, message in (
                (client.lock(''), 'Unknown', 'lock name cannot be empty'),
                (client.lock(name, lock_timeout_seconds=-1), 'Unknown', 'lock timeout must be greater than 0'),
                (client.lock(name, size=0), 'InvalidLockSize', 'lock size must be greater than 0'),
                (client.lock(name), 'LockSizeMismatch', 'lock size mismatch'),
                (client.unlock(fresh(), 'key'), 'LockDoesNotExist', 'a lock by that name does not exist'),
                (client.unlock(name, 'key'), 'InvalidLockKey', 'invalid lock key'),
                (client.renew(name, key, 0), 'Unknown', 'lock timeout must be greater than 0')):
            equal(answer['error'], {'code': code, 'message': message})
            equal(answer.get('locked', answer.get('unlocked')), False)


@rest_case('renewing what is lost is LockDoesNotExistOrInvalidKey', defect='section 1.7')
def lost(_, server):
    with Rest(server) as client:
        equal(client.renew(fresh(), 'key', 5)['error'],
              {'code': 'LockDoesNotExistOrInvalidKey', 'message': 'lock does not exist or invalid key'})


@rest_case('renew extends the timeout')
def renew(_, server):
    with Rest(server) as client, Rest(server) as other:
        name = fresh()
        key = client.lock(name, lock_timeout_seconds=1)['key']
        renewed = client.renew(name, key, 3)
        equal((renewed['locked'], renewed['name'], renewed['key']), (True, name, key))
        begun = time.monotonic()
        wait_until(lambda: other.lock(name)['locked'], name + ' to expire')
        assert 2.5 < time.monotonic() - begun < 9


@rest_case('A2 /v1/refreshlock is /v1/renew', defect='section 1.2')
def refreshlock(_, server):
    with Rest(server) as client:
        name = fresh()
        key = client.lock(name, lock_timeout_seconds=5)['key']
        equal(client.renew(name, key, 9, '/v1/refreshlock'), client.renew(name, key, 9))
        equal(client.renew(name, 'key', 9, '/v1/refreshlock'), client.renew(name, 'key', 9))


@rest_case('JSON is read as protobuf reads it')
def json_forms(_, server):
    with Rest(server) as client:
        for body in ('{"name": "%s", "lockTimeoutSeconds": 5}', '{"name": "%s", "lock_timeout_seconds": "5"}',
                     '{"name": "%s", "lock_timeout_seconds": null, "size": null}', '{"name": "%s", "other": {"x": [1]}}',
                     '{"name": "%s", "size": 1.0}', ' \n{"name" : "%s"}\n'):
            name = fresh()
            got = ok(client.ask('POST', '/v1/lock', body % name, {'Content-Type': 'application/x-www-form-urlencoded'}))
            equal((got['locked'], got['name']), (True, name))
        for body in ('', '{}', None):
            equal(ok(client.ask('POST', '/v1/lock', body))['error']['message'], 'lock name cannot be empty')


@rest_case('what is no such JSON is 400 with code 3')
def bad_json(_, server):
    with Rest(server) as client:
        for body in ('{', 'x', '[]', '"x"', '{"name": 1}', '{"name": "x", "size": "a"}', '{"name": "x", "size": 2147483648}',
                     '{"name": "x", "size": 1.5}', '{"name": "x", "lock_timeout_seconds": true}', '{"name": {}}'):
            reply = client.ask('POST', '/v1/lock', body)
            equal((reply.status, sorted(reply.json), reply.json['code'], reply.json['details']),
                  (400, ['code', 'details', 'message'], 3, []))
            # It has restarted the timer of the session, and the session lives.
            assert reply.cookie.value == client.cookie, reply
        equal(client.lock(fresh())['locked'], True)


@rest_case('without a cookie, and with one that is none, everything is 401')
def no_session(_, server):
    client = Rest(server)
    asked = [('POST', '/v1/lock'), ('POST', '/v1/unlock'), ('POST', '/v1/renew'), ('GET', '/v1/lock'), ('GET', '/session'),
             ('GET', '/nothing'), ('POST', '/session/'), ('PUT', '/session')]
    for method, path in asked:
        reply = client.ask(method, path)
        equal((method, path, reply.status, reply.json), (method, path, 401, NO_COOKIE))
        reply = client.ask(method, path, headers={'Cookie': 'ldlm-session=0123456789abcdef0123456789abcdef'})
        equal((method, path, reply.status, reply.json), (method, path, 401, BAD_COOKIE))


@rest_case('deleting an unknown session is 409')
def unknown_session(_, server):
    reply = Rest(server).ask('DELETE', '/session', headers={'Cookie': 'ldlm-session=0123456789abcdef0123456789abcdef'})
    equal((reply.status, reply.json), (409, {'error': 'session not found'}))


@rest_case('deleting no session is 401', defect='section 4: 500')
def delete_without_cookie(_, server):
    reply = Rest(server).ask('DELETE', '/session')
    equal((reply.status, reply.json), (401, NO_COOKIE))


@rest_case('an unknown path is 404 with code 5')
def unknown_path(_, server):
    with Rest(server) as client:
        for path in ('/nothing', '/v1', '/v1/lock/', '/v2/lock', '/session/'):
            reply = client.ask('POST', path)
            equal((path, reply.status, reply.json), (path, 404, {'code': 5, 'message': 'Not Found', 'details': []}))


@rest_case('another method is 405 with Allow', defect='section 4: 501')
def other_method(_, server):
    with Rest(server) as client:
        for path in ('/v1/lock', '/v1/unlock', '/v1/renew'):
            for method in ('GET', 'PUT', 'OPTIONS', 'DELETE', 'PATCH'):
                reply = client.ask(method, path)
                equal((reply.status, reply.json, reply.headers['Allow']),
                      (405, {'code': 12, 'message': 'Method Not Allowed', 'details': []}, 'POST'))


@rest_case('the end of a session releases its locks')
def release(_, server):
    with Rest(server) as other:
        client, name = Rest(server), fresh()
        client.begin()
        client.lock(name)
        equal(other.lock(name)['locked'], False)
        client.ask('DELETE', '/session')
        equal(other.lock(name)['locked'], True)


@rest_case('a session is its cookie, not its connection')
def connections(_, server):
    with Rest(server) as client, Rest(server) as other:
        name = fresh()
        key = client.lock(name)['key']
        client.connection.close()
        time.sleep(0.3)
        equal(other.lock(name)['locked'], False)
        equal(client.unlock(name, key)['unlocked'], True)


@rest_case('one lock space with gRPC')
def one_space(_, server):
    with Rest(server) as client, server.wire() as wire:
        name = fresh()
        key = client.lock(name, size=2)['key']
        other = wire.take(name, size=2)
        equal((wire.try_lock(name, size=2).locked, client.lock(name, size=2)['locked']), (False, False))
        equal((wire.unlock(name, key).unlocked, client.unlock(name, other)['unlocked']), (True, True))


@rest_case('a lock that waits, for as long as it is told', defect='section 4: none waits')
def blocking(_, server):
    with Rest(server) as client, Rest(server) as other:
        name = fresh()
        key = client.lock(name)['key']
        begun = time.monotonic()
        late = other.lock(name, wait_timeout_seconds=1)
        assert 0.99 <= time.monotonic() - begun < 8
        equal((late['locked'], late['error']['code']), (False, 'LockWaitTimeout'))
        answers = []
        waiter = threading.Thread(target=lambda: answers.append(other.lock(name, wait_timeout_seconds=15)))
        waiter.start()
        time.sleep(0.3)
        equal(answers, [])
        # The session that waits is not in the way of this one.
        equal(client.unlock(name, key)['unlocked'], True)
        waiter.join()
        equal(answers[0]['locked'], True)


@rest_case('a session that idles is over, and one that is used is not', new=True,
           arguments=('--rest_session_timeout', '2s'))
def idle(_, server):
    client, name = Rest(server), fresh()
    client.begin()
    client.lock(name)
    with server.wire() as wire:
        for _ in range(4):
            time.sleep(1)
            equal((client.ask('GET', '/nothing').status, wire.is_held(name)), (404, True))
        begun = time.monotonic()
        wait_until(lambda: not wire.is_held(name), name + ' to be released')
        assert 1.5 < time.monotonic() - begun < 9
    reply = client.ask('POST', '/v1/lock', {'name': name})
    equal((reply.status, reply.json), (401, BAD_COOKIE))


@rest_case('the password is that of HTTP Basic, colons included', new=True, password='a:b:c')
def password(_, server):
    for wrong in (None, '', 'a', 'a:b', 'a:b:c '):
        reply = Rest(server, wrong).ask('POST', '/session')
        equal((reply.status, reply.body, reply.headers['WWW-Authenticate']), (401, '', 'Basic realm="Restricted"'))
    with Rest(server, 'a:b:c') as client:
        equal(client.lock(fresh())['locked'], True)
        client.headers.clear()
        equal(client.ask('POST', '/v1/lock', {'name': fresh()}).status, 401)
        client.headers['Authorization'] = 'Basic YW55OmE6Yjpj'


@rest_case('without clearing, locks of a session outlive it until they are unlocked', new=True,
           arguments=('--no_clear_on_disconnect',))
def kept(_, server):
    client, name = Rest(server), fresh()
    client.begin()
    key = client.lock(name)['key']
    client.ask('DELETE', '/session')
    with Rest(server) as other:
        equal(other.lock(name)['locked'], False)
        equal(other.unlock(name, key)['unlocked'], True)
        equal(other.lock(name)['locked'], True)
