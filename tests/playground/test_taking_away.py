"""What one takes away: model files, scripts that train the same model, and addresses."""

import base64
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from errorest import load
from errorest.playground import Session
from errorest.playground.limits import Limits
from errorest.playground.own_table import OwnTable, Source
from errorest.playground.sharing import pack

TABLE = "test,school,note,passed\n" + "".join(
    f"{(i * 7 % 40) / 2},{'north' if i % 3 else 'south'},{i % 2},{'yes' if i % 5 > 1 else 'no'}\n"
    for i in range(60)
)


def ask(session: Session, kind: str, *buffers: bytes, **parts: Any) -> Any:
    answer, answered = session.handle({"type": kind, "view": {"map": 0}} | parts, buffers)
    assert answer["type"] != "error", answer
    return answer if kind != "download" else (answer["name"], answered[0])


def opened(fragment: str = "") -> Session:
    session = Session()
    ask(session, "hello", fragment=fragment)
    return session


def with_own_table(fragment: str = "", **parts: Any) -> Session:
    session = opened(fragment)
    ask(session, "csv", TABLE.encode(), name="students.csv")
    ask(session, "own", target="passed", **parts)
    return session


def weights(session: Session) -> NDArray[np.float32]:
    answer, buffers = session.handle({"type": "frame", "view": {"map": 0}})
    return np.frombuffer(buffers[answer["network"]["weights"]["buffer"]], dtype=np.float32)


