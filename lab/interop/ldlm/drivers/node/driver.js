// Drives grpc-js by lines of JSON: node driver.js PROTO. See ../../ldlm_client.py.
'use strict';
const fs = require('fs');
const readline = require('readline');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const { ldlm } = grpc.loadPackageDefinition(
    loader.loadSync(process.argv[2], { keepCase: true, enums: Number, longs: String, defaults: true }));
const METHODS = { lock: 'Lock', try_lock: 'TryLock', unlock: 'Unlock', renew: 'Renew' };
const FIELDS = ['name', 'key', 'wait_timeout_seconds', 'lock_timeout_seconds', 'size'];
const STATUS = Object.fromEntries(Object.entries(grpc.status).map(([name, number]) => [number, name]));

const clients = new Map();
const calls = new Map();

function tell(id, answer) {
  process.stdout.write(JSON.stringify({ ...answer, id }) + '\n');
}

function open(ask) {
  const read = (file) => (file ? fs.readFileSync(file) : null);
  const tls = ask.tls;
  const credentials = tls
    ? grpc.credentials.createSsl(read(tls.ca_file), read(tls.key_file), read(tls.cert_file))
    : grpc.credentials.createInsecure();
  // Without a pool of its own, clients of one process may share a connection, and so a session.
  const client = new ldlm.LDLM(ask.address, credentials, { 'grpc.use_local_subchannel_pool': 1 });
  const metadata = new grpc.Metadata();
  if (ask.password !== undefined) {
    metadata.set('authorization', ask.password);
  }
  clients.set(ask.client, { client, metadata });
}

function request(ask) {
  const { client, metadata } = clients.get(ask.client);
  const message = Object.fromEntries(FIELDS.filter((name) => name in ask).map((name) => [name, ask[name]]));
  const call = client[METHODS[ask.do]](message, metadata, (failure, response) => {
    calls.delete(ask.id);
    if (failure) {
      tell(ask.id, { status: STATUS[failure.code], message: failure.details });
    } else {
      const { error, ...rest } = response;
      tell(ask.id, { ...rest, ...error });
    }
  });
  calls.set(ask.id, { call, client: ask.client });
}

// A closed client of grpc-js keeps its connection until its last call has ended.
function close(name) {
  for (const { call, client } of calls.values()) {
    if (client === name) {
      call.cancel();
    }
  }
  clients.get(name).client.close();
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const ask = JSON.parse(line);
  if (ask.do in METHODS) {
    request(ask);
    return;
  }
  if (ask.do === 'open') {
    open(ask);
  } else if (ask.do === 'close') {
    close(ask.client);
  } else if (ask.do === 'cancel') {
    calls.get(ask.of).call.cancel();
  } else {
    throw new Error('cannot ' + ask.do);
  }
  tell(ask.id, {});
}).on('close', () => process.exit(0));
