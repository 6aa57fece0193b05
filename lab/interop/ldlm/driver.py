"""Clients of LDLM in processes of their own, driven by lines of JSON: one request a line, one answer a line.

A request has `id`, `do` and what that takes; an answer has the same `id`. Requests run at the same time. What a driver
does: open (client, address, password, tls, retries, ...), close (client), lock and try_lock (client, name,
wait_timeout_seconds, lock_timeout_seconds, size; answer: locked, name, key), unlock (client, name, key), renew (client,
name, key, lock_timeout_seconds). A failure that LDLM reports is `code` and `message`, one of gRPC `status` and `message`,
an exception of the client library `raised` besides. Some can do more: `cancel` a request, lock objects, contexts.
"""

import itertools
import json
import queue
import subprocess
import threading

from cases import TIMEOUT
from programs import Program


class Answer(dict):
    """What a driver said; keys that it did not say are None."""

    def __getattr__(self, key):
        return self.get(key)


class Call:
    """A request that is under way."""

    def __init__(self, driver, number):
        self.driver, self.number = driver, number
        self.answers = queue.Queue()

    def answer(self, timeout=TIMEOUT):
        """The next answer: all requests have one, a context has a second one at its end."""
        try:
            return self.answers.get(timeout=timeout)
        except queue.Empty:
            raise AssertionError('no answer from %s: %s' % (self.driver.command, self.driver.program.stderr[-3000:])) \
                from None

    def waits(self, seconds=0.3):
        """Checks that there is no answer for some time."""
        try:
            raise AssertionError('an answer too early: %r' % (self.answers.get(timeout=seconds),))
        except queue.Empty:
            return self


class Driver:
    """A process with clients in it."""

    def __init__(self, command, env=None):
        self.command = command
        self.program = Program(command, env, stdin=subprocess.PIPE, read_stdout=False)
        self.numbers = itertools.count(1)
        self.calls = {}
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.program.process.stdout:
            answer = json.loads(line)
            self.calls[answer.pop('id')].answers.put(Answer(answer))

    def send(self, what, **request):
        number = next(self.numbers)
        call = self.calls[number] = Call(self, number)
        line = json.dumps(dict(request, id=number, do=what)) + '\n'
        self.program.process.stdin.write(line.encode())
        self.program.process.stdin.flush()
        return call

    def open(self, address, **options):
        client = Client(self, 'c%d' % next(self.numbers))
        client.ask('open', address=address, **options)
        return client

    def close(self):
        self.program.close()


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
