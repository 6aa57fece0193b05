"""A client in JavaScript: grpc-js with our description of the wire."""

import functools
import os
import shutil
import subprocess

from cases import Skip
from place import HERE

FOLDER = os.path.join(HERE, 'drivers', 'node')
PROTO = os.path.abspath(os.path.join(HERE, '..', '..', '..', 'claviger-protocol', 'src', 'main', 'protobuf', 'ldlm',
                                     'ldlm.proto'))


def command(place):
    for program in ('node', 'npm'):
        if not shutil.which(program):
            raise Skip('there is no %s' % program)
    return ['node', os.path.join(_installed(place.work), 'driver.js'), PROTO]


@functools.lru_cache(maxsize=1)
def _installed(work):
    folder = os.path.join(work, 'node')
    os.makedirs(folder, exist_ok=True)
    for name in ('package.json', 'driver.js'):
        shutil.copy(os.path.join(FOLDER, name), folder)
    ran = subprocess.run(['npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock'], cwd=folder,
                         capture_output=True, text=True, timeout=180, check=False)
    if ran.returncode != 0:
        raise Skip('npm install failed: ' + (ran.stderr.strip().splitlines() or ['?'])[-1])
    return folder
