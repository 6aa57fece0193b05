"""The wire as py-ldlm has it, under the name that wire.py imports: one process cannot hold two descriptions of it."""

from ldlm.protos.ldlm_pb2 import *  # pylint: disable=unused-wildcard-import,wildcard-import
