"""REST by plain HTTP."""

import base64
import http.client
import http.cookies
import json

from cases import TIMEOUT

COOKIE = 'ldlm-session'


class Reply:
    """Status, headers, body and, if it is some, the JSON in it."""

    def __init__(self, response):
        self.status, self.headers = response.status, response.headers
        self.body = response.read().decode()
        try:
            self.json = json.loads(self.body)
        except ValueError:
            self.json = None
        self.cookie = http.cookies.SimpleCookie(response.headers.get('Set-Cookie', '')).get(COOKIE)

    def __repr__(self):
        return '%d %r %s' % (self.status, self.body, dict(self.headers))


class Rest:
    """A REST client with its cookie; each is a connection of its own. Use as a context: the session is deleted."""

    def __init__(self, server, password=None):
        self.connection = http.client.HTTPConnection('127.0.0.1', server.http, timeout=TIMEOUT)
        self.cookie = None
        self.headers = {}
        if password is not None:
            self.headers['Authorization'] = 'Basic ' + base64.b64encode(('any:' + password).encode()).decode()

    def __enter__(self):
        self.begin()
        return self

    def __exit__(self, *_):
        if self.cookie:
            self.ask('DELETE', '/session')
        self.connection.close()

    def begin(self):
        reply = self.ask('POST', '/session')
        assert reply.status == 201, reply
        self.cookie = reply.cookie.value
        return reply

    def ask(self, method, path, body=None, headers=None):
        """The reply. A body that is no string is sent as JSON."""
        sent = dict(self.headers, **(headers or {}))
        if self.cookie is not None and 'Cookie' not in sent:
            sent['Cookie'] = '%s=%s' % (COOKIE, self.cookie)
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        try:
            self.connection.request(method, path, body, sent)
            return Reply(self.connection.getresponse())
        except http.client.HTTPException:
            self.connection.close()
            raise

    def lock(self, name, **fields):
        return self.ask('POST', '/v1/lock', dict(fields, name=name)).json

    def unlock(self, name, key):
        return self.ask('POST', '/v1/unlock', {'name': name, 'key': key}).json

    def renew(self, name, key, seconds, path='/v1/renew'):
        return self.ask('POST', path, {'name': name, 'key': key, 'lock_timeout_seconds': seconds}).json
