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


def described_paths(server):
    with urllib.request.urlopen('http://127.0.0.1:%d/openapi.json' % server.http, timeout=20) as answer:
        return json.load(answer)['paths']


def look_for_mistakes(kind, place, cookie):
    """Runs schemathesis with few examples of each operation, always the same ones; it fails if it finds something."""
    server = place.new_server(kind)
    assert described_paths(server), 'no paths in /openapi.json'
    url = 'http://127.0.0.1:%d' % server.http
    options = []
    if cookie:
        request = urllib.request.Request(url + '/session', method='POST')
        with urllib.request.urlopen(request, timeout=20) as answer:
            options = ['-H', 'Cookie: ' + answer.headers['Set-Cookie'].split(';')[0]]
    tool = subprocess.run(
        [schemathesis(place.work), 'run', url + '/openapi.json', '--checks', 'all', '--max-examples', '40', '--seed', '1',
         '--generation-deterministic', '--phases', 'examples,coverage,fuzzing', '--no-color', *options],
        capture_output=True, text=True, timeout=420, check=False, cwd=place.folder())
    tested = re.search(r'(?m)^.*(?:Test cases|generated).*$', tool.stdout)
    if tool.returncode != 0:
        raise AssertionError(tool.stdout[-8000:] + tool.stderr[-2000:])
    equal(server.program.process.poll(), None)
    return tested.group(0).strip() if tested else None


for server_kind in [kind for kind in SERVERS if kind != 'original']:
    CASES.append(('schemathesis at %s, in a session' % server_kind,
                  functools.partial(look_for_mistakes, server_kind, cookie=True)))
    CASES.append(('schemathesis at %s, without one' % server_kind,
                  functools.partial(look_for_mistakes, server_kind, cookie=False)))
