"""Our own client of LDLM, LdlmClient, driven by io.claviger.lab.LdlmDriver."""

import laboratory

CAN = 'context objects auto-renew retries swallows-timeout checks-arguments fails-fast own'


def command(_):
    return laboratory.command('LdlmDriver')
