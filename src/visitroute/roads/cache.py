"""Networks kept on disk between runs: never needed, never trusted blindly, never fatal."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from visitroute.model import TravelMode
from visitroute.policy import Policy
from visitroute.roads.network import Network, array_names

FORMAT = 4
"""Raised whenever networks are built or stored in another way."""

ENVIRONMENT = "VISITROUTE_CACHE"
"""Environment variable that names the cache folder; "off" switches the cache off."""

Arrays = Mapping[str, np.ndarray[Any, Any]]

_SUFFIX = ".network"
_MAGIC = b"visitroute roads\n"
_ALIGN = 64
_READ_BLOCK = 1 << 20
_STALE_SECONDS = 3600.0

_log = logging.getLogger(__name__)


class NetworkCache:
    """The cached networks of one extract, keyed by its content, mode, rules and format.

    The first of these folders that can be used holds them: that named by the environment
    variable ``VISITROUTE_CACHE``, ``<extract>.visitroute-cache`` beside the extract, the
    user's cache folder. Any of them may be deleted at any time. Arrays are read as memory
    maps, so that all processes of a machine share one copy.
    """

    def __init__(self, extract: Path) -> None:
        self._extract = extract
        self._content = ""

    def file_name(self, mode: TravelMode, policy: Policy, part: str = "") -> str:
        """Return the file name of a network, or of a ``part`` kept beside it, in every folder."""
        self._content = self._content or _hash_file(self._extract)
        rules = {
            "speeds": sorted(policy.speeds[mode].items()),
            "surfaces": sorted(policy.surfaces[mode].items()),
            "turns": asdict(policy.turns[mode]),
            "driving": policy.roads.driving,
            "private": policy.roads.private,
        }
        key = hashlib.blake2b(
            f"{FORMAT} {self._content} {mode} {json.dumps(rules)}".encode(), digest_size=12
        ).hexdigest()
        return f"{mode}{part and '-'}{part}-{key}{_SUFFIX}"

    def load(self, mode: TravelMode, policy: Policy) -> Network | None:
        """Return the cached network, None when there is none or it is damaged."""
        found = self.load_arrays(mode, policy, "")
        if found is None:
            return None
        arrays, facts = found
        try:
            return Network(
                mode=mode,
                roads=tuple(facts["roads"]),
                conditions=tuple(facts["conditions"]),
                share=float(facts["share"]),
                **{name: arrays[name] for name in array_names()},
            )
        except (KeyError, TypeError, ValueError) as why:
            _log.warning("the cached network of %s is damaged and is built anew: %s", mode, why)
            return None

    def save(self, network: Network, policy: Policy) -> Path | None:
        """Store a network in the first folder that takes it; return where, or None."""
        arrays = {name: getattr(network, name) for name in array_names()}
        facts = {
            "roads": network.roads,
            "conditions": network.conditions,
            "share": network.share,
        }
        return self.save_arrays(network.mode, policy, "", arrays, facts)

    def load_arrays(
        self, mode: TravelMode, policy: Policy, part: str
    ) -> tuple[Arrays, Mapping[str, Any]] | None:
        """Return stored arrays and facts, None when there are none or they are damaged."""
        for folder in self._folders():
            path = folder
            try:
                path = folder / self.file_name(mode, policy, part)
                if path.is_file():
                    return _read(path)
            except (OSError, ValueError, KeyError, TypeError) as why:
                _log.warning("cached network %s is damaged and is built anew: %s", path, why)
        return None

    def save_arrays(
        self,
        mode: TravelMode,
        policy: Policy,
        part: str,
        arrays: Arrays,
        facts: Mapping[str, Any],
    ) -> Path | None:
        """Store arrays and facts in the first folder that takes them; return where, or None."""
        for folder in self._folders():
            try:
                return _write(folder / self.file_name(mode, policy, part), arrays, facts)
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


def _read(path: Path) -> tuple[Arrays, Mapping[str, Any]]:
    """Return memory maps of a file's arrays; raises ``ValueError`` when it is damaged."""
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise ValueError("it has another format")
        header = json.loads(file.read(int(file.readline())))
        begin = -(-file.tell() // _ALIGN) * _ALIGN
        file.seek(begin)
        checksum = 0
        while block := file.read(_READ_BLOCK):
            checksum = zlib.crc32(block, checksum)
        if file.tell() != begin + header["bytes"] or checksum != header["crc32"]:
            raise ValueError("its checksum is wrong")
    arrays = {}
    for name, (kind, count, offset) in header["arrays"].items():
        arrays[name] = (
            np.memmap(path, np.dtype(kind), "r", begin + offset, (count,))
            if count
            else np.zeros(0, np.dtype(kind))
        )
    return arrays, header["facts"]


def _write(path: Path, arrays: Arrays, facts: Mapping[str, Any]) -> Path:
    """Write beside the target and move in place, so that no reader meets half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep_out(path.parent)
    places, offset, checksum = {}, 0, 0
    parts = []
    for name, array in arrays.items():
        raw = np.ascontiguousarray(array).tobytes()
        raw += bytes(-len(raw) % _ALIGN)
        places[name] = (array.dtype.str, len(array), offset)
        parts.append(raw)
        offset += len(raw)
        checksum = zlib.crc32(raw, checksum)
    header = json.dumps(
        {"arrays": places, "facts": facts, "bytes": offset, "crc32": checksum}
    ).encode()
    temporary = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(_MAGIC + b"%d\n" % len(header) + header)
            file.write(bytes(-file.tell() % _ALIGN))
            for raw in parts:
                file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    return path


def _sweep_out(folder: Path) -> None:
    """Remove what writers that were killed have left, once nobody can be writing it any more."""
    for left in folder.glob(f"*{_SUFFIX}.*.tmp"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _STALE_SECONDS:
                left.unlink()
