"""Firmographics as numbers: learnt from the accounts once, kept, and then applied to prospects as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from vitalfew.analytics import frames, refusals
from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.lookalike.category import RARE, learn_category, learn_order
from vitalfew.analytics.lookalike.number import learn_number
from vitalfew.analytics.lookalike.place import learn_place
from vitalfew.analytics.lookalike.reading import Bools


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a frame that tell what a firm is, known of accounts and prospects alike.

    `numbers`: quantities (employees, sites); `categories`: words without an order (industry, region); `orders`: words
    from the lowest to the highest (size bands); `prefixes`: codes of which the first characters count (postcode: 2,
    industry code: 3); `place`: latitude and longitude in degrees. Gaps are allowed everywhere. Nothing that only a
    customer has may stand among them, such as orders, terms or discount: prospects have none of it.
    """

    numbers: Sequence[str] = ()
    categories: Sequence[str] = ()
    orders: Mapping[str, Sequence[str]] = field(default_factory=dict)
    prefixes: Mapping[str, int] = field(default_factory=dict)
    place: tuple[str, str] | None = None


class Column(Protocol):
    """One column as learnt from the accounts. Values have the shape (firms, parts), NaN where nothing is known."""

    @property
    def name(self) -> str: ...
    @property
    def features(self) -> Ints:
        """For each feature it gives the number, from 0, of the spread its weight is drawn with."""

    def read(self, source: pa.Table) -> Floats: ...
    def known(self, values: Floats) -> Bools: ...
    def matrix(self, values: Floats) -> Floats:
        """Shape (firms, features); rows of which nothing is known are meaningless."""

    def scaled(self, values: Floats) -> Floats:
        """Values as `apart` compares them."""

    def apart(self, these: Floats, those: Floats) -> Floats:
        """0 (alike) to 1 for each pair of scaled values, shape (these, those); meaningless where one is not known."""

    def likeness(self, this: Floats, that: Floats) -> str:
        """What two firms share, in words."""

    def examples(self) -> tuple[Floats, list[str]]:
        """Values that show what the column does, with their words."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """How firms are read: `columns` as learnt, and for each feature, shape (features,):

    `mean` of the accounts of which its column is known, `owner` (its column's number), `group` (features of one group
    have weights of one spread), and whether it is the `gap` of a column in which so many accounts have nothing that
    having nothing may itself tell something.
    """

    columns: tuple[Column, ...]
    mean: Floats
    owner: Ints
    group: Ints
    gap: Bools

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True, slots=True)
class Firms:
    """Firms read by an encoder.

    `values`: for each column shape (firms, parts), NaN where nothing is known. `matrix`: shape (firms, features), less
    the accounts' mean, so that 0 is an average account and what is not known adds nothing. `known`: shape (firms,
    columns). `silent`, same shape: not known, and not even that tells anything.
    """

    values: tuple[Floats, ...]
    matrix: Floats
    known: Bools
    silent: Bools

    def __len__(self) -> int:
        return len(self.matrix)

    def at(self, rows: Ints) -> Firms:
        """These rows alone."""
        values = tuple(value[rows] for value in self.values)
        return Firms(values, self.matrix[rows], self.known[rows], self.silent[rows])


def fit_encoder(*, frame: Any, columns: Columns) -> Encoder:
    """Learns from the accounts' `frame` how firms are read; prospects never change it.

    Words that fewer than five accounts share are pooled, quantities put on one scale and skewed ones taken by ratios.
    Raises NotAColumn for columns the frame lacks, NotFinite for infinite quantities, NothingThere without accounts and
    NothingVaries where all accounts are the same.
    """
    source = frames.table(frame)
    learnt = _learnt(source, columns)
    if not source.num_rows:
        raise refusals.NothingThere("There is not a single account: nothing can be learnt from none.")
    values, known = _read(learnt, source)
    gaps = known.any(axis=0) & ((~known).sum(axis=0) >= RARE)
    raw = _raw(learnt, values, known, gaps)
    if not raw.size or (raw == raw[0]).all():
        raise refusals.NothingVaries(
            f"All accounts are the same in {', '.join(column.name for column in learnt)}: nothing tells the best from "
            "the rest, so name columns in which they differ."
        )
    parts = [np.append(column.features, [-1] * gap) for column, gap in zip(learnt, gaps.tolist(), strict=True)]
    owner = np.repeat(np.arange(len(learnt)), [len(part) for part in parts])
    kind = np.concatenate(parts)
    group = np.unique(np.column_stack((owner, kind)), axis=0, return_inverse=True)[1].ravel()
    told = known[:, owner] | (kind < 0)
    mean = np.where(told, raw, 0.0).sum(axis=0) / np.maximum(told.sum(axis=0), 1)
    return Encoder(learnt, mean, owner, group, kind < 0)


def encode(*, encoder: Encoder, frame: Any) -> Firms:
    """Reads the firms of a frame as the accounts were read. Raises NotAColumn, or NotFinite for infinite quantities."""
    values, known = _read(encoder.columns, frames.table(frame))
    gaps = np.isin(np.arange(len(encoder.columns)), encoder.owner[encoder.gap])
    told = known[:, encoder.owner] | encoder.gap
    matrix = np.where(told, _raw(encoder.columns, values, known, gaps) - encoder.mean, 0.0)
    return Firms(values, matrix, known, ~known & ~gaps)


def examples(*, encoder: Encoder) -> tuple[Floats, list[str], list[str]]:
    """Firms that differ from an average account in one column only, one for each value that shows what it does.

    A matrix of their features, and for each of them the column's name and the value in words.
    """
    blocks, names, told = [], [], []
    for number, column in enumerate(encoder.columns):
        values, words = column.examples()
        own, gap = encoder.owner == number, (encoder.owner == number) & encoder.gap
        block = np.zeros((len(words) + int(gap.any()), encoder.owner.size))
        block[: len(words), own & ~gap] = column.matrix(values) - encoder.mean[own & ~gap]
        block[:, gap] = -encoder.mean[gap]
        block[len(words) :, gap] += 1
        blocks.append(block)
        names += [column.name] * len(block)
        told += words + ["not known"] * int(gap.any())
    return np.vstack(blocks), names, told


def _learnt(source: pa.Table, columns: Columns) -> tuple[Column, ...]:
    learnt: tuple[Column, ...] = (
        *(learn_category(source, name) for name in columns.categories),
        *(learn_category(source, name, prefix) for name, prefix in columns.prefixes.items()),
        *(learn_order(source, name, order) for name, order in columns.orders.items()),
        *(learn_number(source, name) for name in columns.numbers),
        *((learn_place(source, *columns.place),) if columns.place else ()),
    )
    if not learnt:
        raise refusals.NotAColumn("No column is named: say which columns of the frame tell what a firm is.")
    return learnt


def _read(columns: Sequence[Column], source: pa.Table) -> tuple[tuple[Floats, ...], Bools]:
    values = tuple(column.read(source) for column in columns)
    known = [column.known(value) for column, value in zip(columns, values, strict=True)]
    return values, np.column_stack(known)


def _raw(columns: Sequence[Column], values: Sequence[Floats], known: Bools, gaps: Bools) -> Floats:
    """The features of all columns side by side, and after a column's own its gap where gaps tell something."""
    parts = []
    for number, (column, value) in enumerate(zip(columns, values, strict=True)):
        parts += [column.matrix(value), ~known[:, [number]] * np.ones((1, int(gaps[number])))]
    return np.hstack(parts)
