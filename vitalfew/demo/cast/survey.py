"""Answers to the four-minute survey: who was asked in which wave, in which role, and what they said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from vitalfew.demo.cast.accounts import Accounts
from vitalfew.demo.cast.customers import Customers
from vitalfew.demo.cast.prospects import Prospects
from vitalfew.demo.cast.questions import FUNCTIONS, GRADED, ROLE_SHIFT, ROLES, WISHES, grade
from vitalfew.demo.scene import names
from vitalfew.demo.scene.columns import dates, texts
from vitalfew.demo.scene.streams import Bools, Floats, Ints, stream
from vitalfew.demo.scene.window import Window

ANSWER_SHARE = 0.36
CALLED_ON = 0.02
# Months before the window's end: the first wave is older than the twelve months for which an answer counts.
WAVES = (14, 8, 2)
RESPONDENT_SPREAD = 0.45


@dataclass(frozen=True, slots=True)
class Asked:
    """One entry for each filled form. `who` tells respondents apart over all accounts, `trait` is how this one sees us."""

    account: Ints
    who: Ints
    role: Ints
    wave: Ints
    day: Ints
    trait: Floats


def make_survey(
    *, seed: int, accounts: Accounts, customers: Customers, prospects: Prospects, window: Window
) -> tuple[pa.Table, Asked]:
    """The answers as a file (one row for each form, the seventeen questions as columns) and the truth behind them."""
    rng = stream(seed=seed, topic="survey")
    asked = _asked(rng=rng, accounts=accounts, customers=customers, window=window)
    count = len(asked.account)
    people = names.person_names(rng=rng, count=int(asked.who.max()) + 1)
    functions = [
        FUNCTIONS[ROLES[role]][who % 4] for role, who in zip(asked.role.tolist(), asked.who.tolist(), strict=True)
    ]
    answers: dict[str, pa.Array] = {
        "Customer": texts(words=customers.ids, index=asked.account),
        "Wave": dates(days=_wave_days(window=window)[asked.wave], first=window.first),
        "Answered": dates(days=asked.day, first=window.first),
        "Respondent": texts(words=people, index=asked.who),
        "Job Title": pa.array(functions),
        "Role": texts(words=ROLES, index=asked.role),
    }
    for question in GRADED:
        steps = grade(question=question, trait=asked.trait, draws=rng.random(count))
        answers[question.column] = (
            texts(words=question.words, index=steps) if question.words else pa.array(question.lowest + steps)
        )
    answers |= _counted(rng=rng, trait=asked.trait)
    answers |= _named(
        rng=rng,
        sentence=answers["Q1 Sentence"].to_numpy(),
        recommend=answers["Q15 Recommend"].to_numpy(),
        prospects=prospects,
    )
    # Answered columns stand in the order of the questions, Q2 before Q10.
    asking = sorted(
        (name for name in answers if name[0] == "Q"), key=lambda name: float(name.split()[0][1:].replace("b", ".5"))
    )
    heads = [name for name in answers if name[0] != "Q"]
    return pa.table({name: answers[name] for name in [*heads, *asking]}), asked


def _wave_days(*, window: Window) -> Ints:
    return np.array([max(0, window.days - round(30.4 * months)) for months in WAVES])


def _asked(*, rng: np.random.Generator, accounts: Accounts, customers: Customers, window: Window) -> Asked:
    """Accounts that trust us answer a little more often; each has one to four respondents who fill in one or more waves."""
    entered = customers.twin_of[: accounts.count] < 0
    answering = np.flatnonzero(_answer(rng=rng, accounts=accounts, entered=entered))
    heads = rng.choice(4, size=len(answering), p=[0.38, 0.30, 0.20, 0.12]) + 1
    account = np.repeat(answering, heads)
    place = np.arange(len(account)) - np.repeat(np.cumsum(heads) - heads, heads)
    role = (place + np.repeat(rng.choice(4, size=len(answering), p=[0.45, 0.25, 0.2, 0.1]), heads)) % 4
    lenient = rng.normal(0.0, RESPONDENT_SPREAD, len(account))
    fills = rng.random((len(account), len(WAVES))) < np.array([0.25, 0.45, 0.65])
    fills[~fills.any(axis=1), -1] = True
    who, wave = np.nonzero(fills)
    day = window.next_working_day(_wave_days(window=window)[wave] + rng.integers(1, 21, size=len(wave)))
    quarter = np.minimum(window.month(day) // 3, accounts.trait.shape[1] - 1)
    trait = accounts.trait[account[who], quarter] + ROLE_SHIFT[role[who]] + lenient[who]
    return Asked(account=account[who], who=who, role=role[who], wave=wave, day=day, trait=trait)


def _answer(*, rng: np.random.Generator, accounts: Accounts, entered: Bools) -> Bools:
    """Who answers: exactly 36 % of the accounts, by a lottery in which the trait has a small say (log odds .35 a unit).

    The firm takes the trouble to call on its largest ones, and most of them answer.
    """
    trait = accounts.trait[:, -1]
    luck = rng.logistic(0.0, 1.0, len(trait)) + 0.35 * trait
    size = accounts.spend + np.log(accounts.rate * accounts.lines)
    luck[np.argsort(-size, kind="stable")[: round(CALLED_ON * len(trait))]] += 3.0
    luck[~entered] = -np.inf
    chosen = np.zeros(len(trait), dtype=np.bool_)
    chosen[np.argsort(-luck, kind="stable")[: round(ANSWER_SHARE * entered.sum())]] = True
    return chosen


def _counted(*, rng: np.random.Generator, trait: Floats) -> dict[str, pa.Array]:
    """Other quotes asked for last year, and our rank among so many suppliers."""
    suppliers = rng.integers(2, 7, size=len(trait))
    better = rng.binomial(suppliers - 1, 1.0 / (1.0 + np.exp(0.9 * trait + 0.3)))
    return {
        "Q12 Other quotes": pa.array(np.minimum(rng.poisson(np.exp(1.0 - 0.55 * trait)), 24)),
        "Q14 Rank": pa.array(better + 1),
        "Q14b Of suppliers": pa.array(suppliers),
    }


def _named(*, rng: np.random.Generator, sentence: Ints, recommend: Ints, prospects: Prospects) -> dict[str, pa.Array]:
    """Whom warm respondents would tell about us, which is a prospect by name, and what would move each a sentence up."""
    tells = (recommend >= 9) & (rng.random(len(recommend)) < 0.5)
    whom = np.where(tells, rng.integers(len(prospects.names), size=len(recommend)), -1)
    wishes = [wish for words in WISHES for wish in words]
    says = rng.random(len(sentence)) < 0.8
    wish = np.where(says, 4 * (sentence - 1) + rng.integers(4, size=len(sentence)), -1)
    return {"Q15b Whom": texts(words=prospects.names, index=whom), "Q17 One thing": texts(words=wishes, index=wish)}
