"""Asking a routing server over HTTP: time limits, retries with back-off, errors in words."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from visitroute.errors import RoadsError

_BUSY = frozenset((429, 500, 502, 503, 504))
_FIRST_PAUSE_S = 0.5
_SHOWN = 200


class RefusedError(Exception):
    """The server understood, and refused: its own code and words."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(f"{code}: {message}")


@dataclass(frozen=True, slots=True)
class Client:
    """Asks one server.

    A request may take ``timeout_s`` seconds. One that finds nobody, or a busy or failing server
    (429, 5xx), is repeated ``retries`` times, after 0.5, 1, 2, … seconds.
    """

    address: str
    timeout_s: float
    retries: int

    def ask(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Return the JSON that the server answers, to GET, or to POST where there is a body.

        Raises ``RefusedError`` for an error that a server reports about the request,
        ``RoadsError`` VR3070 when nobody answers, VR3071 when the server fails, VR3072 when the
        answer is no JSON.
        """
        pause = _FIRST_PAUSE_S
        for left in range(self.retries, -1, -1):
            try:
                return self._once(path, body)
            except (_FailedError, OSError, TimeoutError) as why:
                if left == 0:
                    raise self._give_up(why) from why
            time.sleep(pause)
            pause *= 2
        raise AssertionError

    def _once(self, path: str, body: Mapping[str, Any] | None) -> Any:
        request = urllib.request.Request(  # noqa: S310 - the address was checked to be http(s)
            self.address + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "User-Agent": "visitroute"},
        )
        try:
            with urllib.request.urlopen(request, timeout=self.timeout_s) as answer:  # noqa: S310
                raw = answer.read()
        except urllib.error.HTTPError as error:
            raw = error.read()
            if error.code in _BUSY and not _says_why(raw):
                raise _FailedError(error.code, raw) from error
            self._refuse(error.code, raw)
        try:
            return json.loads(raw)
        except ValueError as error:
            raise RoadsError(
                "VR3072",
                f"{self.address} answers something that is no JSON: {raw[:_SHOWN]!r}",
                "the address is that of another service, or of a page in front of it",
            ) from error

    def _refuse(self, status: int, raw: bytes) -> None:
        try:
            told = json.loads(raw)
        except ValueError:
            told = {}
        if not isinstance(told, dict):
            told = {}
        code = told.get("code") or told.get("error_code") or f"HTTP {status}"
        message = (
            told.get("message") or told.get("error") or raw[:_SHOWN].decode("utf-8", "replace")
        )
        raise RefusedError(str(code), str(message))

    def _give_up(self, why: Exception) -> RoadsError:
        times = f"tried {self.retries + 1} times"
        if isinstance(why, _FailedError):
            return RoadsError(
                "VR3071",
                f"{self.address} fails with HTTP {why.status}, {times}: {why.text}",
                "look at the server's log; ask again when it is well",
            )
        return RoadsError(
            "VR3070",
            f"nobody answers at {self.address}, {times}: {why}",
            "start the server, or correct its address; servers.timeout_s may be too short",
        )


class _FailedError(Exception):
    def __init__(self, status: int, raw: bytes) -> None:
        self.status = status
        self.text = raw[:_SHOWN].decode("utf-8", "replace").strip() or "no text"
        super().__init__(status)


def _says_why(raw: bytes) -> bool:
    """Tell whether a failing server names an error of the request, as Valhalla does with 500."""
    try:
        told = json.loads(raw)
    except ValueError:
        return False
    return isinstance(told, dict) and ("error_code" in told or "code" in told)
