"""Client libraries in processes of their own, driven by lines of JSON: one request a line, one answer a line.

A request has `id`, `do` and what that takes; an answer has the same `id`. Requests run at the same time. An exception of
the client library is answered as `raised` and `message`.
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

    def close(self):
        self.program.close()
