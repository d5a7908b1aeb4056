"""What Trine reports of a model equals what scikit-learn computes from its predictions and the labels of the data."""

import csv
import gzip
import io
from collections import Counter
from pathlib import Path

import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support

DIGITS = Path(__file__).parents[2] / "examples" / "digits" / "digits.csv.gz"


@pytest.fixture(scope="module")
def evaluation(trine) -> dict:
    return trine.call("GET", "/api/v1/evaluation/jobs")["items"][0]


@pytest.fixture(scope="module")
def part(trine, evaluation) -> list[dict]:
    """The rows that were evaluated: the part of the split as a reader of the data downloads it."""
    data = evaluation["spec"]["data"]
    dataset = next(each for each in trine.call("GET", "/api/v1/datasets")["items"] if each["name"] == data["dataset"])
    number = data.get("version") or dataset["latestVersion"]
    path = f"/api/v1/datasets/{dataset['id']}/versions/{number}/splits/{data['split']}/parts/{data.get('part') or 'test'}"
    return list(csv.DictReader(io.StringIO(trine.raw("GET", path).decode())))


@pytest.fixture(scope="module")
def predictions(trine, evaluation) -> list[dict]:
    text = trine.raw("GET", f"/api/v1/evaluation/jobs/{evaluation['id']}/predictions").decode()
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(scope="module")
def answers(part, predictions) -> tuple[list[str], list[str]]:
    """The truth of the data, and what the model said."""
    return [row["label"] for row in part], [row["prediction"] for row in predictions]


def test_the_part_has_rows_of_the_file_that_was_uploaded(part):
    with gzip.open(DIGITS, "rt") as file:
        uploaded = Counter(tuple(row) for row in csv.reader(file))
    assert Counter(tuple(row.values()) for row in part) <= uploaded


def test_every_row_of_the_part_is_predicted_once_in_its_order(evaluation, part, predictions):
    assert len(part) == len(predictions) == evaluation["report"]["rows"] == 360
    assert [row["label"] for row in predictions] == [row["label"] for row in part]


def test_accuracy(evaluation, answers):
    assert evaluation["report"]["accuracy"] == pytest.approx(accuracy_score(*answers), abs=1e-12)
    assert evaluation["report"]["accuracy"] >= 0.95


def test_scores_per_class_and_macro_f1(evaluation, answers):
    report = evaluation["report"]
    precision, recall, f1, support = precision_recall_fscore_support(*answers, labels=report["classes"], zero_division=0)
    assert report["macroF1"] == pytest.approx(f1.mean(), abs=1e-12)
    for i, scores in enumerate(report["perClass"]):
        assert scores["label"] == report["classes"][i]
        assert scores["precision"] == pytest.approx(precision[i], abs=1e-12)
        assert scores["recall"] == pytest.approx(recall[i], abs=1e-12)
        assert scores["f1"] == pytest.approx(f1[i], abs=1e-12)
        assert scores["support"] == support[i]


def test_confusion_matrix(evaluation, answers):
    report = evaluation["report"]
    assert report["confusionMatrix"] == confusion_matrix(*answers, labels=report["classes"]).tolist()
