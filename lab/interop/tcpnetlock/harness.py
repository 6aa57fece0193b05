"""What all cases need: servers on free ports, programs with a time limit, and waiting for a condition."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import threading
import time

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


class Line:
    """A plain connection, for what the clients cannot send or do not show."""

    def __init__(self, port):
        self.socket = socket.create_connection(('127.0.0.1', port), TIMEOUT)
        self.buffer = b''

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data.encode() if isinstance(data, str) else data)

    def answer(self):
        """The next line without its end; '' if the server has closed."""
        while b'\n' not in self.buffer:
            data = self.socket.recv(4096)
            if not data:
                equal(self.buffer, b'')
                return ''
            self.buffer += data
        line, self.buffer = self.buffer.split(b'\n', 1)
        return line.decode()

    def ask(self, request):
        self.send(request + '\n')
        return self.answer()


def ask(port, request):
    """One request on a connection of its own; a granted lock is given back at once."""
    with Line(port) as line:
        return line.ask(request)


def is_held(port, name):
    return ask(port, 'lock,name:' + name) == 'not-granted'


def wait_free(port, name, timeout=TIMEOUT):
    wait_until(lambda: not is_held(port, name), name + ' to be free', timeout)


def holding(port, name, start):
    """Starts a program that takes a lock, and returns it once it holds it.

    To look whether the lock is held is to try it, and so may be in the program's way: refused, it is started again.
    """
    for _ in range(20):
        program = start()
        wait_until(lambda: program.process.poll() is not None or is_held(port, name), name + ' to be held')
        if program.process.poll() != 123:
            return program
    raise AssertionError(name + ' was refused 20 times')


class Program:
    """A program that runs in the background, in a process group of its own, with all its output kept."""

    def __init__(self, command, env=None, stdin=subprocess.DEVNULL):
        self.process = subprocess.Popen(
            command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=dict(os.environ, **(env or {})), start_new_session=True)
        self.out, self.err = [], []
        self.readers = [self._collect(self.process.stdout, self.out), self._collect(self.process.stderr, self.err)]

    @staticmethod
    def _collect(stream, chunks):
        def read():
            for chunk in iter(lambda: stream.read1(4096), b''):
                chunks.append(chunk.decode(errors='replace'))
        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        return thread

    @property
    def stdout(self):
        return ''.join(self.out)

    @property
    def stderr(self):
        return ''.join(self.err)

    @property
    def pid(self):
        return self.process.pid

    def says(self, pattern, stream='stdout'):
        """Waits for a text on standard output, or on standard error, and returns the match."""
        def look():
            match = re.search(pattern, getattr(self, stream))
            if not match and self.process.poll() is not None and not any(r.is_alive() for r in self.readers):
                raise AssertionError('ended with %s: %r %r' % (self.process.returncode, self.stdout, self.stderr))
            return match
        return wait_until(look, pattern)

    def status(self):
        """Waits for the end and returns the exit status, negative for a signal."""
        status = self.process.wait(TIMEOUT)
        for reader in self.readers:
            reader.join(TIMEOUT)
        return status

    def signal(self, number):
        self.process.send_signal(number)

    def close(self):
        # The group, since a tool's command may have outlived the tool.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(TIMEOUT)
        if self.process.stdin:
            with contextlib.suppress(OSError):
                self.process.stdin.close()


class Place:
    """Where the cases run: our distribution, the original's programs, our running server, and what has to be ended."""

    def __init__(self, distribution, venv):
        self.ours = os.path.join(distribution, 'bin')
        self.original = os.path.join(venv, 'bin')
        self.port = 0
        self.stack = contextlib.ExitStack()

    def start(self, command, env=None, stdin=subprocess.DEVNULL):
        program = Program(command, env, stdin)
        self.stack.callback(program.close)
        return program

    def run(self, command, env=None):
        program = self.start(command, env)
        program.status()
        return program

    def our_server(self):
        """Starts our `claviger serve`; returns the program and the port."""
        server = self.start([self.ours + '/claviger', 'serve', '--volatile', '--text-port', '0',
                             '--grpc-port', 'off', '--http-port', 'off'])
        server.says(r'(?m)^ready$')
        return server, int(server.says(r'(?m)^text \S*:(\d+)$').group(1))

    def original_server(self):
        return self._named_server(self.original)

    def our_named_server(self):
        return self._named_server(self.ours)

    def _named_server(self, folder):
        # Both log the port that was asked for, so 0 would not tell which it is.
        port = free_port()
        server = self.start([folder + '/tcpnetlock_server', '--port', str(port)])

        def answers():
            equal(server.process.poll(), None)
            try:
                return ask(port, '.ping') == 'pong'
            except OSError:
                return False
        wait_until(answers, 'the server to answer')
        return server, port
