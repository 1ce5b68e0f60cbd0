"""Spreadsheet letters of columns: 0 is A, 25 is Z, 26 is AA."""

from __future__ import annotations


def letter(index: int) -> str:
    """Letters of the 0-based column `index`."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


def index_of(letters: str) -> int:
    """0-based column of spreadsheet `letters`."""
    number = 0
    for character in letters:
        number = number * 26 + ord(character) - 64
    return number - 1
