"""Locks of the original dynalock and ours on one table."""

import base64
import os
import time

from cases import CASES, equal, wait_until
from parties import dynalock_case, fresh, party, succeeded, failed
from place import DYNALOCK_TABLE

PARTITION = 'Part'


def item(place, key):
    return place.emulator.item(DYNALOCK_TABLE, id=PARTITION, name=key)


def expires(place, key):
    return int(item(place, key)['expires']['N'])


def lock(who, key, wait=None, **options):
    """Sends the request on a Locker of its own, whose name is returned as well."""
    locker = who.new_lock(key, **options)
    return locker, who.send('lock', lock=locker, **({} if wait is None else {'wait': wait}))


def held(who, key, **options):
    locker, call = lock(who, key, **options)
    succeeded(call)
    return locker


def unlock(who, locker):
    """Unlocks. An original's that meets its own renewal fails and leaves its record to expire: defect 2, so it may."""
    call = who.send('unlock', lock=locker)
    if who.who == 'dynalock1':
        answer = call.answer()
        assert answer.raised in (None, 'ErrKeyNotFound'), answer
    else:
        succeeded(call)


def is_refused(who, key, wait=0.5):
    equal(failed(lock(who, key, wait)[1]), 'LockAcquireCancelled')


def is_free(who, key, wait=5):
    unlock(who, held(who, key, wait=wait))


def contention(original):
    def run(place):
        key, file = fresh('lock'), os.path.join(place.folder(), 'count')
        calls = []
        for process in ('', '-b'):
            for who in (original, 'ours'):
                contender = party(place, who, 'dynalock', process=process)
                calls.append(contender.send('contend', key=key, times=15, ttl=10, file=file, section=0.03))
        for call in calls:
            succeeded(call, timeout=60)
        with open(file, encoding='ascii') as count:
            equal(int(count.read()), 60)
    return run


for each in ('dynalock1', 'dynalock2'):
    CASES.append((each + ' and ours: four processes contend, and no two are in the section', contention(each)))


@dynalock_case('a killed holder is followed when its record has expired, not before')
def steal(place, first, second):
    key = fresh('lock')
    holder, thief = first(killable=True), second()
    held(holder, key, ttl=2)
    holder.driver.close()
    end = expires(place, key)
    locker, call = lock(thief, key, wait=15, ttl=20)
    succeeded(call)
    # Both go by whole seconds: the one in which it ends still belongs to the holder.
    assert time.time() > end + 0.9, (time.time(), end)
    unlock(thief, locker)


@dynalock_case('a holder that renews keeps the other out, and its unlocking lets it in')
def renewing(_, first, second):
    key = fresh('lock')
    holder, other = first(), second()
    locker = held(holder, key, ttl=3)
    lost = holder.send('lost', lock=locker)
    is_refused(other, key, 7)
    theirs, call = lock(other, key)
    call.waits(0.3)
    lost.waits(0)
    unlock(holder, locker)
    succeeded(call, timeout=10)
    succeeded(lost)
    is_refused(holder, key)
    unlock(other, theirs)


@dynalock_case('they lock and unlock in turns, and no version is met twice')
def turns(place, first, second):
    key = fresh('lock')
    versions = []
    for who in [first(), second()] * 4:
        locker = held(who, key, wait=5)
        versions.append(int(item(place, key)['version']['N']))
        is_refused(first(), key, 0.1)
        is_refused(second(), key, 0.1)
        unlock(who, locker)
    ours = versions[0 if first().who == 'ours' else 1::2]
    equal(sorted(set(ours)), ours)


@dynalock_case('a lock is a record, with its value, to the other')
def value(_, first, second):
    key = fresh('lock')
    holder, other = first(), second()
    locker = held(holder, key, ttl=30, bytes=base64.b64encode(b'me').decode())
    equal(base64.b64decode(other.ask('get', key=key).bytes), b'me')
    equal(other.ask('exists', key=key).exists, True)
    equal([record['key'] for record in other.ask('list', prefix=key).list], [key])
    unlock(holder, locker)
    equal(other.raises('get', key=key), 'KeyNotFound')
    equal(other.ask('exists', key=key).exists, False)


@dynalock_case('a lock without a value has none of the holder before')
def no_value(_, first, second):
    key = fresh('lock')
    holder, other = first(), second()
    unlock(holder, held(holder, key, ttl=30, bytes='bWU='))
    locker = held(other, key, wait=5, ttl=30)
    equal(holder.ask('get', key=key).bytes or None, None)
    unlock(other, locker)


@dynalock_case('whoever writes the record takes the lock from its holder, who is told')
def overwritten(_, first, second):
    key = fresh('lock')
    holder, other = first(), second()
    locker = held(holder, key, ttl=3)
    lost = holder.send('lost', lock=locker).waits(0)
    other.ask('put', key=key, bytes='', ttl=60)
    succeeded(lost, timeout=5)
    if holder.who != 'dynalock2':  # There, to unlock a lost lock blocks for ever.
        equal(holder.raises('unlock', lock=locker), 'KeyNotFound')
    # It is a record of the other's now.
    equal(other.ask('get', key=key).bytes, '')
    other.ask('delete', key=key)
    is_free(other, key)
    is_free(holder, key)


@dynalock_case('a lock that is not renewed any more is lost to the other')
def not_renewed(_, first, second):
    key = fresh('lock')
    holder, other = first(), second()
    locker = held(holder, key, ttl=2)
    holder.ask('stop_renewing', lock=locker)
    theirs = held(other, key, wait=15)
    if holder.who != 'dynalock2':  # There, to unlock after renewing has ended blocks for ever.
        equal(holder.raises('unlock', lock=locker), 'KeyNotFound')
    is_refused(holder, key)
    unlock(other, theirs)


@dynalock_case('in the second in which a lock expires nobody else has it')
def boundary(place, first, second):
    other = second()
    for _ in range(5):
        holder, key = first(killable=True), fresh('lock')
        held(holder, key, ttl=1)
        holder.driver.close()
        end = expires(place, key)
        wait_until(lambda: time.time() >= end, 'the last second')
        locker, call = lock(other, key, wait=max(0.1, end + 0.5 - time.time()))
        answer = call.answer()
        if time.time() < end + 1:
            equal((other.who, answer.raised is not None), (other.who, True))
            is_free(other, key)
            return
        if not answer.raised:
            unlock(other, locker)
    raise AssertionError('this machine is too slow to look within one second')


@dynalock_case('locks of different partitions have nothing to do with each other')
def partitions(_, first, second):
    key = fresh('lock')
    holder, other = first(partition='Lock'), second(partition='Agent')
    locker = held(holder, key)
    is_free(other, key)
    is_refused(second(partition='Lock'), key)
    unlock(holder, locker)
