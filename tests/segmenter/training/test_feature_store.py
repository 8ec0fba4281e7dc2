"""Features kept within their budgets, in memory and on the disk."""

import os
from pathlib import Path

import pytest
import torch

from segmenter.training.feature_store import FeatureStore, HeadInput

ONE = 2 * (4 * 3 * 5 + 2 * 6 * 10)
"""Bytes of what :func:`features` makes."""


def features(number: int) -> HeadInput:
    random = torch.Generator().manual_seed(number)
    out, low = (
        torch.rand(1, *size, generator=random).half().contiguous(memory_format=torch.channels_last)
        for size in ((4, 3, 5), (2, 6, 10))
    )
    return HeadInput(out, low)


def same(a: HeadInput | None, b: HeadInput) -> bool:
    return a is not None and torch.equal(a.out, b.out) and torch.equal(a.low, b.low)


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_memory_keeps_what_was_used_last() -> None:
    store = FeatureStore(3 * ONE)
    for number in range(3):
        store.put(str(number), features(number))
    assert store.bytes_in_memory == 3 * ONE
    assert same(store.get("0"), features(0))
    store.put("3", features(3))
    assert store.bytes_in_memory == 3 * ONE
    assert store.get("1") is None
    assert all(same(store.get(str(number)), features(number)) for number in (0, 2, 3))


def test_the_same_key_counts_once() -> None:
    store = FeatureStore(3 * ONE)
    for _ in range(5):
        store.put("a", features(1))
    assert store.bytes_in_memory == ONE


def test_what_is_larger_than_the_budget_is_not_kept() -> None:
    store = FeatureStore(ONE - 1)
    store.put("a", features(1))
    assert store.bytes_in_memory == 0
    assert store.get("a") is None


def test_the_disk_brings_it_back_after_a_restart_as_it_was(tmp_path: Path) -> None:
    FeatureStore(0, tmp_path / "features", 1_000_000).put("a/ü", features(1))
    again = FeatureStore(10 * ONE, tmp_path / "features", 1_000_000).get("a/ü")
    assert same(again, features(1))
    assert again is not None
    assert again.out.is_contiguous(memory_format=torch.channels_last)


def test_the_disk_stays_within_its_budget_and_keeps_what_was_used_last(tmp_path: Path) -> None:
    first = FeatureStore(0, tmp_path, 1_000_000)
    first.put("0", features(0))
    (file,) = files(tmp_path)
    size = file.stat().st_size
    for number in (1, 2):
        first.put(str(number), features(number))
    for age, file in enumerate(files(tmp_path)):
        os.utime(file, ns=(0, age))
    by_age = [path.name for path in files(tmp_path)]
    store = FeatureStore(0, tmp_path, 3 * size)
    kept = [n for n in range(3) if store.get(str(n)) is not None]
    assert kept == [0, 1, 2]
    store.get("0")
    for number in (3, 4):
        store.put(str(number), features(number))
    assert sum(path.stat().st_size for path in files(tmp_path)) <= 3 * size
    assert same(store.get("0"), features(0)), "it was used after the others"
    assert store.get("1") is None
    assert len(by_age) == 3


@pytest.mark.parametrize("damage", [b"", b"PK", b"no zip file at all", None])
def test_a_damaged_file_counts_as_none_and_goes(tmp_path: Path, damage: bytes | None) -> None:
    FeatureStore(0, tmp_path, 1_000_000).put("a", features(1))
    (file,) = files(tmp_path)
    if damage is None:  # one bit in the midst of it
        contents = bytearray(file.read_bytes())
        contents[len(contents) // 2] ^= 1
        damage = bytes(contents)
    file.write_bytes(damage)
    store = FeatureStore(0, tmp_path, 1_000_000)
    assert store.get("a") is None
    assert files(tmp_path) == []
    store.put("a", features(2))
    assert same(store.get("a"), features(2))


def test_a_disk_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = FeatureStore(10 * ONE, tmp_path / "file" / "features", 1_000_000)
    store.put("a", features(1))
    assert same(store.get("a"), features(1))


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    store = FeatureStore(0, tmp_path, 1)
    store.put("a", features(1))
    assert [path.name for path in files(tmp_path)] == ["notes.txt"]
