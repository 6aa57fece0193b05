"""The cases of ldlm-lock. See ldlm_lock."""

import os
import stat

from cases import contains, equal
from ldlm_lock import listed, outcome, program, tool
from rest import Rest
from wire import fresh
from wire_cases import wire_case


@wire_case('ldlm-lock list: nothing, and then a line for each holder')
def lists(place, server):
    alone = place.new_server(server.kind)
    equal(outcome(tool(place, alone, 'list')), (0, 'No locks found\n', ''))
    with alone.wire() as wire:
        names = fresh('a lock'), fresh()
        lines = []
        for name, size in ((names[0], 1), (names[1], 3), (names[1], 3)):
            lines.append('{Name: %s, Key: %s, Size: %d}\n' % (name, wire.take(name, size=size), size))
        equal(outcome(tool(place, alone, 'list')), (0, ''.join(lines), ''))


@wire_case('ldlm-lock list shows the locks of REST sessions')
def lists_rest(place, server):
    with Rest(server) as client:
        name = fresh()
        client.lock(name)
        equal(len(listed(place, server, name)), 1)


@wire_case('ldlm-lock unlock NAME KEY takes the key that it is given', defect='section 8.1, 3')
def unlock_key(place, server):
    with server.wire() as wire:
        name = fresh()
        first, second = wire.take(name, size=2), wire.take(name, size=2)
        equal(outcome(tool(place, server, 'unlock', name, first)), (0, 'Unlocked: true\n', ''))
        equal(listed(place, server, name), ['{Name: %s, Key: %s, Size: 2}' % (name, second)])
        ran = tool(place, server, 'unlock', name, first)
        equal(outcome(ran), (1, '', 'failed to unlock lock: invalid lock key\n'))
        equal(outcome(tool(place, server, 'unlock', name, second)), (0, 'Unlocked: true\n', ''))


@wire_case('ldlm-lock unlock: no such lock')
def unlock_unknown(place, server):
    equal(outcome(tool(place, server, 'unlock', fresh())), (1, '', 'a lock by that name does not exist\n'))


@wire_case('ldlm-lock: wrong usage, and help')
def usage(place, server):
    # Builds of the original with a newer library for the command line exit with its code for wrong usage.
    wrong = 1 if server.kind != 'original' else tool(place, server).process.returncode
    assert wrong in (1, 80), wrong
    for arguments, message in (
            ((), 'ldlm-lock: error: expected one of "unlock", "list"'),
            (('list', 'more'), 'ldlm-lock: error: unexpected argument more'),
            (('unlock',), 'ldlm-lock: error: expected "<lock-name>"'),
            (('unlock', 'a', 'b', 'c'), 'ldlm-lock: error: unexpected argument c')):
        ran = tool(place, server, *arguments)
        equal(ran.process.returncode, wrong)
        contains(ran.stderr, message)
    missing = place.folder() + '/none'
    ran = place.run([program(place, server), '--socket', missing, 'list'])
    equal(ran.process.returncode, wrong)
    contains(ran.stderr, 'ldlm-lock: error: --socket: stat %s: no such file or directory' % missing)
    for word in ('-h', '--help'):
        equal(place.run([program(place, server), word]).process.returncode, 0)


@wire_case('ldlm-lock: the server is not running')
def not_running(place, server):
    missing = place.folder() + '/none'
    ran = place.run([program(place, server), 'list'], env={'LDLM_IPC_SOCKET_FILE': missing})
    equal(outcome(ran), (1, '', 'IPC error: dial unix %s: connect: no such file or directory. Is the ldlm server running? '
                         'Do you need to specify the socket file path? See help\n' % missing))


@wire_case('ldlm-lock: the socket from the environment, which only its owner may use', defect='section 5')
def environment(place, server):
    ran = place.run([program(place, server), 'list'], env={'LDLM_IPC_SOCKET_FILE': server.ipc_socket})
    equal((ran.process.returncode, ran.stderr), (0, ''))
    equal(stat.S_IMODE(os.stat(server.ipc_socket).st_mode), 0o600)
