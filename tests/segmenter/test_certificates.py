"""Whose word counts: the system's certificates, wherever it keeps them."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from segmenter.certificates import load_first, trusting_context

# Of a key that was thrown away.
CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIBnDCCAUOgAwIBAgIUCoZDWWyv0u59aaeVI2czPaSkuy0wCgYIKoZIzj0EAwIw
IzEhMB8GA1UEAwwYVGVzdCBhdXRob3JpdHkgb2Ygbm9ib2R5MCAXDTI2MTEyMzA4
MzczNVoYDzIxMjYxMDMwMDgzNzM1WjAjMSEwHwYDVQQDDBhUZXN0IGF1dGhvcml0
eSBvZiBub2JvZHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAT1Ob6boiFnFoGS
8gn245lBqLFpVnwWUn0GD+zhyWUu5NEbDWEgiNIsioVIDpFNosaI0BGH2S4sBXsE
dYqwn+sgo1MwUTAdBgNVHQ4EFgQUoYhWrExbM5TSLXOcGiGDWGHufAEwHwYDVR0j
BBgwFoAUoYhWrExbM5TSLXOcGiGDWGHufAEwDwYDVR0TAQH/BAUwAwEB/zAKBggq
hkjOPQQDAgNHADBEAiAdN69tTb6yXhz12WdOavLWTvQN4g7trkz/M2iKkPizEwIg
ULZHRe5e62NnZnXAbcriPlcnruMXx5c762JZ7MsK1KA=
-----END CERTIFICATE-----
"""


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    path = tmp_path / "authorities.pem"
    path.write_text(CERTIFICATE, encoding="ascii")
    return path


def trusted(context: ssl.SSLContext) -> list[str]:
    return [ssl.DER_cert_to_PEM_cert(each) for each in context.get_ca_certs(binary_form=True)]


def test_names_and_certificates_are_checked() -> None:
    context = trusting_context()
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname


def test_what_a_person_has_chosen_counts_alone(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("SSL_CERT_DIR", str(certificate.parent / "none"))
    assert trusted(trusting_context()) == [CERTIFICATE]


def test_the_first_place_that_is_there_is_read(certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    load_first(context, (str(certificate.parent / "none.crt"), str(certificate), "/etc/passwd"))
    assert trusted(context) == [CERTIFICATE]


def test_without_any_place_nobody_is_trusted(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    load_first(context, (str(tmp_path / "none.crt"),))
    assert trusted(context) == []
