"""``maskwright doctor``: what a bug report needs, and whether a prediction works."""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import sys
import sysconfig
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import typer

import segmenter
from segmenter.cli.options import DeviceOption, JsonOption, ModelOption
from segmenter.cli.output import Output
from segmenter.cli.own_command import own_command
from segmenter.cli.screen_check import look_at_screen
from segmenter.errors import MaskwrightError
from segmenter.paths import cache_folder, log_folder, resource

_PACKAGES = (
    "torch",
    "numpy",
    "opencv-python-headless",
    "Pillow",
    "PySide6-Essentials",
    "pyqtgraph",
    "safetensors",
)


def doctor(
    model: ModelOption = "starter", device: DeviceOption = "auto", as_json: JsonOption = False
) -> None:
    """Show versions, devices, memory, screen and folders, and make a test prediction.

    The exit code is 1 if something that is needed does not work. Paste the output into a report
    of a bug; it names no file of yours but those folders.
    """
    output = Output(as_json)
    problems: list[str] = []
    facts: dict[str, Any] = {}
    checks: dict[str, Callable[[], dict[str, Any]]] = {
        "maskwright": _versions,
        "computer": _computer,
        "screen": look_at_screen,
        "devices": _devices,
        "folders": _folders,
        "models": _models,
        "prediction": lambda: _prediction(model, device),
    }
    for name, check in checks.items():
        try:
            facts[name] = check()
        except MaskwrightError as error:
            facts[name] = {"error": str(error)}
        except Exception as error:  # a broken installation is what this is for
            facts[name] = {"error": f"{type(error).__name__}: {error}"}
        if "error" in facts[name]:
            problems.append(f"{name}: {facts[name]['error']}")
        if not as_json:
            _print(output, name, facts[name])
    if as_json:
        output.json({**facts, "problems": problems})
    else:
        output.say("All is well." if not problems else f"{len(problems)} problem(s) found.")
    for problem in problems:
        output.warn(problem)
    if problems:
        raise typer.Exit(1)


def _print(output: Output, name: str, facts: dict[str, Any]) -> None:
    output.say(name)
    for key, value in facts.items():
        shown = ", ".join(map(str, value)) if isinstance(value, list) else value
        output.say(f"  {key:<24} {shown}")


def _versions() -> dict[str, Any]:
    facts: dict[str, Any] = {
        "version": segmenter.__version__,
        "python": platform.python_version(),
        "frozen": bool(getattr(sys, "frozen", False)),
        "executable": sys.executable,
        "starts_itself_as": shlex.join(own_command()),
        "packages": getattr(sys, "_MEIPASS", sysconfig.get_path("purelib")),
    }
    for package in _PACKAGES:
        try:
            facts[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            facts[package] = "not found"
    return facts


def _computer() -> dict[str, Any]:
    facts: dict[str, Any] = {
        "system": platform.platform(),
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
    }
    if hasattr(os, "sched_getaffinity"):
        facts["cpus_usable"] = len(os.sched_getaffinity(0))
    facts.update(_memory())
    return facts


def _memory() -> dict[str, Any]:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return {}
    sizes = {name: int(rest.split()[0]) for name, rest in (line.split(":", 1) for line in lines)}
    return {
        "memory_gb": round(sizes["MemTotal"] / 2**20, 1),
        "memory_free_gb": round(sizes.get("MemAvailable", 0) / 2**20, 1),
    }


def _devices() -> dict[str, Any]:
    import torch

    from segmenter.prediction.device import choose_device, list_devices

    return {
        "torch": torch.__version__,
        "flavour": "cuda" if torch.version.cuda else "cpu",
        "cpu_capability": torch.backends.cpu.get_cpu_capability(),
        "torch_threads": torch.get_num_threads(),
        **{device.name: str(device) for device in list_devices()},
        "auto": choose_device("auto"),
    }


def _folders() -> dict[str, Any]:
    cache = cache_folder()
    cached = sum(f.stat().st_size for f in cache.rglob("*") if f.is_file())
    existing = next(p for p in (cache, *cache.parents) if p.exists())
    return {
        "resources": str(resource()),
        "cache": str(cache),
        "cache_mb": round(cached / 1e6, 1),
        "cache_writable": os.access(existing, os.W_OK),
        "cache_disk_free_gb": round(shutil.disk_usage(existing).free / 2**30, 1),
        "logs": str(log_folder()),
    }


def _models() -> dict[str, Any]:
    from segmenter.nn import zoo

    available = [model.name for model in zoo.MODELS if zoo.is_available(model.name)]
    return {"available": available}


def _prediction(model: str, device: str) -> dict[str, Any]:
    from segmenter.nn.zoo import load_model
    from segmenter.prediction.predictor import Predictor
    from segmenter.project.images import list_images, load_image

    image = next(iter(list_images(resource("sample"), recursive=False)))
    rgb = load_image(resource("sample", image))
    predictor = Predictor(load_model(model, download=False), device)
    predictor.predict(rgb)  # the first one also warms up
    started = time.perf_counter()
    prediction = predictor.predict(rgb)
    facts: dict[str, Any] = {
        "model": model,
        "device": prediction.device,
        "image": f"{image}, {rgb.shape[1]}×{rgb.shape[0]}",
        "seconds": round(time.perf_counter() - started, 3),
        "classes_found": [
            name for i, name in enumerate(prediction.classes) if (prediction.labels == i).any()
        ],
    }
    if prediction.note:
        facts["note"] = prediction.note
    return facts
