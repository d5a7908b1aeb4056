"""The unmodified MLflow client against Trine's wire."""

import json
import re
import uuid

import mlflow
import numpy
import pytest
from mlflow import MlflowClient
from mlflow.entities import ViewType
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository


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


@pytest.fixture
def searched(client) -> str:
    """An experiment with three runs, of which the third has no accuracy."""
    experiment = client.create_experiment(f"searched-{uuid.uuid4().hex[:8]}", tags={"team": "vision"})
    for index, accuracy in enumerate([0.5, 0.9, None]):
        run = client.create_run(experiment, start_time=1000 * (index + 1), run_name=f"r{index}", tags={"a b": str(index)})
        client.log_param(run.info.run_id, "depth", index)
        if accuracy is not None:
            client.log_metric(run.info.run_id, "val/acc", accuracy)
    return experiment


def names(runs) -> list[str]:
    return [run.info.run_name for run in runs]


@pytest.mark.parametrize(
    "filter, order, found",
    [
        ("", None, ["r2", "r1", "r0"]),
        ("metrics.`val/acc` > 0.6", None, ["r1"]),
        ("params.depth != '1' and tags.\"a b\" LIKE '_'", None, ["r2", "r0"]),
        ("attributes.start_time >= 2000 and status = 'RUNNING'", ["attributes.start_time ASC"], ["r1", "r2"]),
        ("", ["metrics.`val/acc` DESC"], ["r1", "r0", "r2"]),
        ("tags.mlflow.runName = 'r0'", None, ["r0"]),
    ],
)
def test_runs_are_searched_and_ordered(client, searched, filter, order, found):
    assert names(client.search_runs([searched], filter, order_by=order)) == found


def test_runs_are_searched_page_by_page(client, searched):
    first = client.search_runs([searched], order_by=["metrics.`val/acc` ASC"], max_results=2)
    assert names(first) == ["r0", "r1"]
    assert names(client.search_runs([searched], order_by=["metrics.`val/acc` ASC"], max_results=2, page_token=first.token)) == ["r2"]


def test_a_filter_that_cannot_be_read_is_refused_with_its_place(client, searched):
    with pytest.raises(mlflow.exceptions.MlflowException, match="column 18") as refused:
        client.search_runs([searched], "params.depth = 3 OR x")
    assert refused.value.error_code == "INVALID_PARAMETER_VALUE"


def test_experiments_are_found_renamed_deleted_and_restored(client, searched):
    assert client.get_experiment("0").name == "Default"
    experiment = client.get_experiment(searched)
    assert experiment.tags == {"team": "vision"}
    client.set_experiment_tag(searched, "stage", "dev")
    assert [one.experiment_id for one in client.search_experiments(filter_string=f"name = '{experiment.name}' and tags.stage = 'dev'")] == [searched]
    client.delete_experiment_tag(searched, "stage")
    client.rename_experiment(searched, experiment.name + "-new")
    assert client.get_experiment_by_name(experiment.name) is None
    client.delete_experiment(searched)
    assert client.get_experiment(searched).lifecycle_stage == "deleted"
    assert searched not in [one.experiment_id for one in client.search_experiments()]
    assert searched in [one.experiment_id for one in client.search_experiments(view_type=ViewType.DELETED_ONLY)]
    client.restore_experiment(searched)
    assert len(client.search_runs([searched])) == 3


def test_runs_are_renamed_deleted_and_restored(client, searched):
    run = client.search_runs([searched], "run_name = 'r1'")[0].info.run_id
    client.update_run(run, name="better")
    assert client.get_run(run).data.tags["mlflow.runName"] == "better"
    client.delete_run(run)
    assert client.get_run(run).info.lifecycle_stage == "deleted"
    assert names(client.search_runs([searched])) == ["r2", "r0"]
    assert names(client.search_runs([searched], run_view_type=ViewType.DELETED_ONLY)) == ["better"]
    with pytest.raises(mlflow.exceptions.MlflowException, match="must be in the 'active' state"):
        client.log_metric(run, "val/acc", 1)
    client.restore_run(run)
    client.set_terminated(run, "KILLED")
    assert client.get_run(run).info.status == "KILLED"


