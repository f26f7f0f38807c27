"""Reading the sentence tables."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Texts:
    """The sentences of one language; keys are dotted, such as ``purpose.guide``."""

    language: str
    table: Mapping[str, str]

    def say(self, key: str, **values: Any) -> str:
        """Return a sentence with its values filled in; raises ``KeyError`` for unknown keys."""
        return self.table[key].format(**values)


@cache
def load_texts(language: str) -> Texts:
    """Return the sentences of a language, ``en`` or ``zh``."""
    text = resources.files("visitroute.texts").joinpath(f"{language}.toml").read_text("utf-8")
    flat = {
        f"{group}.{key}": sentence
        for group, sentences in tomllib.loads(text).items()
        for key, sentence in sentences.items()
    }
    return Texts(language, flat)
