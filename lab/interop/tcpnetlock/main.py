"""Runs the cases: main.py DISTRIBUTION VENV [PATTERN]. The exit status is 1 if one failed."""

import re
import signal
import sys
import traceback

import client_api
import netcats
import original_tools
import our_tools
import published
from harness import CASES, Place, Skip

GROUPS = (client_api, original_tools, published, netcats, our_tools)
assert all(GROUPS)  # Importing them has registered their cases.


def outcome(place, function):
    """Returns ok, FAIL or skip, and what there is to say. Everything that a case started is ended."""
    with place.stack:
        try:
            note = function(place)
            return 'ok', note
        except Skip as skip:
            return 'skip', str(skip)
        except Exception:  # pylint: disable=broad-except
            return 'FAIL', traceback.format_exc()


def main(distribution, venv, pattern):
    counts = {'ok': 0, 'FAIL': 0, 'skip': 0}
    shared = Place(distribution, venv)
    with shared.stack:
        server, shared.port = shared.our_server()
        for title, function in CASES:
            if not re.search(pattern, title):
                continue
            if server.process.poll() is not None:
                print('FAIL the shared server ended with status %d\n%s' % (server.status(), server.stderr), flush=True)
                counts['FAIL'] += 1
                server, shared.port = shared.our_server()
            place = Place(distribution, venv)
            place.port = shared.port
            kind, note = outcome(place, function)
            counts[kind] += 1
            if kind == 'FAIL':
                print('FAIL %s\n%s' % (title, note), flush=True)
            elif kind == 'skip':
                print('skip: %s: %s' % (title, note), flush=True)
            else:
                print('ok %s%s' % (title, ' (%s)' % note if note else ''), flush=True)
    print('%d passed, %d failed, %d skipped' % (counts['ok'], counts['FAIL'], counts['skip']))
    return 1 if counts['FAIL'] else 0


if __name__ == '__main__':
    # So that whoever stops the suite also stops what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(*sys.argv[1:]))
