"""Writing messages in protobuf's wire format, which ONNX files are made of.

https://protobuf.dev/programming-guides/encoding: a message is a row of fields, each of them a key
(number of the field and how it is written) and a value.
"""

from __future__ import annotations

import struct
from typing import Self

_VARINT, _LENGTH, _FLOAT32 = 0, 2, 5
Piece = bytes | memoryview


class Message:
    """Fields one after the other, kept as pieces: weights of hundreds of megabytes are not copied
    for each message around them."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.length = 0

    def integer(self, field: int, value: int) -> Self:
        return self._add(_key(field, _VARINT) + _varint(value))

    def number(self, field: int, value: float) -> Self:
        """As float32."""
        return self._add(_key(field, _FLOAT32) + struct.pack("<f", value))

    def data(self, field: int, value: Piece) -> Self:
        return self._add(_key(field, _LENGTH) + _varint(len(value)))._add(value)

    def text(self, field: int, value: str) -> Self:
        return self.data(field, value.encode())

    def message(self, field: int, value: Message) -> Self:
        self._add(_key(field, _LENGTH) + _varint(value.length))
        self.pieces += value.pieces
        self.length += value.length
        return self

    def _add(self, piece: Piece) -> Self:
        self.pieces.append(piece)
        self.length += len(piece)
        return self


def _key(field: int, kind: int) -> bytes:
    return _varint(field << 3 | kind)


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; negative ones as 64 bits."""
    value &= (1 << 64) - 1
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)
