"""The page: opened in a browser, and made of awkward models and tables."""

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from errorest import LogisticRegression, MLPClassifier, Perceptron, TableClassifier
from errorest.estimators import TabularMLPClassifier
from errorest.exceptions import ErrorestError, TableWarning
from errorest.maths import binary_cross_entropy, selu
from errorest.network import tabular_network
from errorest.report import build_report, picture

RNG = np.random.default_rng(0)
N_ROWS = 60
TABLE = pd.DataFrame(RNG.normal(size=(N_ROWS, 3)), columns=["weak", "noise", "strong"])
LABELS = pd.Series(
    np.where(TABLE["strong"] + 0.5 * RNG.normal(size=N_ROWS) > 0, "yes", "no"), name="accepted"
)
EVIL = "<script>document.title = 'hacked'</script>"


def report(model: TableClassifier, X: pd.DataFrame, y: Any) -> str:
    return build_report(
        model, X, y, title=f"{EVIL} & model", facts={"layers": EVIL}, versions={"errorest": "1"}
    )


def fitted(estimator: Any, X: pd.DataFrame = TABLE, y: Any = LABELS) -> TableClassifier:
    model = TableClassifier(estimator)
    model.fit(X, y)
    return model


class Outline(HTMLParser):
    """The tags of a page, and what it would fetch."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.sources: list[str] = []
        self.alternatives: list[str] = []
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag in {"h1", "h2", "h3", "h4"}:
            self.headings.append(int(tag[1]))
        for name, value in attrs:
            if name in {"src", "srcset", "href"}:
                self.sources.append(value or "")
            if name == "alt":
                self.alternatives.append(value or "")


@pytest.fixture
def drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the dark paper, of a page that is only read."""
    on_paper = picture._data_uri
    monkeypatch.setattr(
        *(picture, "_data_uri"),
        lambda draw, style: on_paper(draw, style) if style[0] == "default" else "data:,",
    )


def classifier() -> tuple[TableClassifier, pd.DataFrame, Any]:
    rng = np.random.default_rng(1)
    X = TABLE.rename(columns={"strong": EVIL}).assign(word=rng.choice([EVIL, "$x$"], N_ROWS))
    y = LABELS.map({"yes": f"{EVIL} yes", "no": "no"})
    mlp = MLPClassifier((4,), solver="lbfgs", alpha=0.1, max_iter=500, random_state=0)
    return fitted(mlp, X, y), X, y


@pytest.fixture(scope="module")
def page() -> str:
    return report(*classifier())


def test_structure(page: str) -> None:
    outline = Outline(page)
    assert outline.headings[0] == 1
    assert outline.headings.count(1) == 1
    steps = np.diff(outline.headings)
    assert steps.max() <= 1
    assert len(outline.alternatives) == outline.tags.count("figure") == 7
    # Each says in numbers what it shows.
    assert all(any(map(str.isdigit, text)) for text in outline.alternatives)
    assert all(source.startswith(("data:", "#")) for source in outline.sources)
    assert outline.tags.count("caption") == outline.tags.count("table")
    assert "script" not in outline.tags


def test_the_same_model_table_and_seed_give_the_same_page(page: str) -> None:
    assert report(*classifier()) == page


