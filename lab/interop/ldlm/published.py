"""The tests that py-ldlm publishes with its sources. They test the client with a mock, which here asks a server."""

import functools
import os
import re
import shutil
import subprocess
import sys

from cases import CASES, Skip
from place import HERE, SERVERS

VERSION = '1.1.3'


def run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, **options)


@functools.lru_cache(maxsize=1)
def prepared(work):
    """Fetches the published sources and what their tests need; nothing of it is ours to keep."""
    environment = os.path.join(work, 'venv-published')
    python = environment + '/bin/python'
    sources = os.path.join(work, 'sdist')
    folder = os.path.join(sources, 'py_ldlm-' + VERSION)
    pip = [python, '-m', 'pip', '-q', '--disable-pip-version-check']
    steps = []
    if not os.path.exists(environment + '/.complete'):
        shutil.rmtree(environment, ignore_errors=True)
        steps += [[sys.executable, '-m', 'venv', environment], [*pip, 'install', 'py-ldlm[test]==' + VERSION]]
    if not os.path.isdir(folder + '/tests'):
        steps.append([*pip, 'download', '--no-binary', 'py-ldlm', '--no-deps', 'py-ldlm==' + VERSION, '-d', sources])
    for step in steps:
        ran = run(step)
        if ran.returncode != 0:
            raise Skip('%s: %s' % (step[-1], (ran.stderr.strip().splitlines() or ['failed'])[-1]))
    with open(environment + '/.complete', 'w', encoding='ascii'):
        pass
    if not os.path.isdir(folder + '/tests'):
        shutil.unpack_archive('%s/py_ldlm-%s.tar.gz' % (sources, VERSION), sources)
    # The sources must be imported as installed, not from the folder.
    shutil.rmtree(folder + '/ldlm', ignore_errors=True)
    return python, folder


def published(kind, place):
    python, folder = prepared(place.work)
    env = dict(os.environ, LDLM_ADDRESS=place.server(kind).address,
               PYTHONPATH=os.pathsep.join([HERE, os.path.dirname(HERE), HERE + '/published_wire']))
    ran = run([python, '-m', 'pytest', '-q', '-p', 'no:cacheprovider', '-p', 'published_plugin', 'tests'], cwd=folder,
              env=env)
    passed = re.search(r'(\d+) passed', ran.stdout)
    sent = re.search(r'(\d+) requests were answered', ran.stdout)
    if ran.returncode != 0 or not passed or not sent or sent.group(1) == '0':
        raise AssertionError(ran.stdout[-6000:] + ran.stderr[-2000:])
    return '%s tests, %s requests' % (passed.group(1), sent.group(1))


# The tests use a name with now this size, now that one, which the original allows only after some minutes.
for server_kind in [kind for kind in SERVERS if kind != 'original']:
    CASES.append(('published tests of py-ldlm %s at %s' % (VERSION, server_kind),
                  functools.partial(published, server_kind)))
