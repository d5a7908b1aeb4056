"""The unmodified tritonclient speaks to a service through the gateway."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

DIGITS = Path(__file__).parents[2] / "examples" / "digits" / "digits.csv.gz"


@pytest.fixture(scope="module")
def service(trine) -> dict:
    return trine.call("GET", "/api/v1/inference/services")["items"][0]


@pytest.fixture(scope="module")
def client(trine, service):
    address = trine.url.removeprefix("http://") + f"/serve/{trine.project}/{service['name']}"
    with triton.InferenceServerClient(address) as client:
        yield client


@pytest.fixture
def auth(api_key) -> dict:
    return {"Authorization": f"Bearer {api_key}"}


def digits(count: int) -> tuple[np.ndarray, list[str]]:
    """The first rows of the example's data: their pixels, and the digit that each shows."""
    with gzip.open(DIGITS, "rt") as file:
        rows = list(csv.DictReader(file))[:count]
    labels = [row.pop("label") for row in rows]
    return np.array([[float(value) for value in row.values()] for row in rows], dtype=np.float32), labels


def tensor(values: np.ndarray, name: str, binary: bool) -> triton.InferInput:
    sent = triton.InferInput(name, list(values.shape), "FP32")
    sent.set_data_from_numpy(values, binary_data=binary)
    return sent


def test_health_and_metadata(client, auth, service):
    assert client.is_server_live(headers=auth)
    assert client.is_server_ready(headers=auth)
    facts = client.get_model_metadata(service["name"], headers=auth)
    assert facts["inputs"][0]["datatype"] == "FP32"


def test_json_and_binary_give_the_same_right_answers(client, auth, service):
    facts = client.get_model_metadata(service["name"], headers=auth)
    name, answer = facts["inputs"][0]["name"], facts["outputs"][0]["name"]
    rows, labels = digits(100)
    results = []
    for binary in (False, True):
        wanted = [triton.InferRequestedOutput(answer, binary_data=binary)]
        got = client.infer(service["name"], [tensor(rows, name, binary)], outputs=wanted, headers=auth)
        results.append(got.as_numpy(answer))
    np.testing.assert_allclose(results[0], results[1], rtol=1e-6)
    assert results[0].shape == (len(rows), 10)  # a column for each digit, in their order
    assert (results[0].argmax(axis=1).astype(str) == np.array(labels).astype(str)).mean() >= 0.95


def test_a_wrong_shape_is_refused_in_the_protocols_form(client, auth, service):
    name = client.get_model_metadata(service["name"], headers=auth)["inputs"][0]["name"]
    with pytest.raises(InferenceServerException, match="shape"):
        client.infer(service["name"], [tensor(digits(1)[0][:, :10].copy(), name, True)], headers=auth)


def test_without_a_key_nobody_is_served(client):
    with pytest.raises(InferenceServerException, match="401|UNAUTH"):
        client.get_model_metadata("digits")
