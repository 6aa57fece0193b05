"""What every client should find at every server, whichever library and language it is."""

import time

from cases import contains, equal
from subjects import client_case, secured_case
from wire import fresh

UNAUTHENTICATED = 'UNAUTHENTICATED'

SLOW = 8
"""How many seconds something of 1 or 2 seconds may take where others use the machine as well."""


def locked(answer):
    """Checks that a lock was granted, and returns its key."""
    equal((answer.locked, answer.raised, answer.code, answer.status), (True, None, None, None))
    assert answer.key, answer
    return answer.key


def refused(answer):
    equal((answer.locked, answer.code, answer.raised), (False, None, None))


def refused_with(answer, code, message):
    equal((answer.code, answer.message), (code, message))


@client_case('lock, a second try is refused, unlock, and it is free')
def lock_and_unlock(subject):
    first, second = subject.client(), subject.client(subject.new_driver())
    key = locked(first.lock(subject.name))
    refused(second.try_lock(subject.name))
    # Not even who holds it gets it again.
    refused(first.try_lock(subject.name))
    equal(first.unlock(subject.name, key).unlocked, True)
    other = locked(second.try_lock(subject.name))
    assert other != key, 'the same key twice'
    equal(second.unlock(subject.name, other).unlocked, True)


@client_case('waiters are granted in the order of their arrival')
def first_in_first_out(subject):
    client = subject.client()
    key = locked(client.lock(subject.name))
    waiting = []
    for _ in range(5):
        waiting.append(client.send('lock', name=subject.name).waits(0.1))
    for call in waiting:
        client.unlock(subject.name, key)
        key = locked(call.answer())
        for other in waiting[waiting.index(call) + 1:]:
            other.waits(0)
    client.unlock(subject.name, key)


@client_case('waiting ends after wait_timeout_seconds without the lock')
def wait_timeout(subject):
    client = subject.client()
    key = locked(client.lock(subject.name))
    begun = time.monotonic()
    answer = client.lock(subject.name, wait_timeout_seconds=1)
    waited = time.monotonic() - begun
    assert 0.99 <= waited < SLOW, waited
    if subject.can('swallows-timeout'):
        refused(answer)
        equal(answer.key, '')
    else:
        refused_with(answer, 3, 'timeout waiting to acquire lock')
    client.unlock(subject.name, key)
    # Who gave up is not granted afterwards.
    client.unlock(subject.name, locked(client.try_lock(subject.name)))


@client_case('a lock of size 3 has three holders, each with a key of its own')
def sizes(subject):
    client = subject.client()
    keys = [locked(client.lock(subject.name, size=3)) for _ in range(3)]
    equal(len(set(keys)), 3)
    refused(client.try_lock(subject.name, size=3))
    equal(client.unlock(subject.name, keys[1]).unlocked, True)
    keys[1] = locked(client.try_lock(subject.name, size=3))
    for key in keys:
        equal(client.unlock(subject.name, key).unlocked, True)


@client_case('another size is code 6, and no size means 1')
def size_mismatch(subject):
    client = subject.client()
    key = locked(client.lock(subject.name, size=2))
    for answer in (client.lock(subject.name, size=3), client.try_lock(subject.name), client.lock(subject.name)):
        refused_with(answer, 6, 'lock size mismatch')
    client.unlock(subject.name, key)


@client_case('sizes that are none are code 7', needs='raw')
def invalid_size(subject):
    client = subject.client()
    for size in (0, -1, -2147483648):
        refused_with(client.lock(subject.name, size=size), 7, 'lock size must be greater than 0')
        refused_with(client.try_lock(subject.name, size=size), 7, 'lock size must be greater than 0')


@client_case('an empty name and negative timeouts are code 0 with a message', renews=True)
def wrong_arguments(subject):
    client = subject.client()
    refused_with(client.lock(''), 0, 'lock name cannot be empty')
    refused_with(client.try_lock(''), 0, 'lock name cannot be empty')
    if subject.can('checks-arguments'):
        # They do not come as far as the server.
        for answer in (client.lock(subject.name, lock_timeout_seconds=-1), client.renew(subject.name, 'key', 0),
                       client.lock(subject.name, wait_timeout_seconds=-1)):
            equal((answer.raised, answer.code), ('IllegalArgumentException', None))
        return
    for answer in (client.lock(subject.name, lock_timeout_seconds=-1),
                   client.try_lock(subject.name, lock_timeout_seconds=-1), client.renew(subject.name, 'key', 0),
                   client.renew(subject.name, 'key', -1)):
        refused_with(answer, 0, 'lock timeout must be greater than 0')
    refused_with(client.lock(subject.name, wait_timeout_seconds=-1), 0, 'wait timeout must be greater than 0')


