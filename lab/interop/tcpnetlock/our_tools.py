"""Our tcpnetlock_do and tcpnetlock_client against the original server, and against ours."""

import os
import signal
import tempfile

from cases import case, contains, equal, free_port, wait_until
from harness import Line, holding, is_held, wait_free

def port_of(place, kind):
    """The port of a server that is not ended by the case: our shared one, or an original one."""
    return place.port if kind == 'ours' else place.original_server()[1]


def own_server(place, kind):
    return place.our_server() if kind == 'ours' else place.original_server()


def do(place, port, *arguments, env=None):
    return place.start([place.ours + '/tcpnetlock_do', '--host', '127.0.0.1', '--port', str(port), *arguments], env)


def done(place, port, *arguments, env=None):
    tool = do(place, port, *arguments, env=env)
    tool.status()
    return tool


def client(place, port, *arguments):
    return place.start([place.ours + '/tcpnetlock_client', '--host', '127.0.0.1', '--port', str(port), *arguments])


def against_both(title):
    def register(function):
        for kind in ('original', 'ours'):
            case('our %s (%s server)' % (title, kind))(lambda place, kind=kind: function(place, kind))
        return function
    return register


@against_both('do: status 0, the output, and the lock is free after it')
def status_0(place, kind):
    port = port_of(place, kind)
    tool = done(place, port, '--lock-name', 'our-0', '--', 'echo', 'ran')
    equal((tool.process.returncode, tool.stdout, tool.stderr), (0, 'ran\n', ''))
    wait_free(port, 'our-0')


@against_both('do: the status of the command')
def status_of_command(place, kind):
    for status in (5, 7, 8):
        equal(done(place, port_of(place, kind), '--', 'sh', '-c', 'exit %d' % status).process.returncode, status)


@against_both('do: 128+n if signal n ended the command')
def signal_of_command(place, kind):
    tool = done(place, port_of(place, kind), '--lock-name', 'our-signal', '--shell', 'kill -KILL $$')
    equal(tool.process.returncode, 128 + signal.SIGKILL)


@against_both('do: 123 if not granted')
def not_granted(place, kind):
    port = port_of(place, kind)
    with Line(port) as holder:
        equal(holder.ask('lock,name:our-123'), 'ok')
        tool = done(place, port, '--lock-name', 'our-123', '--', 'echo', 'ran')
        equal((tool.process.returncode, tool.stdout), (123, ''))
        tool = done(place, port, '--lock-name', 'our-123', '--retry', '2', '--retry-wait', '1', '--', 'echo', 'ran')
        equal((tool.process.returncode, tool.stdout), (123, ''))


@against_both('do: --retry stops at the first grant')
def retry_stops(place, kind):
    _, port = own_server(place, kind)
    tool = done(place, port, '--lock-name', 'our-retry', '--retry', '3', '--retry-wait', '1', '--', 'echo', 'ran')
    equal((tool.process.returncode, tool.stdout), (0, 'ran\n'))
    with Line(port) as line:
        contains(line.ask('.stats'), '"lock_acquired_count": 1,')


@against_both('do: --retry gets the lock when it becomes free')
def retry_succeeds(place, kind):
    port = port_of(place, kind)
    with Line(port) as holder:
        equal(holder.ask('lock,name:our-later'), 'ok')
        tool = do(place, port, '--info', '--lock-name', 'our-later', '--retry', '20', '--retry-wait', '1',
                  '--', 'echo', 'ran')
        tool.says('(?i)retr', 'stderr')
        equal(holder.ask('release'), 'released')
    equal((tool.status(), tool.stdout), (0, 'ran\n'))


@against_both('do: 127 not found, 126 not executable, and the lock is free')
def not_runnable(place, kind):
    port = port_of(place, kind)
    equal(done(place, port, '--lock-name', 'our-127', '--', 'no-such-command-anywhere').process.returncode, 127)
    wait_free(port, 'our-127')
    equal(done(place, port, '--lock-name', 'our-126', '--', '/etc/passwd').process.returncode, 126)
    wait_free(port, 'our-126')


@against_both('do: --shell, with a pipe; two words are wrong usage')
def shell(place, kind):
    port = port_of(place, kind)
    equal(done(place, port, '--shell', '--', 'echo ran | tr a u').stdout, 'run\n')
    equal(done(place, port, '--shell', '--', 'echo', 'two').process.returncode, 2)


@against_both('do: names derived from the command as the original derives them')
def derived_name(place, kind):
    port = port_of(place, kind)
    tool = holding(port, 'sh_-c_sleep_100', lambda: do(place, port, '--', 'sh', '-c', 'sleep 100'))
    equal(tool.process.poll(), None)


@against_both('do: --keep-alive every second')
def keep_alive(place, kind):
    tool = done(place, port_of(place, kind), '--keep-alive', '--keep-alive-secs', '1', '--', 'sleep', '2.5')
    equal((tool.process.returncode, tool.stderr), (0, ''))


