"""Which packages a bundle is frozen from."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "packaging"))

from bundle.environment import (
    LOCK,
    TORCH_VARIABLE,
    BuildError,
    can_be_had,
    flavour_here,
    locked_without,
    packages_beside_torch,
    torch_of,
)

LOCKED = """\
# made by a tool
numpy==2.0 \\
    --hash=sha256:aa
    # via maskwright
torch==2.15.0 ; sys_platform == 'linux' \\
    --hash=sha256:bb
    # via maskwright
torchvision==0.29 \\
    --hash=sha256:cc
"""


@pytest.fixture(autouse=True)
def _no_links(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """pip as on a computer where nobody has set anything up."""
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.delenv(TORCH_VARIABLE, raising=False)


def test_a_package_and_its_hashes_leave_the_lock_together() -> None:
    left = locked_without(LOCKED, {"torch"})
    assert "sha256:bb" not in left
    assert "numpy==2.0" in left
    assert "torchvision==0.29 \\\n    --hash=sha256:cc\n" in left
    assert locked_without(LOCKED, set()) == LOCKED


def test_torchvision_and_the_tools_of_developers_stay_out() -> None:
    names = packages_beside_torch()
    assert "numpy" in names
    assert any(name.startswith("PySide6-Essentials") for name in names)
    assert "pyinstaller" in names
    assert not {"torch", "torchvision", "pytest", "mypy"} & set(names)


def test_everything_a_bundle_is_made_of_is_locked() -> None:
    locked = {line.partition("==")[0] for line in LOCK.read_text("utf-8").splitlines()}
    for requirement in packages_beside_torch():
        name = requirement.partition(">")[0].lower()
        assert name in locked, name


@pytest.mark.skipif(sys.platform != "linux", reason="PyPI's torch has CUDA on Linux alone")
def test_the_lock_s_torch_has_cuda_and_pytorch_s_own_index_the_other() -> None:
    assert torch_of("cuda") == ("torch", [])
    requirement, options = torch_of("cpu")
    assert requirement.startswith("torch==")
    assert f"\n{requirement} \\\n" in LOCK.read_text("utf-8")
    assert options == ["--torch-backend=cpu"]


@pytest.mark.skipif(sys.platform != "linux", reason="PyPI's torch has CUDA on Linux alone")
@pytest.mark.parametrize(("local", "is_taken"), [("+cpu", True), ("+cu132", False)])
def test_a_wheel_for_the_cpu_among_pip_s_links_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, local: str, is_taken: bool
) -> None:
    wheel = tmp_path / f"torch-2.9.1{local}-py3-none-any.whl"
    _write_wheel(wheel, f"2.9.1{local}")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    requirement, options = torch_of("cpu")
    taken = requirement.startswith("torch @ file://") and "torch-2.9.1" in requirement
    assert taken is is_taken
    assert options == ([] if is_taken else ["--torch-backend=cpu"])


def test_a_person_names_another_torch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = tmp_path / "torch of mine.whl"
    wheel.write_bytes(b"")
    monkeypatch.setenv(TORCH_VARIABLE, str(wheel))
    assert torch_of("cpu") == (f"torch @ {wheel.as_uri()}", [])
    monkeypatch.setenv(TORCH_VARIABLE, "torch==2.9.1")
    assert torch_of("cuda") == ("torch==2.9.1", [])


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is one flavour")
class TestTheFlavourThatCanBeMadeHere:
    def test_is_the_cpu_s_where_pip_s_links_have_a_wheel(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _write_wheel(tmp_path / "torch-2.9.1+cpu-py3-none-any.whl", "2.9.1+cpu")
        monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
        assert flavour_here() == ("cpu", "pip's find-links have torch-2.9.1%2Bcpu-py3-none-any.whl")

    def test_is_the_other_where_pytorch_s_index_does_not_answer(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for variable in ("ALL_PROXY", "HTTPS_PROXY", "https_proxy"):
            monkeypatch.setenv(variable, "http://127.0.0.1:9")  # where nobody listens
        flavour, why = flavour_here()
        assert flavour == "cuda"
        assert "for the CPU can be had" in why

    def test_is_asked_of_an_index_without_installing(self, tmp_path: Path) -> None:
        _write_wheel(tmp_path / "torch-2.9.1+cpu-py3-none-any.whl", "2.9.1+cpu")
        index = ["--no-index", "--find-links", str(tmp_path)]
        assert can_be_had("torch==2.9.1", index)
        assert not can_be_had("torch==2.9.2", index)

    @pytest.mark.parametrize(
        ("torch", "flavour"), [("torch==2.9.1+cpu", "cpu"), ("torch==2.9.1", "cuda")]
    )
    def test_is_that_of_a_torch_that_a_person_names(
        self, monkeypatch: pytest.MonkeyPatch, torch: str, flavour: str
    ) -> None:
        monkeypatch.setenv(TORCH_VARIABLE, torch)
        assert flavour_here()[0] == flavour


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_elsewhere_the_only_flavour_is_the_cpu_s(
    monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert flavour_here()[0] == "cpu"


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_elsewhere_the_lock_s_torch_is_for_the_cpu(
    monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert torch_of("cpu") == ("torch", [])
    with pytest.raises(BuildError, match=TORCH_VARIABLE):
        torch_of("cuda")


def _write_wheel(path: Path, version: str) -> None:
    """The least that pip takes for one."""
    import zipfile

    folder = f"torch-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(
            f"{folder}/METADATA", f"Metadata-Version: 2.1\nName: torch\nVersion: {version}\n"
        )
        wheel.writestr(
            f"{folder}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{folder}/RECORD", "")