# As many of what can be opened as are asked for: first the numbers of the columns, then traces.
OPEN = """count => {
  const all = [...document.querySelectorAll("details")];
  all.forEach((each, index) => { each.open = index < count });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser(page: str, visit: Callable[..., Any], tmp_path: Path, scheme: str) -> None:
    path = tmp_path / "report.html"
    path.write_text(page, encoding="utf-8")
    visited = visit(path.as_uri(), color_scheme=scheme)
    browser = visited.page
    for width in (360, 1280):
        browser.set_viewport_size({"width": width, "height": 800})
        # It takes axe long, and one trace is like another.
        browser.evaluate(OPEN, 3)
        assert visited.violations() == [], width
        browser.evaluate(OPEN, 1000)
        # Nothing sticks out, and every picture is there.
        assert browser.evaluate("document.documentElement.scrollWidth") <= width
        assert browser.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
    assert visited.messages == []
    assert {url for url in visited.requests if not url.startswith("data:")} == {path.as_uri()}
    assert browser.title() == f"{EVIL} & model"


def test_traces_open_by_keyboard(page: str, visit: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(page, encoding="utf-8")
    browser = visit(path.as_uri()).page
    browser.keyboard.press("Tab")
    assert browser.evaluate("document.activeElement.textContent") == "Skip to the content"
    browser.locator("summary").last.focus()
    browser.keyboard.press("Enter")
    assert browser.evaluate("[...document.querySelectorAll('details')].at(-1).open")


def without(names: list[str]) -> pd.DataFrame:
    return TABLE.drop(columns=names)


with_gaps = TABLE.mask(RNG.random(TABLE.shape) < 0.2)

AWKWARD: dict[str, tuple[Any, pd.DataFrame, Any, list[str]]] = {
    "one number": (LogisticRegression(), without(["weak", "noise"]), LABELS, ["over strong"]),
    "one word": (
        LogisticRegression(),
        pd.DataFrame({"word": RNG.choice(["a", "b"], N_ROWS)}),
        LABELS,
        ["fewer than two columns"],
    ),
    "constant column": (LogisticRegression(), TABLE.assign(one=1), LABELS, ["constant"]),
    "missing cells": (LogisticRegression(), with_gaps, LABELS, ["are not drawn"]),
    "three classes": (
        LogisticRegression(),
        TABLE,
        pd.Series(RNG.choice(["cat", "dog", "bird"], N_ROWS), name="animal"),
        ["ROC-AUC of cat", "ROC-AUC of dog"],
    ),
    "hundred columns": (
        MLPClassifier((40,), batch_size=N_ROWS, max_iter=300, random_state=0),
        pd.DataFrame(RNG.normal(size=(N_ROWS, 100))).add_prefix("x"),
        LABELS,
        ["too large to be drawn whole", "There are none"],
    ),
    "perceptron": (
        Perceptron(max_iter=500),
        TABLE,
        (TABLE["strong"] + TABLE["weak"]).gt(0).map({True: "yes", False: "no"}).rename("label"),
        ["without probabilities", "drop in accuracy"],
    ),
    "ensemble": (
        MLPClassifier((3,), max_iter=300, n_members=3, solver="lbfgs", random_state=0),
        TABLE,
        LABELS,
        ["3 networks are averaged"],
    ),
}


@pytest.mark.usefixtures("drawn_once")
@pytest.mark.parametrize("case", AWKWARD)
def test_awkward_models(case: str) -> None:
    estimator, X, y, fragments = AWKWARD[case]
    page = report(fitted(estimator, X, y), X, y)
    for fragment in fragments:
        assert fragment in page
    assert all("nan" not in alternative for alternative in Outline(page).alternatives)


@pytest.mark.usefixtures("drawn_once")
def test_names_of_any_kind_are_drawn_as_they_are() -> None:
    """A $ is no formula, an underscore no reason to be left out, and there is room for all."""
    amounts = pd.Series(np.array(["$0_to_$50", "$50_to_$100", "_over"])[np.arange(N_ROWS) % 3])
    table = TABLE.rename(columns={"weak": "How likely is it, on the whole, " * 4 + "(1_$ to 5_$)?"})
    page = report(fitted(LogisticRegression(), table, amounts), table, amounts)
    assert page.count("data:image/svg+xml") >= 5


@pytest.mark.usefixtures("drawn_once")
def test_blanks_around_names_are_no_part_of_them() -> None:
    model = fitted(LogisticRegression())
    assert report(model, TABLE.add_prefix(" "), LABELS) == report(model, TABLE, LABELS)


@pytest.mark.filterwarnings("ignore::errorest.exceptions.ErrorestWarning")
@pytest.mark.usefixtures("drawn_once")
def test_a_line_that_took_no_epoch() -> None:
    model = fitted(TabularMLPClassifier(max_seconds=1e-9, random_state=0))
    assert "no epoch that could be drawn" in report(model, TABLE, LABELS)


@pytest.mark.usefixtures("drawn_once")
@pytest.mark.parametrize("n_rows", [1, 2])
def test_a_table_of_few_rows(n_rows: int) -> None:
    page = report(fitted(LogisticRegression()), TABLE[:n_rows], LABELS[:n_rows])
    assert "three rows" in page


@pytest.mark.usefixtures("drawn_once")
def test_groups_may_have_names() -> None:
    names = np.array([f"patient {row // 2}" for row in range(N_ROWS)], dtype=object)
    names[:2] = None
    model = fitted(LogisticRegression())
    page = build_report(model, TABLE, LABELS, title="", facts={}, versions={}, groups=names)
    assert "measured on 60 rows of 31 groups" in page


@pytest.mark.usefixtures("drawn_once")
def test_a_table_that_lacks_a_column() -> None:
    with pytest.warns(TableWarning, match="'strong'"):
        page = report(fitted(LogisticRegression()), without(["strong"]), LABELS)
    assert "over weak" in page or "over noise" in page


@pytest.mark.usefixtures("drawn_once")
def test_one_mistake_is_told_in_the_singular() -> None:
    model = fitted(LogisticRegression())
    labels = pd.Series(model.predict(TABLE))
    labels[0] = next(name for name in model.classes_ if name != labels[0])
    words = " ".join(report(model, TABLE, labels).split())
    assert f"Of {len(TABLE)} rows, 1 is misclassified." in words


@pytest.mark.usefixtures("drawn_once")
def test_a_network_of_other_layers_and_submodels() -> None:
    """Waves, factors and parametric activations; two submodels share the weights."""
    model = fitted(MLPClassifier((3,), solver="lbfgs", max_iter=500, random_state=0))
    network = tabular_network(
        *(3, [4], 1),
        activation=selu,
        loss=binary_cross_entropy,
        seed=0,
        parametric=True,
        periodic=(0, 2),
        n_submodels=2,
    )
    rng = np.random.default_rng(0)
    model.estimator_.network_ = network.with_parameters(rng.normal(size=network.n_parameters))
    page = report(model, TABLE, LABELS)
    for fragment in (
        "2 networks are averaged",
        "Network of 9 inputs, 4 hidden units, 1 output;",
        "Feedforward, Periodic",
        "Backpropagation, to Periodic",
        "output a = parametric SELU(z)",
        "weak~1",
    ):
        assert fragment in page
    assert "No picture" not in page


def test_a_mistake_in_the_drawing_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*_: Any) -> None:
        raise ValueError("a mistake of ours")

    monkeypatch.setattr("errorest.report.page.confusion_picture", wrong)
    with pytest.raises(ValueError, match="a mistake of ours"):
        report(fitted(LogisticRegression()), TABLE, LABELS)


def test_the_users_own_pictures_are_drawn_where_they_were_before() -> None:
    before = mpl.get_backend()
    mpl.use("svg")
    try:
        report(fitted(LogisticRegression()), TABLE, LABELS)
        assert mpl.get_backend() == "svg"
    finally:
        mpl.use(before)


def test_models_with_nothing_to_report() -> None:
    from sklearn.linear_model import LogisticRegression as Foreign

    with pytest.raises(ErrorestError, match="holds no network"):
        report(fitted(Foreign()), TABLE, LABELS)
    only = pd.Series(["yes"] * N_ROWS)
    one_class = fitted(MLPClassifier((2,), solver="lbfgs"), TABLE, only)
    with pytest.raises(ErrorestError, match="only the class yes"):
        report(one_class, TABLE, only)


def test_on_paper_two_pictures_stand_side_by_side(
    page: str, visit: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "report.html").write_text(page)
    printed = visit((tmp_path / "report.html").as_uri(), viewport={"width": 794, "height": 1123})
    printed.page.emulate_media(media="print")
    left, right = (printed.page.locator(".beside figure").nth(k).bounding_box() for k in (0, 1))
    assert left["y"] == right["y"]


def test_on_paper_the_importances_are_there_in_numbers(
    page: str, visit: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "report.html").write_text(page)
    browser = visit((tmp_path / "report.html").as_uri()).page
    numbers = browser.locator("[aria-labelledby=columns] details table")
    assert not numbers.is_visible()
    browser.emulate_media(media="print")
    assert numbers.is_visible()
    assert numbers.bounding_box()["height"] > 100
    assert not browser.locator("[aria-labelledby=mistakes] details table").first.is_visible()


def test_on_a_phone_a_name_has_room_for_more_than_a_word(
    page: str, visit: Callable[..., Any], tmp_path: Path
) -> None:
    long = page.replace("ROC-AUC", "ROC-AUC of a class that has rather many words to its name")
    (tmp_path / "report.html").write_text(long)
    phone = visit((tmp_path / "report.html").as_uri(), viewport={"width": 360, "height": 800})
    assert phone.page.locator("tbody th").first.bounding_box()["width"] >= 130
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 360
