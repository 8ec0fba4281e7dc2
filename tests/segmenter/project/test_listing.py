"""Which files of a folder count as images, and in which order."""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.project.listing import in_order, list_images


def make(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def test_natural_order_with_a_folders_own_images_first(tmp_path: Path) -> None:
    names = ["a.jpg", "IMG1.jpg", "img2.JPG", "img10.jpg", "IMG010.jpg", "z.tiff",
             "day 2/1.png", "day 2/1 (2).png", "day 2/more/x.png", "day 10/1.png",
             "Übung/ä.webp"]  # fmt: skip
    make(tmp_path, *names)
    listed = list(list_images(tmp_path))
    assert listed == [
        "a.jpg", "IMG1.jpg", "img2.JPG", "IMG010.jpg", "img10.jpg", "z.tiff",
        "day 2/1 (2).png", "day 2/1.png", "day 2/more/x.png", "day 10/1.png", "Übung/ä.webp",
    ]  # fmt: skip
    shuffled = random.Random(0).sample(listed, len(listed))
    assert in_order(shuffled) == listed


def test_only_images_and_nothing_hidden(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg", "a.txt", "jpg", ".hidden.jpg", "._a.jpg", ".git/b.jpg", "c.jpg.part")
    assert list(list_images(tmp_path)) == ["a.jpg"]


def test_without_subfolders(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg", "sub/b.jpg")
    assert list(list_images(tmp_path, recursive=False)) == ["a.jpg"]


def test_project_data_is_left_out(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg", "maskwright/masks/a.jpg.png", "trip/b.jpg")
    make(tmp_path, "trip/maskwright/project.sqlite3", "trip/maskwright/masks/b.jpg.png")
    # A folder that only has the same name.
    make(tmp_path, "docs/maskwright/screenshot.png")
    assert list(list_images(tmp_path)) == ["a.jpg", "docs/maskwright/screenshot.png", "trip/b.jpg"]


def test_names_of_every_kind(tmp_path: Path) -> None:
    names = ["日本 語.jpg", "new\nline.jpg", "x" * 196 + ".jpg", "emoji 🐈.png", "'\"$(x);.jpg"]
    make(tmp_path, *names)
    assert sorted(list_images(tmp_path)) == sorted(names)


@pytest.mark.skipif(os.name != "posix", reason="names of bytes")
def test_name_that_is_not_utf_8(tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.jpg")).touch()
    except OSError:
        pytest.skip("the file system takes UTF-8 names only")
    (name,) = list_images(tmp_path)
    assert (tmp_path / name).exists()


def test_link_loops_and_links_into_the_folder_add_nothing(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg", "sub/b.jpg")
    (tmp_path / "sub" / "up").symlink_to("..")
    (tmp_path / "sub" / "self").symlink_to(".")
    (tmp_path / "again").symlink_to("sub")
    (tmp_path / "root").symlink_to("/")
    assert list(list_images(tmp_path)) == ["a.jpg", "sub/b.jpg"]


def test_links_to_other_folders_are_followed_once(tmp_path: Path) -> None:
    outside = make(tmp_path / "outside", "c.jpg", "deep/d.jpg")
    (outside / "loop").symlink_to(outside)
    folder = make(tmp_path / "folder", "a.jpg")
    (folder / "link").symlink_to(outside)
    (folder / "other link").symlink_to(outside)
    assert list(list_images(folder)) == ["a.jpg", "link/c.jpg", "link/deep/d.jpg"]


def test_what_only_looks_like_an_image_is_listed_so_that_it_can_be_told(tmp_path: Path) -> None:
    (tmp_path / "loop.jpg").symlink_to("loop.jpg")
    (tmp_path / "gone.jpg").symlink_to("nowhere")
    make(tmp_path, "folder.jpg/inside.jpg")
    expected = ["gone.jpg", "loop.jpg", "folder.jpg/inside.jpg"]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.jpg")
        expected.insert(2, "pipe.jpg")
    assert list(list_images(tmp_path)) == expected


def test_folders_nested_deeper_than_python_calls(tmp_path: Path) -> None:
    depth = 1200
    # By short steps: the whole path is longer than the system takes at once.
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("x.jpg", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    try:
        assert list(list_images(tmp_path)) == ["d/" * depth + "x.jpg"]
    finally:
        # pytest's own clean-up is recursive, and ends the run with an error.
        subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)


@pytest.mark.parametrize(
    ("name", "told"), [("missing", "is not there"), ("file.jpg", "is a file, not a folder")]
)
def test_folder_that_is_none_is_told(tmp_path: Path, name: str, told: str) -> None:
    make(tmp_path, "file.jpg")
    with pytest.raises(MaskwrightError, match=told):
        list(list_images(tmp_path / name))


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_subfolder_without_permission_does_not_stop_the_rest(
    open_tmp_path: Path, run_python: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    make(open_tmp_path, "a.jpg", "closed/b.jpg", "open/c.jpg")
    (open_tmp_path / "closed").chmod(0)
    done = run_python(
        """
        import os, sys
        from segmenter.project.listing import Walk, list_images
        if os.geteuid() == 0:  # whom permissions do not stop
            os.setgid(65534)
            os.setuid(65534)
        walk = Walk(sys.argv[1])
        print([name for name, _ in walk], walk.unreadable)
        list(list_images(sys.argv[1] + "/closed"))
        """,
        open_tmp_path,
    )
    (open_tmp_path / "closed").chmod(0o755)
    assert done.stdout == "['a.jpg', 'open/c.jpg'] ['closed/']\n", done.stderr
    assert "may not be read by this user" in done.stderr


def test_cancel_stops_the_listing(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg", "sub/b.jpg")
    cancel = CancelToken()
    names = list_images(tmp_path, cancel=cancel)
    assert next(names) == "a.jpg"
    cancel.cancel()
    with pytest.raises(Cancelled):
        next(names)
