"""Trains a classifier of handwritten digits and logs it with an unmodified MLflow client.

Run as a Trine command job: the data lies in $TRINE_INPUTS/{train,test}, and MLFLOW_TRACKING_URI, MLFLOW_TRACKING_TOKEN and
MLFLOW_RUN_ID lead right to the job's own run.
"""

import csv
import os
from pathlib import Path

import mlflow
import mlflow.sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler


def read(part: str) -> tuple[list[list[float]], list[str]]:
    folder = Path(os.environ["TRINE_INPUTS"]) / part
    (table,) = sorted(folder.iterdir())
    with table.open(newline="") as file:
        rows = list(csv.reader(file))
    label = rows[0].index("label")
    features = [[float(cell) for i, cell in enumerate(row) if i != label] for row in rows[1:]]
    return features, [row[label] for row in rows[1:]]


def main() -> None:
    train_x, train_y = read("train")
    test_x, test_y = read("test")
    regularization = 1.0
    with mlflow.start_run() as run:
        mlflow.log_params({"C": regularization, "max_iter": 1000})
        model = make_pipeline(MinMaxScaler(), LogisticRegression(C=regularization, max_iter=1000))
        model.fit(train_x, train_y)
        predictions = model.predict(test_x)
        accuracy = accuracy_score(test_y, predictions)
        mlflow.log_metric("accuracy", accuracy)
        mlflow.log_metric("macro_f1", f1_score(test_y, predictions, average="macro"))
        mlflow.sklearn.log_model(model, name="model")
        print(f"run {run.info.run_id}: accuracy {accuracy:.4f} on {len(test_y)} rows")


if __name__ == "__main__":
    main()