def test_a_nameless_run_gets_a_name(client, searched):
    assert re.fullmatch(r"[a-z]+-[a-z]+-\d+", client.create_run(searched).info.run_name)


def test_what_is_no_endpoint_is_told_as_such(client):
    with pytest.raises(mlflow.exceptions.MlflowException) as refused:
        client.get_webhook("none")
    assert refused.value.error_code == "ENDPOINT_NOT_FOUND"


class Doubles(mlflow.pyfunc.PythonModel):
    def predict(self, model_input: list[float]) -> list[float]:
        return [2 * one for one in model_input]


@pytest.fixture
def registered(client) -> str:
    """A model of a name of its own with one version."""
    name = f"a model {uuid.uuid4().hex}"
    mlflow.set_experiment("registry")
    with mlflow.start_run():
        info = mlflow.pyfunc.log_model(name="model", python_model=Doubles(), pip_requirements=[])
    assert mlflow.register_model(info.model_uri, name).version == "1"
    return name


def test_a_registered_model_is_loaded_by_version_and_by_alias(client, registered):
    client.set_registered_model_alias(registered, "champion", "1")
    assert client.get_model_version_by_alias(registered, "champion").version == "1"
    for uri in (f"models:/{registered}/1", f"models:/{registered}@champion", f"models:/{registered}/latest"):
        assert mlflow.pyfunc.load_model(uri).predict([1.0, 2.0]) == [2.0, 4.0]
    client.delete_registered_model_alias(registered, "champion")
    assert client.get_registered_model(registered).aliases == {}


def test_a_copy_of_a_version_loads_what_it_was_copied_from(client, registered):
    copy = client.copy_model_version(f"models:/{registered}/1", registered + "-copy")
    assert copy.source == f"models:/{registered}/1"
    client.delete_registered_model(registered)
    assert mlflow.pyfunc.load_model(f"models:/{registered}-copy/1").predict([3.0]) == [6.0]


def test_registered_models_and_versions_are_searched_changed_and_deleted(client, registered):
    client.set_registered_model_tag(registered, "team", "vision")
    client.set_model_version_tag(registered, "1", "tier", "gold")
    client.update_registered_model(registered, "of a test")
    client.update_model_version(registered, "1", "the first")
    found = client.search_registered_models(f"name = '{registered}' AND tags.team = 'vision'")
    assert [(one.name, one.description) for one in found] == [(registered, "of a test")]
    versions = client.search_model_versions(f"name = '{registered}' AND tags.tier = 'gold'")
    assert [(one.version, one.description) for one in versions] == [("1", "the first")]
    client.transition_model_version_stage(registered, "1", "Production", archive_existing_versions=True)
    assert [one.version for one in client.get_latest_versions(registered, ["Production"])] == ["1"]
    renamed = registered + "-new"
    client.rename_registered_model(registered, renamed)
    client.delete_model_version(renamed, "1")
    assert client.search_model_versions(f"name = '{renamed}'") == []
    client.delete_registered_model(renamed)
    with pytest.raises(mlflow.exceptions.MlflowException, match=f"Registered Model with name={renamed} not found") as refused:
        client.get_registered_model(renamed)
    assert refused.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_a_run_tells_its_datasets_and_is_found_by_them(client):
    experiment = mlflow.set_experiment(f"inputs {uuid.uuid4().hex}").experiment_id
    wine = mlflow.data.from_numpy(numpy.array([1.0, 2.0]), name="wine")
    with mlflow.start_run() as trained:
        mlflow.log_input(wine, context="training", tags={"part": "red"})
    with mlflow.start_run():
        mlflow.log_param("given", "nothing")
    told = client.get_run(trained.info.run_id).inputs.dataset_inputs
    assert [(one.dataset.name, one.dataset.digest, one.dataset.profile) for one in told] == [
        ("wine", wine.digest, '{"features_shape": [2], "features_size": 2, "features_nbytes": 16}')
    ]
    assert {tag.key: tag.value for tag in told[0].tags} == {"mlflow.data.context": "training", "part": "red"}
    found = client.search_runs([experiment], "dataset.name = 'wine' AND dataset.context = 'training'")
    assert [run.info.run_id for run in found] == [trained.info.run_id]
    assert client.search_runs([experiment], "dataset.context = 'testing'") == []


