"""Print pip's settings as shell exports for uv, which does not read pip's own.

Where a computer reaches its packages through a mirror, pip is what has been set up. Run with
a Python that has pip; a uv variable that is set already is left alone, and nothing is printed
where pip has no setting.
"""

import ast
import os
import shlex
import subprocess
import sys


def pip_settings() -> dict[str, str]:
    """Option → value, as pip itself would use them: its environment wins over its files."""
    listing = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"],
        check=False,
        capture_output=True,
        text=True,
    ).stdout
    settings: dict[str, str] = {}
    ranks: dict[str, int] = {}
    for line in listing.splitlines():
        name, equals, quoted = line.partition("=")
        section, dot, option = name.rpartition(".")
        if not equals or not dot or section not in ("global", "install", ":env:"):
            continue
        rank = ("global", "install", ":env:").index(section)
        if rank >= ranks.get(option, 0):
            settings[option] = str(ast.literal_eval(quoted))
            ranks[option] = rank
    return settings


def uv_variables(settings: dict[str, str]) -> dict[str, str]:
    variables: dict[str, str] = {}

    def take(option: str, variable: str, separator: str | None = None) -> None:
        """``separator``: the option is a list, which uv wants with this between its parts."""
        if value := settings.get(option, "").strip():
            variables[variable] = separator.join(value.split()) if separator else value

    take("index-url", "UV_DEFAULT_INDEX")
    take("extra-index-url", "UV_INDEX", separator=" ")
    take("find-links", "UV_FIND_LINKS", separator=",")
    take("trusted-host", "UV_INSECURE_HOST", separator=" ")
    take("cert", "SSL_CERT_FILE")
    take("client-cert", "SSL_CLIENT_CERT")
    take("proxy", "ALL_PROXY")
    take("default-timeout", "UV_HTTP_TIMEOUT")
    take("timeout", "UV_HTTP_TIMEOUT")
    if "UV_INDEX" in variables:
        # pip looks into every index; uv by default stops at the first that knows the name. The
        # lock's hashes say which file is meant, so that looking further is safe.
        variables["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return variables


if __name__ == "__main__":
    for variable, value in uv_variables(pip_settings()).items():
        if variable not in os.environ:
            print(f"export {variable}={shlex.quote(value)}")
