"""Where the cases run: servers of three kinds on free ports of the loopback, and what has to be ended."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile

import certificates
from cases import Skip, equal, free_port, wait_until
from programs import Program
from wire import Wire

HERE = os.path.dirname(os.path.abspath(__file__))
SERVERS = os.environ.get('LDLM_SERVERS', 'serve ldlm-server').split()


class Server:
    """A server that runs: `serve` is claviger serve, `ldlm-server` ours, `original` the original."""

    def __init__(self, kind, program, grpc, http, ipc_socket, security):
        self.kind, self.program, self.grpc, self.http, self.ipc_socket = kind, program, grpc, http, ipc_socket
        self.security = security

    @property
    def address(self):
        return '127.0.0.1:%d' % self.grpc

    def client_options(self):
        """What a client needs to be let in, as a driver's `open` takes it."""
        options = {}
        if 'password' in self.security:
            options['password'] = self.security['password']
        if self.security.get('tls'):
            # The certificates are for the name, and for the address.
            options['tls'] = {'ca_file': certificates.path('ca.pem')}
        if self.security.get('mutual'):
            options['tls'].update(cert_file=certificates.path('client.pem'), key_file=certificates.path('client.key'))
        return options

    def wire(self, **options):
        return Wire(self.address, **dict(self.client_options(), **options))


class Place:
    """What a case is given. It ends all that was started through it."""

    def __init__(self, distribution, work, servers):
        self.ours = os.path.join(distribution, 'bin')
        self.work = work
        self.original = os.environ.get('LDLM_ORIGINAL', os.path.join(work, 'original'))
        self.servers = servers
        self.stack = contextlib.ExitStack()

    def start(self, command, env=None, stdin=subprocess.DEVNULL):
        program = Program(command, env, stdin)
        self.stack.callback(program.close)
        return program

    def run(self, command, env=None):
        program = self.start(command, env)
        program.status()
        return program

    def folder(self):
        folder = tempfile.mkdtemp(prefix='ldlm-')
        self.stack.callback(shutil.rmtree, folder, True)
        return folder

    def original_program(self, name):
        program = os.path.join(self.original, name)
        if not os.access(program, os.X_OK):
            raise Skip('there is no %s of the original in %s' % (name, self.original))
        return program

    def server(self, kind):
        """The server of that kind that the cases share; started anew if a case has ended it."""
        server = self.servers.get(kind)
        if server and server.program.process.poll() is None:
            return server
        if server:
            self.servers.pop(kind)
            raise AssertionError('the shared server %s has ended: %s' % (kind, server.program.stderr[-4000:]))
        shared = Place(os.path.dirname(self.ours), self.work, self.servers)
        self.servers[kind] = shared.new_server(kind)
        self.servers[kind].place = shared
        return self.servers[kind]

    def new_server(self, kind, *arguments, grpc=0, ipc_socket=None, **security):
        """Starts one: `password`, `tls`, `mutual` (client certificates); `grpc` is its port, 0 for a free one."""
        options = []
        if 'password' in security:
            options += ['--password', security['password']]
        if security.get('tls'):
            option = '--tls-%s' if kind == 'serve' else '--tls_%s'
            options += [option % 'cert', certificates.path('server.pem'), option % 'key', certificates.path('server.key')]
        if security.get('mutual'):
            options += ['--client-ca' if kind == 'serve' else '--client_ca', certificates.path('ca.pem')]
        ipc_socket = ipc_socket or os.path.join(self.folder(), 'ipc.sock')
        start = self._serve if kind == 'serve' else self._ldlm_server
        return start(kind, grpc, ipc_socket, [*options, *arguments], security)

    def _serve(self, kind, grpc, ipc_socket, options, security):
        program = self.start([self.ours + '/claviger', 'serve', '--volatile', '--text-port', 'off', '--grpc-port',
                              str(grpc), '--http-port', '0', '--ipc-socket', ipc_socket, *options])
        program.says(r'(?m)^ready$')
        grpc, http = (int(program.says(r'(?m)^%s \S*:(\d+)$' % front).group(1)) for front in ('grpc', 'http'))
        return Server(kind, program, grpc, http, ipc_socket, security)

    def _ldlm_server(self, kind, grpc, ipc_socket, options, security):
        command = self.original_program('ldlm-server') if kind == 'original' else self.ours + '/ldlm-server'
        # Both log the port that was asked for, so 0 would not tell which it is.
        grpc, http = grpc or free_port(), free_port()
        program = self.start([command, '-l', '127.0.0.1:%d' % grpc, '-r', '127.0.0.1:%d' % http,
                              '--ipc_socket_file', ipc_socket, *options])

        def listens():
            equal((program.process.poll(), program.stderr if program.process.poll() is not None else ''), (None, ''))
            with contextlib.suppress(OSError):
                for port in (grpc, http):
                    socket.create_connection(('127.0.0.1', port), 1).close()
                return True
        wait_until(listens, 'the server to listen')
        return Server(kind, program, grpc, http, ipc_socket, security)
