"""Our own client of LDLM, LdlmClient, driven by io.claviger.lab.LdlmDriver."""

import functools
import os
import subprocess

from cases import Skip
from place import HERE

CAN = 'context objects auto-renew retries swallows-timeout checks-arguments fails-fast own'
ROOT = os.path.abspath(os.path.join(HERE, '..', '..', '..'))


def command(_):
    # It is short-lived: the second compiler would not pay.
    return ['java', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', _classpath(), 'io.claviger.lab.LdlmDriver']


@functools.lru_cache(maxsize=1)
def _classpath():
    """Builds the laboratory if it is not up to date."""
    script = '. lab/bench/common.sh; build_lab; echo "$CLASSPATH"'
    ran = subprocess.run(['bash', '-c', script], cwd=ROOT, capture_output=True, text=True, timeout=580, check=False)
    if ran.returncode != 0:
        raise Skip('the laboratory cannot be built: ' + (ran.stderr.strip().splitlines() or ['?'])[-1])
    return ran.stdout.strip().replace('lab/target/classes', os.path.join(ROOT, 'lab', 'target', 'classes'))
