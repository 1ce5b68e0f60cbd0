from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy.special import expit, logit

from vitalfew.analytics import frames, lookalike
from vitalfew.analytics.lookalike import Columns, fit_lookalike, simulate_lookalike
from vitalfew.analytics.refusals import NotAColumn, NothingVaries, TooFew

ACCOUNTS = simulate_lookalike(firms=600, seed=1, world=5)
PROSPECTS = simulate_lookalike(firms=400, seed=2, world=5)


def fitted(book=ACCOUNTS, **given):
    return fit_lookalike(**({"frame": book.frame, "columns": book.columns, "best": book.best} | given))


MODEL = fitted()
SCORES = MODEL.score(frame=PROSPECTS.frame)


def auc(best, chance):
    pairs = chance[best][:, np.newaxis] - chance[~best]
    return ((pairs > 0) + (pairs == 0) / 2).mean()


def test_true_chances_are_recovered_from_many_accounts():
    book = simulate_lookalike(firms=12_000, seed=3, world=5)
    chance = fitted(book).score(frame=PROSPECTS.frame).chance
    assert np.corrcoef(logit(chance), logit(PROSPECTS.chance))[0, 1] > 0.95
    assert np.abs(chance - PROSPECTS.chance).mean() < 0.03


def test_chances_are_as_high_as_what_happens():
    promised, happened, told = [], [], []
    for world in range(12):
        book = simulate_lookalike(firms=400, seed=world, world=world)
        others = simulate_lookalike(firms=1000, seed=world + 99, world=world)
        chance = fitted(book).score(frame=others.frame).chance
        promised.append(chance.mean())
        happened.append(others.best.mean())
        told.append(np.polyfit(logit(chance), logit(others.chance), 1)[0])
    assert np.mean(promised) == pytest.approx(np.mean(happened), abs=0.015)
    assert 0.8 < np.median(told) < 1.25


@pytest.mark.parametrize(("accounts", "least"), [(150, 0.86), (600, 0.86)])
def test_intervals_hold_the_true_chance_nine_times_in_ten(accounts, least):
    inside = []
    for world in range(15):
        book = simulate_lookalike(firms=accounts, seed=world, world=world)
        others = simulate_lookalike(firms=300, seed=world + 99, world=world)
        found = fitted(book).score(frame=others.frame)
        inside.append(((found.low <= others.chance) & (others.chance <= found.high)).mean())
    assert least < np.mean(inside) < 0.99


@pytest.mark.parametrize("hidden", ["industry", "postcode", "size"])
def test_intervals_hold_the_true_chance_of_firms_of_whom_less_is_known(hidden):
    inside = []
    for world in range(15):
        book = simulate_lookalike(firms=400, seed=world, world=world)
        others = simulate_lookalike(firms=300, seed=world + 99, world=world)
        blank = others.frame.set_column(others.frame.column_names.index(hidden), hidden, pa.nulls(300, pa.string()))
        found = fitted(book).score(frame=blank)
        inside.append(((found.low <= others.chance) & (others.chance <= found.high)).mean())
    assert 0.84 < np.mean(inside) < 0.99


def test_chance_is_what_its_parts_add_up_to():
    assert expit(SCORES.start + SCORES.adds.sum(axis=1)) == pytest.approx(SCORES.chance)
    assert SCORES.columns == ("industry", "postcode", "size", "employees", "latitude, longitude")
    assert ((SCORES.low < SCORES.chance) & (SCORES.chance < SCORES.high)).all()


def test_what_is_not_known_adds_nothing_and_widens_the_interval():
    blank = pa.table(
        {
            name: pa.nulls(1, kind)
            for name, kind in zip(PROSPECTS.frame.column_names, PROSPECTS.frame.schema.types, strict=True)
        }
    )
    found = MODEL.score(frame=blank)
    # Employees alone are missing among the accounts as well, so that their gap has an effect of its own.
    assert found.adds[0, [0, 1, 2, 4]].tolist() == [0, 0, 0, 0]
    assert found.adds[0, 3] != 0
    assert (found.known[0], found.enough[0]) == (0, False)
    width = np.median(logit(SCORES.high) - logit(SCORES.low))
    assert logit(found.high[0]) - logit(found.low[0]) > 1.15 * width


def test_word_no_account_has_is_an_average_account_in_it():
    odd = PROSPECTS.frame.set_column(0, "industry", pa.array(["Spaceport"] * 400))
    found = MODEL.score(frame=odd)
    assert (found.adds[:, 0] == 0).all()
    assert (found.known < SCORES.known).all()
    assert np.median(found.high - found.low) > np.median(SCORES.high - SCORES.low)


