"""For pytest: puts our server program in the place of the original's server class, before the tests import it."""

import os
import socket
import subprocess
import time

from tcpnetlock.server import server as original


class OurServer:
    """As much of the original TCPServer as its tests use."""

    DEFAULT_PORT = original.TCPServer.DEFAULT_PORT

    def __init__(self, host, port):
        if port == 0:
            with socket.socket() as probe:
                probe.bind((host, 0))
                port = probe.getsockname()[1]
        self.port = port
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
