"""The original program `lynk` and ours: the same words, statuses and tables, at a server that has the service for tags."""

import re

import boto3

from cases import case, equal
from parties import fresh

PAGE = 50
"""How many tables the service tells at once; the original never asks for more."""


class Tables:
    """A server with nothing in it, and both programs."""

    def __init__(self, place):
        self.place = place
        self.endpoint = place.empty_moto()
        self.env = {'AWS_ENDPOINT_URL': self.endpoint, 'AWS_ENDPOINT_URL_DYNAMODB': self.endpoint}
        self.client = boto3.client('dynamodb', endpoint_url=self.endpoint)

    def original(self, *words, **env):
        return self.place.run([self.place.lynk_program(), *words], dict(self.env, **env))

    def ours(self, *words, **env):
        return self.place.run([self.place.ours + '/lynk', *words], dict(self.env, **env))

    def claviger(self, *words):
        return self.place.claviger('table', *words, env=self.env)

    def make(self, name, **options):
        self.client.create_table(
            TableName=name, BillingMode='PAY_PER_REQUEST', KeySchema=[{'AttributeName': 'lockKey', 'KeyType': 'HASH'}],
            AttributeDefinitions=[{'AttributeName': 'lockKey', 'AttributeType': 'S'}], **options)

    def tags(self, name):
        arn = self.client.describe_table(TableName=name)['Table']['TableArn']
        return {tag['Key']: tag['Value'] for tag in self.client.list_tags_of_resource(ResourceArn=arn)['Tags']}


def told(ran):
    return ran.process.returncode, ran.stdout


@case('lynk command: tables come and go by the same words and statuses')
def words_of_tables(place):
    tables = Tables(place)
    for lynk in (tables.original, tables.ours):
        name, foreign = fresh('table'), fresh('foreign')
        tables.make(foreign)
        equal(told(lynk('list-tables')), (0, ''))
        equal(told(lynk('create-table', name)), (0, 'Creating table %s\nCreated\n' % name))
        equal(tables.tags(name)['lynk'], 'lock-table')
        equal(told(lynk('create-table', name)), (0, 'Table %s already exists.\n' % name))
        equal(told(lynk('create-table', foreign)), (0, 'Table %s already exists.\n' % foreign))
        assert name in lynk('list-tables').stdout.splitlines()
        for table in (name, foreign):
            equal(told(lynk('delete-table', table)), (0, 'Deleting table %s\nDeleted\n' % table))
            equal(told(lynk('delete-table', table)), (0, 'Table %s does not exist.\n' % table))
        equal(told(lynk('list-tables')), (0, ''))


@case('lynk command: what one creates the other lists, finds and deletes')
def both(place):
    tables = Tables(place)
    for maker, other in ((tables.original, tables.ours), (tables.ours, tables.original)):
        name = fresh('table')
        equal(maker('create-table', name).process.returncode, 0)
        equal(told(other('list-tables')), (0, name + '\n'))
        equal(told(other('create-table', name)), (0, 'Table %s already exists.\n' % name))
        equal(told(other('delete-table', name)), (0, 'Deleting table %s\nDeleted\n' % name))
        equal(told(maker('list-tables')), (0, ''))


@case('lynk command: tables of more than one page are all listed by ours')
def all_pages(place):
    tables = Tables(place)
    names = ['paged-%02d' % number for number in range(PAGE + 11)]
    for name in names:
        tables.make(name, Tags=[{'Key': 'lynk', 'Value': 'lock-table'}])
    equal(sorted(tables.ours('list-tables').stdout.splitlines()), names)
    shown = len(tables.original('list-tables').stdout.splitlines())
    assert shown in (PAGE, len(names)), shown
    return 'of %d tables the original shows %d: it reads one page only' % (len(names), shown)


WRONG = [['unknown'], ['create-table'], ['delete-table'], ['create-table', 'a', 'b'], ['list-tables', 'a'], ['--version'],
         ['--unknown', 'list-tables'], ['create-table', '--unknown', 'a'], ['--help=1']]


@case('lynk command: wrong usage has the same text and status 2')
def wrong_usage(place):
    tables = Tables(place)
    for words in WRONG:
        expected, found = tables.original(*words), tables.ours(*words)
        equal((words, *told(found)), (words, *told(expected)))
        equal((words, found.process.returncode), (words, 2))
        # The sub-commands are listed with or without quotes by the version of Python.
        equal((words, found.stderr.replace("'", '')), (words, expected.stderr.replace("'", '')))


