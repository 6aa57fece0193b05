"""Drives the original lynk by lines of JSON; see ../../driver.py. The same requests are answered by io.claviger.lab.DrivenLynk.

What a driver does: open (client, table, host), acquire (lock, name, lease_duration, max_wait_seconds, no_refresh), refresh,
release and serialize (lock; the last one answers text), deserialize (lock, text), contend (name, times, file, section and
as acquire). `lock` is what the suite calls a lock object.
"""

import json
import os
import sys
import threading
import time

import lynk
import lynk.utils

# The lease of the holder comes back from boto3 as a Decimal, and since Python 3.10 time.sleep() refuses those: there every wait
# of lynk 0.3.1 would end in a TypeError. It is meant to sleep so long, and does on the Pythons of its time.
lynk.utils.TimeUtils.sleep = lambda self, seconds: time.sleep(float(seconds))

WRITING = threading.Lock()


def tell(number, answer):
    with WRITING:
        sys.stdout.write(json.dumps(dict(answer, id=number)) + '\n')
        sys.stdout.flush()


def limits(ask):
    return {name: ask[name] for name in ('lease_duration', 'max_wait_seconds') if name in ask}


def pass_section(file, seconds):
    """A section that tells if it is none: a marker that must not be there, and a count without any care."""
    os.close(os.open(file + '.in', os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    count = 0
    if os.path.exists(file):
        with open(file, encoding='ascii') as counter:
            count = int(counter.read())
    time.sleep(seconds)
    with open(file, 'w', encoding='ascii') as counter:
        counter.write(str(count + 1))
    os.unlink(file + '.in')


class Driver:
    """One thread a request."""

    def __init__(self):
        self.sessions, self.locks = {}, {}

    def serve(self):
        for line in sys.stdin:
            ask = json.loads(line)
            if ask['do'] == 'open':
                # Before the next line, which may be for this session.
                self.answer(ask)
            else:
                threading.Thread(target=self.answer, args=(ask,), daemon=True).start()

    def answer(self, ask):
        try:
            answer = getattr(self, ask['do'])(ask) or {}
        except Exception as error:  # pylint: disable=broad-except
            answer = {'raised': type(error).__name__, 'message': str(error)}
        tell(ask['id'], answer)

    def open(self, ask):
        self.sessions[ask['client']] = lynk.get_session(ask['table'], host_identifier=ask['host'])

    def create(self, ask):
        return self.sessions[ask['client']].create_lock(ask['name'], auto_refresh=not ask.get('no_refresh'))

    def acquire(self, ask):
        if ask['lock'] not in self.locks:
            self.locks[ask['lock']] = self.create(ask)
        self.locks[ask['lock']].acquire(**limits(ask))

    def refresh(self, ask):
        self.locks[ask['lock']].refresh()

    def release(self, ask):
        self.locks[ask['lock']].release()

    def serialize(self, ask):
        return {'text': self.locks[ask['lock']].serialize()}

    def deserialize(self, ask):
        self.locks[ask['lock']] = self.sessions[ask['client']].deserialize_lock(ask['text'])

    def contend(self, ask):
        for _ in range(ask['times']):
            lock = self.create(ask)
            lock.acquire(**limits(ask))
            pass_section(ask['file'], ask['section'])
            lock.release()


if __name__ == '__main__':
    Driver().serve()
    # Threads of lynk's that refresh locks would keep the process for ever.
    os._exit(0)
