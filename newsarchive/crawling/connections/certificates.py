"""Which certificates are believed: those of the system's authorities, and of the user's own file."""

from __future__ import annotations

from pathlib import Path

from OpenSSL import SSL
from twisted.internet._sslverify import ClientTLSOptions, IOpenSSLTrustRoot
from twisted.internet.ssl import CertificateOptions, platformTrust
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped]

from newsarchive.errors import ConfigError


@implementer(IPolicyForHTTPS)
class VerifyingPolicy:
    """Checks certificates and host names of all connections.

    Scrapy's own policy, told to verify, knows the system's authorities only and reads their file for each connection
    anew (some 140 certificates); this one reads it once.
    """

    def __init__(self, ca_file: Path | None = None) -> None:
        """``ca_file`` is a PEM file of authorities to trust besides the system's. Raises ConfigError if it is none."""
        self._options = CertificateOptions(trustRoot=_Authorities(ca_file))  # type: ignore[arg-type]

    def creatorForNetloc(self, hostname: bytes, port: int) -> ClientTLSOptions:  # noqa: N802 (Twisted's interface)
        """The maker of connections to one host, for Twisted."""
        # What optionsForClientTLS() returns, but with a context that is shared.
        return ClientTLSOptions(self._options._makeTLSConnection, hostname.decode("ascii"))


@implementer(IOpenSSLTrustRoot)
class _Authorities:
    def __init__(self, ca_file: Path | None) -> None:
        self._ca_file = ca_file
        self._addCACertsToContext(SSL.Context(SSL.TLS_CLIENT_METHOD))  # a bad file shows now, not at the first page

    def _addCACertsToContext(self, context: SSL.Context) -> None:  # noqa: N802
        platformTrust()._addCACertsToContext(context)  # type: ignore[no-untyped-call]
        if self._ca_file is not None:
            try:
                context.load_verify_locations(str(self._ca_file))
            except SSL.Error as error:
                raise ConfigError(f"NEWSARCHIVE_CA_FILE: {self._ca_file} holds no PEM certificates") from error
