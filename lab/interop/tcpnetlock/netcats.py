"""Netcats, telnet and the shell against our server: what is granted, and who keeps a lock after half-closing."""

import os
import shutil
import subprocess
import tempfile
import time

from cases import Skip, case, equal, wait_until
from harness import is_held, wait_free

KEEPS = [
    ('nc.openbsd', []),
    ('nc.traditional', []),
    ('ncat', ['--no-shutdown']),
]
"""What leaves its sending side open at the end of its input, and so keeps its lock."""

HALF_CLOSES = [
    ('nc.openbsd', ['-N']),
    ('busybox', ['nc']),
    ('ncat', []),
]
"""What closes its sending side at the end of its input, which is a release."""


def needed(program):
    if not shutil.which(program):
        raise Skip('there is no ' + program)
    return program


def netcat(place, program, options, request):
    """The documented one-liner: echo REQUEST | nc HOST PORT."""
    command = [needed(program), *options]
    nc = place.start(command + ['127.0.0.1', str(place.port)], stdin=subprocess.PIPE)
    nc.process.stdin.write((request + '\n').encode())
    nc.process.stdin.close()
    return nc


def stays_held(place, name):
    # There is nothing to wait for when nothing must happen, so this looks for a while.
    until = time.monotonic() + 0.5
    while time.monotonic() < until:
        equal(is_held(place.port, name), True)


def title(program, options):
    return ' '.join([program, *options])


def keeps(program, options, extra=''):
    name = 'nc-keeps-' + str(len(extra)) + title(program, options).replace(' ', '_').replace('.', '_')

    def run(place):
        nc = netcat(place, program, options, 'lock,name:' + name + extra)
        nc.says('(?m)^ok$')
        stays_held(place, name)
        equal(nc.process.poll(), None)
        second = netcat(place, program, options, 'lock,name:' + name + extra)
        second.says('(?m)^not-granted$')
        if not extra:
            nc.close()
            wait_free(place.port, name)
    return run


def frees(program, options):
    name = 'nc-frees-' + title(program, options).replace(' ', '_').replace('.', '_')

    def run(place):
        nc = netcat(place, program, options, 'lock,name:' + name)
        nc.says('(?m)^ok$')
        # Nobody kills it: the end of its input is what frees the lock.
        wait_free(place.port, name)
        equal(nc.status(), 0)
    return run


for PROGRAM, OPTIONS in KEEPS:
    case('%s: keeps its lock until it is killed' % title(PROGRAM, OPTIONS))(keeps(PROGRAM, OPTIONS))
for PROGRAM, OPTIONS in HALF_CLOSES:
    case('%s: half-closes, which releases' % title(PROGRAM, OPTIONS))(frees(PROGRAM, OPTIONS))
    case('%s: half-close:keep keeps its lock while it runs' % title(PROGRAM, OPTIONS))(
        keeps(PROGRAM, OPTIONS, ',half-close:keep'))


@case('half-close:keep: the death of the netcat is noticed in the end')
def half_closed_death(place):
    # Nothing is left that could tell at once: the killed side has sent its FIN before. Its kernel forgets the connection
    # after a minute (tcp_fin_timeout) and then resets our next keep-alive probe. A lease is the way to be quicker.
    names = []
    for program, options in HALF_CLOSES:
        if shutil.which(program):
            names.append('nc-death-%d' % len(names))
            nc = netcat(place, program, options, 'lock,name:%s,half-close:keep' % names[-1])
            nc.says('(?m)^ok$')
            nc.close()
    if not names:
        raise Skip('there is no netcat that half-closes')
    started = time.monotonic()
    for name in names:
        wait_free(place.port, name, 150)
    return 'after %.0f s' % (time.monotonic() - started)


@case('half-close:keep with a lease: free when the lease ends')
def half_closed_lease(place):
    needed('ncat')
    nc = netcat(place, 'ncat', [], 'lock,name:nc-lease,half-close:keep,lease:2')
    nc.says('(?m)^ok$')
    nc.close()
    started = time.monotonic()
    wait_free(place.port, 'nc-lease')
    if time.monotonic() - started > 5:
        raise AssertionError('the lease of 2 s ended after %.1f s' % (time.monotonic() - started))


