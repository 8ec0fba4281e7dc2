"""Whose word counts for who a server is: the system's certificates, wherever they lie.

An installed app brings its own OpenSSL, which looks where the system it was built on keeps them.
Another distribution, or macOS, keeps them elsewhere; Windows' own store is read by Python itself.
"""

from __future__ import annotations

import os
import ssl
from pathlib import Path

PLACES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch, Gentoo
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # Fedora, RHEL, CentOS
    "/etc/pki/tls/certs/ca-bundle.crt",  # older ones of these
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # Alpine, macOS
)


def trusting_context() -> ssl.SSLContext:
    """A context that checks names and certificates, for ``urllib.request.urlopen``.

    Where a person has set ``SSL_CERT_FILE`` or ``SSL_CERT_DIR``, those count and nothing else.
    """
    context = ssl.create_default_context()
    paths = ssl.get_default_verify_paths()
    chosen = any(
        os.environ.get(name) for name in (paths.openssl_cafile_env, paths.openssl_capath_env)
    )
    # A folder of certificates counts as well; it is read when one of them is wanted.
    if chosen or context.cert_store_stats()["x509_ca"] or _has_some(paths.capath):
        return context
    load_first(context, PLACES)
    return context


def load_first(context: ssl.SSLContext, places: tuple[str, ...]) -> None:
    """Trust what the first of these files that is there lists; without one, trust nobody."""
    for place in places:
        if Path(place).is_file():
            context.load_verify_locations(place)
            return


def _has_some(folder: str | None) -> bool:
    return folder is not None and any(Path(folder).iterdir())
