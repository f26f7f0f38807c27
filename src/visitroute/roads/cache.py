"""Networks kept on disk between runs: never needed, never trusted blindly, never fatal."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import threading
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from visitroute.model import TravelMode
from visitroute.policy import SpeedTable
from visitroute.roads.network import Network

FORMAT = 2
"""Raised whenever networks are built or stored in another way."""

ENVIRONMENT = "VISITROUTE_CACHE"
"""Environment variable that names the cache folder; "off" switches the cache off."""

_INTEGERS = ("start", "end", "decimetres", "forward", "backward", "first")
_FLOATS = ("lon", "lat", "vertex_lon", "vertex_lat", "along")
_FLAGS = ("snappable",)
_ARRAYS = _INTEGERS + _FLOATS + _FLAGS
_TYPES: dict[str, type] = {
    **dict.fromkeys(_INTEGERS, np.int64),
    **dict.fromkeys(_FLOATS, np.float64),
    **dict.fromkeys(_FLAGS, np.bool_),
}
_READ_BLOCK = 1 << 20

_log = logging.getLogger(__name__)


class NetworkCache:
    """The cached networks of one extract, keyed by its content, mode, speeds and format.

    The first of these folders that can be used holds them: that named by the environment
    variable ``VISITROUTE_CACHE``, ``<extract>.visitroute-cache`` beside the extract, the
    user's cache folder. Any of them may be deleted at any time.
    """

    def __init__(self, extract: Path) -> None:
        self._extract = extract
        self._content = ""

    def file_name(self, mode: TravelMode, speeds: SpeedTable) -> str:
        """Return the file name of a network in every cache folder."""
        self._content = self._content or _hash_file(self._extract)
        table = json.dumps(sorted(speeds.items()))
        key = hashlib.blake2b(
            f"{FORMAT} {self._content} {mode} {table}".encode(), digest_size=12
        ).hexdigest()
        return f"{mode}-{key}.npz"

    def load(self, mode: TravelMode, speeds: SpeedTable) -> Network | None:
        """Return the cached network, None when there is none or it is damaged."""
        for folder in self._folders():
            path = folder
            try:
                path = folder / self.file_name(mode, speeds)
                if path.is_file():
                    return _read(path, mode)
            except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as why:
                _log.warning("cached network %s is damaged and is built anew: %s", path, why)
        return None

    def save(self, network: Network, speeds: SpeedTable) -> Path | None:
        """Store a network in the first folder that takes it; return where, or None."""
        for folder in self._folders():
            try:
                return _write(folder / self.file_name(network.mode, speeds), network)
            except OSError as why:
                _log.info("no cache in %s: %s", folder, why)
        return None

    def _folders(self) -> Iterator[Path]:
        named = os.environ.get(ENVIRONMENT, "").strip()
        if named:
            if named.lower() != "off":
                yield Path(named).expanduser()
            return
        yield self._extract.with_name(f"{self._extract.name}.visitroute-cache")
        user = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
        with contextlib.suppress(RuntimeError):  # no home folder
            yield (Path(user) if user else Path.home() / ".cache") / "visitroute"


def _hash_file(path: Path) -> str:
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        while block := file.read(_READ_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _read(path: Path, mode: TravelMode) -> Network:
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        arrays: dict[str, Any] = {name: stored[name] for name in _ARRAYS}
        share = float(stored["share"])
    for name, array in arrays.items():
        if array.dtype != _TYPES[name] or array.ndim != 1:
            message = f"array '{name}' is {array.dtype} of {array.ndim} dimensions"
            raise ValueError(message)
    return Network(mode=mode, share=share, **arrays)


def _write(path: Path, network: Network) -> Path:
    """Write beside the target and move in place, so that no reader meets half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        with temporary.open("wb") as file:
            np.savez(file, share=network.share, **{k: getattr(network, k) for k in _ARRAYS})
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    return path
