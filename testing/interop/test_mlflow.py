"""The unmodified MLflow client against Trine's wire."""

import mlflow
import pytest
from mlflow import MlflowClient


@pytest.fixture
def client(trine, api_key, monkeypatch) -> MlflowClient:
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", api_key)
    mlflow.set_tracking_uri(trine.url)
    return MlflowClient(trine.url)


def test_a_run_by_the_fluent_api_keeps_what_was_logged(client, tmp_path):
    mlflow.set_experiment("fluent")
    with mlflow.start_run() as run:
        mlflow.log_param("depth", 3)
        for step in range(5):
            mlflow.log_metric("loss", 1 / (step + 1), step=step)
        mlflow.set_tag("kind", "test")
        file = tmp_path / "note.txt"
        file.write_text("hello")
        mlflow.log_artifact(str(file), "notes")
    kept = client.get_run(run.info.run_id)
    assert kept.info.status == "FINISHED"
    assert kept.data.params == {"depth": "3"}
    assert kept.data.metrics == {"loss": 0.2}
    assert kept.data.tags["kind"] == "test"
    assert [point.value for point in client.get_metric_history(run.info.run_id, "loss")] == [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5]
    assert [file.path for file in client.list_artifacts(run.info.run_id, "notes")] == ["notes/note.txt"]
    back = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="notes/note.txt", dst_path=str(tmp_path))
    assert open(back).read() == "hello"


def test_the_built_in_trainers_run_is_found_with_its_metrics_per_epoch(trine, client):
    job = next(job for job in trine.call("GET", "/api/v1/training/jobs")["items"] if job["spec"]["program"]["kind"] == "builtin")
    run = client.get_run(job["runId"].removeprefix("run_"))
    history = client.get_metric_history(run.info.run_id, "train_loss")
    assert len(history) == 40
    assert history[-1].value < history[0].value


def test_a_refusal_comes_in_mlflows_own_words(client):
    with pytest.raises(mlflow.exceptions.MlflowException) as refused:
        client.get_run("0" * 32)
    assert refused.value.error_code == "RESOURCE_DOES_NOT_EXIST"