@against_both('do: 122 if the server is lost, and the command and what it started are ended')
def lost_server(place, kind):
    server, port = own_server(place, kind)
    with tempfile.TemporaryDirectory() as folder:
        pids = os.path.join(folder, 'pids')
        tool = do(place, port, '--lock-name', 'our-122', '--shell', '--',
                  'sleep 100 & echo $$ $! > %s.tmp && mv %s.tmp %s; wait' % (pids, pids, pids))
        wait_until(lambda: os.path.exists(pids), 'the command to start')
        with open(pids, encoding='ascii') as file:
            running = [int(pid) for pid in file.read().split()]
        server.close()
        equal(tool.status(), 122)
        wait_until(lambda: not any(is_alive(pid) for pid in running), 'the command to end')


def is_alive(pid):
    try:
        with open('/proc/%d/stat' % pid, encoding='ascii') as file:
            return file.read().rsplit(')', 1)[1].split()[0] != 'Z'
    except OSError:
        return False


@against_both('do: TERM and HUP are passed on, the lock is held until the command has ended')
def term(place, kind):
    port = port_of(place, kind)
    for number, status in ((signal.SIGTERM, 143), (signal.SIGHUP, 129)):
        tool = do(place, port, '--lock-name', 'our-term', '--shell', '--',
                  'trap "echo got; exit 0" TERM HUP; echo up; while :; do sleep 0.05; done')
        tool.says('up')
        equal(is_held(port, 'our-term'), True)
        tool.signal(number)
        equal(tool.status(), status)
        contains(tool.stdout, 'got')
        wait_free(port, 'our-term')


@against_both('do: 124 after Ctrl-C')
def interrupt(place, kind):
    port = port_of(place, kind)
    tool = holding(port, 'our-int', lambda: do(place, port, '--lock-name', 'our-int', '--', 'sleep', '100'))
    tool.signal(signal.SIGINT)
    equal(tool.status(), 124)
    wait_free(port, 'our-int')


@case('our do: 125 if the server refuses')
def refused(place):
    tool = done(place, free_port(), '--', 'true')
    equal(tool.process.returncode, 125)
    contains(tool.stderr, 'Connection refused')


@case('our do: wrong usage is 2')
def usage(place):
    for arguments in ((), ('--retry', 'x', 'true'), ('--retry', '-1', 'true'), ('--lock-name', 'a b', 'true'),
                      ('--', '!!!')):
        equal(done(place, place.port, *arguments).process.returncode, 2)
    equal(done(place, place.port, '--', 'true', env={'TCPNETLOCK_CLIENT_ID': 'a b'}).process.returncode, 2)


@against_both('do: host, port and client id from the environment')
def environment(place, kind):
    env = {'TCPNETLOCK_HOST': '127.0.0.1', 'TCPNETLOCK_PORT': str(port_of(place, kind)),
           'TCPNETLOCK_CLIENT_ID': 'me@here'}
    tool = place.run([place.ours + '/tcpnetlock_do', '--', 'echo', 'ran'], env)
    equal((tool.process.returncode, tool.stdout), (0, 'ran\n'))


@against_both('client: holds until a signal, then releases')
def client_holds(place, kind):
    port = port_of(place, kind)
    for number, status in ((signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 4)):
        holder = client(place, port, 'our-client')
        holder.says('(?m)^ok$')
        equal(is_held(port, 'our-client'), True)
        holder.signal(number)
        equal(holder.status(), status)
        wait_free(port, 'our-client')


@against_both('client: a KILL frees the lock')
def client_killed(place, kind):
    port = port_of(place, kind)
    holder = client(place, port, 'our-killed')
    holder.says('(?m)^ok$')
    holder.close()
    wait_free(port, 'our-killed')


@against_both('client: 123 if not granted')
def client_not_granted(place, kind):
    port = port_of(place, kind)
    with Line(port) as other:
        equal(other.ask('lock,name:our-client-123'), 'ok')
        refused_one = client(place, port, 'our-client-123')
        equal(refused_one.status(), 123)
        contains(refused_one.stderr, 'not granted')


@against_both('client: 4 for an invalid name')
def client_invalid_name(place, kind):
    equal(client(place, port_of(place, kind), 'not valid').status(), 4)


@case('our client: 2 if the server refuses')
def client_refused(place):
    refused_one = client(place, free_port(), 'our-client-2')
    equal(refused_one.status(), 2)
    contains(refused_one.stderr, 'Connection refused')


@against_both('client: 122 if the server is lost')
def client_lost(place, kind):
    server, port = own_server(place, kind)
    holder = client(place, port, 'our-client-122')
    holder.says('(?m)^ok$')
    server.close()
    equal(holder.status(), 122)


@against_both('client: 122 if the server is lost, with --keep-alive')
def client_lost_keep_alive(place, kind):
    server, port = own_server(place, kind)
    holder = client(place, port, '--keep-alive', '--keep-alive-secs', '1', 'our-client-ka')
    holder.says('(?m)^ok$')
    server.close()
    equal(holder.status(), 122)
