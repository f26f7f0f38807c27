"""Sentences for users, in English and Chinese, kept in one table for each language."""

from visitroute.texts.read import Texts, load_texts

__all__ = ["Texts", "load_texts"]
