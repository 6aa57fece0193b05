"""Drives py-ldlm, whichever version is installed, by lines of JSON: pyldlm.py sync|async. See ../ldlm_client.py."""

import asyncio
import json
import sys
import threading

from ldlm import AsyncClient, Client, TLSConfig

RENAMED = not hasattr(Client, 'refresh_lock')
"""Whether this is 1.1 or later, where `refresh` is called `renew`, and a lock is an object with methods."""


def new_client(kind, ask):
    options = {name: ask[name] for name in ('password', 'retries', 'retry_delay_seconds', 'lock_timeout_seconds')
               if name in ask}
    options['auto_renew_locks' if RENAMED else 'auto_refresh_locks'] = ask.get('auto_renew', False)
    if 'tls' in ask:
        options['tls'] = TLSConfig(**ask['tls'])
    client = kind(ask['address'], **options)
    if 'min_interval' in ask:
        setattr(client, 'min_renew_interval_seconds' if RENAMED else 'min_refresh_interval_seconds',
                ask['min_interval'])
    return client


def arguments(ask):
    return {name: ask[name] for name in ('wait_timeout_seconds', 'lock_timeout_seconds', 'size') if name in ask}


def described(lock):
    return {'locked': lock.locked, 'name': lock.name, 'key': lock.key, 'true': bool(lock)}


def failed(error):
    answer = {'raised': type(error).__name__, 'message': str(getattr(error, 'message', error))}
    if hasattr(error, 'RPC_CODE'):
        answer['code'] = error.RPC_CODE
    elif hasattr(error, 'code') and callable(error.code):
        answer['status'] = error.code().name
        answer['message'] = error.details()
    return answer


def tell(number, answer):
    sys.stdout.write(json.dumps(dict(answer, id=number)) + '\n')
    sys.stdout.flush()


class BodyFailed(Exception):
    """What the body of a context raises when it is told to."""


class SyncDriver:
    """One thread a request."""

    def __init__(self):
        self.clients, self.locks, self.leaving = {}, {}, {}

    def serve(self):
        for line in sys.stdin:
            ask = json.loads(line)
            threading.Thread(target=self.answer, args=(ask,), daemon=True).start()

    def answer(self, ask):
        try:
            answer = getattr(self, ask['do'])(ask)
        except Exception as error:  # pylint: disable=broad-except
            answer = failed(error)
        tell(ask['id'], answer)

    def open(self, ask):
        self.clients[ask['client']] = new_client(Client, ask)
        return {}

    def close(self, ask):
        self.clients.pop(ask['client']).close()
        return {}

    def lock(self, ask):
        return self._kept(ask, self.clients[ask['client']].lock(ask['name'], **arguments(ask)))

    def try_lock(self, ask):
        return self._kept(ask, self.clients[ask['client']].try_lock(ask['name'], **arguments(ask)))

    def _kept(self, ask, lock):
        self.locks[ask['id']] = lock
        return described(lock)

    def unlock(self, ask):
        self.clients[ask['client']].unlock(ask['name'], ask['key'])
        return {'unlocked': True}

    def renew(self, ask):
        client = self.clients[ask['client']]
        renew = client.renew if RENAMED else client.refresh_lock
        return described(renew(ask['name'], ask['key'], ask['lock_timeout_seconds']))

    def unlock_object(self, ask):
        self.locks[ask['of']].unlock()
        return {'unlocked': True}

    def renew_object(self, ask):
        lock = self.locks[ask['of']]
        lock.renew(ask['lock_timeout_seconds'])
        return described(lock)

    def context(self, ask):
        client = self.clients[ask['client']]
        enter = client.try_lock_context if ask.get('try') else client.lock_context
        self.leaving[ask['id']] = left = threading.Event()
        with enter(ask['name'], **arguments(ask)) as lock:
            tell(ask['id'], described(lock))
            left.wait()
            if ask.get('body_fails'):
                raise BodyFailed('body')
        return {'left': True}

    def leave(self, ask):
        self.leaving[ask['of']].set()
        return {}


class AsyncDriver(SyncDriver):
    """One task a request."""

    def serve(self):
        asyncio.run(self.serve_async())

    async def serve_async(self):
        loop = asyncio.get_running_loop()
        tasks = set()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            task = asyncio.create_task(self.answer_async(json.loads(line)))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    async def answer_async(self, ask):
        try:
            answer = await getattr(self, ask['do'])(ask)
        except Exception as error:  # pylint: disable=broad-except
            answer = failed(error)
        tell(ask['id'], answer)

    async def open(self, ask):
        self.clients[ask['client']] = new_client(AsyncClient, ask)
        return {}

    async def close(self, ask):
        client = self.clients.pop(ask['client'])
        await (client.aclose() if hasattr(client, 'aclose') else client.close())
        return {}

    async def lock(self, ask):
        return self._kept(ask, await self.clients[ask['client']].lock(ask['name'], **arguments(ask)))

    async def try_lock(self, ask):
        return self._kept(ask, await self.clients[ask['client']].try_lock(ask['name'], **arguments(ask)))

    async def unlock(self, ask):
        await self.clients[ask['client']].unlock(ask['name'], ask['key'])
        return {'unlocked': True}

    async def renew(self, ask):
        client = self.clients[ask['client']]
        renew = client.renew if RENAMED else client.refresh_lock
        return described(await renew(ask['name'], ask['key'], ask['lock_timeout_seconds']))

    async def unlock_object(self, ask):
        await self.locks[ask['of']].unlock()
        return {'unlocked': True}

    async def renew_object(self, ask):
        lock = self.locks[ask['of']]
        await lock.renew(ask['lock_timeout_seconds'])
        return described(lock)

    async def context(self, ask):
        client = self.clients[ask['client']]
        enter = client.try_lock_context if ask.get('try') else client.lock_context
        self.leaving[ask['id']] = left = asyncio.Event()
        async with enter(ask['name'], **arguments(ask)) as lock:
            tell(ask['id'], described(lock))
            await left.wait()
            if ask.get('body_fails'):
                raise BodyFailed('body')
        return {'left': True}

    async def leave(self, ask):
        self.leaving[ask['of']].set()
        return {}


if __name__ == '__main__':
    {'sync': SyncDriver, 'async': AsyncDriver}[sys.argv[1]]().serve()