@client_case('unlock: an unknown name is code 1, a wrong key code 2')
def wrong_unlocks(subject):
    client = subject.client()
    refused_with(client.unlock(subject.name, 'key'), 1, 'a lock by that name does not exist')
    key = locked(client.lock(subject.name))
    for wrong in ('', 'key', '00000000-0000-4000-8000-000000000000', key + ' '):
        refused_with(client.unlock(subject.name, wrong), 2, 'invalid lock key')
    equal(client.unlock(subject.name, key).unlocked, True)
    assert client.unlock(subject.name, key).code in (1, 2)


@client_case('whoever knows the key may renew and unlock', renews=True)
def other_connection(subject):
    holder, other = subject.client(), subject.client(subject.new_driver())
    key = locked(holder.lock(subject.name, lock_timeout_seconds=30))
    equal(locked(other.renew(subject.name, key, 60)), key)
    equal(other.unlock(subject.name, key).unlocked, True)
    holder.unlock(subject.name, locked(holder.try_lock(subject.name)))


@client_case('a lock timeout passes the lock on, and the old key is worth nothing')
def lock_timeout(subject):
    client = subject.client()
    begun = time.monotonic()
    key = locked(client.lock(subject.name, lock_timeout_seconds=1))
    other = locked(client.send('lock', name=subject.name).answer())
    lasted = time.monotonic() - begun
    assert 0.99 <= lasted < SLOW, lasted
    refused_with(client.unlock(subject.name, key), 2, 'invalid lock key')
    equal(client.unlock(subject.name, other).unlocked, True)


@client_case('A11 renewing what is lost is code 5', defect='section 1.7')
def lost_renewal(subject):
    client = subject.client()
    lost = (5, 'lock does not exist or invalid key')
    refused_with(client.renew(subject.name, 'key', 5), *lost)
    key = locked(client.lock(subject.name))
    refused_with(client.renew(subject.name, 'key', 5), *lost)
    # It has no timeout to be restarted.
    refused_with(client.renew(subject.name, key, 5), *lost)
    client.unlock(subject.name, key)
    refused_with(client.renew(subject.name, key, 5), *lost)


@client_case('a renewal restarts the timeout with another length', renews=True)
def renewal(subject):
    client = subject.client()
    key = locked(client.lock(subject.name, lock_timeout_seconds=1))
    begun = time.monotonic()
    equal(locked(client.renew(subject.name, key, 2)), key)
    client.unlock(subject.name, locked(client.lock(subject.name)))
    lasted = time.monotonic() - begun
    assert 1.99 <= lasted < SLOW, lasted


@client_case('the longest timeout and the strangest names are taken')
def extremes(subject):
    client = subject.client()
    for name in (fresh('a b,c:d'), fresh('ключ'), fresh('\U0001f512'), fresh(' '), fresh('"{}"'), fresh('n' * 10000)):
        key = locked(client.lock(name, lock_timeout_seconds=2147483647, size=2147483647))
        equal(client.unlock(name, key).unlocked, True)


@client_case('auto-renewal keeps a lock, and without it the lock ends', needs='auto-renew', renews=True)
def auto_renewal(subject):
    client = subject.client(auto_renew=True, min_interval=1)
    plain = subject.client(subject.new_driver(), auto_renew=False)
    begun = time.monotonic()
    kept = locked(client.lock(subject.name, lock_timeout_seconds=2))
    ends = fresh()
    locked(plain.lock(ends, lock_timeout_seconds=2))
    plain.unlock(ends, locked(plain.lock(ends)))
    lasted = time.monotonic() - begun
    assert 1.99 <= lasted < SLOW, lasted
    time.sleep(max(0, begun + 4.5 - time.monotonic()))
    refused(plain.try_lock(subject.name))
    equal(client.unlock(subject.name, kept).unlocked, True)


@client_case('the timeout of the client is that of its locks', needs='context')
def client_timeout(subject):
    client, other = subject.client(lock_timeout_seconds=1), subject.client(subject.new_driver())
    locked(client.try_lock(subject.name))
    begun = time.monotonic()
    other.unlock(subject.name, locked(other.lock(subject.name)))
    assert time.monotonic() - begun < SLOW


@client_case('closing a client releases its locks and ends its waiting')
def closed(subject):
    holder, other = subject.client(), subject.client(subject.new_driver())
    queued = fresh()
    kept = locked(other.lock(queued))
    locked(holder.lock(subject.name))
    holder.send('lock', name=queued).waits()
    holder.close()
    other.unlock(subject.name, locked(other.lock(subject.name, wait_timeout_seconds=5)))
    other.unlock(queued, kept)
    other.unlock(queued, locked(other.lock(queued, wait_timeout_seconds=5)))


@client_case('a killed process loses its locks to the next waiter')
def killed(subject):
    driver = subject.new_driver()
    locked(subject.client(driver).lock(subject.name))
    other = subject.client()
    call = other.send('lock', name=subject.name).waits()
    driver.close()
    other.unlock(subject.name, locked(call.answer()))


