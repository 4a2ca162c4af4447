"""What a browser does, as far as the tests need it: pages, GraphQL, a subscription."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from websockets.sync.client import connect

if TYPE_CHECKING:
    import ssl

_PATIENCE = 30


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: str


@dataclass(frozen=True)
class Site:
    """A server on this machine, by TLS if ``tls`` is given, with name and password if there are."""

    port: int
    tls: ssl.SSLContext | None = None
    login: str | None = None

    def get(self, path: str) -> Answer:
        return self._request("GET", path, None)

    def ask(self, query: str, **variables: object) -> Any:
        """The data that a GraphQL query or mutation answers with; errors fail the test."""
        answer = self._request("POST", "/graphql", {"query": query, "variables": variables})
        assert answer.status == http.HTTPStatus.OK, answer
        told = json.loads(answer.body)
        assert not told.get("errors"), told["errors"]
        return told["data"]

    def subscribe(self, query: str, **variables: object) -> Any:
        """The first thing that a GraphQL subscription sends."""
        scheme = "wss" if self.tls else "ws"
        with connect(
            f"{scheme}://localhost:{self.port}/graphql",
            ssl=self.tls,
            additional_headers=self._headers(),
            subprotocols=["graphql-ws"],  # type: ignore[list-item]
            proxy=None,
        ) as socket:
            socket.send(json.dumps({"type": "connection_init", "payload": {}}))
            start = {"query": query, "variables": variables}
            socket.send(json.dumps({"type": "start", "id": "1", "payload": start}))
            while True:
                told = json.loads(socket.recv(timeout=_PATIENCE))
                assert "error" not in told["type"], told
                if told["type"] == "data":
                    return told["payload"]["data"]

    def _request(self, method: str, path: str, body: object) -> Answer:
        with contextlib.closing(self._connection()) as connection:
            headers = self._headers() | {"Content-Type": "application/json"}
            connection.request(method, path, json.dumps(body) if body else None, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode())

    def _connection(self) -> http.client.HTTPConnection:
        if self.tls is None:
            return http.client.HTTPConnection("localhost", self.port, timeout=_PATIENCE)
        return http.client.HTTPSConnection(
            "localhost", self.port, timeout=_PATIENCE, context=self.tls
        )

    def _headers(self) -> dict[str, str]:
        if self.login is None:
            return {}
        return {"Authorization": f"Basic {base64.b64encode(self.login.encode()).decode()}"}
