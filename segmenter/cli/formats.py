"""``maskwright formats``: what labels can be exported as and imported from."""

from __future__ import annotations

from segmenter.cli.options import JsonOption
from segmenter.cli.output import Output, table


def formats(*, as_json: JsonOption = False) -> None:
    """List the formats of `maskwright export` and `maskwright import`."""
    from segmenter.formats.registry import FORMATS

    output = Output(as_json)
    for each in FORMATS:
        output.event(
            "format",
            key=each.key,
            title=each.title,
            summary=each.summary,
            exports=each.writer is not None,
            imports=each.reader is not None,
            exact=each.is_exact,
            zipped=each.zipped,
            has_ignore=each.has_ignore,
            caution=each.caution,
        )
    rows = [(each.key, _ways(each.writer, each.reader), each.summary) for each in FORMATS]
    output.say(table(rows, header=("format", "ways", "what")))


def _ways(writer: object, reader: object) -> str:
    ways = [word for word, way in (("out", writer), ("in", reader)) if way is not None]
    return " and ".join(ways)