def test_logged_models_are_measured_searched_tagged_and_deleted(client):
    experiment = mlflow.set_experiment(f"models {uuid.uuid4().hex}").experiment_id
    wine = mlflow.data.from_numpy(numpy.array([1.0]), name="wine")
    models = [mlflow.create_external_model(name=f"net-{depth}", params={"depth": str(depth)}, model_type="tree") for depth in (1, 2)]
    with mlflow.start_run() as run:
        for model, accuracy in zip(models, (0.7, 0.9)):
            mlflow.log_metric("accuracy", accuracy, dataset=wine, model_id=model.model_id, step=3)
        mlflow.log_outputs(models=[mlflow.entities.LoggedModelOutput(models[1].model_id, step=3)])
    kept = client.get_run(run.info.run_id)
    assert [one.model_id for one in kept.inputs.model_inputs] == [one.model_id for one in models]
    assert [(one.model_id, one.step) for one in kept.outputs.model_outputs] == [(models[1].model_id, 3)]
    by_accuracy = {"field_name": "metrics.accuracy", "ascending": False, "dataset_name": "wine"}
    best = mlflow.search_logged_models([experiment], order_by=[by_accuracy], output_format="list")
    assert [one.name for one in best] == ["net-2", "net-1"]
    assert [(one.key, one.value, one.step, one.dataset_name, one.dataset_digest) for one in best[0].metrics] == [
        ("accuracy", 0.9, 3, "wine", wine.digest)
    ]
    found = client.search_logged_models([experiment], "metrics.accuracy > 0.8 AND params.depth = '2'", datasets=[{"dataset_name": "wine"}])
    assert [one.model_id for one in found] == [models[1].model_id]
    client.set_logged_model_tags(models[0].model_id, {"stage": "trial"})
    assert [one.name for one in client.search_logged_models([experiment], "tags.stage = 'trial'")] == ["net-1"]
    client.delete_logged_model_tag(models[0].model_id, "stage")
    assert client.get_logged_model(models[0].model_id).tags.get("stage") is None
    client.delete_logged_model(models[0].model_id)
    assert [one.name for one in client.search_logged_models([experiment])] == ["net-2"]
    with pytest.raises(mlflow.exceptions.MlflowException, match=f"Logged model with ID '{models[0].model_id}' not found") as refused:
        client.get_logged_model(models[0].model_id)
    assert refused.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_traces_are_told_found_judged_and_deleted(client):
    experiment = mlflow.set_experiment(f"traces {uuid.uuid4().hex}").experiment_id

    @mlflow.trace(span_type="CHAIN")
    def ask(question: str) -> dict:
        with mlflow.start_span("think", span_type="LLM") as span:
            span.set_inputs({"question": question})
            span.set_attribute("model", "small")
            span.set_outputs({"answer": 42})
        if question == "why?":
            raise ValueError("nobody knows")
        return {"answer": 42}

    with mlflow.start_run() as run:
        ask("how?")
    with pytest.raises(ValueError):
        ask("why?")
    mlflow.flush_trace_async_logging()

    def found(filter: str) -> list:
        return mlflow.search_traces(locations=[experiment], filter_string=filter, return_type="list")

    assert len(found("")) == 2
    (good,) = found("status = 'OK'")
    assert [(span.name, span.span_type, span.status.status_code.value) for span in good.data.spans] == [
        ("ask", "CHAIN", "OK"),
        ("think", "LLM", "OK"),
    ]
    assert good.data.spans[1].inputs == {"question": "how?"} and good.data.spans[1].outputs == {"answer": 42}
    assert good.data.spans[1].parent_id == good.data.spans[0].span_id
    assert good.info.execution_duration >= 0 and good.info.tags["mlflow.traceName"] == "ask"
    (bad,) = found("span.attributes.model = 'small' AND status = 'ERROR'")
    assert "nobody knows" in str(bad.data.spans[0].events)
    assert [one.info.trace_id for one in found(f"run_id = '{run.info.run_id}'")] == [good.info.trace_id]

    mlflow.set_trace_tag(good.info.trace_id, "colour", "red")
    assert [one.info.trace_id for one in found("tags.colour = 'red'")] == [good.info.trace_id]
    mlflow.delete_trace_tag(good.info.trace_id, "colour")
    said = mlflow.log_feedback(trace_id=good.info.trace_id, name="correct", value="yes", rationale="it is 42")
    mlflow.log_expectation(trace_id=good.info.trace_id, name="answer", value={"answer": 42})
    assert [one.info.trace_id for one in found("feedback.correct = 'yes'")] == [good.info.trace_id]
    judged = mlflow.get_trace(good.info.trace_id).info.assessments
    assert {(one.name, str(one.value), one.rationale) for one in judged} == {
        ("correct", "yes", "it is 42"),
        ("answer", "{'answer': 42}", None),
    }
    mlflow.override_feedback(trace_id=good.info.trace_id, assessment_id=said.assessment_id, value="no")
    assert [one.valid for one in mlflow.get_trace(good.info.trace_id).info.assessments if one.value == "yes"] == [False]
    assert client.delete_traces(experiment, trace_ids=[bad.info.trace_id]) == 1
    assert [one.info.trace_id for one in found("")] == [good.info.trace_id]


