"""Runs the cases: main.py DISTRIBUTION WORK [PATTERN]. The exit status is 1 if one failed."""

import signal
import sys

import defect_cases
import dynalock_cases
import handover_cases
import lynk_cases
import lynk_command_cases
import record_cases
import tool_cases
from cases import CASES, Report, Skip
from place import Place, Shared, set_environment

GROUPS = (lynk_cases, handover_cases, dynalock_cases, record_cases, defect_cases, tool_cases, lynk_command_cases)
assert all(GROUPS)  # Importing them has registered their cases.


def main(distribution, work, pattern):
    report = Report(pattern)
    set_environment()
    shared = Shared(distribution, work)
    try:
        shared.begin()
        for title, function in CASES:
            if report.wants(title):
                report.run(title, function, Place(shared))
    except Skip as skip:
        report.tell('skip', 'the whole suite', skip)
    finally:
        shared.close()
    return report.close()


if __name__ == '__main__':
    # So that whoever stops the suite also stops what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(*sys.argv[1:]))
