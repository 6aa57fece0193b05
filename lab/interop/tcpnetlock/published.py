"""The tests that the original project publishes with its sources, run with our programs in the place of its own."""

import os
import re
import shutil
import subprocess
import sys

from cases import Skip, case

HERE = os.path.dirname(os.path.abspath(__file__))
LAB = os.path.dirname(os.path.dirname(HERE))
SOURCES = os.path.join(LAB, 'target', 'tcpnetlock-sdist')
VERSION = '0.1.8'


def pip(*arguments):
    command = [sys.executable, '-m', 'pip', '-q', '--disable-pip-version-check', *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if ran.returncode != 0:
        raise Skip('pip %s: %s' % (arguments[0], (ran.stderr.strip().splitlines() or ['failed'])[-1]))


def prepared():
    """Fetches the published sources and the test runner that they need; nothing of it is ours to keep."""
    folder = os.path.join(SOURCES, 'tcpnetlock-' + VERSION)
    if not os.path.isdir(folder + '/tests'):
        os.makedirs(SOURCES, exist_ok=True)
        pip('download', '--no-binary', ':all:', '--no-deps', 'tcpnetlock==' + VERSION, '-d', SOURCES)
        shutil.unpack_archive('%s/tcpnetlock-%s.tar.gz' % (SOURCES, VERSION), SOURCES)
    if not os.path.isdir(folder + '/tests'):
        raise Skip('the published sources carry no tests')
    pip('install', 'pytest')
    return folder


def published(place, files, server, tools):
    """Runs test files; `server` and `tools` say whose programs are tested: 'ours' or 'original'."""
    folder = prepared()
    env = dict(os.environ, PYTHONPATH=HERE, PYTHONDONTWRITEBYTECODE='1', CLAVIGER_BIN=place.ours,
               CLAVIGER_SERVER=server, ORIGINAL_PYTHON=sys.executable,
               PATH=os.path.dirname(sys.executable) + os.pathsep + os.environ['PATH'])
    if tools == 'ours':
        env['PATH'] = HERE + '/shims' + os.pathsep + env['PATH']
    # As root the privileged port can be bound, and the test then waits for ever.
    unfit = ['privileged_port'] + ([] if shutil.which('vmstat') else ['vmstat'])
    command = [sys.executable, '-m', 'pytest', '-v', '-p', 'no:cacheprovider', '-p', 'published_plugin',
               '-k', ' and '.join('not ' + word for word in unfit), *('tests/' + file for file in files)]
    # The sources must be imported as installed, not from the folder; the tests import each other from it.
    shutil.rmtree(folder + '/tcpnetlock', ignore_errors=True)
    ran = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=300, check=False)
    passed = len(re.findall(r'(?m) PASSED', ran.stdout))
    if ran.returncode != 0 or passed == 0:
        raise AssertionError(ran.stdout[-6000:] + ran.stderr[-2000:])
    return '%d tests, without: %s' % (passed, ', '.join(unfit))


@case('published functional tests: original client, our server')
def functional(place):
    return published(place, ['test_functional.py'], 'ours', 'original')


@case('published tests of the tools: original tools, our server')
def original_tools(place):
    return published(place, ['test_cli_tnl_do.py', 'test_cli_tnl_client.py'], 'ours', 'original')


@case('published tests of the tools: our tools, original server')
def our_tools(place):
    return published(place, ['test_cli_tnl_do.py', 'test_cli_tnl_client.py'], 'original', 'ours')


@case('published tests of the server program: ours')
def server_program(place):
    return published(place, ['test_cli_tnl_server.py'], 'ours', 'ours')
