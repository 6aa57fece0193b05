"""The command ldlm-lock: the table of the specification's section 6."""

from cases import equal


def program(place, server):
    return place.original_program('ldlm-lock') if server.kind == 'original' else place.ours + '/ldlm-lock'


def tool(place, server, *arguments):
    return place.run([program(place, server), '-s', server.ipc_socket, *arguments])


def listed(place, server, name):
    """The lines of the list for a name."""
    ran = tool(place, server, 'list')
    equal((ran.process.returncode, ran.stderr), (0, ''))
    return [line for line in ran.stdout.splitlines() if line.startswith('{Name: %s, ' % name)]


def outcome(ran):
    return ran.process.returncode, ran.stdout, ran.stderr
