"""Opening a project where it can't be made, is in use, damaged, old or too new."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segmenter.errors import MaskwrightError
from segmenter.project.classes import LabelClass
from segmenter.project.migrations import SCHEMA_VERSION, migrate
from segmenter.project.project import Project
from segmenter.project.state import State

RunPython = Callable[..., "subprocess.CompletedProcess[str]"]

LABELS = np.arange(12, dtype=np.uint8).reshape(3, 4) % 2


@pytest.fixture
def filled(project: Project) -> Project:
    """A project with a prediction, a mask and an approval; closed."""
    project.save_prediction("img2.png", LABELS, LABELS, 0.25)
    project.save_mask("img10.png", LABELS)
    project.set_state("img10.png", State.APPROVED)
    project.close()
    return project


@pytest.fixture
def database(filled: Project) -> Path:
    return filled.data_folder / "project.sqlite3"


class TestSecondWindow:
    def test_is_read_only_and_says_so(self, project: Project) -> None:
        project.save_mask("img2.png", LABELS)
        with Project.open(project.folder) as second:
            assert second.read_only
            assert "already open in another window" in second.read_only_reason
            assert second.images() == project.images()
            assert second.classes == project.classes
            assert second.load_mask("img2.png") is not None
            for change in (
                lambda: second.save_mask("img2.png", LABELS),
                lambda: second.save_prediction("img2.png", LABELS, LABELS, 0.1),
                lambda: second.set_state("img2.png", State.APPROVED),
                lambda: second.add_class("dog"),
                lambda: second.remove_class(0),
                lambda: second.class_ids_for(["dog"]),
            ):
                with pytest.raises(MaskwrightError, match="another window"):
                    change()
            assert second.class_ids_for(["cat"]).tolist() == [1]

    def test_can_scan_for_itself(self, project: Project) -> None:
        shutil.copy(project.path_of("img2.png"), project.folder / "img3.png")
        with Project.open(project.folder) as second:
            second.scan()
            assert "img3.png" in [record.name for record in second.images()]
        project.scan()
        assert "img3.png" in [record.name for record in project.images()]

    def test_of_another_process_is_read_only_too(
        self, project: Project, run_python: RunPython
    ) -> None:
        code = (
            "import sys; from segmenter.project.project import Project; "
            "print(Project.open(sys.argv[1]).read_only)"
        )
        assert run_python(code, project.folder).stdout == "True\n"
        project.close()
        assert run_python(code, project.folder).stdout == "False\n"

    def test_may_write_when_the_first_is_closed(self, project: Project) -> None:
        project.close()
        with Project.open(project.folder) as second:
            assert not second.read_only


def test_opened_to_look_at_leaves_no_trace(folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    with Project.open(folder, read_only=True) as project:
        project.scan()
        assert len(project.images()) == 3
        project.load_image("img2.png")
        with pytest.raises(MaskwrightError, match="to look at only"):
            project.save_mask("img2.png", LABELS)
    assert sorted(folder.rglob("*")) == before


def test_a_data_folder_is_no_folder_of_images(filled: Project) -> None:
    for folder in (filled.data_folder, filled.data_folder / "masks"):
        with pytest.raises(MaskwrightError, match="open that folder"):
            Project.open(folder)


def test_data_folder_of_ones_choice(folder: Path, tmp_path: Path) -> None:
    with Project.open(folder, data_folder=tmp_path / "data") as project:
        project.scan()
        project.save_mask("more/img1.png", LABELS)
    assert (tmp_path / "data" / "masks" / "more" / "img1.png.png").exists()
    assert not (folder / "maskwright").exists()


def test_file_in_the_place_of_the_data_folder_moves_the_project_elsewhere(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASKWRIGHT_DATA", str(tmp_path / "user"))
    (folder / "maskwright").write_text("a file of someone else")
    with Project.open(folder) as project:
        assert project.data_folder.is_relative_to(tmp_path / "user")
        assert "masks are kept in" in project.notes[0]
        project.scan()
        project.save_mask("img2.png", LABELS)
    with Project.open(folder) as project:
        assert project.load_mask("img2.png") is not None
    with Project.open(folder, read_only=True) as project:
        assert project.load_mask("img2.png") is not None


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
class TestFolderThatMayNotBeWrittenTo:
    CODE = """
        import os, sys, urllib.parse  # later ones may not be readable any more
        os.environ["MASKWRIGHT_DATA"] = sys.argv[2]
        from PIL import Image
        import numpy as np
        from segmenter.project.project import Project
        from segmenter.project.images import load_image
        if os.geteuid() == 0:  # whom permissions do not stop
            os.setgid(65534)
            os.setuid(65534)
        with Project.open(sys.argv[1]) as project:
            project.scan()
            print(len(project.images()), project.read_only, project.data_folder, project.notes)
            print(project.read_only_reason)
            project.save_mask("img2.png", np.zeros((3, 4), np.uint8))
        """

    def test_keeps_its_project_with_the_user(
        self, folder: Path, open_tmp_path: Path, run_python: RunPython
    ) -> None:
        images = open_tmp_path / "photos"
        shutil.copytree(folder, images)
        images.chmod(0o555)
        data = open_tmp_path / "data"
        data.mkdir()
        data.chmod(0o777)
        done = run_python(self.CODE, images, data)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith(f"3 False {data}/projects/photos-")
        assert "can't be written to (Permission denied), so masks are kept in" in done.stdout
        assert list(data.rglob("img2.png.png"))

    def test_shows_the_project_that_someone_else_left_there(
        self, filled: Project, open_tmp_path: Path, run_python: RunPython
    ) -> None:
        images = open_tmp_path / "photos"
        shutil.copytree(filled.folder, images)
        for path in (images / "maskwright", images):
            path.chmod(0o555)
        done = run_python(self.CODE, images, open_tmp_path)
        assert done.stdout.startswith("3 True")
        assert "can't be changed (Permission denied)" in done.stdout
        assert "MaskwrightError" in done.stderr

    def test_shows_it_also_when_its_window_was_killed(
        self, folder: Path, open_tmp_path: Path, run_python: RunPython
    ) -> None:
        images = open_tmp_path / "photos"
        shutil.copytree(folder, images)
        run_python(
            """
            import os, sys
            from segmenter.project.project import Project
            project = Project.open(sys.argv[1])
            project.scan()
            os._exit(1)
            """,
            images,
        )
        assert (images / "maskwright" / "project.sqlite3-wal").exists()
        for path in (images / "maskwright", images):
            path.chmod(0o555)
        done = run_python(self.CODE, images, open_tmp_path)
        assert done.stdout.startswith("3 True"), done.stderr

    def test_without_any_place_is_told(
        self, folder: Path, open_tmp_path: Path, run_python: RunPython
    ) -> None:
        images = open_tmp_path / "photos"
        shutil.copytree(folder, images)
        images.chmod(0o555)
        done = run_python(self.CODE, images, images)
        assert "MaskwrightError: There is no place for the project" in done.stderr


@pytest.mark.parametrize(
    ("name", "told"), [("missing", "is not there"), ("img2.png", "is a file, not a folder")]
)
def test_folder_that_is_none_is_told(folder: Path, name: str, told: str) -> None:
    with pytest.raises(MaskwrightError, match=told):
        Project.open(folder / name)
    assert not (folder / "missing").exists()


class TestDamagedDatabase:
    def assert_rebuilt(self, folder: Path) -> None:
        with Project.open(folder) as project:
            (note,) = project.notes
            assert "rebuilt" in note
            assert [c.name for c in project.classes] == ["background", "cat"]
            project.scan()
            assert project.image("img2.png").state is State.PREDICTED
            assert project.image("img2.png").uncertainty == 0.25
            assert project.image("img10.png").state is State.CORRECTED
            assert project.load_mask("img10.png") is not None
            assert project.add_class("dog").id == 2
        with Project.open(folder) as project:
            assert project.notes == []
            assert project.image("img10.png").state is State.CORRECTED

    @pytest.mark.parametrize("kind", ["random", "overwritten", "truncated", "foreign"])
    def test_is_kept_aside_and_rebuilt(self, database: Path, kind: str) -> None:
        contents = database.read_bytes()
        noise = np.random.default_rng(0).bytes(len(contents))
        if kind == "foreign":
            database.unlink()
            with closing(sqlite3.connect(database)) as other:
                other.execute("CREATE TABLE images (of TEXT, somebody TEXT)")
                other.commit()
        else:
            database.write_bytes(
                {
                    "random": noise,
                    "overwritten": contents[:4096] + noise[4096:],
                    "truncated": contents[: len(contents) // 2],
                }[kind]
            )
        damaged = database.read_bytes()
        self.assert_rebuilt(database.parent.parent)
        (kept,) = database.parent.glob("project.damaged-*.sqlite3")
        assert kept.read_bytes() == damaged

    def test_that_was_deleted_is_rebuilt(self, database: Path) -> None:
        database.unlink()
        self.assert_rebuilt(database.parent.parent)

    def test_that_is_empty_is_rebuilt(self, database: Path) -> None:
        database.write_bytes(b"")
        self.assert_rebuilt(database.parent.parent)

    def test_masks_from_elsewhere_get_classes_for_their_values(
        self, filled: Project, database: Path
    ) -> None:
        database.unlink()
        shutil.rmtree(filled.data_folder / "predictions")
        foreign = np.array([[0, 7, 255]], np.uint8)
        Image.fromarray(foreign).save(filled.data_folder / "masks" / "img10.png.png")
        with Project.open(filled.folder) as project:
            assert [(c.id, c.name) for c in project.classes] == [(0, "class 0"), (7, "class 7")]

    def test_two_damaged_ones_on_one_day_are_both_kept(self, database: Path) -> None:
        for _ in range(3):
            database.write_bytes(b"not a database, but long enough to be taken for one" * 90)
            Project.open(database.parent.parent).close()
        assert len(list(database.parent.glob("project.damaged-*.sqlite3"))) == 3

    def test_is_left_alone_by_a_window_that_only_looks(self, database: Path) -> None:
        database.write_bytes(b"?" * 10_000)
        with Project.open(database.parent.parent, read_only=True) as project:
            assert "damaged" in project.notes[0]
            project.scan()
            assert project.image("img10.png").state is State.CORRECTED
        assert database.read_bytes() == b"?" * 10_000


class TestSchema:
    def test_newer_one_is_told_and_left_untouched(self, database: Path) -> None:
        with closing(sqlite3.connect(database)) as connection:
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
        before = database.read_bytes()
        for read_only in (False, True):
            with pytest.raises(MaskwrightError, match="newer version of Maskwright"):
                Project.open(database.parent.parent, read_only=read_only)
        assert database.read_bytes() == before
        # And the folder is not left locked.
        with closing(sqlite3.connect(database)) as connection:
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        with Project.open(database.parent.parent) as project:
            assert not project.read_only

    def version_1(self, folder: Path) -> Path:
        """A project as the first version left it."""
        path = folder / "maskwright" / "project.sqlite3"
        path.parent.mkdir()
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(
                """
                CREATE TABLE classes (
                    id INTEGER PRIMARY KEY CHECK (id BETWEEN 0 AND 254),
                    name TEXT NOT NULL,
                    color INTEGER NOT NULL CHECK (color BETWEEN 0 AND 0xFFFFFF),
                    visible INTEGER NOT NULL DEFAULT 1,
                    deleted INTEGER NOT NULL DEFAULT 0
                );
                CREATE UNIQUE INDEX class_names ON classes (name) WHERE NOT deleted;
                CREATE TABLE images (
                    name PRIMARY KEY NOT NULL,
                    state TEXT NOT NULL
                        CHECK (state IN ('new', 'predicted', 'corrected', 'approved', 'failed')),
                    before_failure TEXT,
                    uncertainty REAL,
                    reason TEXT NOT NULL DEFAULT '',
                    file_size INTEGER NOT NULL DEFAULT -1,
                    modified_ns INTEGER NOT NULL DEFAULT 0,
                    present INTEGER NOT NULL DEFAULT 1
                ) WITHOUT ROWID;
                INSERT INTO classes VALUES (0, 'background', 0, 1, 0), (1, 'old', 255, 1, 1),
                    (2, 'cat', 0x0A0B0C, 0, 0);
                INSERT INTO images (name, state, uncertainty) VALUES ('img2.png', 'approved', 0.5);
                PRAGMA user_version = 1;
                """
            )
        return path

    @pytest.mark.parametrize("read_only", [False, True])
    def test_of_version_1_opens_with_all_it_held(self, folder: Path, read_only: bool) -> None:
        path = self.version_1(folder)
        before = path.read_bytes()
        with Project.open(folder, read_only=read_only) as project:
            assert project.classes == [
                LabelClass(0, "background", (0, 0, 0)),
                LabelClass(2, "cat", (10, 11, 12), visible=False),
            ]
            assert project.image("img2.png").state is State.APPROVED
            project.scan()
            assert project.image("img2.png").uncertainty == 0.5
        assert (path.read_bytes() == before) == read_only

    def test_of_version_1_is_brought_up_to_date_and_kept_as_a_copy(self, folder: Path) -> None:
        path = self.version_1(folder)
        Project.open(folder).close()
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
            assert connection.execute("SELECT count(*) FROM runs").fetchone() == (0,)
            assert connection.execute("SELECT split FROM images").fetchall() == [(None,)]
        with closing(sqlite3.connect(path.with_name("project.version-1.sqlite3"))) as connection:
            assert connection.execute("PRAGMA user_version").fetchone() == (1,)
            assert connection.execute("SELECT name FROM images").fetchall() == [("img2.png",)]

    def test_step_that_fails_leaves_the_old_one_as_it_was(self, folder: Path) -> None:
        path = self.version_1(folder)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            # The second step will add a column that is there already.
            connection.execute("ALTER TABLE images ADD COLUMN split TEXT")
            with pytest.raises(sqlite3.OperationalError):
                migrate(connection)
            assert connection.execute("PRAGMA user_version").fetchone() == (1,)
            tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
            assert ("runs",) not in tables


KILLED = """
    import sys
    import numpy as np
    from segmenter.project.project import Project
    project = Project.open(sys.argv[1])
    project.scan()
    project.class_ids_for(("background", "cat"))
    names = [record.name for record in project.images()]
    labels = np.random.default_rng(0).integers(0, 2, (300, 300), dtype=np.uint8)
    turn = 0
    while True:
        turn += 1
        for name in names:
            project.save_prediction(name, labels, labels, turn / 1e6)
            project.save_mask(name, labels)
            print(turn, name, flush=True)