@client_case('A9 of those who wait, cancelled ones are passed over', needs='cancel')
def cancelled(subject):
    client = subject.client()
    key = locked(client.lock(subject.name))
    calls = [client.send('lock', name=subject.name).waits(0.05) for _ in range(6)]
    for call in calls[::2]:
        client.send('cancel', of=call.number)
        equal(call.answer().status, 'CANCELLED')
    for call in calls[1::2]:
        client.unlock(subject.name, key)
        key = locked(call.answer())
    client.unlock(subject.name, key)
    client.unlock(subject.name, locked(client.lock(subject.name, wait_timeout_seconds=5)))


@client_case('locks have methods, which tell when they are not locked', needs='objects')
def lock_objects(subject):
    client = subject.client()
    held = client.send('lock', name=subject.name, lock_timeout_seconds=5)
    locked(held.answer())
    other = client.send('try_lock', name=subject.name)
    answer = other.answer()
    refused(answer)
    equal(answer.true, False)
    equal(locked(client.ask('renew_object', of=held.number, lock_timeout_seconds=10)) != '', True)
    equal(client.ask('unlock_object', of=held.number).unlocked, True)
    for what in ('unlock', 'renew'):
        failed = client.ask(what + '_object', of=other.number, lock_timeout_seconds=10)
        contains(failed.message, what + '() called on unlocked lock')


@client_case('a context holds the lock inside and releases it, also if its body fails', needs='context')
def contexts(subject):
    client = subject.client()
    for fails in (False, True):
        for tries in (False, True):
            context = client.send('context', name=subject.name, body_fails=fails, **{'try': tries})
            locked(context.answer())
            refused(client.try_lock(subject.name))
            client.ask('leave', of=context.number)
            end = context.answer()
            equal((end.left, end.raised), (None, 'BodyFailed') if fails else (True, None))
            client.unlock(subject.name, locked(client.try_lock(subject.name)))


@client_case('a context without the lock releases nothing', needs='context')
def context_without(subject):
    client = subject.client()
    key = locked(client.lock(subject.name))
    for options in ({'try': True}, {'wait_timeout_seconds': 1}):
        context = client.send('context', name=subject.name, **options)
        refused(context.answer())
        client.ask('leave', of=context.number)
        equal(context.answer().left, True)
    equal(client.unlock(subject.name, key).unlocked, True)


@secured_case('the password lets in, another one does not', password='a pass:"word"')
def password(subject):
    client = subject.client()
    client.unlock(subject.name, locked(client.lock(subject.name)))
    wrong = subject.client(subject.new_driver(), password='wrong').lock(subject.name)
    equal(wrong.status, UNAUTHENTICATED)
    contains(wrong.message, 'invalid credentials')
    without = subject.client(subject.new_driver(), password=None).lock(subject.name)
    equal(without.status, UNAUTHENTICATED)
    contains(without.message, 'missing credentials')


@secured_case('TLS, with a password in it; plain text is refused', tls=True, password='secret')
def tls(subject):
    client = subject.client()
    client.unlock(subject.name, locked(client.lock(subject.name)))
    equal(subject.client(subject.new_driver(), tls=None).lock(subject.name).status, 'UNAVAILABLE')


@secured_case('mutual TLS: without a certificate, or with a stranger\'s, nobody is let in', tls=True, mutual=True)
def mutual_tls(subject):
    client = subject.client()
    client.unlock(subject.name, locked(client.lock(subject.name)))
    files = dict(subject.server.client_options()['tls'])
    stranger = dict(files, **{key: files[key].replace('client.', 'stranger.') for key in ('cert_file', 'key_file')})
    for wrong in ({'ca_file': files['ca_file']}, stranger):
        answer = subject.client(subject.new_driver(), tls=wrong).lock(subject.name)
        # To others it is a connection that breaks, and they would try for ever.
        equal(answer.raised if subject.can('fails-fast') else answer.status,
              'LdlmRefusedException' if subject.can('fails-fast') else 'UNAVAILABLE')


@secured_case('who waits when the server stops is told UNAVAILABLE')
def stopped(subject):
    client = subject.client()
    locked(client.lock(subject.name))
    call = client.send('lock', name=subject.name).waits()
    subject.server.program.process.terminate()
    equal(call.answer().status, 'UNAVAILABLE')
    equal(subject.server.program.status(), 0)


@secured_case('with retries, a client goes on when the server is there again', needs='retries')
def retries(subject):
    client = subject.client(retries=-1, retry_delay_seconds=1)
    subject.server.program.process.terminate()
    subject.server.program.status()
    call = client.send('lock', name=subject.name).waits(1.2)
    subject.place.new_server(subject.server.kind, grpc=subject.server.grpc)
    client.unlock(subject.name, locked(call.answer()))
