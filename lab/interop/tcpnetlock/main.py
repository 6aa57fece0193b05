"""Runs the cases: main.py DISTRIBUTION VENV [PATTERN]. The exit status is 1 if one failed."""

import signal
import sys

import client_api
import netcats
import original_tools
import our_tools
import published
from cases import CASES, Report
from harness import Place

GROUPS = (client_api, original_tools, published, netcats, our_tools)
assert all(GROUPS)  # Importing them has registered their cases.


def main(distribution, venv, pattern):
    report = Report(pattern)
    shared = Place(distribution, venv)
    with shared.stack:
        server, shared.port = shared.our_server()
        for title, function in CASES:
            if not report.wants(title):
                continue
            if server.process.poll() is not None:
                report.tell('FAIL', 'the shared server ended with status %d' % server.status(), server.stderr)
                server, shared.port = shared.our_server()
            place = Place(distribution, venv)
            place.port = shared.port
            report.run(title, function, place)
    return report.close()


if __name__ == '__main__':
    # So that whoever stops the suite also stops what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(*sys.argv[1:]))
