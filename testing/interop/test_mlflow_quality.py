"""The unmodified MLflow client against Trine's wire: evaluation datasets, scorers and issues."""

import json
import uuid

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.entities.issue import IssueSeverity, IssueStatus
from mlflow.exceptions import MlflowException
from mlflow.genai import datasets


@pytest.fixture
def client(trine, api_key, monkeypatch) -> MlflowClient:
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", api_key)
    mlflow.set_tracking_uri(trine.url)
    return MlflowClient(trine.url)


@pytest.fixture
def experiment(client) -> str:
    return client.create_experiment(f"quality {uuid.uuid4().hex}")


def test_an_evaluation_dataset_is_made_filled_and_read(client, experiment):
    made = datasets.create_dataset(name="questions", experiment_id=experiment, tags={"team": "ml"})
    assert made.experiment_ids == [experiment] and made.tags["team"] == "ml" and made.profile is None
    made.merge_records([
        {"inputs": {"question": "why?"}, "expectations": {"answer": "so"}, "tags": {"level": "easy"}},
        {"inputs": {"question": "how?"}, "expectations": {"answer": 1.5}},
    ])
    made.merge_records([{"inputs": {"question": "why?"}, "expectations": {"source": ["a book"]}}])
    kept = datasets.get_dataset(dataset_id=made.dataset_id)
    assert json.loads(kept.profile) == {"num_records": 2}
    assert json.loads(kept.schema) == {
        "inputs": {"question": "string"},
        "outputs": {},
        "expectations": {"answer": "string", "source": "array"},
        "version": "1.0",
    }
    frame = kept.to_df()
    assert list(frame["inputs"]) == [{"question": "why?"}, {"question": "how?"}]
    assert frame["expectations"][0] == {"answer": "so", "source": ["a book"]}
    (first, _) = client.get_dataset(made.dataset_id).records
    assert first.tags["level"] == "easy" and first.source.source_type.value == "HUMAN"
    assert kept.delete_records([first.dataset_record_id]) == 1
    assert [record.inputs for record in client.get_dataset(made.dataset_id).records] == [{"question": "how?"}]


def test_traces_become_records(client, experiment):
    mlflow.set_experiment(experiment_id=experiment)

    @mlflow.trace
    def answer(question: str) -> str:
        return "42"

    answer("why?")
    mlflow.flush_trace_async_logging()
    trace_id = mlflow.get_last_active_trace_id()
    mlflow.log_expectation(trace_id=trace_id, name="answer", value="42")
    dataset = datasets.create_dataset(name="of traces", experiment_id=experiment)
    dataset.merge_records(mlflow.search_traces(locations=[experiment], return_type="list"))
    (record,) = client.get_dataset(dataset.dataset_id).records
    assert (record.inputs, record.outputs, record.expectations) == ({"question": "why?"}, "42", {"answer": "42"})
    assert (record.source_type, record.source_id) == ("TRACE", trace_id)


def test_evaluation_datasets_are_found_tagged_given_and_deleted(client, experiment):
    other = client.create_experiment(f"quality {uuid.uuid4().hex}")
    made = [
        client.create_dataset(name=f"set {index}", experiment_id=ids, tags={"team": team})
        for index, (ids, team) in enumerate([([experiment], "ml"), ([experiment, other], "data"), ([other], "ml")])
    ]

    def found(experiments: list[str], filter: str | None = None, **more) -> list[str]:
        return [one.name for one in client.search_datasets(experiment_ids=experiments, filter_string=filter, **more)]

    assert found([experiment], order_by=["name ASC"]) == ["set 0", "set 1"]
    assert found([experiment, other], "tags.team = 'ml'", order_by=["name DESC"]) == ["set 2", "set 0"]
    assert found([other], "name LIKE '%2' AND created_time > 0") == ["set 2"]
    page = client.search_datasets(experiment_ids=[experiment, other], max_results=2)
    rest = client.search_datasets(experiment_ids=[experiment, other], max_results=2, page_token=page.token)
    assert (len(page), len(rest)) == (2, 1) and not rest.token

    client.set_dataset_tags(made[0].dataset_id, {"team": "vision", "stage": "trial"})
    client.delete_dataset_tag(made[0].dataset_id, "stage")
    tags = client.get_dataset(made[0].dataset_id).tags
    assert tags["team"] == "vision" and "stage" not in tags
    assert set(client.add_dataset_to_experiments(made[0].dataset_id, [other]).experiment_ids) == {experiment, other}
    assert client.remove_dataset_from_experiments(made[0].dataset_id, [experiment]).experiment_ids == [other]
    client.delete_dataset(made[0].dataset_id)
    with pytest.raises(MlflowException, match="not found") as refused:
        client.get_dataset(made[0].dataset_id)
    assert refused.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_scorers_are_kept_in_versions(client, experiment):
    store = client._tracking_client.store
    first = store.register_scorer(experiment, "polite", json.dumps({"name": "polite"}))
    second = store.register_scorer(experiment, "polite", json.dumps({"name": "polite", "strict": True}))
    assert (first.scorer_version, second.scorer_version) == (1, 2) and first.scorer_id == second.scorer_id
    assert [(one.scorer_name, one.scorer_version) for one in store.list_scorers(experiment)] == [("polite", 2)]
    assert [one.scorer_version for one in store.list_scorer_versions(experiment, "polite")] == [1, 2]
    assert json.loads(store.get_scorer(experiment, "polite", version=1)._serialized_scorer) == {"name": "polite"}
    store.delete_scorer(experiment, "polite", version=2)
    assert store.get_scorer(experiment, "polite").scorer_version == 1
    store.delete_scorer(experiment, "polite")
    with pytest.raises(MlflowException, match="Scorer with name 'polite' not found for experiment"):
        store.get_scorer(experiment, "polite")


def test_issues_are_told_found_and_settled(client, experiment):
    store = client._tracking_client.store
    slow = store.create_issue(experiment, "slow", "it takes long", severity=IssueSeverity.LOW, root_causes=["the network"])
    wrong = store.create_issue(experiment, "wrong", "at times", severity=IssueSeverity.HIGH)
    assert store.get_issue(slow.issue_id) == slow and slow.status == IssueStatus.PENDING
    assert [one.issue_id for one in store.search_issues(experiment)] == [wrong.issue_id, slow.issue_id]
    settled = store.update_issue(wrong.issue_id, status=IssueStatus.RESOLVED)
    assert (settled.status, settled.name) == (IssueStatus.RESOLVED, "wrong")
    assert [one.name for one in store.search_issues(experiment, filter_string="status = 'pending'")] == ["slow"]
    page = store.search_issues(experiment, max_results=1)
    assert [one.name for one in store.search_issues(experiment, max_results=1, page_token=page.token)] == ["slow"]
