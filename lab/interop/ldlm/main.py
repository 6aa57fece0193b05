"""Runs the cases: main.py DISTRIBUTION WORK [PATTERN]. The exit status is 1 if one failed."""

import signal
import sys

import acceptance
import client_cases
import comparison
import foreign_tools
import java_cases
import ldlm_lock_cases
import published
import rest_cases
import wire_cases
from cases import CASES, Report
from place import Place

GROUPS = (wire_cases, rest_cases, comparison, ldlm_lock_cases, published, client_cases, java_cases,
          acceptance, foreign_tools)
assert all(GROUPS)  # Importing them has registered their cases.


def main(distribution, work, pattern):
    report = Report(pattern)
    servers = {}
    try:
        for title, function in CASES:
            if report.wants(title):
                report.run(title, function, Place(distribution, work, servers))
    finally:
        for server in servers.values():
            server.place.stack.close()
    return report.close()


if __name__ == '__main__':
    # So that whoever stops the suite also stops what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(*sys.argv[1:]))
