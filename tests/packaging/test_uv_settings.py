"""pip's settings, handed over to uv."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "packaging" / "uv_settings.py"


def exported(configuration: Path, **environment: str) -> dict[str, str]:
    """What the script prints, as a shell understands it."""
    bare = {n: v for n, v in os.environ.items() if not n.startswith(("PIP_", "UV_", "SSL_"))}
    bare.pop("ALL_PROXY", None)
    child = subprocess.run(
        [sys.executable, str(SCRIPT)],
        env={**bare, "PIP_CONFIG_FILE": str(configuration), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    shell = subprocess.run(
        ["sh", "-c", f"{child.stdout}\nenv"], env={}, capture_output=True, text=True, check=True
    )
    pairs = (line.partition("=") for line in shell.stdout.splitlines())
    return {name: value for name, _, value in pairs if name.startswith(("UV_", "SSL_", "ALL_"))}


def test_a_mirror_with_its_certificate_is_taken_over(tmp_path: Path) -> None:
    configuration = tmp_path / "pip.conf"
    configuration.write_text(
        "[global]\n"
        "index-url = https://mirror.example/simple\n"
        "extra-index-url =\n    https://one.example/simple\n    https://two.example/simple\n"
        "find-links = /srv/wheels\n"
        "cert = /srv/it's a certificate.pem\n"
        "trusted-host = mirror.example\n"
        "timeout = 60\n"
    )
    found = exported(configuration)
    assert found["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert found["UV_INDEX"] == "https://one.example/simple https://two.example/simple"
    assert found["UV_INDEX_STRATEGY"] == "unsafe-best-match"
    assert found["UV_FIND_LINKS"] == "/srv/wheels"
    assert found["SSL_CERT_FILE"] == "/srv/it's a certificate.pem"
    assert found["UV_INSECURE_HOST"] == "mirror.example"
    assert found["UV_HTTP_TIMEOUT"] == "60"


def test_pip_s_environment_wins_over_its_file(tmp_path: Path) -> None:
    configuration = tmp_path / "pip.conf"
    configuration.write_text("[global]\nindex-url = https://file.example/simple\n")
    found = exported(configuration, PIP_INDEX_URL="https://environment.example/simple")
    assert found["UV_DEFAULT_INDEX"] == "https://environment.example/simple"


def test_what_is_set_for_uv_already_stays(tmp_path: Path) -> None:
    configuration = tmp_path / "pip.conf"
    configuration.write_text("[global]\nindex-url = https://file.example/simple\n")
    found = exported(configuration, UV_DEFAULT_INDEX="https://uv.example/simple")
    assert "UV_DEFAULT_INDEX" not in found


def test_without_settings_nothing_is_said() -> None:
    # With this name pip reads no file at all, neither the user's nor the computer's.
    assert exported(Path(os.devnull)) == {}