def test_traces_are_counted_and_told_by_older_clients_with_files(client, tmp_path):
    from mlflow.entities.trace_metrics import AggregationType, MetricAggregation, MetricViewType
    from mlflow.entities.trace_status import TraceStatus

    experiment = client.create_experiment(f"figures {uuid.uuid4().hex}")
    for name, status in [("a", "OK"), ("b", "OK"), ("c", "ERROR")]:
        span = client.start_trace(name=name, experiment_id=experiment, tags={"kind": "small" if name == "a" else "large"})
        client.end_trace(span.trace_id, status=status)
    mlflow.flush_trace_async_logging()
    store = client._tracing_client.store
    counted = store.query_trace_metrics(
        experiment_ids=[experiment],
        view_type=MetricViewType.TRACES,
        metric_name="trace_count",
        aggregations=[MetricAggregation(aggregation_type=AggregationType.COUNT)],
        dimensions=["trace_status"],
    )
    assert [(point.dimensions, point.values) for point in counted] == [
        ({"trace_status": "ERROR"}, {"COUNT": 1}),
        ({"trace_status": "OK"}, {"COUNT": 2}),
    ]
    together = store.calculate_trace_filter_correlation([experiment], "tags.kind = 'large'", "status = 'ERROR'")
    assert (together.total_count, together.filter1_count, together.joint_count) == (3, 2, 1)
    assert 0 < together.npmi < 1

    begun = store.deprecated_start_trace_v2(experiment_id=experiment, timestamp_ms=1000, request_metadata={"a": "1"}, tags={"t": "x"})
    ended = store.deprecated_end_trace_v2(
        request_id=begun.request_id, timestamp_ms=3000, status=TraceStatus.OK, request_metadata={"b": "2"}, tags={}
    )
    assert (ended.execution_time_ms, ended.request_metadata) == (2000, {"a": "1", "b": "2"})
    file = tmp_path / "traces.json"
    root = {"name": "old", "context": {"trace_id": "0x" + "ab" * 16, "span_id": "0x" + "cd" * 8}, "parent_id": None}
    times = {"start_time": 1, "end_time": 2, "status_code": "OK", "status_message": "", "events": []}
    file.write_text(json.dumps({"spans": [root | times | {"attributes": {"mlflow.traceRequestId": json.dumps(begun.request_id)}}]}))
    get_artifact_repository(ended.tags["mlflow.artifactLocation"]).log_artifact(str(file))
    assert [span.name for span in client.get_trace(begun.request_id).data.spans] == ["old"]
