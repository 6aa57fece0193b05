"""Our own client of LDLM, LdlmClient, driven by io.claviger.lab.LdlmDriver."""

from cases import Skip

CAN = 'context objects auto-renew retries'


def command(place):
    raise Skip('no LdlmDriver yet')
