# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A certificate authority of our own, and what it signs."""

from __future__ import annotations

import hashlib
import ipaddress
import ssl
from datetime import datetime, timedelta, timezone
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

_PEM = serialization.Encoding.PEM


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _alternative(name):
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


class Authority:
    """Files in a folder: `ca.pem`, and one `(certificate, key)` for each call of `issue`."""

    def __init__(self, folder, name="Tests of cyclr.ipaas"):
        self.folder = Path(folder)
        self._name = _name(name)
        # RSA, because a server of TLS 1.1 and older speaks it with every client.
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._number = 0
        certificate = (
            self._builder(self._name, self._key, days=30)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.file = self.folder / "ca.pem"
        self.file.write_bytes(certificate.public_bytes(_PEM))

    def _builder(self, subject, key, days):
        now = datetime.now(timezone.utc)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=90))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )

    def issue(self, *names, days=30):
        """A certificate for these names and addresses; `days` below 0 for one that has expired."""
        self._number += 1
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        certificate = (
            self._builder(_name("server"), key, days)
            .add_extension(x509.SubjectAlternativeName([_alternative(name) for name in names]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        files = [self.folder / f"{self._number}-{part}.pem" for part in ("cert", "key")]
        files[0].write_bytes(certificate.public_bytes(_PEM))
        files[1].write_bytes(key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        return tuple(map(str, files))

    def as_folder(self, folder):
        """The CA as OpenSSL looks for it in a folder: under the hash of its name, which has only a common name."""
        text = self._name.rfc4514_string().removeprefix("CN=").lower().encode("utf-8")
        pair = b"\x06\x03\x55\x04\x03" + _der(0x0C, text)
        digest = hashlib.sha1(_der(0x31, _der(0x30, pair)), usedforsecurity=False).digest()
        folder.mkdir()
        (folder / ("%08x.0" % int.from_bytes(digest[:4], "little"))).write_bytes(self.file.read_bytes())
        return folder


def _der(tag, content):
    """One short value in ASN.1."""
    return bytes((tag, len(content))) + content


def _usage(**true):
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign")
    return x509.KeyUsage(encipher_only=False, decipher_only=False, **{name: true.get(name, False) for name in names})


def server_context(files, lowest=ssl.TLSVersion.TLSv1_2, highest=ssl.TLSVersion.TLSv1_3):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    # Else OpenSSL itself would refuse what is old, and the client's own limit would not be tested.
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = lowest, highest
    return context
