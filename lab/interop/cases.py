"""What the suites of this folder have in common: cases, their outcome, and checks."""

import re
import socket
import threading
import time
import traceback

TIMEOUT = 20.0
"""Seconds until anything that should happen has failed to."""

CASES = []


class Skip(Exception):
    """The case cannot run here; the text says what is missing."""


def case(title):
    """Registers a function as a case. It gets the Place, and fails by raising."""
    def register(function):
        CASES.append((title, function))
        return function
    return register


def wait_until(condition, what, timeout=TIMEOUT):
    """Calls until the answer is true, and returns that."""
    deadline = time.monotonic() + timeout
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError('in vain: ' + what)
        time.sleep(0.01)


def equal(actual, expected):
    if actual != expected:
        raise AssertionError('expected %r, got %r' % (expected, actual))


def contains(text, part):
    if part not in text:
        raise AssertionError('no %r in %r' % (part, text))


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


class Report:
    """Runs cases, prints a line for each, and counts. Several threads may do so."""

    def __init__(self, pattern):
        self.pattern = pattern
        self.telling = threading.Lock()
        self.counts = {'ok': 0, 'FAIL': 0, 'skip': 0}

    def wants(self, title):
        return re.search(self.pattern, title)

    def run(self, title, function, place):
        """Runs a case in a place of its own; everything that the case started there is ended."""
        with place.stack:
            try:
                note = function(place)
                kind = 'ok'
            except Skip as skip:
                kind, note = 'skip', str(skip)
            except Exception:  # pylint: disable=broad-except
                kind, note = 'FAIL', traceback.format_exc()
        self.tell(kind, title, note)

    def tell(self, kind, title, note=None):
        shape = {'ok': 'ok %s (%s)' if note else 'ok %s', 'skip': 'skip: %s: %s', 'FAIL': 'FAIL %s\n%s'}[kind]
        with self.telling:
            self.counts[kind] += 1
            print(shape % ((title, note) if note else (title,)), flush=True)

    def close(self):
        """Prints the closing line and returns the exit status."""
        print('%(ok)d passed, %(FAIL)d failed, %(skip)d skipped' % self.counts)
        return 1 if self.counts['FAIL'] else 0
