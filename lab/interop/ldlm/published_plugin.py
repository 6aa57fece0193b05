"""For pytest: lets the published tests of py-ldlm, which speak to a mock, be answered by a server, LDLM_ADDRESS.

What their mock makes up for Lock and TryLock comes from the server. Keys that they invent are asked for as well, and the
server must refuse them as it should; the test then goes on with the answer of its mock.
"""

import asyncio
import os
import sys

import pytest

from wire import Wire

STATE = {'sent': 0}


def answered(mocked, method, preset):
    """Replaces a method of the mocked client, unless the test has said what the answer is."""
    from ldlm.protos import ldlm_pb2 as pb  # pylint: disable=import-outside-toplevel
    original = getattr(mocked, method)
    calls = {'get_lock_response': 'Lock', 'get_try_lock_response': 'TryLock', 'get_unlock_response': 'Unlock',
             'get_renew_lock_response': 'Renew'}

    def answer(self, request, metadata=None):
        made_up = original(self, request, metadata)
        if getattr(self, preset, None) is not None:
            return made_up
        STATE['sent'] += 1
        kind = pb.UnlockResponse if calls[method] == 'Unlock' else pb.LockResponse
        got = STATE['wire'].method(calls[method], kind)(request, timeout=10)
        assert got.name == request.name, got
        if calls[method] in ('Lock', 'TryLock'):
            assert got.locked and got.key, got
            STATE['granted'].append((got.name, got.key))
            return got
        if (request.name, request.key) not in STATE['granted']:
            assert got.HasField('error'), got
        # What was granted may have expired, since a test renews a lock of 1 s every second.
        return made_up
    setattr(mocked, method, answer)


def pytest_collection_modifyitems(items):
    for module in {item.module for item in items}:
        for name in ('MockedClient', 'MockedAsyncClient'):
            mocked = getattr(module, name, None)
            # That of test_base_client has no calls.
            if hasattr(mocked, 'get_lock_response'):
                for method, preset in (('get_lock_response', 'lock_response'), ('get_unlock_response', 'unlock_response'),
                                       ('get_try_lock_response', 'try_lock_response'),
                                       ('get_renew_lock_response', 'renew_response')):
                    answered(mocked, method, preset)


@pytest.fixture(autouse=True)
def connection():
    # Their fixture makes an asynchronous client outside of a coroutine, which needs a loop to be there.
    asyncio.set_event_loop(asyncio.new_event_loop())
    STATE['granted'] = []
    with Wire(os.environ['LDLM_ADDRESS']) as wire:
        STATE['wire'] = wire
        yield
        for name, key in STATE['granted']:
            wire.unlock(name, key)


def pytest_sessionfinish():
    sys.stdout.write('\n%d requests were answered by the server\n' % STATE['sent'])
