"""The Python environment that a bundle is frozen from: what the app needs, and nothing else.

One for each flavour, in ``build/``; it is made anew when the lock or the flavour's torch changed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from uv_settings import pip_settings, uv_variables

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "packaging" / "requirements.lock"
TORCH_VARIABLE = "MASKWRIGHT_TORCH"
"""Names the torch to freeze, in place of the flavour's own: a wheel, or a requirement."""
FLAVOURS = ("cpu", "cuda")


class BuildError(Exception):
    """Something that whoever builds can mend, in one sentence."""


def build_environment(flavour: str) -> Path:
    """Make the environment where there is none that fits; returns its Python.

    Raises :class:`BuildError` where a package can't be had.
    """
    folder = ROOT / "build" / f"venv-{flavour}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    torch, options = torch_of(flavour)
    requirements = "\n".join([torch, *packages_beside_torch(), ""])
    constraints = locked_without(LOCK.read_text("utf-8"), {"torch"} if torch != "torch" else set())
    made_from = "\n".join([sys.version, *options, requirements, constraints])
    stamp = folder / "made-from"
    if stamp.is_file() and stamp.read_text("utf-8") == made_from and python.exists():
        return python
    uv("venv", "--clear", "--python", sys.executable, str(folder))
    (folder / "requirements.txt").write_text(requirements, "utf-8")
    (folder / "constraints.txt").write_text(constraints, "utf-8")
    # The hashes of the lock are checked for whatever it has; a torch of another place has none.
    uv(
        "pip", "install", "--python", str(python), *options,
        "--requirement", str(folder / "requirements.txt"),
        "--constraint", str(folder / "constraints.txt"),
    )  # fmt: skip
    stamp.write_text(made_from, "utf-8")
    return python


def torch_of(flavour: str) -> tuple[str, list[str]]:
    """The requirement of the flavour's torch, and the options for uv that go with it.

    The lock's torch is what PyPI has: with CUDA on Linux, for the CPU elsewhere. For the other
    one: what ``MASKWRIGHT_TORCH`` names, a ``+cpu`` wheel that pip's find-links have, PyTorch's
    own index.
    """
    if wanted := os.environ.get(TORCH_VARIABLE):
        path = Path(wanted)
        return (f"torch @ {path.resolve().as_uri()}" if path.is_file() else wanted), []
    on_linux = sys.platform == "linux"
    if flavour == "cuda" and not on_linux:
        raise BuildError(
            f"PyPI has a torch with CUDA for Linux alone: name one in {TORCH_VARIABLE}."
        )
    if flavour == "cuda" or not on_linux:
        return "torch", []
    if found := _cpu_wheel_of_find_links():
        return f"torch @ {found}", []
    version = re.search(r"^torch==(\S+)", LOCK.read_text("utf-8"), re.MULTILINE)
    assert version is not None, "the lock has a torch"
    return f"torch=={version[1]}", ["--torch-backend=cpu"]


def flavour_here() -> tuple[str, str]:
    """The flavour that can be made on this computer, the CPU's before the other; and why, in a
    sentence."""
    if sys.platform != "linux":
        return "cpu", "the only one that is made on this system"
    if wanted := os.environ.get(TORCH_VARIABLE):
        flavour = "cpu" if "+cpu" in wanted else "cuda"
        return flavour, f"{TORCH_VARIABLE} is {wanted}"
    torch, options = torch_of("cpu")
    if not options:
        return "cpu", f"pip's find-links have {torch.rpartition('/')[2]}"
    if can_be_had(torch, options):
        return "cpu", f"PyTorch's index has {torch} for the CPU"
    return "cuda", f"no {torch} for the CPU can be had here, so that PyPI's with CUDA is taken"


def can_be_had(requirement: str, options: list[str]) -> bool:
    """Whether an index answers, and has it; nothing is downloaded."""
    quickly = {"UV_HTTP_TIMEOUT": "20", "UV_HTTP_RETRIES": "1"}
    asked = subprocess.run(
        [
            *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-deps", "--no-header"),
            *("--python", sys.executable, *options, "-"),
        ],
        check=False,
        input=requirement,
        capture_output=True,
        text=True,
        env={**uv_variables(pip_settings()), **os.environ, **quickly},
        cwd=ROOT,
    )
    return asked.returncode == 0


def packages_beside_torch() -> list[str]:
    """What the app depends on, and what freezes it; from pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["package"]]
    return [requirement for requirement in wanted if requirement != "torch"]


def locked_without(lock: str, names: set[str]) -> str:
    """The lock's text without the packages of these names."""
    blocks = re.split(r"(?m)^(?=\S)", lock)
    return "".join(block for block in blocks if block.partition("==")[0] not in names)


def uv(*arguments: str) -> None:
    """Run uv with pip's settings. Raises :class:`BuildError` where it fails."""
    environment = {**uv_variables(pip_settings()), **os.environ}
    command = [sys.executable, "-m", "uv", *arguments]
    if subprocess.run(command, check=False, env=environment, cwd=ROOT).returncode:
        raise BuildError(f"`uv {' '.join(arguments[:2])}` failed (see above).")


def _cpu_wheel_of_find_links() -> str:
    """The address of the newest torch for the CPU that pip finds without an index; or nothing."""
    asked = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed"),
            *("--no-index", "--no-deps", "--quiet", "--report", "-", "torch"),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    try:
        (found,) = json.loads(asked.stdout)["install"]
    except (ValueError, KeyError):
        return ""  # pip has no find-links, or they have no torch
    is_for_cpu = found["metadata"]["version"].partition("+")[2].startswith("cpu")
    return str(found["download_info"]["url"]) if is_for_cpu else ""
