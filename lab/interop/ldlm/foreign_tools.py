"""Programs of others that look for mistakes by themselves: the original's stress test, and schemathesis."""

import functools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request

from cases import CASES, Skip, equal
from place import SERVERS
from rest import Rest

STRESS_SECONDS = 30

SCHEMATHESIS = 'schemathesis==4.32.5'


def each_server(title):
    def register(function):
        for kind in SERVERS:
            CASES.append(('%s at %s' % (title, kind), functools.partial(function, kind)))
        return function
    return register


@each_server('ldlm-stress of the original for %d s' % STRESS_SECONDS)
def stress(kind, place):
    server = place.new_server(kind)
    tool = place.start([place.original_program('ldlm-stress'), '-a', server.address, '-s', '3', '-i', '2s'])
    deadline = time.monotonic() + STRESS_SECONDS
    while time.monotonic() < deadline:
        # It runs for ever unless it has found something.
        equal((tool.process.poll(), tool.stderr[-3000:] if tool.process.poll() is not None else ''), (None, ''))
        time.sleep(0.5)
    tool.signal(signal.SIGKILL)
    tool.status()
    equal(server.program.process.poll(), None)
    locked = len(re.findall(r' locked [0-9a-f-]+\. Waiting', tool.stdout + tool.stderr))
    assert locked > 100, locked
    return '%d locks' % locked


@functools.lru_cache(maxsize=1)
def schemathesis(work):
    folder = os.path.join(work, 'venv-schemathesis')
    if not os.path.exists(folder + '/.complete'):
        shutil.rmtree(folder, ignore_errors=True)
        for command in ([sys.executable, '-m', 'venv', folder],
                        [folder + '/bin/pip', 'install', '-q', '--disable-pip-version-check', SCHEMATHESIS]):
            ran = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
            if ran.returncode != 0:
                raise Skip('%s: %s' % (SCHEMATHESIS, (ran.stderr.strip().splitlines() or ['failed'])[-1]))
        with open(folder + '/.complete', 'w', encoding='ascii'):
            pass
    return folder + '/bin/schemathesis'


def description(server):
    with urllib.request.urlopen('http://127.0.0.1:%d/openapi.json' % server.http, timeout=20) as answer:
        return json.load(answer)


def session_settings(server):
    """Settings with the cookie of a new session, which a header on every request could not be: some must lack it."""
    schemes = description(server)['components']['securitySchemes']
    name, = [name for name, scheme in schemes.items() if scheme.get('in') == 'cookie']
    client = Rest(server)
    client.begin()
    return '[auth.openapi.%s]\napi_key = "%s"\n' % (name, client.cookie)


def look_for_mistakes(kind, place, in_session):
    """Runs schemathesis with few examples of each operation, always the same ones; it fails if it finds something."""
    server, folder = place.new_server(kind), place.folder()
    assert description(server)['paths'], 'no paths in /openapi.json'
    options = []
    if in_session:
        with open(folder + '/schemathesis.toml', 'w', encoding='ascii') as settings:
            settings.write(session_settings(server))
        # That would be the end of it. Without a session it is tested.
        options = ['--exclude-method', 'DELETE']
    tool = subprocess.run(
        [schemathesis(place.work), 'run', 'http://127.0.0.1:%d/openapi.json' % server.http, '--checks', 'all',
         '--max-examples', '40', '--generation-deterministic', '--phases', 'examples,coverage,fuzzing', '--no-color',
         *options], capture_output=True, text=True, timeout=420, check=False, cwd=folder)
    if tool.returncode != 0:
        raise AssertionError(tool.stdout[-8000:] + tool.stderr[-2000:])
    equal(server.program.process.poll(), None)
    return re.search(r'\d+ generated.*', tool.stdout).group(0)


for server_kind in [kind for kind in SERVERS if kind != 'original']:
    CASES.append(('schemathesis at %s, in a session' % server_kind,
                  functools.partial(look_for_mistakes, server_kind, in_session=True)))
    CASES.append(('schemathesis at %s, without one' % server_kind,
                  functools.partial(look_for_mistakes, server_kind, in_session=False)))