@case('nc.openbsd -q 0: prints ok, the lock is free at once')
def openbsd_q_0(place):
    nc = netcat(place, 'nc.openbsd', ['-q', '0'], 'lock,name:nc-q0')
    nc.status()
    wait_free(place.port, 'nc-q0')


@case('nc.openbsd -q 2: prints ok, the lock is free when it quits at the latest')
def openbsd_q_2(place):
    nc = netcat(place, 'nc.openbsd', ['-q', '2'], 'lock,name:nc-q2')
    nc.says('(?m)^ok$')
    wait_free(place.port, 'nc-q2')


@case('nc.traditional -q 0: quits before the answer, and leaves nothing held')
def traditional_q_0(place):
    nc = netcat(place, 'nc.traditional', ['-q', '0'], 'lock,name:nc-tq0')
    nc.status()
    wait_free(place.port, 'nc-tq0')


@case('netcats: .ping and .stats as one-liners')
def questions(place):
    for program, options in KEEPS + HALF_CLOSES:
        if shutil.which(program):
            netcat(place, program, options, '.ping').says('(?m)^pong$')
            netcat(place, program, options, '.stats').says(r'(?m)^stats,\{"lock_count": ')


@case('the recipe with a fifo, with mkfifo')
def fifo(place):
    program = needed('nc.openbsd')
    script = '''
        fifo=$1/fifo
        mkfifo "$fifo"
        echo 'lock,name:nc-fifo' | %s 127.0.0.1 %d | tee "$fifo" >/dev/null &
        echo "result: $(head -n 1 "$fifo")"
        read -r _
    ''' % (program, place.port)
    with tempfile.TemporaryDirectory() as folder:
        shell = place.start(['bash', '-c', script, 'bash', folder], stdin=subprocess.PIPE)
        shell.says('result: ok')
        stays_held(place, 'nc-fifo')
        shell.close()
        wait_free(place.port, 'nc-fifo')


@case('bash /dev/tcp: lock, keepalive, release')
def dev_tcp(place):
    script = '''
        exec 3<>/dev/tcp/127.0.0.1/%d
        for request in lock,name:nc-bash .keepalive release; do
          echo "$request" >&3
          IFS= read -r -t 10 answer <&3
          echo "$answer"
        done
        ! IFS= read -r -t 10 answer <&3 && echo end
    ''' % place.port
    equal(place.run(['bash', '-c', script]).stdout, 'ok\nalive\nreleased\nend\n')
    equal(is_held(place.port, 'nc-bash'), False)


@case('bash /dev/tcp: the lock lives as long as the descriptor')
def dev_tcp_descriptor(place):
    script = '''
        exec 3<>/dev/tcp/127.0.0.1/%d
        echo lock,name:nc-fd >&3
        read -r -t 10 answer <&3
        echo "$answer"
        read -r _
        exec 3>&-
        echo closed
        read -r _
    ''' % place.port
    shell = place.start(['bash', '-c', script], stdin=subprocess.PIPE)
    shell.says('ok')
    stays_held(place, 'nc-fd')
    os.write(shell.process.stdin.fileno(), b'\n')
    shell.says('closed')
    wait_free(place.port, 'nc-fd')


def telnet(program):
    """On the wire it sends CR LF for each line feed."""
    def run(place):
        shell = place.start([needed(program), '127.0.0.1', str(place.port)], stdin=subprocess.PIPE)
        shell.says('Connected')
        name = 'nc-' + program
        for request, answer in (('lock,name:' + name, 'ok'), ('.keepalive', 'alive'), ('.nonsense', 'bad-action')):
            shell.process.stdin.write((request + '\n').encode())
            shell.process.stdin.flush()
            shell.says('(?m)^%s\r?$' % answer)
        stays_held(place, name)
        shell.process.stdin.write(b'release\n')
        shell.process.stdin.flush()
        shell.says('(?m)^released\r?$')
        wait_until(lambda: not is_held(place.port, name), 'the lock to be free')
    return run


for PROGRAM in ('inetutils-telnet', 'telnet'):
    case('%s: lock, keepalive, release, with CR LF' % PROGRAM)(telnet(PROGRAM))
