"""What all cases need: servers on free ports, and plain connections to them."""

import contextlib
import os
import socket
import subprocess

from cases import TIMEOUT, equal, free_port, wait_until
from programs import Program


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
