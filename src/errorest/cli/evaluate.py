"""``errorest evaluate``: how well a saved model does on a labelled table."""

from errorest.cli.screen import (
    AsJson,
    GroupColumn,
    Header,
    ModelPath,
    TablePath,
    naming,
    print_json,
    results,
)
from errorest.wording import counted

__all__ = ["evaluate"]


def evaluate(
    model: ModelPath,
    table: TablePath,
    group: GroupColumn = None,
    header: Header = None,
    as_json: AsJson = False,
) -> None:
    """Measure a model on rows with known classes, ideally ones that it was not trained on."""
    from errorest import estimators
    from errorest.cli.figures import confusion_table, evaluation_table
    from errorest.cli.models import groups_in, load_table_classifier, read_labelled

    classifier, target = load_table_classifier(model)
    features, labels = read_labelled(table, classifier, target, header=header)
    with naming(table):
        encoded = classifier.encode(features)
        groups = None if group is None else groups_in(features, group)
    evaluation = estimators.evaluate(classifier.estimator_, encoded, labels, groups=groups)
    if as_json:
        print_json(evaluation.to_dict())
        return
    screen = results()
    n_rows = counted(evaluation.n_rows, "row")
    screen.print(f"{model.name} on {n_rows} of {table.name}:\n", markup=False)
    screen.print(evaluation_table({"": evaluation}))
    screen.print()
    screen.print(confusion_table(evaluation, screen.width))
