"""As much of HTTP/2 as it takes to have requests in flight and then be gone, thousands of times, cheaply."""

import socket
import struct

import ldlm_pb2 as pb

from cases import TIMEOUT

DATA, HEADERS, SETTINGS, PING = 0, 1, 4, 6
END_STREAM, ACK, END_HEADERS = 1, 1, 4
PREFACE = b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'


def frame(kind, flags, stream, payload=b''):
    return struct.pack('>I', len(payload))[1:] + struct.pack('>BBI', kind, flags, stream) + payload


def _field(name, value):
    """A header field, literally and without a table (RFC 7541, 6.2.2)."""
    return b'\x00' + bytes([len(name)]) + name + bytes([len(value)]) + value


def _header_block(method):
    return b''.join(_field(name, value) for name, value in (
        (b':method', b'POST'), (b':scheme', b'http'), (b':path', b'/ldlm.LDLM/' + method.encode()),
        (b':authority', b'localhost'), (b'te', b'trailers'), (b'content-type', b'application/grpc')))


BLOCKS = {method: _header_block(method) for method in ('Lock', 'TryLock', 'Unlock', 'Renew')}


class Frames:
    """A connection. Requests are collected and sent in one piece."""

    def __init__(self, port):
        self.socket = socket.create_connection(('127.0.0.1', port), TIMEOUT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.out = PREFACE + frame(SETTINGS, 0, 0)
        self.stream, self.buffer = 1, b''

    def request(self, method, message):
        """Adds a request; the number of its stream."""
        stream, self.stream = self.stream, self.stream + 2
        body = message.SerializeToString()
        self.out += frame(HEADERS, END_HEADERS, stream, BLOCKS[method])
        self.out += frame(DATA, END_STREAM, stream, b'\x00' + struct.pack('>I', len(body)) + body)
        return stream

    def send(self):
        self.socket.sendall(self.out)
        self.out = b''

    def responses(self, count):
        """Waits for so many responses of Lock or TryLock."""
        got = []
        while len(got) < count:
            kind, flags, payload = self._frame()
            if kind == DATA and payload:
                got.append(pb.LockResponse.FromString(payload[5:]))
            elif kind in (SETTINGS, PING) and not flags & ACK:
                self.socket.sendall(frame(kind, ACK, 0, payload if kind == PING else b''))
        return got

    def _frame(self):
        head = self._bytes(9)
        return head[3], head[4], self._bytes(int.from_bytes(head[:3], 'big'))

    def _bytes(self, count):
        while len(self.buffer) < count:
            data = self.socket.recv(65536)
            if not data:
                raise ConnectionError('the server has closed the connection')
            self.buffer += data
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def vanish(self, reset):
        """Closes, with a reset or in order; what the server has sent meanwhile is not read."""
        if reset:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        self.socket.close()
