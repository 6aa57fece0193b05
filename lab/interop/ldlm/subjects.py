"""Whom the client cases are about: each client with each server it should be seen with."""

import functools
import os

import goclient
import javaclient
import nodeclient
from cases import CASES, Skip
from driver import Driver
from ldlm_client import open_client
from place import HERE, SERVERS
from wire import fresh


class Kind:
    """A client library. `can` says what its driver does beyond what all do."""

    def __init__(self, name, command, can):
        self.name, self.command, self.can = name, command, set(can.split())


def py_ldlm(version, mode):
    def command(place):
        python = os.path.join(place.work, 'venv-' + version, 'bin', 'python')
        if not os.path.exists(os.path.join(place.work, 'venv-' + version, '.complete')):
            raise Skip('py-ldlm %s is not installed' % version)
        return [python, os.path.join(HERE, 'drivers', 'pyldlm.py'), mode]
    return command


PYTHON = 'context auto-renew swallows-timeout hides-size pooled'
KINDS = [
    Kind('py-ldlm 1.0.0', py_ldlm('1.0.0', 'sync'), PYTHON + ' retries refresh'),
    Kind('py-ldlm 1.0.0 async', py_ldlm('1.0.0', 'async'), PYTHON + ' refresh'),
    Kind('py-ldlm 1.1.3', py_ldlm('1.1.3', 'sync'), PYTHON + ' retries objects'),
    Kind('py-ldlm 1.1.3 async', py_ldlm('1.1.3', 'async'), PYTHON + ' objects'),
    Kind('grpc-js', nodeclient.command, 'raw cancel'),
    Kind('grpc-go', goclient.command, 'raw cancel'),
    Kind('LdlmClient', javaclient.command, javaclient.CAN),
]
ALL = {kind.name: kind for kind in KINDS}


def pairs():
    """Which client meets which server: all ours, and our own client the original as well."""
    for server in SERVERS:
        for kind in KINDS:
            yield kind, server
    if 'original' not in SERVERS:
        yield ALL['LdlmClient'], 'original'


class Subject:
    """A client kind at a server."""

    def __init__(self, place, kind, server):
        self.place, self.kind, self.server = place, kind, server
        self.name = fresh()
        self.driver = self.new_driver()

    def new_driver(self):
        """A process of its own: some clients share a connection with others of their process."""
        driver = Driver(self.kind.command(self.place))
        self.place.stack.callback(driver.close)
        return driver

    def client(self, driver=None, **options):
        """A client that gives up at once instead of retrying, unless told otherwise. None takes an option away."""
        options = {'retries': 0, **self.server.client_options(), **options}
        given = {name: value for name, value in options.items() if value is not None}
        return open_client(driver or self.driver, self.server.address, **given)

    def can(self, what):
        return what in self.kind.can


def client_case(title, needs='', defect=None, renews=False):
    """Registers a case for each pair. `defect` names what the original is known to do wrong there.

    `renews` says that it needs Renew, which the original has only under its new name.
    """
    def register(function):
        for kind, server in pairs():
            if set(needs.split()) <= kind.can:
                CASES.append(('%s at %s: %s' % (kind.name, server, title),
                              functools.partial(_run, function, kind, server, defect or (
                                  renews and kind.can & {'refresh'} and 'section 1.2: no RefreshLock'))))
        return function
    return register


def _run(function, kind, server, defect, place):
    if defect and server == 'original':
        raise Skip('a known defect of the original: ' + defect)
    return function(Subject(place, kind, place.server(server)))


def secured_case(title, needs='', **security):
    """As client_case, with a server of its own that asks for a password or certificates."""
    def register(function):
        def run(kind, server, place):
            return function(Subject(place, kind, place.new_server(server, **security)))
        for kind, server in pairs():
            if set(needs.split()) <= kind.can:
                CASES.append(('%s at %s: %s' % (kind.name, server, title), functools.partial(run, kind, server)))
        return function
    return register
