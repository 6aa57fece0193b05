"""Locks handed over as texts between the original lynk and ours, and texts that are none."""

import json
import re

from cases import case, equal
from lynk_cases import UUID, acquire, item
from parties import Party, failed, fresh, lynk_case, party, succeeded


def handed(holder, name, **options):
    succeeded(acquire(holder, name, **options))
    return holder.ask('serialize', lock=name).text


@lynk_case('a serialized lock is taken over once, and the sender has it no more')
def handover(place, first, second):
    sender, receiver = first(), second()
    for options in ({}, {'no_refresh': True}):
        name = fresh()
        text = handed(sender, name, **options)
        receiver.ask('deserialize', lock=name, text=text)
        equal(item(place, name)['hostIdentifier']['S'], receiver.who)
        # Ours gives the lock up when it writes the text.
        for what in ('refresh', 'release'):
            equal(sender.raises(what, lock=name), 'LockLost' if sender.who == 'lynk' else 'NoSuchLock')
        for again in (sender, receiver):
            equal(again.raises('deserialize', lock=fresh(), text=text), 'LockLost')
        equal(failed(acquire(sender, name, 20, 0)), 'LockNotGranted')
        receiver.ask('refresh', lock=name)
        receiver.ask('release', lock=name)
        equal(item(place, name), None)


@case('a chain of twelve hands, the originals and ours in turns')
def chain(place):
    name = fresh()
    hands = [party(place, who, 'lynk', process=process)
             for process in ('', '-b') for who in ('lynk', 'ours')] * 3
    text = handed(hands[0], name)
    for number, hand in enumerate(hands[1:]):
        lock = '%s-%d' % (name, number)
        hand.ask('deserialize', lock=lock, text=text)
        equal(failed(acquire(hands[0], name, 20, 0)), 'LockNotGranted')
        text = hand.ask('serialize', lock=lock).text
    hands[0].ask('deserialize', lock='last', text=text)
    hands[0].ask('release', lock='last')
    equal(item(place, name), None)


@case('lynk, ours: an adopted lock is refreshed by ours')
def adopted(place):
    name, lease = fresh(), 2
    sender = party(place, 'lynk', 'lynk')
    receiver = Party(place, 'ours', 'lynk', lease=lease)
    text = handed(sender, name, lease=lease)
    receiver.ask('deserialize', lock=name, text=text)
    # Three leases, and the original does not do it when it has taken a lock over: a known defect, so there is no such case.
    equal(failed(acquire(sender, name, lease, 3 * lease)), 'LockNotGranted')
    receiver.ask('release', lock=name)
    succeeded(acquire(sender, name, lease))
    sender.ask('release', lock=name)


@lynk_case('the text that nobody takes is good for a lease')
def unadopted(place, first, second):
    name, lease = fresh(), 2
    sender, other = first(), second()
    text = handed(sender, name, lease=lease)
    succeeded(acquire(other, name, 20))
    equal(other.raises('deserialize', lock=fresh(), text=text), 'LockLost')
    equal(item(place, name)['hostIdentifier']['S'], other.who)
    other.ask('release', lock=name)


@case('lynk and ours: the texts are the same to the letter')
def letters(place):
    for kind in ('plain', 'a "b" \\ c', 'ключ', '\U0001f512', 'tab\tand\x7f'):
        name = fresh(kind)
        texts = []
        for who in ('lynk', 'ours'):
            hand = party(place, who, 'lynk')
            text = handed(hand, name)
            hand.ask('deserialize', lock=name, text=text)
            hand.ask('release', lock=name)
            assert re.search(UUID, text), text
            texts.append(re.sub(UUID, 'VERSION', text))
        equal(texts[1], texts[0])


def technique(**fields):
    return json.dumps({'__version': 'VersionLeaseTechinque.1', 'versions': {'n': 'v'}, **fields})


def lock_text(**fields):
    """The text of a lock with other fields; those that are None are left out."""
    fields = {'__version': 'Lock.1', 'name': 'n', 'technique': technique(), **fields}
    return json.dumps({name: value for name, value in fields.items() if value is not None})


MALFORMED = [
    ('', 'JSONDecode'), ('no JSON', 'JSONDecode'), ('{"__version": "Lock.1"', 'JSONDecode'),
    ('null', 'Attribute'), ('[]', 'Attribute'), ('"Lock.1"', 'Attribute'), ('1', 'Attribute'),
    ('{}', 'CannotDeserialize'), ('{"__version": null}', 'CannotDeserialize'),
    (lock_text(__version=''), 'CannotDeserialize'), (lock_text(__version=0), 'CannotDeserialize'),
    (lock_text(__version='Lock.2'), 'CannotDeserialize'),
    (lock_text(name=None), 'CannotDeserialize'), (lock_text(technique=None), 'CannotDeserialize'),
    (lock_text(technique='no JSON'), 'JSONDecode'), (lock_text(technique={'versions': {}}), 'Type'),
    (lock_text(technique='{}'), 'CannotDeserialize'),
    (lock_text(technique=technique(__version='VersionLeaseTechnique.1')), 'CannotDeserialize'),
    (lock_text(technique='{"__version": "VersionLeaseTechinque.1"}'), 'Key'),
    (lock_text(technique=technique(versions={'other': 'v'})), 'NoSuchLock'),
]


@case('lynk and ours: texts that are none of a lock')
def malformed(place):
    original, our = party(place, 'lynk', 'lynk'), party(place, 'ours', 'lynk')
    for text, raised in MALFORMED:
        equal((text, original.raises('deserialize', lock='none', text=text)), (text, raised))
        answer = our.send('deserialize', lock='none', text=text).answer()
        # One failure for all of them, in one line that says what is wrong.
        equal((text, answer.raised), (text, 'CannotDeserializeException'))
        assert answer.message.startswith('this is no text of a handed-off lease') and '\n' not in answer.message, answer


@lynk_case('a text of a lock that is not in this table, or not at that version')
def strangers(place, first, second):
    name = fresh()
    text = handed(second(), name)
    reader = first()
    for other in (text.replace(name, fresh('other')), re.sub(UUID, '01234567-89ab-4cde-8f01-23456789abcd', text)):
        equal(reader.raises('deserialize', lock=fresh(), text=other), 'LockLost')
    # It did no harm.
    reader.ask('deserialize', lock=name, text=json.dumps(json.loads(text), indent=2, ensure_ascii=False))
    reader.ask('release', lock=name)
    equal(item(place, name), None)