@case('lynk command: help')
def helps(place):
    tables = Tables(place)
    for words in (['-h'], ['--help'], ['create-table', '-h'], ['delete-table', '--help'], ['list-tables', '-h']):
        expected, found = tables.original(*words), tables.ours(*words)
        equal((words, found.process.returncode, found.stderr), (words, expected.process.returncode, ''))
        equal((words, found.stdout.splitlines()[0]), (words, expected.stdout.splitlines()[0]))


@case('lynk command: without a sub-command ours tells its usage where the original has a stack trace')
def no_sub_command(place):
    tables = Tables(place)
    expected, found = tables.original(), tables.ours()
    equal((expected.process.returncode, expected.stdout), (1, ''))
    assert "no attribute 'func'" in expected.stderr, expected.stderr
    equal(told(found), (2, ''))
    assert re.fullmatch(r'usage: lynk .*\nlynk: error: .*\n', found.stderr), found.stderr


@case('lynk command: an error of AWS is status 1, and with ours one line')
def aws_errors(place):
    tables = Tables(place)
    no_region = ['env', '-u', 'AWS_REGION', '-u', 'AWS_DEFAULT_REGION']
    no_credentials = ['env', '-u', 'AWS_ACCESS_KEY_ID', '-u', 'AWS_SECRET_ACCESS_KEY']
    # The emulator looks at names of tables, which the server for tags does not.
    wrong_name = ['env', 'AWS_ENDPOINT_URL_DYNAMODB=' + place.emulator.endpoint]
    for prefix, words in ((no_region, ['list-tables']), (no_region, ['create-table', 'table']),
                          (no_credentials, ['list-tables']), (wrong_name, ['create-table', 'bad name'])):
        expected, found = (place.run([*prefix, lynk, *words], tables.env)
                           for lynk in (place.lynk_program(), place.ours + '/lynk'))
        equal((prefix, words, expected.process.returncode), (prefix, words, 1))
        equal((prefix, words, found.process.returncode), (prefix, words, 1))
        assert re.fullmatch(r'lynk: .*\n', found.stderr), found.stderr


@case('claviger table: what it makes for lynk the original lists and uses, and the other way about')
def claviger_table(place):
    tables = Tables(place)
    ours, theirs, other = fresh('ours'), fresh('theirs'), fresh('other')
    equal(tables.claviger('create', ours, '--layout', 'lynk').process.returncode, 0)
    equal(tables.claviger('create', other, '--layout', 'dynalock').process.returncode, 0)
    equal(told(tables.original('list-tables')), (0, ours + '\n'))
    tables.original('create-table', theirs)
    listed = tables.claviger('list').stdout
    for name in (ours, theirs, other):
        assert re.search(r'(?m)^%s\b' % name, listed), listed
    # One that exists and fits gets what it lacks.
    equal(tables.claviger('create', theirs, '--layout', 'lynk').process.returncode, 0)
    equal(tables.tags(theirs)['lynk'], 'lock-table')
    equal(tables.claviger('create', theirs, '--layout', 'dynalock').process.returncode, 1)
    equal(tables.claviger('delete', theirs, '--yes').process.returncode, 0)
    equal(told(tables.original('list-tables')), (0, ours + '\n'))
    equal(told(tables.original('delete-table', ours)), (0, 'Deleting table %s\nDeleted\n' % ours))
    equal(tables.claviger('delete', ours, '--yes').process.returncode, 1)


@case('claviger table: a web identity stands for credentials, as on EKS')
def web_identity(place):
    tables = Tables(place)
    token, name = place.folder() + '/token', fresh('table')
    with open(token, 'w', encoding='utf-8') as file:
        file.write('identity')
    none = dict(tables.env, AWS_ACCESS_KEY_ID='', AWS_SECRET_ACCESS_KEY='')
    refused = place.claviger('table', 'create', name, env=none)
    assert refused.process.returncode != 0 and 'no AWS credentials' in refused.stderr, refused.stderr
    env = dict(none, AWS_WEB_IDENTITY_TOKEN_FILE=token, AWS_ROLE_ARN='arn:aws:iam::123456789012:role/interop')
    equal(told(place.claviger('table', 'create', name, env=env)), (0, 'created table %s, layout native\n' % name))
    equal(told(place.claviger('--url', 'dynamodb:' + name, 'run', 'nightly', '--', 'echo', 'hello', env=env)), (0, 'hello\n'))
