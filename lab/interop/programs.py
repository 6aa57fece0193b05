"""Programs that run in the background."""

import contextlib
import os
import re
import signal
import subprocess
import threading

from cases import TIMEOUT, wait_until


class Program:
    """A program that runs in the background, in a process group of its own, with all its output kept.

    Without `read_stdout` its standard output is left to the caller.
    """

    def __init__(self, command, env=None, stdin=subprocess.DEVNULL, read_stdout=True):
        self.process = subprocess.Popen(
            command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=dict(os.environ, **(env or {})), start_new_session=True)
        self.out, self.err = [], []
        self.readers = [self._collect(self.process.stderr, self.err)]
        if read_stdout:
            self.readers.append(self._collect(self.process.stdout, self.out))

    @staticmethod
    def _collect(stream, chunks):
        def read():
            for chunk in iter(lambda: stream.read1(4096), b''):
                chunks.append(chunk.decode(errors='replace'))
        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        return thread

    @property
    def stdout(self):
        return ''.join(self.out)

    @property
    def stderr(self):
        return ''.join(self.err)

    @property
    def pid(self):
        return self.process.pid

    def says(self, pattern, stream='stdout'):
        """Waits for a text on standard output, or on standard error, and returns the match."""
        def look():
            match = re.search(pattern, getattr(self, stream))
            if not match and self.process.poll() is not None and not any(r.is_alive() for r in self.readers):
                raise AssertionError('ended with %s: %r %r' % (self.process.returncode, self.stdout, self.stderr))
            return match
        return wait_until(look, pattern)

    def status(self):
        """Waits for the end and returns the exit status, negative for a signal."""
        status = self.process.wait(TIMEOUT)
        for reader in self.readers:
            reader.join(TIMEOUT)
        return status

    def signal(self, number):
        self.process.send_signal(number)

    def close(self):
        # The group, since a tool's command may have outlived the tool.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(TIMEOUT)
        if self.process.stdin:
            with contextlib.suppress(OSError):
                self.process.stdin.close()
