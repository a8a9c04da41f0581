"""A classifier that takes a table as it is.

>>> from errorest import TableClassifier, datasets
>>> iris = datasets.load("iris")
>>> X, y = iris.frame.drop(columns=iris.target), iris.frame[iris.target]
>>> model = TableClassifier(random_state=1).fit(X, y)
>>> model.score(X, y) > 0.95
True
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, clone, is_classifier
from sklearn.callback import CallbackSupportMixin
from sklearn.utils.validation import _check_n_features, check_consistent_length, check_is_fitted

from errorest.estimators.decorators import available_if, with_callbacks
from errorest.estimators.failure import unchanged_by_failure
from errorest.estimators.reporting import fit_told
from errorest.estimators.rows import warn_of_other_order
from errorest.estimators.tabular_mlp import TabularMLPClassifier
from errorest.exceptions import ModelError, TableError, TableWarning
from errorest.network.trace import Trace
from errorest.notices import warn
from errorest.tables import Schema, as_dataframe, warn_of_giveaways
from errorest.tables.encoder import build_encoder, code_levels, encode
from errorest.tables.names import column_name, quote

__all__ = ["TableClassifier"]


def _estimator_has(name: str) -> Any:
    def check(self: TableClassifier) -> bool:
        estimator = getattr(self, "estimator_", self.estimator)
        # Where it is missing, the error tells which estimator lacks it.
        return bool(getattr(TabularMLPClassifier if estimator is None else estimator, name))

    return check


class TableClassifier(CallbackSupportMixin, ClassifierMixin, BaseEstimator):
    """Recognise a table's columns, encode them as numbers, and classify.

    Parameters
    ----------
    estimator : classifier, optional
        The classifier to train on the encoded table; by default a
        :class:`errorest.estimators.TabularMLPClassifier`, for which numbers are clipped smoothly
        and categories with many values are embedded. Give one to set its options:
        ``TabularMLPClassifier(class_weight="balanced", max_seconds=60)``.
    kinds : mapping of str to str, or Schema, optional
        Columns whose recognised kind to override, such as ``{"rank": "category"}``; or the
        schema already recognised in a larger table, of which ``fit`` sees a part.
    random_state : int, RandomState instance or None, default=None
        Seed for the estimator, unless it has one of its own.

    Attributes
    ----------
    schema_ : Schema
        What each column was recognised as.
    encoder_ : ColumnTransformer
        Turns the columns into numbers.
    estimator_ : classifier
    classes_ : array of shape (n_classes,)
    target_name_ : str or None
        Name of the target column, if ``y`` had one.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : array of shape (`n_features_in_`,)

    Examples
    --------
    >>> import pandas as pd
    >>> from errorest import LogisticRegression
    >>> table = pd.DataFrame({"colour": ["red", "blue"] * 8, "size": range(5, 21)})
    >>> model = TableClassifier(LogisticRegression()).fit(table, ["warm", "cold"] * 8)
    >>> model.predict(pd.DataFrame({"colour": ["red"], "size": [12]}))
    array(['warm'], dtype='<U4')
    """

    estimator_: Any
    classes_: NDArray[Any]

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "estimator": [None, BaseEstimator],
        "kinds": [None, Mapping, Schema],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        estimator: Any = None,
        *,
        kinds: Mapping[str, str] | Schema | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.estimator = estimator
        self.kinds = kinds
        self.random_state = random_state

    def set_params(self, **params: Any) -> Self:
        """Set parameters, including the estimator's: ``estimator__alpha=0.1``.

        Raises
        ------
        ValueError
            If there is no such parameter, or no estimator that could have it.
        """
        inner = [name for name in params if name.startswith("estimator__")]
        if inner and params.get("estimator", self.estimator) is None:
            raise ValueError(
                f"Invalid parameter {inner[0]} for estimator {self}: estimator is None; give one, "
                "such as TableClassifier(TabularMLPClassifier())"
            )
        super().set_params(**params)
        return self

    @unchanged_by_failure
    @with_callbacks
    def fit(
        self,
        X: Any,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        *,
        groups: ArrayLike | None = None,
    ) -> Self:
        """Recognise the columns, encode them, and train the estimator.

        Parameters
        ----------
        X : DataFrame of shape (n_rows, n_columns)
            From pandas, polars or another library that narwhals supports, or an array.
        y : array-like of shape (n_rows,)
        sample_weight : array-like of shape (n_rows,), optional
            For an estimator that accepts it.
        groups : array-like of shape (n_rows,), optional
            For an estimator that accepts it: the group of each row, such as its patient, if the
            classifier is for new groups.

        Returns
        -------
        self

        Raises
        ------
        TableError
            If the table cannot be learned from, or a label is missing.
        ValueError
            If X and y differ in length, or the estimator rejects them or is not a classifier.

        Warns
        -----
        TableWarning
            If identifiers or free text are left out, words stand for missing cells, a single
            column determines every row's class, as if filled in after the class was known, or the
            index of y has that of X in another order.
        """
        self._validate_params()
        if self.estimator is not None and not is_classifier(self.estimator):
            name = type(self.estimator).__name__
            raise ValueError(f"a TableClassifier trains a classifier, and {name} is none")
        if y is None:
            raise ValueError(
                "This TableClassifier estimator requires y to be passed, but the target y is None."
            )
        if isinstance(y, str):
            raise ValueError(
                "y takes the label of each row, not the name of their column: "
                f"fit(table.drop(columns={y!r}), table[{y!r}])"
            )
        frame = as_dataframe(X)
        check_consistent_length(frame, y)
        warn_of_other_order(X, y)
        if len(frame) == 1:
            raise TableError("the table has 1 sample: nothing can be learned from a single row")
        labels = np.asarray(y)
        missing = np.asarray(pd.isna(labels))
        if missing.any():
            row = int(missing.reshape(len(frame), -1).any(axis=1).argmax()) + 1
            raise TableError(f"Input y contains NaN: row {row} has no label; leave such rows out")
        column = y.iloc[:, 0] if isinstance(y, pd.DataFrame) and y.shape[1] == 1 else y
        self.target_name_: str | None = getattr(column, "name", None)
        if isinstance(self.kinds, Schema):
            self.schema_ = self.kinds
        else:
            self.schema_ = Schema.recognise(frame, self.kinds)
            self._warn_of_identifiers({column_name(name) for name in self.kinds or ()})
        conformed = self.schema_.conform(frame)
        estimator = TabularMLPClassifier() if self.estimator is None else self.estimator
        self.estimator_ = clone(estimator)
        if self.estimator_.get_params().get("random_state", 0) is None:
            self.estimator_.set_params(random_state=self.random_state)
        embedded = isinstance(self.estimator_, TabularMLPClassifier)
        self.encoder_ = build_encoder(self.schema_, embedded=embedded)
        encoded = self.encoder_.fit_transform(conformed)
        if embedded:
            self.estimator_.set_params(levels=code_levels(self.encoder_))
        given = {"sample_weight": sample_weight, "groups": groups}
        metadata = {name: value for name, value in given.items() if value is not None}
        self.n_features_in_ = len(frame.columns)
        self._columns: list[str] = list(frame.columns)
        self.feature_names_in_ = np.array(self._columns, dtype=object)
        with fit_told(self, X, y, sample_weight, max_subtasks=1) as context:
            task = context.subcontext(task_name="fit-estimator")
            with task.propagate_callback_context(self.estimator_):
                task.call_on_fit_task_begin(estimator=self)
                self.estimator_.fit(encoded, labels, **metadata)
                task.call_on_fit_task_end(estimator=self)
            self.classes_ = self.estimator_.classes_
        if (classes := np.asarray(column)).ndim == 1:
            warn_of_giveaways(conformed, self.schema_, classes)
        return self

    def _warn_of_identifiers(self, settled: set[str]) -> None:
        found = [
            f"{quote(column.name)} ({column.reason})"
            for column in self.schema_.columns
            if column.kind == "identifier" and column.name not in settled
        ]
        if found:
            warn(
                f"identifiers, left out unless their kind is set by hand: {', '.join(found)}",
                TableWarning,
            )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        return tags

    def encode(self, X: Any) -> NDArray[np.floating]:
        """Turn a table into the numbers that the estimator sees.

        Parameters
        ----------
        X : DataFrame of shape (n_rows, n_columns)
            Columns without names, as in an array, must be in the same order as in ``fit``.

        Returns
        -------
        array of shape (n_rows, n_features)
            Named by ``encoder_.get_feature_names_out()``.

        Raises
        ------
        TableError
            If X is not a table, or lacks more than half of the columns used in training.
        """
        frame = self._named(X)
        return encode(self.encoder_, self.schema_.conformed(frame))

    def _named(self, X: Any) -> pd.DataFrame:
        """Return a table with the names of ``fit``'s columns, if it has none."""
        check_is_fitted(self)
        frame = as_dataframe(X)
        if not hasattr(X, "columns"):
            _check_n_features(self, frame, reset=False)
            named = getattr(self, "feature_names_in_", None) is not None  # SHAP hides them
            if named and list(frame.columns) != self._columns:
                warn(
                    "X does not have valid feature names, but TableClassifier was fitted with "
                    "feature names"
                )
            frame.columns = self._columns
        return frame

    def predict(self, X: Any) -> NDArray[Any]:
        """Predict the class of each row.

        Parameters
        ----------
        X : DataFrame of shape (n_rows, n_columns)

        Returns
        -------
        array of shape (n_rows,)

        Raises
        ------
        TableError
            If X is not a table, or lacks more than half of the columns used in training.
        """
        encoded = self.encode(X)
        predictions: NDArray[Any] = self.estimator_.predict(encoded)
        return predictions

    @available_if(_estimator_has("predict_proba"))
    def predict_proba(self, X: Any) -> NDArray[np.floating]:
        """Predict the probability of each class.

        Parameters
        ----------
        X : DataFrame of shape (n_rows, n_columns)

        Returns
        -------
        array of shape (n_rows, n_classes)
            In the order of ``classes_``.

        Raises
        ------
        TableError
            If X is not a table, or lacks more than half of the columns used in training.
        """
        encoded = self.encode(X)
        probabilities: NDArray[np.floating] = self.estimator_.predict_proba(encoded)
        return probabilities

    @available_if(_estimator_has("predict_log_proba"))
    def predict_log_proba(self, X: Any) -> NDArray[np.floating]:
        """Predict the logarithm of the probability of each class.

        Parameters
        ----------
        X : DataFrame of shape (n_rows, n_columns)

        Returns
        -------
        array of shape (n_rows, n_classes)
            In the order of ``classes_``.

        Raises
        ------
        TableError
            If X is not a table, or lacks more than half of the columns used in training.
        """
        encoded = self.encode(X)
        logarithms: NDArray[np.floating] = self.estimator_.predict_log_proba(encoded)
        return logarithms

    @available_if(_estimator_has("decision_function"))
    def decision_function(self, X: Any) -> NDArray[np.floating]:
        """Compute the logits.

        Parameters
        ----------
        X : DataFrame of shape (n_rows, n_columns)

        Returns
        -------
        array of shape (n_rows,) for two classes, else (n_rows, n_classes)

        Raises
        ------
        TableError
            If X is not a table, or lacks more than half of the columns used in training.
        """
        encoded = self.encode(X)
        logits: NDArray[np.floating] = self.estimator_.decision_function(encoded)
        return logits

    def trace(self, X: Any, y: Any = None) -> Trace:
        """Follow one row through the network, and its error back.

        If the predictions of several networks are averaged, the trace shows one of them, and says
        so. It begins with the row's cells, and the numbers that they become.

        Parameters
        ----------
        X : DataFrame of shape (1, n_columns)
        y : label, optional
            The row's class.

        Returns
        -------
        Trace

        Raises
        ------
        ModelError
            If the estimator inside is not one of Errorest's.
        TableError
            As for :meth:`predict`.
        """
        frame = self._named(X)
        encoded = self.encode(frame)
        if not hasattr(self.estimator_, "trace"):
            raise ModelError(
                f"a {type(self.estimator_).__name__} has no network to trace: train an estimator "
                "of Errorest"
            )
        names = list(self.encoder_.get_feature_names_out())
        traced: Trace = self.estimator_.trace(encoded, y, input_names=names)
        columns = [column.name for column in self.schema_.used if column.name in frame]
        # A row of its own would make floats of whole numbers beside others.
        row = {name: frame[name].iloc[0] for name in columns}
        return replace(
            traced,
            cells=[(name, "missing" if pd.isna(row[name]) else str(row[name])) for name in columns],
        )
