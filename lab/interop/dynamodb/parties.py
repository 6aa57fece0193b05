"""Who meets whom: the originals and ours, which answer the same requests."""

import functools
import itertools
import os
import re
import shutil
import subprocess
import threading

import laboratory
from cases import CASES, Skip
from place import DYNALOCK_TABLE, LYNK_TABLE

HERE = os.path.dirname(os.path.abspath(__file__))
NUMBERS = itertools.count(1)
BUILDING = threading.Lock()


def fresh(prefix='n'):
    return '%s-%d' % (prefix, next(NUMBERS))


def original_lynk(place):
    return [os.path.join(place.shared.work, 'venv', 'bin', 'python'), os.path.join(HERE, 'drivers', 'lynkdriver.py')]


def ours(_):
    return laboratory.command('DynamoDriver')


def original_dynalock(version):
    def command(place):
        folder, lacking = os.environ.get('DYNALOCK_DRIVERS'), 'it is not in the folder DYNALOCK_DRIVERS'
        if not folder:
            with BUILDING:
                folder, lacking = _built(place.shared.work)
        program = os.path.join(folder, 'dynalock%d' % version)
        if not os.access(program, os.X_OK):
            raise Skip('no driver dynalock%d: %s' % (version, lacking))
        return [program]
    return command


@functools.lru_cache(maxsize=1)
def _built(work):
    """Builds the drivers with dynalock as Go's module proxy has it; returns the folder, and why there are none in it."""
    folder = os.path.join(work, 'dynalock')
    if not shutil.which('go'):
        return folder, 'there is no go'
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(os.path.join(HERE, 'drivers', 'dynalock'), folder)
    built = subprocess.run(['go', 'build', '-o', folder + '/bin/', './dynalock1', './dynalock2'], cwd=folder,
                           capture_output=True, text=True, timeout=300, check=False)
    with open(folder + '.log', 'w', encoding='utf-8') as log:
        log.write(built.stdout + built.stderr)
    return folder + '/bin', 'go cannot build it, see lab/target/dynamodb-interop/dynalock.log'


COMMANDS = {'lynk': original_lynk, 'ours': ours, 'dynalock1': original_dynalock(1), 'dynalock2': original_dynalock(2)}


class Party:
    """A client in a driver. Methods wait for the answer and fail if it is a failure; `send` does neither."""

    def __init__(self, place, who, layout, driver=None, **options):
        self.place, self.who = place, who
        self.driver = driver or place.shared.driver(who + options.pop('process', ''), COMMANDS[who](place))
        self.client = 'c%d' % next(NUMBERS)
        if layout == 'lynk':
            options = {'table': LYNK_TABLE, 'host': who, **options}
        else:
            options = {'table': DYNALOCK_TABLE, 'partition': 'Part', **options}
        self.ask('open', kind=layout, **options)

    def send(self, what, **request):
        return self.driver.send(what, client=self.client, **request)

    def ask(self, what, **request):
        return succeeded(self.send(what, **request))

    def raises(self, what, **request):
        """The name of what is raised, without what each language adds to it."""
        return failed(self.send(what, **request))

    def new_lock(self, key, **options):
        """A Locker of dynalock's; its name for further requests."""
        lock = fresh('locker')
        self.ask('new_lock', lock=lock, key=key, **options)
        return lock


def succeeded(call, **limits):
    answer = call.answer(**limits)
    if answer.raised:
        raise AssertionError('%s: %s' % (answer.raised, answer.message))
    return answer


def failed(call, **limits):
    answer = call.answer(**limits)
    if not answer.raised:
        raise AssertionError('no failure, but %r' % (answer,))
    return re.sub(r'^Err(?=[A-Z])|(Error|Exception)$', '', answer.raised)


def party(place, who, layout, killable=False, **options):
    driver = place.new_driver(COMMANDS[who](place)) if killable else None
    return Party(place, who, layout, driver, **options)


def lynk_case(title):
    """Registers a case for both directions: it gets the place and who is first and second."""
    return _between('lynk', [('lynk', 'ours'), ('ours', 'lynk')], title)


def dynalock_case(title):
    """As lynk_case, for both versions of dynalock."""
    pairs = [pair for original in ('dynalock1', 'dynalock2') for pair in ((original, 'ours'), ('ours', original))]
    return _between('dynalock', pairs, title)


def dynalock_version_case(title):
    """Registers a case for both versions of dynalock: it gets the place, the original and ours."""
    return _between('dynalock', [('dynalock1', 'ours'), ('dynalock2', 'ours')], title)


def _between(layout, pairs, title):
    def register(function):
        for first, second in pairs:
            def run(place, first=first, second=second):
                return function(place, functools.partial(party, place, first, layout),
                                functools.partial(party, place, second, layout))
            CASES.append(('%s, %s: %s' % (first, second, title), run))
        return function
    return register