def test_less_than_half_of_what_counts_is_not_enough():
    names, weights = MODEL.encoder.names, MODEL.weights
    assert weights.sum() == pytest.approx(1)
    order = np.argsort(-weights)
    lost = order[: np.searchsorted(weights[order].cumsum(), 0.5, side="right") + 1]
    table = PROSPECTS.frame
    for name in ", ".join(names[one] for one in lost).split(", "):
        table = table.set_column(table.column_names.index(name), name, pa.nulls(400, table[name].type))
    assert not MODEL.score(frame=table).enough.any()
    assert SCORES.enough.all()


@pytest.mark.parametrize("make", [pl.from_arrow, lambda table: table.to_pandas()], ids=["polars", "pandas"])
def test_any_frame_gives_the_same_chances(make):
    again = fitted(frame=make(ACCOUNTS.frame)).score(frame=make(PROSPECTS.frame))
    assert again.chance == pytest.approx(SCORES.chance, abs=1e-12)


def test_chances_do_not_hang_on_the_order_of_accounts_or_on_the_other_prospects():
    mixed = np.random.default_rng(1).permutation(600)
    again = fitted(frame=ACCOUNTS.frame.take(mixed), best=ACCOUNTS.best[mixed])
    assert again.score(frame=PROSPECTS.frame).chance == pytest.approx(SCORES.chance, abs=1e-9)
    alone = MODEL.score(frame=PROSPECTS.frame.slice(7, 1))
    assert (alone.chance[0], alone.low[0]) == (pytest.approx(SCORES.chance[7]), pytest.approx(SCORES.low[7]))


def test_chances_do_not_hang_on_the_unit_of_quantities():
    def scaled(table):
        return table.set_column(3, "employees", pa.array(table["employees"].to_numpy() / 1000, from_pandas=True))

    again = fitted(frame=scaled(ACCOUNTS.frame)).score(frame=scaled(PROSPECTS.frame))
    assert again.chance == pytest.approx(SCORES.chance, abs=1e-6)


def test_same_seed_gives_the_same_model_and_another_hardly_another():
    assert fitted().score(frame=PROSPECTS.frame).chance.tolist() == SCORES.chance.tolist()
    other = fitted(seed=9).score(frame=PROSPECTS.frame).chance
    assert 0 < np.abs(other - SCORES.chance).max() < 0.05


def test_column_of_noise_with_many_words_costs_little():
    rng = np.random.default_rng(4)
    town = [f"Town {number}" for number in rng.integers(90, size=1000)]
    more = fitted(
        frame=ACCOUNTS.frame.append_column("town", pa.array(town[:600])),
        columns=Columns(
            **{name: getattr(ACCOUNTS.columns, name) for name in ("numbers", "orders", "prefixes", "place")},
            categories=("industry", "town"),
        ),
    )
    chance = more.score(frame=PROSPECTS.frame.append_column("town", pa.array(town[600:]))).chance
    assert auc(PROSPECTS.best, chance) > auc(PROSPECTS.best, SCORES.chance) - 0.03
    assert more.weights[1] < 0.15


def test_columns_that_tell_nothing_leave_every_chance_near_the_average():
    rng = np.random.default_rng(6)
    frame = {"letter": rng.choice(list("ABCDE"), 500), "number": rng.normal(0, 1, 500)}
    model = fit_lookalike(
        frame=frame, columns=Columns(categories=("letter",), numbers=("number",)), best=rng.random(500) < 0.2
    )
    chance = model.score(frame=frame).chance
    assert chance.max() - chance.min() < 0.2


def test_ours_beats_the_cosine_with_the_mean_of_the_best():
    gained = []
    for world in range(10):
        book = simulate_lookalike(firms=300, seed=world, world=world)
        others = simulate_lookalike(firms=1500, seed=world + 99, world=world)
        model = fitted(book)
        encoder = model.encoder
        learn, judge = (
            lookalike.encode(encoder=encoder, frame=one.frame).matrix + encoder.mean for one in (book, others)
        )
        middle = learn[book.best].mean(axis=0)
        cosine = judge @ middle / np.linalg.norm(judge, axis=1) / np.linalg.norm(middle)
        gained.append(auc(others.best, model.score(frame=others.frame).chance) - auc(others.best, cosine))
    assert np.mean(gained) > 0.04
    assert np.mean(np.array(gained) > 0) >= 0.9


def test_effects_say_what_each_value_adds():
    effects = MODEL.effects()
    told = {(column, value): row for row, (column, value) in enumerate(zip(effects.column, effects.value, strict=True))}
    hotel = PROSPECTS.frame["industry"].to_pylist()
    first = told["industry", hotel[0]]
    assert effects.adds[first] == pytest.approx(SCORES.adds[0, 0])
    assert ("employees", "not known") in told
    assert (effects.low < effects.adds).all() and (effects.adds < effects.high).all()


