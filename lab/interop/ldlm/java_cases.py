"""What our own client does better than those that it succeeds: see the specification's section 8.2."""

import time

from cases import contains, equal, wait_until
from client_cases import locked, refused
from subjects import client_case, secured_case


@client_case('A13 a process that holds a lock with a timeout ends, and the lock with it', needs='own')
def process_ends(subject):
    driver = subject.new_driver()
    client = subject.client(driver, auto_renew=True)
    locked(client.lock(subject.name, lock_timeout_seconds=600))
    # Its main program returns, and nothing of the client's may keep the process.
    driver.program.process.stdin.close()
    equal(driver.program.status(), 0)
    other = subject.client()
    other.unlock(subject.name, locked(other.lock(subject.name, wait_timeout_seconds=5)))


@secured_case('A14 the asynchronous methods retry as the others do', needs='own')
def async_retries(subject):
    client = subject.client(retries=-1, retry_delay_seconds=1)
    once = subject.client(retries=0)
    subject.server.program.process.terminate()
    subject.server.program.status()
    equal(once.lock(subject.name, **{'async': True}).status, 'UNAVAILABLE')
    call = client.send('lock', name=subject.name, **{'async': True}).waits(1.2)
    subject.place.new_server(subject.server.kind, grpc=subject.server.grpc)
    client.unlock(subject.name, locked(call.answer()))


@secured_case('A15 a wrong password fails at once, whatever the retries', needs='own', password='right')
def wrong_password(subject):
    client = subject.client(retries=-1, password='wrong')
    for options in ({}, {'async': True}):
        begun = time.monotonic()
        failed = client.lock(subject.name, **options)
        equal(failed.raised, 'LdlmRefusedException')
        contains(failed.message, 'invalid credentials')
        # Less than one delay between retries.
        assert time.monotonic() - begun < 4.5


@client_case('A16 two slots of one name, both renewed, are unlocked one by one', needs='own')
def two_slots(subject):
    client, other = subject.client(auto_renew=True), subject.client(subject.new_driver())
    first, second = (locked(client.lock(subject.name, size=2, lock_timeout_seconds=2)) for _ in range(2))
    time.sleep(4)
    refused(other.try_lock(subject.name, size=2))
    equal(client.unlock(subject.name, first).unlocked, True)
    locked(other.try_lock(subject.name, size=2))
    time.sleep(3)
    # The renewal of the other slot has gone on.
    refused(other.try_lock(subject.name, size=2))
    equal(client.unlock(subject.name, second).unlocked, True)


@client_case('A17 a context whose lock was unlocked inside ends without failure', needs='own')
def early_unlock(subject):
    client = subject.client(auto_renew=True)
    for fails in (False, True):
        context = client.send('context', name=subject.name, lock_timeout_seconds=30, body_fails=fails)
        locked(context.answer())
        equal(client.ask('unlock_object', of=context.number).unlocked, True)
        client.unlock(subject.name, locked(client.try_lock(subject.name)))
        client.ask('leave', of=context.number)
        end = context.answer()
        equal((end.left, end.raised), (None, 'BodyFailed') if fails else (True, None))


@client_case('A12 two clients in one process are independent', needs='own')
def independent(subject):
    first, second = subject.client(), subject.client()
    other = subject.name + '-other'
    locked(first.lock(subject.name))
    key = locked(second.lock(other))
    first.close()
    second.unlock(subject.name, locked(second.lock(subject.name, wait_timeout_seconds=5)))
    refused(second.try_lock(other))
    equal(second.unlock(other, key).unlocked, True)


@client_case('a lock that was unlocked by another, or has expired, is not locked', needs='own')
def lost(subject):
    client = subject.client(auto_renew=True)
    held = client.send('lock', name=subject.name, lock_timeout_seconds=2)
    key = locked(held.answer())
    subject.client(subject.new_driver()).unlock(subject.name, key)

    def says_so():
        return client.ask('unlock_object', of=held.number).raised == 'LockLostException'
    time.sleep(1)
    wait_until(says_so, 'the loss to be noticed by the next renewal', 5)
