"""``maskwright selftest``: whether this installation does what a person will ask of it."""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

import segmenter
from segmenter.cli.options import JsonOption
from segmenter.cli.output import Output
from segmenter.cli.self_test.cuda_libraries import open_cuda_libraries
from segmenter.cli.self_test.exchange import export_and_import
from segmenter.cli.self_test.learning import compare_in_a_child, fine_tune_in_a_child, learn_now
from segmenter.cli.self_test.libraries import find_certificates, import_everything
from segmenter.cli.self_test.model_out import export_the_starter
from segmenter.cli.self_test.painting import paint_and_read_back
from segmenter.cli.self_test.prediction import (
    predict_on_the_graphics_card,
    predict_on_the_processor,
)
from segmenter.cli.self_test.step import Outcome, Step, run_steps
from segmenter.cli.self_test.window import open_window
from segmenter.cli.self_test.workplace import workplace
from segmenter.errors import MaskwrightError
from segmenter.paths import log_folder
from segmenter.wording import cause, counted, shown

STEPS = (
    Step("imports", import_everything),
    Step("certificates", find_certificates),
    Step("painting", paint_and_read_back),
    Step("export and import", export_and_import),
    Step("prediction", predict_on_the_processor),
    Step("graphics card", predict_on_the_graphics_card),
    Step("CUDA", open_cuda_libraries),
    Step("window", open_window),
    Step("fine-tuning", fine_tune_in_a_child),
    Step("comparison", compare_in_a_child),
    Step("learning at once", learn_now),
    Step("model out", export_the_starter),
)


def selftest(
    report: Annotated[
        Path | None,
        typer.Option(
            "--report", metavar="FILE", help="Where the report goes. Default: the log folder."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Try whether this installation works: predict, paint, train, open the window.

    Needs neither a screen nor the internet, takes about a minute, and touches nothing of yours.
    The exit code is 1 if something does not work.
    """
    output = Output(as_json)
    file = report if report is not None else log_folder() / "selftest.txt"
    file = file.absolute()  # before the steps move the folders
    outcomes = []
    with workplace() as place:
        for outcome in run_steps(STEPS, place):
            outcomes.append(outcome)
            output.event("step", **asdict(outcome))
            output.say(line_of(outcome))
    failed = [outcome.name for outcome in outcomes if not outcome.ok]
    verdict = f"Failed: {', '.join(failed)}." if failed else "All is well."
    written = _write(file, report_of(outcomes, verdict), must=report is not None, output=output)
    output.event("done", ok=not failed, failed=failed, report=str(file) if written else "")
    output.say(verdict)
    if written:
        output.say(f"The report is {file}")
    if failed:
        raise typer.Exit(1)


def line_of(outcome: Outcome) -> str:
    """One step for people: its name, how it went, how long it took."""
    word = "ok" if outcome.ok else "FAILED"
    return f"{word:<7}{outcome.name:<18}{outcome.seconds:6.1f} s  {outcome.sentence}"


def report_of(outcomes: Sequence[Outcome], verdict: str) -> str:
    """The text of the report: what ran where, every step, the traceback of what broke."""
    lines = [
        f"Maskwright {segmenter.__version__}, self-test of "
        f"{datetime.now().astimezone().isoformat(timespec='seconds')}",
        f"{sys.executable}, {'bundle' if getattr(sys, 'frozen', False) else 'Python'} "
        f"{platform.python_version()}",
        platform.platform(),
        "",
        *map(line_of, outcomes),
        f"       {'all steps':<18}{sum(each.seconds for each in outcomes):6.1f} s  "
        f"{counted(len(outcomes), 'step')}",
        "",
        verdict,
        *(f"\n{each.name}\n{each.details.rstrip()}" for each in outcomes if each.details),
    ]
    return "\n".join(lines) + "\n"


def _write(file: Path, text: str, *, must: bool, output: Output) -> bool:
    """False where the default place can't be written, which is no fault of the installation.

    Raises :class:`MaskwrightError` where a person named the place.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        sentence = f"The report can't be written to {shown(file)}: {cause(error)}."
        if must:
            raise MaskwrightError(sentence) from error
        output.warn(sentence)
        return False
    return True
