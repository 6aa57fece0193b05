"""Where the cases run: an emulated DynamoDB with a table for each layout, programs, and what has to be ended."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import urllib.request

import boto3

from cases import TIMEOUT, Skip, free_port, wait_until
from driver import Driver
from laboratory import ROOT
from programs import Program

LYNK_TABLE = 'interop-lynk'
DYNALOCK_TABLE = 'interop-dynalock'

AWS = {
    'AWS_REGION': 'eu-west-1', 'AWS_DEFAULT_REGION': 'eu-west-1', 'AWS_ACCESS_KEY_ID': 'interop',
    'AWS_SECRET_ACCESS_KEY': 'interop', 'AWS_EC2_METADATA_DISABLED': 'true',
    # Whatever the user has configured is not for these tables.
    'AWS_CONFIG_FILE': os.devnull, 'AWS_SHARED_CREDENTIALS_FILE': os.devnull,
}
FOREIGN_VARIABLES = ('AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_DYNAMODB')


def set_environment():
    """Gives this process, and so all that it starts, a region and credentials, and nobody's settings."""
    for name in [*FOREIGN_VARIABLES, *(name for name in os.environ if name.startswith('CLAVIGER_'))]:
        os.environ.pop(name, None)
    os.environ.update(AWS)


class Emulator:
    """An emulated DynamoDB of the suite's own, beside one that the user may run."""

    def __init__(self, stack, ours):
        state = tempfile.mkdtemp(prefix='interop-dynamodb-')
        stack.callback(shutil.rmtree, state, True)
        self.env = {'DYNAMODB_STATE': state}
        started = self._script('start', '--port', '0')
        if started.returncode != 0:
            raise Skip(started.stderr.strip().splitlines()[-1])
        stack.callback(self._script, 'stop')
        self.endpoint = started.stdout.strip()
        os.environ['AWS_ENDPOINT_URL_DYNAMODB'] = self.endpoint
        self.client = boto3.client('dynamodb', endpoint_url=self.endpoint)
        for table, layout in ((LYNK_TABLE, 'lynk'), (DYNALOCK_TABLE, 'dynalock')):
            subprocess.run([ours + '/claviger', 'table', 'create', table, '--layout', layout], check=True,
                           capture_output=True, text=True, timeout=60)

    def _script(self, *words):
        return subprocess.run([ROOT + '/lab/dynamodb', *words], env=dict(os.environ, **self.env), check=False,
                              capture_output=True, text=True, timeout=180)

    def item(self, table, **key):
        """An item as it is in the table, or None."""
        return self.client.get_item(TableName=table, ConsistentRead=True, Key={
            name: {'S': value} for name, value in key.items()}).get('Item')


class Shared:
    """What the cases of one lane have in common: the emulator, drivers that no case ends, and a moto server."""

    def __init__(self, distribution, work, emulator):
        self.stack = contextlib.ExitStack()
        self.ours = os.path.join(distribution, 'bin')
        self.work = work
        self.emulator = emulator
        self.drivers = {}
        self.moto_endpoint = None
        self.place = None
        self.closed = False

    def new_place(self):
        """A place for the next case."""
        self.place = Place(self)
        return self.place

    def driver(self, name, command):
        """The driver of that name, started anew if it has ended."""
        known = self.drivers.get(name)
        if known and known.program.process.poll() is None:
            return known
        if known:
            self.drivers.pop(name)
            raise AssertionError('the driver %s has ended: %s' % (name, known.program.stderr[-4000:]))
        self.drivers[name] = started = Driver(command)
        self.stack.callback(started.close)
        return started

    def moto(self):
        """A server with the service that finds tables by their tags, which the emulator has not; returns its endpoint."""
        if self.moto_endpoint is None:
            program = os.path.join(self.work, 'venv-moto', 'bin', 'moto_server')
            if not os.path.exists(program):
                raise Skip('there is no moto server, see lab/target/dynamodb-interop/venv-moto.log')
            port = free_port()
            server = Program([program, '-H', '127.0.0.1', '-p', str(port)])
            self.stack.callback(server.close)
            endpoint = 'http://127.0.0.1:%d' % port

            def answers():
                assert server.process.poll() is None, server.stderr
                with contextlib.suppress(OSError):
                    return urllib.request.urlopen(endpoint + '/moto-api/data.json', timeout=TIMEOUT).read()
            wait_until(answers, 'the moto server to answer')
            self.moto_endpoint = endpoint
        return self.moto_endpoint

    def close(self):
        """Ends everything, also what a case has started that still runs since the suite was stopped."""
        self.closed = True
        if self.place:
            self.place.stack.close()
        self.stack.close()


class Place:
    """What a case is given. It ends all that was started through it."""

    def __init__(self, shared):
        self.shared = shared
        self.ours = shared.ours
        self.emulator = shared.emulator
        self.stack = contextlib.ExitStack()

    def start(self, command, env=None, stdin=subprocess.DEVNULL):
        return self._ended_with_the_case(Program(command, env, stdin))

    def _ended_with_the_case(self, started):
        self.stack.callback(started.close)
        if self.shared.closed:
            self.stack.close()
            raise Skip('the suite was stopped')
        return started

    def run(self, command, env=None):
        program = self.start(command, env)
        program.status()
        return program

    def claviger(self, *words, env=None):
        return self.run([self.ours + '/claviger', *words], env)

    def folder(self):
        folder = tempfile.mkdtemp(prefix='interop-')
        self.stack.callback(shutil.rmtree, folder, True)
        return folder

    def new_driver(self, command):
        return self._ended_with_the_case(Driver(command))

    def lynk_program(self):
        return os.path.join(self.shared.work, 'venv', 'bin', 'lynk')

    def empty_moto(self):
        """The lane's moto server, with nothing in it; returns its endpoint."""
        endpoint = self.shared.moto()
        urllib.request.urlopen(endpoint + '/moto-api/reset', data=b'', timeout=TIMEOUT).read()
        return endpoint
