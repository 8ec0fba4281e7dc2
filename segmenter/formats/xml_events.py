"""XML of strangers, element by element. A document type is refused, and with it all entities that a
file could define: that is how a file of a kilobyte grows to gigabytes, or reads other files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NoReturn, Protocol
from xml.parsers import expat

from segmenter.errors import MaskwrightError
from segmenter.formats.source import Source

MAX_DEPTH = 100


class Handler(Protocol):
    """Who listens. A path is the names from the root on: ``annotations/image/mask``."""

    def start(self, path: str, attributes: Mapping[str, str], line: int) -> None: ...

    def end(self, path: str, text: str, line: int) -> None:
        """``text``: what stands directly in the element."""


def read_xml(source: Source, name: str, handler: Handler) -> None:
    """Tell ``handler`` of each element of a file, in order.

    Raises:
        MaskwrightError: it can't be read, is no XML (with line and column), has a document type, or
            is nested too deeply. What ``handler`` raises goes through.
    """
    where = source.shown(name)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    path: list[str] = []
    texts: list[list[str]] = []

    def fail(why: str) -> NoReturn:
        raise MaskwrightError(f"{where}, line {parser.CurrentLineNumber}: {why}.")

    def on_start(tag: str, attributes: dict[str, str]) -> None:
        if len(path) == MAX_DEPTH:
            fail("it is nested too deeply")
        path.append(tag)
        texts.append([])
        handler.start("/".join(path), attributes, parser.CurrentLineNumber)

    def on_end(_tag: str) -> None:
        joined = "/".join(path)
        path.pop()
        handler.end(joined, "".join(texts.pop()), parser.CurrentLineNumber)

    def on_text(text: str) -> None:
        texts[-1].append(text)

    def on_doctype(*_: object) -> None:
        fail("it has a document type (<!DOCTYPE …>), which no such file needs; it is not read")

    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    parser.CharacterDataHandler = on_text
    parser.StartDoctypeDeclHandler = on_doctype
    _parse(parser, source.read_encoded_text(name), where)


def _parse(parser: expat.XMLParserType, contents: bytes, where: str) -> None:
    parse: Callable[[bytes, bool], int] = parser.Parse
    try:
        parse(contents, True)
    except expat.ExpatError as error:
        raise MaskwrightError(
            f"{where}, line {error.lineno}, column {error.offset + 1}: this is no XML, or it is "
            f"cut off ({expat.ErrorString(error.code)})."
        ) from error
    except (LookupError, ValueError) as error:  # an encoding that nobody knows
        raise MaskwrightError(f"{where} is in an unknown encoding; save it as UTF-8.") from error
