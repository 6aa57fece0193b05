"""A client in Go: grpc-go with the code that its generators make of our description of the wire."""

import functools
import os
import shutil
import subprocess
import sys

from cases import Skip
from nodeclient import PROTO
from place import HERE

FOLDER = os.path.join(HERE, 'drivers', 'go')


def command(place):
    if not shutil.which('go'):
        raise Skip('there is no go')
    return [_built(place.work)]


@functools.lru_cache(maxsize=1)
def _built(work):
    folder = os.path.join(work, 'go')
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
    os.makedirs(folder + '/wire', exist_ok=True)
    tools = folder + '/bin'
    for tool in ('google.golang.org/protobuf/cmd/protoc-gen-go', 'google.golang.org/grpc/cmd/protoc-gen-go-grpc'):
        _run(['go', 'build', '-o', tools + '/' + tool.rsplit('/', 1)[1], tool], folder)
    package = 'Mldlm.proto=claviger.io/lab/ldlm/wire;wire'
    _run([sys.executable, '-m', 'grpc_tools.protoc', '-I', os.path.dirname(PROTO),
          '--plugin=' + tools + '/protoc-gen-go', '--plugin=' + tools + '/protoc-gen-go-grpc',
          '--go_out=wire', '--go_opt=paths=source_relative', '--go_opt=' + package,
          '--go-grpc_out=wire', '--go-grpc_opt=paths=source_relative', '--go-grpc_opt=' + package, 'ldlm.proto'], folder)
    _run(['go', 'build', '-o', 'driver', '.'], folder)
    return folder + '/driver'


def _run(command, folder):
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    if ran.returncode != 0:
        raise Skip('%s failed: %s' % (' '.join(command[:3]), ran.stderr.strip()[-300:]))
