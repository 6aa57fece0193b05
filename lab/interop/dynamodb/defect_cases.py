"""The original dynalock's defects 1 to 6, which end held locks or keep dead ones: ours has none, also beside originals."""

import signal
import time

from cases import equal, wait_until
from dynalock_cases import expires, held, is_free, is_refused, item, unlock
from parties import dynalock_version_case, failed, fresh, succeeded


def stop_past_its_end(holder, place, key):
    """Stops a holder's process until its record has expired, as a long pause would."""
    holder.driver.program.signal(signal.SIGSTOP)
    wait_until(lambda: time.time() > expires(place, key) + 1, 'the record to expire')


@dynalock_version_case('defect 1: an original that was away does not take a later lock of ours for its own')
def original_away(place, first, second):
    key = fresh('aba')
    away, our = first(killable=True), second()
    lost = away.send('lost', lock=held(away, key, ttl=2))
    stop_past_its_end(away, place, key)
    is_free(our, key)
    locker = held(our, key, ttl=20)
    mine = item(place, key)
    away.driver.program.signal(signal.SIGCONT)
    succeeded(lost)
    equal(item(place, key), mine)
    our.ask('unlock', lock=locker)


@dynalock_version_case('defect 1: ours that was away does not take a later lock of an original\'s for its own')
def ours_away(place, first, second):
    key = fresh('aba')
    original, away = first(), second(killable=True)
    mine = held(away, key, ttl=2)
    lost = away.send('lost', lock=mine)
    stop_past_its_end(away, place, key)
    is_free(original, key)
    locker = held(original, key, ttl=3)
    theirs = original.send('lost', lock=locker)
    away.driver.program.signal(signal.SIGCONT)
    succeeded(lost)
    equal(away.raises('unlock', lock=mine), 'KeyNotFound')
    # It goes on being renewed.
    is_refused(away, key, 4)
    theirs.waits(0)
    unlock(original, locker)


@dynalock_version_case('defect 2: to unlock while a renewal is under way leaves nothing behind')
def unlock_and_renewal(_, first, second):
    original, our = first(), second()
    names = [fresh('race') for _ in range(10)]
    calls = [our.send('cycles', lock=our.new_lock(key, ttl=0.6), times=5, pause=0.2) for key in names]
    for call in calls:
        succeeded(call)
    for key in names:
        # What is left would be in the way for the length of a lock.
        is_free(original, key, 1)


@dynalock_version_case('defect 3: a lock that is held is not locked again, and ends when it is unlocked')
def locked_twice(place, first, second):
    original, our, key = first(), second(), fresh('twice')
    locker = held(our, key, ttl=0.6)
    equal(our.raises('lock', lock=locker), 'IllegalState')
    our.ask('unlock', lock=locker)
    equal(our.raises('unlock', lock=locker), 'KeyNotFound')
    # Whoever still renewed would make it anew, or change it.
    theirs = held(original, key, wait=2, ttl=20)
    record = item(place, key)
    time.sleep(2)
    equal(item(place, key), record)
    unlock(original, theirs)


@dynalock_version_case('defect 4: to unlock neither hangs nor fails otherwise than told')
def unlock_hangs(_, first, second):
    original, our, key = first(), second(), fresh('hang')
    locker = our.new_lock(key, ttl=20, no_renew=True)
    equal(our.raises('unlock', lock=locker), 'KeyNotFound')
    for _ in range(3):
        our.ask('lock', lock=locker)
        is_refused(original, key, 0.1)
        our.ask('unlock', lock=locker)
    theirs = held(original, key)
    for _ in range(2):
        equal(our.raises('unlock', lock=locker), 'KeyNotFound')
    unlock(original, theirs)


@dynalock_version_case('defect 5: what ended the waiting does not end the lock, nor the next one')
def stale_end(_, first, second):
    original, our, key = first(), second(), fresh('stale')
    locker = our.new_lock(key, ttl=0.6)
    for _ in range(2):
        # With ours the driver lets the limit end after the grant, too.
        our.ask('lock', lock=locker, wait=0.3)
        lost = our.send('lost', lock=locker)
        is_refused(original, key, 3.5)
        lost.waits(0)
        our.ask('unlock', lock=locker)


@dynalock_version_case('defect 6: a lock that was lost can be locked again')
def usable_again(_, first, second):
    original, our, key = first(), second(), fresh('again')
    locker = our.new_lock(key, ttl=2)
    for _ in range(2):
        our.ask('lock', lock=locker)
        lost = our.send('lost', lock=locker)
        original.ask('put', key=key, bytes='', ttl=60)
        succeeded(lost)
        equal(failed(our.send('lock', lock=locker, wait=0.3)), 'LockAcquireCancelled')
        original.ask('delete', key=key)
    our.ask('lock', lock=locker)
    is_refused(original, key)
    our.ask('unlock', lock=locker)
    is_free(original, key)
