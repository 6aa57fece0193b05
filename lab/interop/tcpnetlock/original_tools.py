"""The original tcpnetlock_do and tcpnetlock_client against our server."""

import signal

from cases import case, contains, equal, free_port
from harness import Line, ask, holding, is_held, wait_free


def do(place, *arguments, env=None):
    command = [place.original + '/tcpnetlock_do', '--host', '127.0.0.1']
    return place.run(command + ['--port', str(place.port)] * (env is None) + list(arguments), env)


@case('original do: status 0 and the output')
def status_0(place):
    ran = do(place, '--lock-name', 'do-0', '--', 'echo', 'ran')
    equal((ran.process.returncode, ran.stdout), (0, 'ran\n'))
    equal(is_held(place.port, 'do-0'), False)


@case('original do: the status of the command')
def status_of_command(place):
    for status in (5, 7, 8):
        equal(do(place, '--', 'sh', '-c', 'exit %d' % status).process.returncode, status)


@case('original do: 123 if not granted')
def not_granted(place):
    with Line(place.port) as holder:
        equal(holder.ask('lock,name:do-held'), 'ok')
        equal(do(place, '--lock-name', 'do-held', '--', 'echo', 'ran').process.returncode, 123)


@case('original do: 123 after two retries')
def retries_in_vain(place):
    with Line(place.port) as holder:
        equal(holder.ask('lock,name:do-retry'), 'ok')
        ran = do(place, '--lock-name', 'do-retry', '--retry', '2', '--retry-wait', '1', '--', 'echo', 'ran')
        equal((ran.process.returncode, ran.stdout), (123, ''))


@case('original do: 127 if the command is not found')
def not_found(place):
    equal(do(place, '--', 'no-such-command-anywhere').process.returncode, 127)


@case('original do: 125 if the server refuses')
def refused(place):
    ran = do(place, '--port', str(free_port()), '--', 'true')
    equal(ran.process.returncode, 125)
    contains(ran.stderr, 'Connection refused')


@case('original do: --shell, with a pipe')
def shell(place):
    equal(do(place, '--shell', '--', 'echo ran').stdout, 'ran\n')
    equal(do(place, '--shell', '--', 'echo ran | tr a u').stdout, 'run\n')
    equal(do(place, '--shell', '--', 'echo', 'two').process.returncode, 2)


@case('original do: --retry with a free lock')
def retry_free(place):
    # It gives the granted lock back before each retry and may be refused by its own old connection, hence one second.
    ran = do(place, '--lock-name', 'do-free', '--retry', '3', '--retry-wait', '1', '--', 'echo', 'ran')
    equal((ran.process.returncode, ran.stdout), (0, 'ran\n'))


@case('original do: TCPNETLOCK_PORT and TCPNETLOCK_CLIENT_ID')
def environment(place):
    env = {'TCPNETLOCK_PORT': str(place.port), 'TCPNETLOCK_CLIENT_ID': 'me@here'}
    equal(do(place, '--', 'echo', 'ran', env=env).stdout, 'ran\n')
    env['TCPNETLOCK_PORT'] = str(free_port())
    equal(do(place, '--', 'echo', 'ran', env=env).process.returncode, 125)


@case('original do: --keep-alive every second')
def keep_alive(place):
    ran = do(place, '--lock-name', 'do-alive', '--keep-alive', '--keep-alive-secs', '1', '--', 'sleep', '2.5')
    equal((ran.process.returncode, ran.stderr), (0, ''))


@case('original do: holds while the command runs; TERM to it frees the lock')
def term(place):
    ran = holding(place.port, 'do-term', lambda: place.start(
        [place.original + '/tcpnetlock_do', '--host', '127.0.0.1', '--port', str(place.port),
         '--lock-name', 'do-term', '--', 'sleep', '100']))
    ran.signal(signal.SIGTERM)
    equal(ran.status(), -signal.SIGTERM)
    wait_free(place.port, 'do-term')


def client(place, *arguments, port=None):
    return place.start([place.original + '/tcpnetlock_client', '--host', '127.0.0.1',
                        '--port', str(port or place.port), *arguments])


@case('original client: holds until killed')
def client_holds(place):
    holder = holding(place.port, 'client-held', lambda: client(place, 'client-held'))
    holder.signal(signal.SIGKILL)
    holder.status()
    wait_free(place.port, 'client-held')


@case('original client: 123 if not granted')
def client_not_granted(place):
    with Line(place.port) as other:
        equal(other.ask('lock,name:client-123'), 'ok')
        refused_one = client(place, 'client-123')
        equal(refused_one.status(), 123)
        contains(refused_one.stderr, 'not granted')


@case('original client: 2 if the server refuses')
def client_refused(place):
    lost = client(place, 'client-2', port=free_port())
    equal(lost.status(), 2)
    contains(lost.stderr, 'Connection refused')


@case('original client: 4 for an invalid name')
def client_invalid_name(place):
    equal(client(place, 'not valid').status(), 4)


@case('original client: --keep-alive every second keeps the lock')
def client_keep_alive(place):
    holder = client(place, '--keep-alive', '--keep-alive-secs', '1', '--debug', 'client-alive')
    holder.says('(?s)alive.*alive', 'stderr')
    equal(is_held(place.port, 'client-alive'), True)
    equal(holder.process.poll(), None)


@case('original client: 122 if our server is lost')
def client_lost(place):
    server, port = place.our_server()
    holder = holding(port, 'client-lost', lambda: client(place, 'client-lost', port=port))
    server.close()
    equal(holder.status(), 122)


@case('original client: 122 if our server stops in order')
def client_server_stops(place):
    server, port = place.our_server()
    holder = holding(port, 'client-stop', lambda: client(place, 'client-stop', port=port))
    server.signal(signal.SIGTERM)
    equal(server.status(), 0)
    equal(holder.status(), 122)


@case('original server options: our tcpnetlock_server takes them')
def server_options(place):
    port = free_port()
    server = place.start([place.ours + '/tcpnetlock_server', '--listen', '127.0.0.1', '--port', str(port), '--info'])
    server.says('Started server', 'stderr')
    equal(ask(port, 'lock,name:options'), 'ok')
    server.says("Lock granted: Lock: 'options'", 'stderr')
    second = place.run([place.ours + '/tcpnetlock_server', '--listen', '127.0.0.1', '--port', str(port)])
    equal(second.process.returncode, 2)
    contains(second.stderr, '[Errno 98]')