def test_effects_are_recovered_and_their_intervals_hold_them():
    true, inside = {"A": 1.0, "B": 0.0, "C": -1.0, "D": 0.5}, []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        letter = rng.choice(list(true), 2000)
        odds = np.array([true[one] for one in letter]) - 1
        best = rng.random(2000) < expit(odds)
        effects = fit_lookalike(frame={"letter": letter}, columns=Columns(categories=("letter",)), best=best).effects()
        wanted = np.array([true[one] for one in effects.value]) - 1 - odds.mean()
        assert effects.adds == pytest.approx(wanted, abs=0.35)
        inside.append((effects.low < wanted) & (wanted < effects.high))
    assert 0.8 < np.mean(inside) < 0.99


def test_drawn_outcomes_say_how_many_of_a_list_would_be_among_the_best():
    drawn = MODEL.simulate(frame=PROSPECTS.frame, draws=2000, seed=3)
    assert drawn.shape == (2000, 400)
    assert drawn.mean(axis=0) == pytest.approx(SCORES.chance, abs=0.08)
    low, high = np.quantile(drawn.sum(axis=1), (0.05, 0.95))
    assert low <= PROSPECTS.best.sum() <= high
    # What the accounts leave open is shared by all prospects, so the sum varies more than lots would.
    assert drawn.sum(axis=1).var() > 1.3 * (SCORES.chance * (1 - SCORES.chance)).sum()
    assert (
        MODEL.simulate(frame=PROSPECTS.frame, draws=9, seed=3) == MODEL.simulate(frame=PROSPECTS.frame, draws=9, seed=3)
    ).all()


def test_what_is_open_of_the_average_account_moves_all_outcomes_together():
    covariance = 1e-12 * np.eye(len(MODEL.ridge.covariance))
    covariance[0, 0] = 1.0
    drawn = replace(MODEL, ridge=replace(MODEL.ridge, covariance=covariance)).simulate(frame=PROSPECTS.frame)
    odds = logit(SCORES.chance) + np.random.default_rng(1).standard_normal((4000, 1))
    assert drawn.mean(axis=1).std() == pytest.approx(expit(odds).mean(axis=1).std(), rel=0.1)


@pytest.mark.parametrize("size", [1e-300, 1e-6, 1.0, 1e12, 1e300])
def test_quantities_of_any_size_give_the_same_chances(size):
    rng = np.random.default_rng(9)
    skewed, plain, best = np.exp(rng.normal(0, 1.5, 90)), rng.normal(0, 1, 90), rng.random(90) < 0.3
    columns = Columns(numbers=("skewed", "plain"))
    chances = []
    for factor in (1.0, size):
        frame = {"skewed": skewed * factor, "plain": plain * factor}
        chances.append(fit_lookalike(frame=frame, columns=columns, best=best).score(frame=frame).chance)
    assert chances[1] == pytest.approx(chances[0], abs=1e-9)


def test_chances_become_a_table_beside_the_prospects():
    names = pa.array([f"P{number}" for number in range(400)])
    table = frames.told(SCORES, prospect=names)
    assert table.column_names == ["prospect", "chance", "low", "high", "known", "enough"]


@pytest.mark.parametrize(
    ("accounts", "best", "refusal", "sentence"),
    [
        (29, 12, TooFew, "30 accounts or more, and there are 29: until there are, `nearest` shows which of the best"),
        (60, 9, TooFew, "10 accounts among the best are needed and there are 9"),
        (60, 51, TooFew, "10 accounts that are not among the best are needed and there are 9"),
        (60, 0, NothingVaries, "best is the same in every row"),
    ],
)
def test_books_too_small_to_learn_from_are_refused(accounts, best, refusal, sentence):
    frame = ACCOUNTS.frame.slice(0, accounts)
    with pytest.raises(refusal, match=sentence):
        fit_lookalike(frame=frame, columns=ACCOUNTS.columns, best=np.arange(accounts) < best)


def test_prospects_without_a_column_of_the_accounts_are_refused():
    with pytest.raises(NotAColumn, match="no column size"):
        MODEL.score(frame=PROSPECTS.frame.drop_columns("size"))


def test_no_prospects_have_no_chances():
    assert MODEL.score(frame=PROSPECTS.frame.slice(0, 0)).chance.size == 0
    assert MODEL.score(frame=pd.DataFrame(PROSPECTS.frame.to_pandas()).head(1)).chance[0] == pytest.approx(
        SCORES.chance[0]
    )
