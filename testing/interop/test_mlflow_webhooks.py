"""The unmodified MLflow client against Trine's wire: prompts, and webhooks that are told of them and of models."""

import base64
import hashlib
import hmac
import json
import queue
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.entities.webhook import WebhookStatus
from mlflow.exceptions import MlflowException

PATIENCE = 120


@pytest.fixture
def client(trine, api_key, monkeypatch) -> MlflowClient:
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", api_key)
    mlflow.set_tracking_uri(trine.url)
    return MlflowClient(trine.url)


@pytest.fixture
def name() -> str:
    return f"of-webhooks-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def receiver():
    told = queue.Queue()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            told.put((json.loads(body), body, self.headers))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.told = told
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


def address(receiver) -> str:
    return f"http://127.0.0.1:{receiver.server_address[1]}/hook"


def test_a_prompt_is_registered_changed_found_and_loaded(client, name):
    first = mlflow.genai.register_prompt(name=name, template="Hello {{who}}!", commit_message="first", tags={"a": "b"})
    assert first.version == 1 and first.variables == {"who"}
    second = mlflow.genai.register_prompt(
        name=name, template=[{"role": "user", "content": "Hello {{who}}, {{how}}?"}], commit_message="as a chat")
    assert second.version == 2
    mlflow.genai.set_prompt_alias(name, alias="best", version=1)
    loaded = mlflow.genai.load_prompt(f"prompts:/{name}@best")
    assert loaded.format(who="you") == "Hello you!" and loaded.tags["a"] == "b" and loaded.commit_message == "first"
    assert mlflow.genai.load_prompt(f"prompts:/{name}/2").format(who="you", how="well") == [
        {"role": "user", "content": "Hello you, well?"}]
    client.set_prompt_tag(name, "team", "blue")
    assert client.get_prompt(name).tags["team"] == "blue"
    assert name in [one.name for one in mlflow.genai.search_prompts(filter_string=f"name = '{name}'")]
    assert name not in [one.name for one in client.search_registered_models()], "a prompt is no model"
    mlflow.genai.delete_prompt_alias(name, alias="best")
    assert mlflow.genai.load_prompt(f"prompts:/{name}@best", allow_missing=True) is None
    client.delete_prompt_version(name, "2")
    client.delete_prompt_version(name, "1")
    client.delete_prompt(name)
    assert client.get_prompt(name) is None


def test_a_webhook_is_made_read_listed_changed_and_deleted(client, name):
    made = client.create_webhook(
        name=name, url="https://example.com/hook", events=["model_version.created"], description="d", secret="s")
    assert made.status == WebhookStatus.ACTIVE and made.secret is None and made.description == "d"
    assert client.get_webhook(made.webhook_id).to_proto() == made.to_proto()
    assert made.webhook_id in [one.webhook_id for one in client.list_webhooks()]
    changed = client.update_webhook(made.webhook_id, status="DISABLED", events=["prompt.created"])
    assert changed.status == WebhookStatus.DISABLED and [str(event) for event in changed.events] == ["prompt.created"]
    client.delete_webhook(made.webhook_id)
    with pytest.raises(MlflowException, match="not found"):
        client.get_webhook(made.webhook_id)
    with pytest.raises(MlflowException, match="name"):
        client.create_webhook(name="a b", url="https://example.com", events=["prompt.created"])


def test_a_webhook_is_told_of_versions_and_aliases(client, name, receiver):
    hook = client.create_webhook(
        name=name,
        url=address(receiver),
        events=["registered_model.created", "model_version.created", "model_version_alias.created"],
        secret="shared",
    )
    try:
        assert client.test_webhook(hook.webhook_id).success
        receiver.told.get(timeout=PATIENCE)
        client.create_registered_model(name, tags={"team": "blue"})
        message, _, _ = receiver.told.get(timeout=PATIENCE)
        assert message["entity"] == "registered_model" and message["data"]["tags"] == {"team": "blue"}
        client.create_model_version(name, source="s3://somewhere/model")
        message, body, headers = receiver.told.get(timeout=PATIENCE)
        assert message["data"]["name"] == name and message["data"]["version"] == "1"
        signed = f"{headers['X-MLflow-Delivery-Id']}.{headers['X-MLflow-Timestamp']}.{body}"
        signature = base64.b64encode(hmac.new(b"shared", signed.encode(), hashlib.sha256).digest()).decode()
        assert headers["X-MLflow-Signature"] == f"v1,{signature}"
        client.set_registered_model_alias(name, "champion", "1")
        message, _, _ = receiver.told.get(timeout=PATIENCE)
        assert message["data"] == {"name": name, "alias": "champion", "version": "1"}
    finally:
        client.delete_webhook(hook.webhook_id)


def test_a_webhook_is_told_of_prompts(client, name, receiver):
    hook = client.create_webhook(
        name=name, url=address(receiver), events=["prompt.created", "prompt_version.created", "model_version.created"])
    try:
        mlflow.genai.register_prompt(name=name, template="Hello {{who}}!")
        told = [receiver.told.get(timeout=PATIENCE)[0] for _ in range(2)]
        assert sorted(one["entity"] for one in told) == ["prompt", "prompt_version"]
        (version,) = [one for one in told if one["entity"] == "prompt_version"]
        assert version["data"]["template"] == "Hello {{who}}!"
    finally:
        client.delete_webhook(hook.webhook_id)


def test_a_project_is_named_by_the_address_alone(trine, name, monkeypatch):
    (organization, *_) = trine.call("GET", "/api/v1/orgs")["items"]
    trine.call("POST", f"/api/v1/orgs/{organization['id']}/projects", {"name": name, "slug": name})
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", trine.token)
    there = MlflowClient(f"{trine.url}/p/{name}")
    mlflow.set_tracking_uri(f"{trine.url}/p/{name}")
    experiment = there.create_experiment("elsewhere")
    with mlflow.start_run(experiment_id=experiment) as run:
        mlflow.log_metric("m", 1)
        mlflow.log_text("hello", "a.txt")
    assert mlflow.artifacts.load_text(run.info.artifact_uri + "/a.txt") == "hello"
    assert MlflowClient(trine.url).get_experiment_by_name("elsewhere") is None
