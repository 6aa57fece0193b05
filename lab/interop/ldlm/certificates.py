"""An authority, a server's and a client's certificate, and a client's of nobody; made once in each run."""

import atexit
import datetime
import functools
import ipaddress
import os
import shutil
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


def path(name):
    """ca.pem, server.pem, server.key, client.pem, client.key; stranger.pem and .key are of another authority."""
    return os.path.join(_folder(), name)


@functools.lru_cache(maxsize=1)
def _folder():
    folder = tempfile.mkdtemp(prefix='ldlm-certificates-')
    atexit.register(shutil.rmtree, folder, True)
    ca = _certificate('ca', None)
    _write(folder, 'ca', ca)
    for name in ('server', 'client'):
        _write(folder, name, _certificate(name, ca))
    _write(folder, 'stranger', _certificate('stranger', _certificate('other ca', None)))
    return folder


def _write(folder, name, pair):
    key, certificate = pair
    with open(os.path.join(folder, name + '.key'), 'wb') as file:
        file.write(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                     serialization.NoEncryption()))
    with open(os.path.join(folder, name + '.pem'), 'wb') as file:
        file.write(certificate.public_bytes(serialization.Encoding.PEM))


def _certificate(name, issuer):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.timezone.utc)
    addresses = [x509.DNSName('localhost'), x509.IPAddress(ipaddress.ip_address('127.0.0.1'))]
    builder = (x509.CertificateBuilder().subject_name(subject)
               .issuer_name(issuer[1].subject if issuer else subject).public_key(key.public_key())
               .serial_number(x509.random_serial_number())
               .not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + datetime.timedelta(days=2))
               .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True))
    if issuer:
        usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = (builder.add_extension(x509.SubjectAlternativeName(addresses), critical=False)
                   .add_extension(x509.ExtendedKeyUsage(usages), critical=False))
    return key, builder.sign(issuer[0] if issuer else key, hashes.SHA256())
