"""The same requests to the original and to ours, side by side, so that we know that we have read the original right.

Where we differ on purpose, the difference is listed with the request.
"""

from cases import case, equal
from rest import Rest
from wire import fresh

JSON = 'application/json'

HEADERS = ('Content-Type', 'WWW-Authenticate')
"""Those that are compared."""


class Exchange:
    """A request, and what is different in our answer.

    That is `status`, what is `changed` in the body, and keys that are `free` to differ, or all of the body with None.
    """

    def __init__(self, method, path, body=None, cookie=True, status=None, changed=None, headers=None, free=()):
        self.method, self.path, self.body, self.cookie, self.headers = method, path, body, cookie, headers
        self.status, self.changed, self.free = status, changed, free


def exchanges(name, held):
    """`held` is a name that another session has locked with size 2, twice."""
    yield Exchange('POST', '/v1/lock', {'name': name}, free=('key', 'fencing_token'))
    yield Exchange('POST', '/v1/lock', {'name': name}, free=('key', 'fencing_token'))
    yield Exchange('POST', '/v1/lock', {'name': held, 'size': 2}, free=('key', 'fencing_token'))
    yield Exchange('POST', '/v1/lock', {'name': held}, free=('key', 'fencing_token'))
    yield Exchange('POST', '/v1/lock', {'name': held, 'size': -3}, free=('key', 'fencing_token'))
    yield Exchange('POST', '/v1/lock', {'name': held, 'lock_timeout_seconds': -3}, free=('fencing_token',))
    for body in ('', '{}', '{"name": null}', '{"name": ""}'):
        yield Exchange('POST', '/v1/lock', body, free=('key', 'fencing_token'))
    yield Exchange('POST', '/v1/unlock', {'name': fresh(), 'key': 'x'})
    yield Exchange('POST', '/v1/unlock', {'name': held, 'key': 'x'})
    yield Exchange('POST', '/v1/unlock', {})
    yield Exchange('POST', '/v1/renew', {'name': held, 'key': 'x'}, free=('fencing_token',))
    # Section 1.7, and keys only when locked.
    yield Exchange('POST', '/v1/renew', {'name': held, 'key': 'x', 'lockTimeoutSeconds': 3}, free=('fencing_token', 'key'),
                   changed={'error': {'code': 'LockDoesNotExistOrInvalidKey',
                                      'message': 'lock does not exist or invalid key'}})
    for body in ('{', '[', 'null', '[]', '1', '{"name": 1}', '{"name": []}', '{"size": "x"}', '{"size": 1e99}',
                 '{"size": 2147483648}', '{"size": 1.5}', '{"size": true}', '{"name": "a" "b"}', '{"name": "a",}',
                 '{"name": "a", "name": "b"}', '{"name": "\\ud800"}'):
        yield Exchange('POST', '/v1/lock', body, free=('message', 'key', 'fencing_token'))
    # The original reads no further than the end of the object, and locks.
    yield Exchange('POST', '/v1/lock', '{"name": "%s"} x' % name, status=400, free=None)
    for method in ('GET', 'POST', 'PUT', 'DELETE'):
        for path in ('/v1/nothing', '/', '/v1/lock/x', '/session/'):
            yield Exchange(method, path)
    for path in ('/v1/lock', '/v1/unlock', '/v1/renew'):
        for method in ('GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'):
            yield Exchange(method, path, status=405)
    for method in ('GET', 'PUT', 'OPTIONS'):
        yield Exchange(method, '/session', status=405, free=None)
        yield Exchange(method, '/session', cookie=False)
    for path in ('/v1/lock', '/v1/nothing', '/'):
        yield Exchange('POST', path, cookie=False)
        yield Exchange('POST', path, headers={'Cookie': 'ldlm-session=x'})
        yield Exchange('POST', path, headers={'Cookie': 'other=x'})
    yield Exchange('POST', '/session?x=y', free=('session_id',))
    yield Exchange('POST', '/session', 'whatever', cookie=False, free=('session_id',))
    yield Exchange('DELETE', '/session', headers={'Cookie': 'ldlm-session=x'})
    yield Exchange('DELETE', '/session', cookie=False, status=401, free=('error',))


def shown(reply, exchange, ours):
    """What is compared of an answer."""
    body = reply.json if isinstance(reply.json, dict) else reply.body
    if exchange.free is None:
        body = None
    elif isinstance(body, dict):
        body = {key: value for key, value in body.items() if key not in exchange.free}
        if exchange.changed and not ours:
            body.update(exchange.changed)
    status = exchange.status if exchange.status and not ours else reply.status
    headers = {name: (reply.headers[name] or '').split(';')[0] for name in HEADERS}
    # Where our status is another one on purpose, so may be the form of the answer.
    return status, body, None if exchange.status else headers, reply.cookie is not None


@case('REST: the original and ours give the same answers')
def same_answers(place):
    count, differences = 0, []
    original, ours = place.server('original'), place.server('serve')
    with Rest(original) as first, Rest(ours) as second, Rest(original) as third, Rest(ours) as fourth:
        name, held = fresh(), fresh()
        for holder in (third, fourth):
            for _ in range(2):
                equal(holder.lock(held, size=2)['locked'], True)
        for exchange in exchanges(name, held):
            answers = []
            for client in (first, second):
                cookie = client.cookie
                if not exchange.cookie:
                    client.cookie = None
                reply = client.ask(exchange.method, exchange.path, exchange.body, exchange.headers)
                client.cookie = cookie
                answers.append(shown(reply, exchange, client is second))
            count += 1
            if answers[0] != answers[1]:
                differences.append('%s %s %r\n  original %r\n  ours     %r' % (
                    exchange.method, exchange.path, exchange.body, *answers))
    assert not differences, '%d of %d differ:\n%s' % (len(differences), count, '\n'.join(differences))
    return '%d requests' % count
