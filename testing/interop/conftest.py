"""A running platform on which the main job has been run: $TRINE_URL, $TRINE_PASSWORD and $TRINE_PROJECT name it."""

import json
import os
import urllib.request

import pytest


class Trine:
    """The least of a client: JSON in and out, as the first admin."""

    def __init__(self, url: str, password: str, project: str) -> None:
        self.url, self.project = url, project
        self.token = None
        self.token = self.call("POST", "/api/v1/auth/login", {"email": "admin@trine.local", "password": password})["accessToken"]

    def raw(self, method: str, path: str, body: object = None) -> bytes:
        request = urllib.request.Request(self.url + path, method=method)
        request.add_header("X-Trine-Project", self.project)
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, data) as answer:
            return answer.read()

    def call(self, method: str, path: str, body: object = None) -> dict:
        return json.loads(self.raw(method, path, body))


@pytest.fixture(scope="session")
def trine() -> Trine:
    return Trine(os.environ["TRINE_URL"], os.environ["TRINE_PASSWORD"], os.environ["TRINE_PROJECT"])


@pytest.fixture(scope="session")
def api_key(trine: Trine) -> str:
    return trine.call("POST", "/api/v1/api-keys", {"name": "interop", "scopes": ["*"]})["secret"]
