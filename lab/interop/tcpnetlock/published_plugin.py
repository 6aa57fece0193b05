"""For pytest: puts our server program in the place of the original's server class, before the tests import it."""

import os
import socket
import subprocess
import time
import types

from tcpnetlock.server import server as original


class HeldNames:
    """Stands in for the original's table of names, which one test looks into: a name is known while it is held."""

    def __init__(self, host, port):
        self.address = (host, port)

    def __contains__(self, name):
        with socket.create_connection(self.address, 10) as connection:
            connection.sendall(('lock,name:%s\n' % name).encode())
            return connection.recv(100) == b'not-granted\n'


class OurServer:
    """As much of the original TCPServer as its tests use."""

    DEFAULT_PORT = original.TCPServer.DEFAULT_PORT

    def __init__(self, host, port):
        if port == 0:
            with socket.socket() as probe:
                probe.bind((host, 0))
                port = probe.getsockname()[1]
        self.port = port
        self._context = types.SimpleNamespace(_locks=HeldNames(host, port))
        self.process = subprocess.Popen(
            [os.environ['CLAVIGER_BIN'] + '/tcpnetlock_server', '--listen', host, '--port', str(port)])
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection((host, port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise OSError('our server does not listen')

    def serve_forever(self):
        assert self.process.wait() == 0


def pytest_configure():
    if os.environ['CLAVIGER_SERVER'] == 'ours':
        original.TCPServer = OurServer
