"""Sessions: what each message does, and that no message ends one."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tests.playground.session_page import Content, Page


def test_a_frame_has_all_that_is_drawn() -> None:
    page = Page("dataset=xor&hidden=3,2")
    frame = page.frame
    assert page.array(frame["map"]).shape == (1, 6, 6)
    assert page.array(frame["thumbnails"]).shape == (5, 5, 5)
    assert page.array(frame["data"]["points"]).shape == (200, 2)
    assert page.array(frame["network"]["weights"]).shape == (2 * 3 + 3 + 3 * 2 + 2 + 2 + 1,)
    assert frame["network"]["names"] == [
        ["x1", "x2"],
        ["h1.1", "h1.2", "h1.3"],
        ["h2.1", "h2.2"],
        ["1"],
    ]
    assert page.array(frame["confusion"]["train"]).sum() == 150
    assert page.array(frame["confusion"]["validation"]).sum() == 50
    assert frame["fragment"] == "dataset=xor&hidden=3,2"


def test_example_9_the_likelihood_of_four_points() -> None:
    def logit(p: float) -> float:
        return float(np.log(p / (1 - p)))

    points = {
        "inputs": ["x1", "x2"],
        "classes": ["red", "blue"],
        "x": [[logit(0.6), 1], [logit(0.2), -1], [logit(0.9), 0], [logit(0.3), 0.5]],
        "labels": [1, 1, 0, 0],
    }
    page = Page()
    frame = page.ask("setup", set={"model": "logistic"}, points=points, parameters=[1, 0, 0])
    np.testing.assert_allclose(page.array(frame["probabilities"]), [0.6, 0.2, 0.1, 0.7], rtol=1e-5)
    assert frame["likelihood"]["likelihood"] == pytest.approx(0.0084, rel=1e-5)
    assert frame["likelihood"]["cross_entropy"] == pytest.approx(4.7795, abs=1e-4)


def test_example_1_the_admissions_line() -> None:
    points = {
        "inputs": ["test", "grades"],
        "classes": ["rejected", "accepted"],
        "x": [[9, 8], [3, 4], [7, 6]],
        "labels": [1, 0, 1],
    }
    page = Page()
    frame = page.ask("setup", set={"model": "perceptron"}, points=points, parameters=[2, 1, -18])
    assert frame["accuracy"]["train"] == 1
    for index, score in ((0, 8), (1, -8), (2, 2)):
        assert page.ask("trace", index=index)["layers"][0]["logits"] == [score]
    # The line's normal is (2, 1), so the way from the line to a point is score / 5 times that.
    arrows = page.array(page.ask("frame")["arrows"])
    np.testing.assert_allclose(arrows, np.outer([8, -8, 2], [2, 1]) / 5, rtol=1e-6)


@pytest.mark.parametrize("setting", ["dropout=0.2&schedule=cosine", "batch_size=1000"])
def test_batches_make_the_epoch(setting: str) -> None:
    whole, parts = Page(setting), Page(setting)
    for _ in range(20):
        whole.ask("frame", run="epoch")
    while parts.frame["epoch"] < 20:
        parts.ask("frame", run="batch")
    np.testing.assert_array_equal(
        whole.array(whole.frame["network"]["weights"]),
        parts.array(parts.frame["network"]["weights"]),
    )


def test_points_make_the_perceptrons_epoch() -> None:
    whole, parts = (Page("dataset=moons&model=perceptron&learning_rate=1") for _ in range(2))
    whole.ask("frame", run="epoch")
    calls = 0
    while parts.frame["epoch"] < 1:
        parts.ask("frame", run="point")
        calls += parts.frame["called"]
    assert calls > 0
    np.testing.assert_array_equal(
        whole.array(whole.frame["network"]["weights"]),
        parts.array(parts.frame["network"]["weights"]),
    )


def test_rewind_leads_to_the_same_start_and_way() -> None:
    page = Page("dataset=spiral")
    start = page.array(page.frame["network"]["weights"])
    page.ask("frame", run="epochs", epochs=5)
    there = page.array(page.frame["network"]["weights"])
    frame = page.ask("rewind")
    assert frame["epoch"] == 0
    np.testing.assert_array_equal(page.array(frame["network"]["weights"]), start)
    page.ask("frame", run="epochs", epochs=5)
    np.testing.assert_array_equal(page.array(page.frame["network"]["weights"]), there)


def test_going_back_to_an_epoch_and_on_again() -> None:
    page = Page()
    weights = []
    for _ in range(6):
        page.ask("frame", run="epoch")
        weights.append(page.array(page.frame["network"]["weights"]))
    frame = page.ask("goto", epoch=3)
    np.testing.assert_array_equal(page.array(frame["network"]["weights"]), weights[2])
    assert page.array(frame["epochs"]).tolist() == [0, 1, 2, 3, 4, 5, 6]
    frame = page.ask("frame", run="epoch")
    np.testing.assert_array_equal(page.array(frame["network"]["weights"]), weights[3])
    assert page.array(frame["epochs"]).tolist() == [0, 1, 2, 3, 4]


def test_the_perceptron_ends_when_no_point_calls() -> None:
    page = Page("dataset=gaussians&noise=0.3&model=perceptron&learning_rate=1")
    frame = page.ask("frame", run="epochs", epochs=100)
    assert frame["done"]
    assert frame["accuracy"]["train"] == 1
    assert not page.array(frame["votes"]).any()


def test_editing_points() -> None:
    page = Page()
    frame = page.ask("add", x=[0.25, -0.5], label=1)
    assert page.array(frame["data"]["points"])[-1].tolist() == [0.25, -0.5]
    assert page.array(frame["data"]["labels"])[-1] == 1
    assert page.array(frame["data"]["validation"])[-1] == 0
    frame = page.ask("move", index=200, x=[2, 3])
    assert page.array(frame["data"]["points"])[200].tolist() == [2, 3]
    frame = page.ask("delete", index=0)
    assert page.array(frame["data"]["points"]).shape == (200, 2)
    assert page.array(frame["data"]["points"])[199].tolist() == [2, 3]


@pytest.mark.parametrize("model", ["perceptron", "logistic", "network"])
def test_one_input_is_drawn_along_one_axis(model: str) -> None:
    points = {"inputs": ["x"], "classes": ["a", "b"], "x": [[1], [2]], "labels": [0, 1]}
    frame = Page().ask("setup", set={"model": model}, points=points)
    assert (frame["state"]["x_axis"], frame["state"]["y_axis"]) == (0, -1)


def test_counted_mistakes_make_a_staircase() -> None:
    page = Page("dataset=gaussians&model=logistic")
    page.ask("frame", run="epoch")
    surface = page.ask("surface", size=12, height="mistakes")
    counts = 150 * page.array(surface["heights"])
    np.testing.assert_allclose(counts, counts.round(), atol=1e-4)
    loss = page.array(page.ask("surface", size=12)["heights"])
    # Where a small step counts nothing new, the loss falls or rises all the same.
    flat = np.diff(counts, axis=1) == 0
    assert flat.any()
    assert (np.diff(loss, axis=1)[flat] != 0).all()


def test_a_trace_holds_the_chain_rule() -> None:
    page = Page("hidden=3,1&dataset=xor")
    page.ask("frame", run="epoch")
    trace = page.ask("trace", index=0)
    symbols = [one["symbol"] for one in trace["gradients"][1]["chains"][0]]
    assert symbols == ["dJ/dp", "dp/dz3", "dz3/da2", "da2/dz2"]
    for gradients in trace["gradients"]:
        for chain, delta in zip(gradients["chains"], gradients["deltas"], strict=True):
            product = np.prod([one["value"] for one in chain])
            assert product == pytest.approx(delta, rel=1e-9)


def test_setting_a_weight() -> None:
    page = Page("hidden=3")
    frame = page.ask("weight", layer=1, to=0, value=0.5, **{"from": 2})
    assert page.array(frame["network"]["weights"])[-2] == 0.5
    frame = page.ask("weight", layer=1, to=0, value=-4, **{"from": -1})
    assert page.array(frame["network"]["weights"])[-1] == -4


@pytest.mark.parametrize(
    ("kind", "parts", "word"),
    [
        ("dance", {}, "dance"),
        ("state", {"set": {"noise": "loud"}}, "Noise must be a number"),
        ("state", {"set": {"noise": 11}}, "from 0 to 10"),
        ("state", {"set": {"colour": 1}}, "colour"),
        ("state", {"set": {"hidden": [3, 0]}}, "Hidden layers: value 2 must be from 1 to 64"),
        ("state", {"set": {"hidden": [64] * 7}}, "at most 6"),
        ("state", {"set": {"dataset": "own"}}, "CSV"),
        ("state", {"set": {"learning_rate": float("nan")}}, "Learning rate"),
        ("add", {"x": [1, 2, 3], "label": 0}, "x must"),
        ("add", {"x": [1, 2], "label": 2}, "label"),
        ("move", {"index": 200, "x": [1, 2]}, "index"),
        ("weight", {"layer": 9, "from": 0, "to": 0, "value": 1}, "layer"),
        ("weight", {"layer": 0, "from": 2, "to": 0, "value": 1}, "edge"),
        ("frame", {"run": "point"}, "perceptron"),
        ("frame", {"run": "marathon"}, "marathon"),
        ("csv", {"name": "a.csv"}, "file"),
        ("setup", {"points": {"inputs": ["a"], "classes": ["b", "c"], "x": [[1]]}}, "label"),
        ("setup", {"parameters": [1, 2]}, "parameters"),
        ("surface", {"size": 8, "height": "fame"}, "fame"),
        ("frame", {"view": {"map": 10**6}}, "map"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(kind: str, parts: Content, word: str) -> None:
    page = Page()
    before = page.ask("frame")
    answer = page.ask(kind, **parts)
    assert answer["type"] == "error"
    assert word in answer["message"]
    assert "\n" not in answer["message"]
    after = page.ask("frame")
    assert after == before


values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 12),
    st.floats(),
    st.sampled_from(
        ["own", "xor", "point", "play", "epoch", "batch", "perceptron", "logistic", ""]
    ),
    st.lists(st.integers(-1, 5) | st.floats(-2, 2), max_size=3),
    st.sampled_from([{"map": 5, "surface": 8}, {"map": -1}, {"hidden": [2]}, {"model": "network"}]),
)
names = st.sampled_from(
    [
        "set",
        "view",
        "run",
        "epochs",
        "epoch",
        "x",
        "label",
        "index",
        "layer",
        "from",
        "to",
        "value",
        "size",
        "height",
        "columns",
        "target",
        "fragment",
        "what",
    ]
)
kinds = st.sampled_from(
    [
        "hello",
        "state",
        "frame",
        "rewind",
        "goto",
        "add",
        "move",
        "delete",
        "csv",
        "own",
        "weight",
        "setup",
        "trace",
        "surface",
        "share",
        "download",
        "nothing",
    ]
)
sensible = st.one_of(
    st.fixed_dictionaries({"type": st.just("frame"), "run": st.sampled_from(["play", "batch"])}),
    st.fixed_dictionaries(
        {
            "type": st.just("state"),
            "set": st.fixed_dictionaries(
                {
                    "dataset": st.sampled_from(["xor", "blobs", "admissions"]),
                    "model": st.sampled_from(["perceptron", "logistic", "network"]),
                    "n_points": st.integers(10, 20),
                    "learning_rate": st.floats(0.0001, 10),
                    "hidden": st.lists(st.integers(1, 4), max_size=3),
                }
            ),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("add"),
            "x": st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=2),
            "label": st.integers(0, 2),
        }
    ),
    st.fixed_dictionaries({"type": st.just("delete"), "index": st.integers(0, 12)}),
)
anything = st.builds(
    lambda kind, parts: {"type": kind, **parts}, kinds, st.dictionaries(names, values, max_size=4)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(sensible | anything, max_size=8), st.binary(max_size=30))
def test_any_sequence_of_messages_leaves_a_live_session(
    messages: list[Content], file: bytes
) -> None:
    page = Page("n_points=10")
    for message in messages:
        kind = message.pop("type")
        answer = page.ask(kind, *([file] if kind == "csv" else []), **message)
        assert answer["type"] in (
            "frame",
            "error",
            "trace",
            "surface",
            "columns",
            "share",
            "download",
        )
    assert page.ask("hello", fragment="")["type"] == "frame"
