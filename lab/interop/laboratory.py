"""Our own clients, driven by programs of the laboratory."""

import functools
import os
import shutil
import subprocess
import threading

from cases import Skip

BUILDING = threading.Lock()
ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), '..', '..'))


def command(program):
    with BUILDING:
        classpath = _classpath()
    # It is short-lived: the second compiler would not pay.
    return ['java', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', classpath, 'io.claviger.lab.' + program]


@functools.lru_cache(maxsize=1)
def _classpath():
    """Builds the laboratory if it is not up to date."""
    if not shutil.which('mvn'):
        raise Skip('there is no mvn to build the laboratory with')
    script = '. lab/bench/common.sh; build_lab; echo "$CLASSPATH"'
    ran = subprocess.run(['bash', '-c', script], cwd=ROOT, capture_output=True, text=True, timeout=580, check=False)
    if ran.returncode != 0:
        raise AssertionError('the laboratory cannot be built: ' + ran.stderr[-4000:])
    return ran.stdout.strip().replace('lab/target/classes', os.path.join(ROOT, 'lab', 'target', 'classes'))
