"""Clients of LDLM in a driver; see ../driver.py for how it is spoken to.

What a driver does: open (client, address, password, tls, retries, ...), close (client), lock and try_lock (client, name,
wait_timeout_seconds, lock_timeout_seconds, size; answer: locked, name, key), unlock (client, name, key), renew (client,
name, key, lock_timeout_seconds). A failure that LDLM reports is `code` and `message`, one of gRPC `status` and `message`,
an exception of the client library `raised` besides. Some can do more: `cancel` a request, lock objects, contexts.
"""

import itertools

NUMBERS = itertools.count(1)


def open_client(driver, address, **options):
    client = Client(driver, 'c%d' % next(NUMBERS))
    client.ask('open', address=address, **options)
    return client


class Client:
    """A client of LDLM in a driver. The methods wait for the answer; `send` does not."""

    def __init__(self, driver, name):
        self.driver, self.name = driver, name

    def send(self, what, **request):
        return self.driver.send(what, client=self.name, **request)

    def ask(self, what, **request):
        return self.send(what, **request).answer()

    def lock(self, name, **options):
        return self.ask('lock', name=name, **options)

    def try_lock(self, name, **options):
        return self.ask('try_lock', name=name, **options)

    def unlock(self, name, key):
        return self.ask('unlock', name=name, key=key)

    def renew(self, name, key, seconds):
        return self.ask('renew', name=name, key=key, lock_timeout_seconds=seconds)

    def close(self):
        return self.ask('close')