"""


@pytest.mark.skipif(not hasattr(os, "kill"), reason="no kill here")
@pytest.mark.parametrize("lines", [1, 4, 10])
def test_killed_process_leaves_a_project_that_opens_with_all_it_acknowledged(
    folder: Path, lines: int
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(folder)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        acknowledged = {process.stdout.readline().split()[1] for _ in range(lines)}
        process.kill()
    with Project.open(folder) as project:
        assert not project.read_only
        assert project.notes == []
        project.scan()
        assert len(acknowledged) == min(lines, 3)
        for name in acknowledged:
            assert project.image(name).state is State.CORRECTED
        for record in project.images():
            if record.state is State.CORRECTED:
                mask = project.load_mask(record.name)
                assert mask is not None
                assert mask.shape == (300, 300)
        assert not list(project.data_folder.rglob("*.tmp"))


@pytest.mark.skipif(os.name != "posix", reason="SQLite's limit there")
class TestPathThatIsTooLongForSqlite:
    @pytest.fixture
    def deep(self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("MASKWRIGHT_DATA", str(tmp_path / "data"))
        below = tmp_path
        for _ in range(5):
            below /= "ä" * 60
        below.mkdir(parents=True)
        return Path(shutil.copytree(folder, below / "photos"))

    def test_keeps_its_project_with_the_user(self, deep: Path, tmp_path: Path) -> None:
        with Project.open(deep) as project:
            assert not project.read_only
            assert "its path is too long" in project.notes[0]
            project.scan()
            project.save_mask("img2.png", np.zeros((3, 4), np.uint8))
        assert list((tmp_path / "data").rglob("img2.png.png"))
        assert not (deep / "maskwright").exists()
        with Project.open(deep) as again:
            assert again.load_mask("img2.png") is not None

    def test_shows_a_project_that_was_moved_there(self, deep: Path, folder: Path) -> None:
        with Project.open(folder) as project:
            project.scan()
            project.save_mask("img2.png", np.zeros((3, 4), np.uint8))
        shutil.copytree(folder / "maskwright", deep / "maskwright")
        with Project.open(deep) as moved:
            assert "its path is too long); copy the folder" in moved.read_only_reason
            assert moved.image("img2.png").state == "corrected"

    def test_the_longest_path_it_takes_stays_with_the_images(
        self, folder: Path, tmp_path: Path
    ) -> None:
        rest = 504 - len(os.fsencode(tmp_path / "maskwright" / "project.sqlite3")) - 1
        below = tmp_path
        while rest > 240:
            below /= "x" * 200
            rest -= 201
        long = Path(shutil.copytree(folder, below / ("x" * rest)))
        with Project.open(long) as project:
            assert project.data_folder == long / "maskwright"
            assert len(os.fsencode(project.data_folder / "project.sqlite3")) == 504
