"""Files are written whole or not at all."""

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from errorest.exceptions import ErrorestError, OutputError
from errorest.output import check_writable, write_atomically

NOBODY = 65534


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write(
    path: Path | str,
    *,
    overwrite: bool = False,
    meanwhile: Callable[[], object] = lambda: None,
) -> None:
    """Write "new", and let something happen before the end."""
    with write_atomically(path, overwrite=overwrite) as temporary:
        temporary.write_text("new")
        meanwhile()


def must_not_start() -> None:
    pytest.fail("the work must not even start")


def test_the_file_appears_whole_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    with write_atomically(path) as temporary:
        temporary.write_bytes(b"first half, ")
        assert not path.exists()
        with temporary.open("ab") as file:
            file.write(b"second half")
    assert path.read_bytes() == b"first half, second half"
    assert names(tmp_path) == ["model.onnx"]


def test_the_temporary_file_lies_beside_with_the_same_suffix(tmp_path: Path) -> None:
    with write_atomically(tmp_path / "picture.png") as temporary:
        assert temporary.parent == tmp_path
        assert temporary.suffix == ".png"
        assert temporary.read_bytes() == b""


def test_a_link_stays_and_leads_to_what_was_written(tmp_path: Path) -> None:
    target, link = tmp_path / "first.skops", tmp_path / "latest.skops"
    target.write_text("old")
    link.symlink_to(target)
    write(link, overwrite=True)
    assert (link.is_symlink(), target.read_text()) == (True, "new")
    target.unlink()
    link.unlink()
    link.symlink_to(tmp_path / "absent" / "first.skops")
    with pytest.raises(OutputError, match="absent does not exist"):
        check_writable(link)


def test_names_may_be_as_long_as_the_disk_lets_them(tmp_path: Path) -> None:
    path = tmp_path / f"a.{'x' * 250}"
    write(path)
    assert path.read_text() == "new"


def test_text_paths_and_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with write_atomically("note.txt") as temporary:
        temporary.write_text("b")
    assert (tmp_path / "note.txt").read_text() == "b"


def test_nothing_is_overwritten_by_default(tmp_path: Path) -> None:
    path = tmp_path / "model.skops"
    path.write_text("old")
    with pytest.raises(OutputError, match=r"model\.skops exists already"):
        write(path, meanwhile=must_not_start)
    assert path.read_text() == "old"
    assert names(tmp_path) == ["model.skops"]


def test_overwriting_can_be_allowed(tmp_path: Path) -> None:
    path = tmp_path / "model.skops"
    path.write_text("old")
    with write_atomically(path, overwrite=True) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert names(tmp_path) == ["model.skops"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_private_file_stays_private(tmp_path: Path) -> None:
    path = tmp_path / "model.skops"
    path.write_text("old")
    path.chmod(0o600)
    write(path, overwrite=True)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_appears_during_the_work_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "model.skops"
    with pytest.raises(OutputError, match="exists already"):
        write(path, meanwhile=lambda: path.write_text("theirs"))
    assert path.read_text() == "theirs"
    assert names(tmp_path) == ["model.skops"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_failed_block_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, error: type[BaseException]
) -> None:
    def fail() -> None:
        raise error

    path = tmp_path / "model.skops"
    path.write_text("old")
    with pytest.raises(error):
        write(path, overwrite=True, meanwhile=fail)
    assert path.read_text() == "old"
    assert names(tmp_path) == ["model.skops"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_full_disk(tmp_path: Path) -> None:
    path = tmp_path / "model.skops"
    path.write_text("old")
    with pytest.raises(OutputError, match=r"model\.skops cannot be written: No space left"):
        # Each write to this device fails as on a full disk.
        write(path, overwrite=True, meanwhile=lambda: Path("/dev/full").write_text("new"))
    assert path.read_text() == "old"
    assert names(tmp_path) == ["model.skops"]


@pytest.mark.parametrize("stage", ["touch", "fsync", "replace"])
def test_full_disk_at_every_stage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    def full(*arguments: Any, **more: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "model.skops"
    path.write_text("old")
    monkeypatch.setattr(os if stage == "fsync" else Path, stage, full)
    with pytest.raises(OutputError, match="No space left"):
        write(path, overwrite=True)
    monkeypatch.undo()
    assert path.read_text() == "old"
    assert names(tmp_path) == ["model.skops"]


def test_a_file_is_written_where_only_one_open_for_writing_can_be_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows fsync is FlushFileBuffers, which needs the right to write."""

    def flush_file_buffers(descriptor: int) -> None:
        # Nothing is written, but only where something could be.
        os.write(descriptor, b"")

    monkeypatch.setattr(os, "fsync", flush_file_buffers)
    write(tmp_path / "model.skops")
    assert (tmp_path / "model.skops").read_text() == "new"


@pytest.fixture
def read_only_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Stand in a folder that may not be written, as a user whom that binds."""
    tmp_path.chmod(0o555)
    monkeypatch.chdir(tmp_path)
    is_root = hasattr(os, "setresuid") and os.geteuid() == 0
    if is_root:
        os.setresuid(NOBODY, NOBODY, 0)
    yield tmp_path
    if is_root:
        os.setresuid(0, 0, 0)
    tmp_path.chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="folders have no such mode on Windows")
def test_read_only_folder(read_only_folder: Path) -> None:
    with pytest.raises(
        OutputError, match=r"note\.txt cannot be written: the folder \. is read-only"
    ):
        write("note.txt", meanwhile=must_not_start)


@pytest.mark.skipif(os.name == "nt", reason="folders have no such mode on Windows")
def test_folder_that_only_turns_out_read_only(
    read_only_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: True)
    with pytest.raises(OutputError, match=r"note\.txt cannot be written: Permission denied"):
        write("note.txt", meanwhile=must_not_start)


def test_absent_folder(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"the folder .*absent does not exist"):
        check_writable(tmp_path / "absent" / "model.skops")


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_folder_is_no_file(tmp_path: Path, overwrite: bool) -> None:
    with pytest.raises(OutputError, match="is a folder: name a file in it"):
        check_writable(tmp_path, overwrite=overwrite)


@pytest.mark.skipif(os.name == "nt", reason="there are no such devices on Windows")
def test_a_device_is_never_replaced() -> None:
    with pytest.raises(OutputError, match="not a regular file"):
        check_writable("/dev/null", overwrite=True)


def test_check_returns_the_path_and_makes_nothing(tmp_path: Path) -> None:
    assert check_writable(str(tmp_path / "model.skops")) == tmp_path / "model.skops"
    assert names(tmp_path) == []


def test_a_name_that_is_too_long_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="too long"):
        write(tmp_path / f"{'a' * 300}.txt")


def test_a_long_name_can_be_written(tmp_path: Path) -> None:
    write(tmp_path / f"{'a' * 240}.txt")
    assert len(names(tmp_path)) == 1


def test_the_error_is_an_errorest_error_and_an_oserror() -> None:
    assert issubclass(OutputError, ErrorestError)
    assert issubclass(OutputError, OSError)