def run_script(session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    name, source = ask(session, "download", what="script")
    assert name.endswith(".py")
    (folder / "students.csv").write_text(TABLE)
    monkeypatch.chdir(folder)
    names: dict[str, Any] = {}
    exec(compile(source, name, "exec"), names)
    return names


@pytest.mark.parametrize(
    "fragment",
    [
        "dataset=xor&hidden=3,4&activations=relu,gelu&l2=0.01&dropout=0.2&seed=5",
        "dataset=blobs&schedule=cosine&max_epochs=30&optimizer=momentum&loss=focal",
        "dataset=circle&loss=squared_error&learning_rate=0.1",
        "dataset=blobs&loss=squared_error&optimizer=adamw",
        "dataset=moons&schedule=invscaling&optimizer=sgd&validation=0&hidden=&activations=",
        "dataset=admissions&model=logistic&optimizer=adamw&l2=0.05&data_seed=3",
        "dataset=blobs&model=logistic&schedule=invscaling&batch_size=64",
        "dataset=gaussians&model=perceptron&learning_rate=1&seed=2",
        "dataset=blobs&model=perceptron&noise=2",
    ],
)
def test_the_script_trains_the_same_model(
    fragment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = opened(fragment)
    ask(session, "frame", run="epochs", epochs=4)
    model = run_script(session, tmp_path, monkeypatch)["model"]
    np.testing.assert_array_equal(model.network_.parameters, weights(session))


@pytest.mark.parametrize("columns", [None, ["school", "test"]])
def test_the_script_reads_ones_own_table(
    columns: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = with_own_table(columns=columns)
    ask(session, "frame", run="epochs", epochs=4)
    model = run_script(session, tmp_path, monkeypatch)["model"]
    np.testing.assert_array_equal(model.network_.parameters, weights(session))


def test_the_script_takes_a_part_of_a_large_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = OwnTable.read("students.csv", TABLE.encode())
    session = Session(Source(table, "passed"), limits=Limits(rows=30))
    fragment = "dataset=own&data_seed=3"
    assert "30 of the 60 rows" in ask(session, "hello", fragment=fragment)["note"]
    ask(session, "frame", run="epochs", epochs=3)
    model = run_script(session, tmp_path, monkeypatch)["model"]
    np.testing.assert_array_equal(model.network_.parameters, weights(session))


def test_the_script_holds_points_that_were_edited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = opened("n_points=20&dataset=blobs")
    ask(session, "delete", index=3)
    ask(session, "add", x=[0.1, 1 / 3], label=2)
    # The network answers for a class that no point is left of, too.
    for index in np.flatnonzero(session._course.data.labels == 1)[::-1]:
        ask(session, "delete", index=int(index))
    ask(session, "rewind")
    ask(session, "frame", run="epochs", epochs=4)
    model = run_script(session, tmp_path, monkeypatch)["model"]
    np.testing.assert_array_equal(model.network_.parameters, weights(session))


def test_the_script_does_not_hold_many_points_that_were_edited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("errorest.playground.script._MAX_POINTS", 19)
    session = opened("n_points=21")
    for index, said in ((3, "20 points edited by hand are too many"), (4, None)):
        ask(session, "delete", index=index)
        ask(session, "frame", run="epoch")
        answer, _ = session.handle({"type": "download", "what": "script"})
        assert (said or "") in answer.get("message", "")
        assert answer["type"] == ("error" if said else "download")


def test_the_script_says_where_its_way_is_another() -> None:
    session = opened("model=logistic&schedule=cosine")
    ask(session, "frame", run="epochs", epochs=2)
    ask(session, "frame", run="batch")
    ask(session, "weight", layer=0, to=0, value=1, **{"from": 0})
    source = ask(session, "download", what="script")[1].decode()
    assert "changed during training" in source
    assert "last whole epoch" in source
    assert "schedule ends" in source
    # A network's script goes on to no end.
    session = opened("schedule=cosine")
    ask(session, "frame", run="epoch")
    assert "#" not in ask(session, "download", what="script")[1].decode()


@pytest.mark.parametrize("model", ["perceptron", "logistic", "network"])
def test_the_saved_model_says_of_its_training_what_the_script_s_says(
    model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = opened(f"dataset=blobs&noise=1&validation=0&model={model}")
    ask(session, "frame", run="epochs", epochs=6)
    name, content = ask(session, "download", what="skops")
    (tmp_path / name).write_bytes(content)
    saved, trained = load(tmp_path / name), run_script(session, tmp_path, monkeypatch)["model"]
    assert vars(saved).keys() == vars(trained).keys()
    counted = ["t_", "best_epoch_", "stopped_", "mistakes_curve_", "converged_"]
    for attribute in [one for one in counted if hasattr(trained, one)]:
        assert getattr(saved, attribute) == getattr(trained, attribute), attribute
    assert saved.history_.keys() == trained.history_.keys()
    assert len(saved.history_["loss"]) == len(trained.history_["loss"])


def test_an_edit_begins_the_count_of_mistakes_anew(tmp_path: Path) -> None:
    session = opened("dataset=xor&model=perceptron")
    for _ in range(50):
        ask(session, "frame", run="point")
    ask(session, "delete", index=3)
    n_called = 0
    while (frame := ask(session, "frame", run="point"))["epoch"] == 0:
        n_called += frame["called"]
    name, content = ask(session, "download", what="skops")
    (tmp_path / name).write_bytes(content)
    assert load(tmp_path / name).mistakes_curve_ == [n_called + frame["called"]]


def test_a_saved_perceptron_counts_the_mistakes_of_the_epochs_it_made(tmp_path: Path) -> None:
    session = opened("dataset=xor&model=perceptron")
    ask(session, "frame", run="epochs", epochs=8)
    ask(session, "goto", epoch=3)
    name, content = ask(session, "download", what="skops")
    (tmp_path / name).write_bytes(content)
    saved = load(tmp_path / name)
    assert saved.n_iter_ == len(saved.mistakes_curve_) == len(saved.history_["loss"]) == 3
    assert min(saved.mistakes_curve_) > 0
    assert not saved.converged_


@pytest.mark.parametrize("model", ["perceptron", "logistic", "network"])
def test_the_saved_model_answers_like_the_session(model: str, tmp_path: Path) -> None:
    session = opened(f"dataset=blobs&model={model}")
    ask(session, "frame", run="epochs", epochs=3)
    name, content = ask(session, "download", what="skops")
    (tmp_path / name).write_bytes(content)
    loaded = load(tmp_path / name)
    np.testing.assert_array_equal(loaded.network_.parameters, weights(session))
    assert loaded.n_iter_ == 3
    assert loaded.classes_.tolist() == [0, 1, 2]


def test_the_saved_model_of_a_table_takes_its_columns(tmp_path: Path) -> None:
    import io

    import pandas as pd

    session = with_own_table()
    frame = ask(session, "frame", run="epochs", epochs=30)
    name, content = ask(session, "download", what="skops")
    assert name == "students.skops"
    (tmp_path / name).write_bytes(content)
    loaded = load(tmp_path / name)
    table = pd.read_csv(io.StringIO(TABLE))
    right = (loaded.predict(table.drop(columns="passed")) == table["passed"]).sum()
    shares = [frame["accuracy"][part] for part in ("train", "validation")]
    assert right == pytest.approx(45 * shares[0] + 15 * shares[1])


def test_the_onnx_file_answers_like_the_session() -> None:
    onnxruntime = pytest.importorskip("onnxruntime", reason="needs onnx and onnxruntime")
    session = opened("dataset=xor")
    assert "onnx" in ask(session, "hello", fragment="dataset=xor")["downloads"]
    answer = ask(session, "frame", run="epochs", epochs=3)
    name, content = ask(session, "download", what="onnx")
    assert name == "xor.onnx"
    frame, buffers = session.handle({"type": "hello", "fragment": "dataset=xor&validation=0.5"})
    points = np.frombuffer(buffers[frame["data"]["points"]["buffer"]], dtype=np.float32)
    rows = points.reshape(frame["data"]["points"]["shape"])
    labels = np.frombuffer(buffers[frame["data"]["labels"]["buffer"]], dtype=np.int32)
    found = onnxruntime.InferenceSession(content).run(["label"], {"X": rows})[0]
    shares = [answer["accuracy"][part] for part in ("train", "validation")]
    assert (found == labels).sum() == pytest.approx(150 * shares[0] + 50 * shares[1])


def test_what_cannot_be_taken_away() -> None:
    session = opened()
    for what, word in (("script", "at least one epoch"), ("pdf", "skops, script")):
        answer, _ = session.handle({"type": "download", "what": what})
        assert word in answer["message"]


def test_an_address_leads_to_the_same_state() -> None:
    fragment = "dataset=spiral&noise=0.05&hidden=6,6&activations=relu,relu&fixed=,2.5&speed=0"
    session = opened(fragment)
    shared = ask(session, "share")
    assert (shared["fragment"], shared["own_data"]) == (fragment, "none")


def test_an_address_may_bring_its_sign() -> None:
    assert ask(opened("#dataset=xor"), "share")["fragment"] == "dataset=xor"


def test_edited_points_go_with_the_address() -> None:
    session = opened("n_points=30&model=logistic&validation=0.2")
    ask(session, "move", index=0, x=[0.123456789, -2])
    shared = ask(session, "share")
    assert shared["own_data"] == "included"
    other = opened(shared["fragment"])
    for one in (session, other):
        ask(one, "rewind")
        ask(one, "frame", run="epochs", epochs=2)
    np.testing.assert_array_equal(weights(session), weights(other))


def test_ones_own_table_goes_with_the_address_when_small() -> None:
    session = with_own_table("model=logistic")
    shared = ask(session, "share")
    assert shared["own_data"] == "included"
    other = opened(shared["fragment"])
    for one in (session, other):
        ask(one, "frame", run="epochs", epochs=2)
    np.testing.assert_array_equal(weights(session), weights(other))


def test_a_table_in_an_address_that_cannot_be_learned_from_changes_nothing() -> None:
    session = with_own_table()
    before = ask(session, "share")
    constant = pack({"name": "other.csv", "csv": "a,b\n1,x\n2,x\n", "target": "b"})
    answer, _ = session.handle({"type": "hello", "fragment": f"dataset=own&table={constant}"})
    assert "all points are of one class" in answer["message"]
    assert ask(session, "share") == before


def test_many_points_are_too_large_for_an_address() -> None:
    session = opened("n_points=1000&validation=0")
    ask(session, "delete", index=0)
    shared = ask(session, "share")
    assert (shared["fragment"], shared["own_data"]) == ("n_points=1000&validation=0", "too large")


def test_a_text_that_stands_for_a_huge_one_is_too_large_for_an_address() -> None:
    assert pack({"csv": "0" * 99_000}) is not None
    assert pack({"csv": "0" * 100_000}) is None


def word(text: str) -> str:
    return base64.urlsafe_b64encode(zlib.compress(text.encode())).decode()


@pytest.mark.parametrize(
    "fragment",
    [
        *("points=x", "points=eJw", "table=AAAA", "points=", "points=%00"),
        # No object, nested without end, and longer than any address that was given.
        *(f"points={word(text)}" for text in ("[1]", "[" * 90_000, '{"x":' + "0" * 200_000 + "}")),
    ],
    ids=range(8),
)
def test_damaged_addresses_are_said(fragment: str) -> None:
    answer, _ = Session().handle({"type": "hello", "fragment": fragment})
    assert "damaged" in answer["message"]


def test_the_page_downloads_all_of_them(page: Any) -> None:
    page.click("[data-do=epoch]")
    for name, start in (
        ("Model (skops)", b"PK"),
        ("Python script", b""),
        ("Map (SVG)", b"<svg"),
        ("Network (SVG)", b"<svg"),
        ("Map (PNG)", b"\x89PNG"),
        ("Network (PNG)", b"\x89PNG"),
    ):
        page.locator(".menu summary").click()
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        content = Path(download.value.path()).read_bytes()
        assert content.startswith(start)
        assert len(content) > 300
