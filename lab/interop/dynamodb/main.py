"""Runs the cases: main.py DISTRIBUTION WORK [PATTERN]. The exit status is 1 if one failed."""

import contextlib
import os
import re
import signal
import sys
import threading

import defect_cases
import dynalock_cases
import handover_cases
import lynk_cases
import lynk_command_cases
import record_cases
import tool_cases
from cases import CASES, Report, Skip
from place import Emulator, Shared, set_environment

GROUPS = (lynk_cases, handover_cases, dynalock_cases, record_cases, defect_cases, tool_cases, lynk_command_cases)
assert all(GROUPS)  # Importing them has registered their cases.

LANES = [('commands', '^(lynk command|claviger table)'), ('tools', 'our commands'), ('dynalock 1', 'dynalock1'),
         ('dynalock 2', 'dynalock2'), ('lynk', '')]
"""Most of the time is waiting for leases to end, so lanes run at the same time, each with its own clients in its own processes.

The first one whose pattern is in the title takes the case.
"""


def lanes(report):
    cases = {name: [] for name, _ in LANES}
    for title, function in CASES:
        if report.wants(title):
            cases[next(name for name, pattern in LANES if re.search(pattern, title))].append((title, function))
    return [lane for lane in cases.values() if lane]


def run(lane, report, shared):
    for title, function in lane:
        report.run(title, function, shared.new_place())


def main(distribution, work, pattern):
    report = Report(pattern)
    set_environment()
    with contextlib.ExitStack() as stack:
        try:
            emulator = Emulator(stack, os.path.join(distribution, 'bin'))
        except Skip as skip:
            report.tell('skip', 'the whole suite', skip)
            return report.close()
        threads = []
        for lane in lanes(report):
            shared = Shared(distribution, work, emulator)
            stack.callback(shared.close)
            threads.append(threading.Thread(target=run, args=(lane, report, shared), daemon=True))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return report.close()


if __name__ == '__main__':
    # So that whoever stops the suite also stops what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(*sys.argv[1:]))
