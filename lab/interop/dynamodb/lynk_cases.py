"""The original lynk and our Lynk on one table: who has a lock, when, and what of it stands in the table."""

import os
import re
import time

from cases import case, equal, wait_until
from parties import fresh, lynk_case, party, succeeded, failed
from place import LYNK_TABLE

UUID = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}'
LONG = 60


def item(place, name):
    return place.emulator.item(LYNK_TABLE, lockKey=name)


def acquire(who, name, lease=LONG, max_wait=LONG, **options):
    """Sends the request; the name of the lock object is that of the lock."""
    return who.send('acquire', lock=name, name=name, lease_duration=lease, max_wait_seconds=max_wait, **options)


@case('lynk and ours: four processes contend, and no two are in the section')
def contention(place):
    name, file = fresh(), os.path.join(place.folder(), 'count')
    # Who waits for an original waits for its whole lease, and so does an original that waits for ours.
    rounds = {'lynk': (3, 3), 'ours': (25, 2)}
    calls = []
    for process in ('', '-b'):
        for who, (times, lease) in rounds.items():
            contender = party(place, who, 'lynk', process=process)
            calls.append(contender.send('contend', name=name, times=times, lease_duration=lease, max_wait_seconds=200,
                                        file=file, section=0.03))
    for call in calls:
        succeeded(call, timeout=100)
    with open(file, encoding='ascii') as count:
        equal(int(count.read()), 2 * sum(times for times, _ in rounds.values()))


@case('two who hold different locks are caught in one section: the proof of the cases that contend')
def caught(place):
    file = os.path.join(place.folder(), 'count')
    answers = [call.answer(timeout=60) for call in [
        party(place, who, 'lynk').send('contend', name=fresh(), times=times, file=file, section=0.5)
        for who, times in (('lynk', 4), ('ours', 6))]]
    caught_ones = [answer.raised for answer in answers if answer.raised]
    assert caught_ones and set(caught_ones) <= {'FileExistsError', 'FileAlreadyExistsException'}, answers


@lynk_case('a killed holder is followed after its lease, not before')
def steal(place, first, second):
    name, lease = fresh(), 2
    holder, thief = first(killable=True), second()
    succeeded(acquire(holder, name, lease))
    holder.driver.close()
    version = item(place, name)['versionNumber']['S']
    begun = time.monotonic()
    succeeded(acquire(thief, name, lease, 20))
    waited = time.monotonic() - begun
    assert waited >= lease, waited
    stolen = item(place, name)
    equal(stolen['hostIdentifier']['S'], thief.who)
    assert stolen['versionNumber']['S'] != version
    thief.ask('release', lock=name)
    equal(item(place, name), None)


@lynk_case('a holder that refreshes keeps the other out, and its release lets it in')
def refreshing(_, first, second):
    # An original refreshes when a quarter of the lease is left, which has to be enough on a busy machine.
    name, lease = fresh(), 4
    holder, other = first(), second()
    succeeded(acquire(holder, name, lease))
    equal(failed(acquire(other, name, lease, 9)), 'LockNotGranted')
    call = acquire(other, name, lease)
    call.waits(0.5)
    holder.ask('release', lock=name)
    succeeded(call)
    other.ask('release', lock=name)


@case('lynk, ours: a release is noticed long before the lease has passed')
def prompt(place):
    name = fresh()
    holder, other = party(place, 'lynk', 'lynk'), party(place, 'ours', 'lynk')
    succeeded(acquire(holder, name))
    call = acquire(other, name).waits(1)
    holder.ask('release', lock=name)
    # An original would wait for the rest of the minute.
    succeeded(call, timeout=5)
    other.ask('release', lock=name)


