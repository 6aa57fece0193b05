"""The wire itself: unary calls with the messages of claviger-protocol, each Wire a connection of its own."""

import itertools
import os

import grpc
import ldlm_pb2 as pb

from cases import TIMEOUT

_NUMBERS = itertools.count()


def fresh(what='lock'):
    """A name that no other case uses."""
    return '%s-%d-%d' % (what, os.getpid(), next(_NUMBERS))


class Wire:
    """A connection. Each method returns the response; with `later` a call that has `result()` and `cancel()`."""

    def __init__(self, address, password=None, tls=None, options=()):
        # Without a pool of its own, two channels of one process may share a connection, and so a session.
        options = [('grpc.use_local_subchannel_pool', 1), *options]
        self.channel = grpc.secure_channel(address, _credentials(tls), options) if tls is not None \
            else grpc.insecure_channel(address, options)
        self.metadata = None if password is None else (('authorization', password),)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.channel.close()

    def method(self, name, answer=pb.LockResponse, service='ldlm.LDLM'):
        return self.channel.unary_unary('/%s/%s' % (service, name), lambda message: message if isinstance(
            message, bytes) else message.SerializeToString(), answer.FromString)

    def _call(self, name, message, later, answer=pb.LockResponse, timeout=TIMEOUT):
        method = self.method(name, answer)
        if later:
            return method.future(message, metadata=self.metadata, timeout=timeout)
        return method(message, metadata=self.metadata, timeout=timeout)

    def lock(self, name, later=False, timeout=TIMEOUT, **fields):
        return self._call('Lock', pb.LockRequest(name=name, **fields), later, timeout=timeout)

    def try_lock(self, name, later=False, **fields):
        return self._call('TryLock', pb.TryLockRequest(name=name, **fields), later)

    def unlock(self, name, key, later=False):
        return self._call('Unlock', pb.UnlockRequest(name=name, key=key), later, pb.UnlockResponse)

    def renew(self, name, key, seconds=None, method='Renew'):
        fields = {} if seconds is None else {'lock_timeout_seconds': seconds}
        return self._call(method, pb.RenewRequest(name=name, key=key, **fields), False)

    def is_held(self, name, size=1):
        """Tries, and gives back what it got."""
        got = self.try_lock(name, size=size)
        if got.locked:
            self.unlock(name, got.key)
        return not got.locked

    def take(self, name, **fields):
        """A lock that must be free; the key."""
        got = self.try_lock(name, **fields)
        assert got.locked, got
        return got.key


def _credentials(tls):
    def read(name):
        if name not in tls:
            return None
        with open(tls[name], 'rb') as file:
            return file.read()
    return grpc.ssl_channel_credentials(read('ca_file'), read('key_file'), read('cert_file'))


def error_of(response):
    """Code and message of a response, or None: a code may be 0, so presence counts."""
    return (response.error.code, response.error.message) if response.HasField('error') else None


def failure_of(call):
    """Status and details of a call that fails."""
    try:
        response = call()
    except grpc.RpcError as error:
        return error.code().name, error.details()
    raise AssertionError('no failure but %r' % (response,))