@lynk_case('a lock that nobody refreshes is lost to the other, and its holder is told so')
def running_out(place, first, second):
    name = fresh()
    holder, other = first(), second()
    succeeded(acquire(holder, name, 1, no_refresh=True))
    succeeded(acquire(other, name, 20))
    for what in ('refresh', 'release', 'serialize'):
        # Ours knows after the second time that it has no such lock, the original always says the same.
        told = 'NoSuchLock' if what == 'serialize' and holder.who == 'ours' else 'LockLost'
        equal((what, holder.raises(what, lock=name)), (what, told))
    equal(item(place, name)['hostIdentifier']['S'], other.who)
    other.ask('release', lock=name)
    # After a loss the same object may be acquired again.
    succeeded(acquire(holder, name, 20))
    equal(failed(acquire(other, name, 20, 0)), 'LockNotGranted')
    holder.ask('release', lock=name)
    equal(holder.raises('release', lock=name), 'NoSuchLock')


@lynk_case('a refresh by hand keeps the lock')
def refresh_by_hand(place, first, second):
    name, lease = fresh(), 2
    holder, other = first(), second()
    succeeded(acquire(holder, name, lease, no_refresh=True))
    call = acquire(other, name, lease)
    versions = set()
    for _ in range(4):
        call.waits(lease / 2)
        holder.ask('refresh', lock=name)
        versions.add(item(place, name)['versionNumber']['S'])
    equal(len(versions), 4)
    holder.ask('release', lock=name)
    succeeded(call)
    other.ask('release', lock=name)


@lynk_case('any name is the same lock to both')
def names(place, first, second):
    holder, other = first(), second()
    for name in ('a b', 'ключ', '\U0001f512', '"{}"', 'n' * 1000, ' ', 'a/b/c'):
        name = fresh(name)
        succeeded(acquire(holder, name, max_wait=0))
        equal(failed(acquire(other, name, max_wait=0)), 'LockNotGranted')
        holder.ask('release', lock=name)
        equal(item(place, name), None)
        # It is free, so no waiting is needed.
        succeeded(acquire(other, name, max_wait=0))
        other.ask('release', lock=name)


@lynk_case('both write the same four attributes, and the same ones change')
def attributes(place, first, _):
    name, holder = fresh(), first()
    succeeded(acquire(holder, name, 20))
    found = item(place, name)
    assert re.fullmatch(UUID, found['versionNumber']['S']), found
    version = found.pop('versionNumber')
    expected = {'lockKey': {'S': name}, 'leaseDuration': {'N': '20'}, 'hostIdentifier': {'S': holder.who}}
    equal(found, expected)
    holder.ask('refresh', lock=name)
    found = item(place, name)
    assert found.pop('versionNumber') != version
    equal(found, expected)
    holder.ask('release', lock=name)
    equal(item(place, name), None)


@lynk_case('what a dead holder left without a host or with a foreign attribute is taken over')
def foreign_attributes(place, first, _):
    for attributes in ({}, {'hostIdentifier': {'S': 'x'}, 'note': {'M': {'a': {'N': '1'}}}}):
        name = fresh()
        place.emulator.client.put_item(TableName=LYNK_TABLE, Item={
            'lockKey': {'S': name}, 'leaseDuration': {'N': '1'}, 'versionNumber': {'S': 'v1'}, **attributes})
        thief = first()
        succeeded(acquire(thief, name, 20))
        equal(set(item(place, name)), {'lockKey', 'leaseDuration', 'versionNumber', 'hostIdentifier'})
        thief.ask('release', lock=name)


@lynk_case('an entry that vanishes while it is waited for is no obstacle')
def vanished(place, first, _):
    name, waiter = fresh(), first()
    place.emulator.client.put_item(TableName=LYNK_TABLE, Item={
        'lockKey': {'S': name}, 'leaseDuration': {'N': '1'}, 'versionNumber': {'S': 'v1'}, 'hostIdentifier': {'S': 'x'}})
    call = acquire(waiter, name, 20).waits(0.3)
    place.emulator.client.delete_item(TableName=LYNK_TABLE, Key={'lockKey': {'S': name}})
    succeeded(call)
    wait_until(lambda: item(place, name)['hostIdentifier']['S'] == waiter.who, 'the entry of the waiter')
    waiter.ask('release', lock=name)
