import numpy as np
import pyarrow as pa
import pytest

from vitalfew.analytics.lookalike import Columns, estimate_lift, fit_lookalike, simulate_lookalike
from vitalfew.analytics.refusals import TooFew

BOOK = simulate_lookalike(firms=800, seed=1, world=5)


def tried(book=BOOK, **given):
    asked = {"frame": book.frame, "columns": book.columns, "best": book.best, "draws": 300}
    return estimate_lift(**(asked | given))


def test_held_out_figures_are_near_those_of_new_firms():
    held, true, inside = [], [], []
    for world in range(12):
        book, others = (simulate_lookalike(firms=firms, seed=firms, world=world) for firms in (500, 10_000))
        found = tried(book, draws=100)
        chance = fit_lookalike(frame=book.frame, columns=book.columns, best=book.best).score(frame=others.frame).chance
        top = np.argsort(-chance)[:2000]
        lift = found.picks[2].lift
        held.append((found.auc.value, lift.value))
        true.append((_auc(others.best, chance), others.best[top].mean() / others.best.mean()))
        inside.append((found.auc.low < true[-1][0] < found.auc.high, lift.low < true[-1][1] < lift.high))
    assert np.mean(held, axis=0) == pytest.approx(np.mean(true, axis=0), abs=0.25)
    assert np.mean(held, axis=0)[0] == pytest.approx(np.mean(true, axis=0)[0], abs=0.03)
    assert np.mean(inside) > 0.66


def _auc(best, chance):
    rank = np.argsort(np.argsort(chance)) + 1
    return (rank[best].sum() - best.sum() * (best.sum() + 1) / 2) / (best.sum() * (~best).sum())


def test_figures_are_those_of_the_chances_it_tells():
    found = tried()
    assert found.auc.value == pytest.approx(_auc(BOOK.best[found.rows], found.chance), abs=1e-6)
    pick = found.picks[2]
    assert (pick.share, pick.picked) == (0.2, 160)
    assert pick.lift.value == pytest.approx(pick.found / 160 / BOOK.best.mean())
    assert found.expected.mean() == pytest.approx(found.chance.mean())
    assert found.happened.mean() == pytest.approx(BOOK.best.mean())


def test_no_account_is_judged_by_a_model_that_has_seen_it():
    """A word of its own for every account, and pairs of words, carry the answer to whoever has seen them."""
    rng = np.random.default_rng(3)
    frame = {"pair": [f"word {number // 10}" for number in range(600)], "noise": rng.normal(0, 1, 600)}
    found = estimate_lift(
        frame=frame, columns=Columns(categories=("pair",), numbers=("noise",)), best=rng.random(600) < 0.25, draws=200
    )
    assert 0.42 < found.auc.value < 0.56
    assert found.picks[2].verdict == "not shown"


def test_sisters_tell_on_each_other_unless_they_are_a_family():
    rng = np.random.default_rng(4)
    family = np.arange(600) // 6
    frame = {"town": family.astype(str), "group": family.astype(str)}
    best = (rng.random(100) < 0.3)[family]
    told = {"frame": frame, "columns": Columns(categories=("town",)), "best": best, "draws": 50}
    assert estimate_lift(**told).auc.value > 0.75
    assert estimate_lift(**told, family="group").auc.value < 0.6


def test_accounts_that_came_later_are_judged_by_the_earlier_ones_alone():
    later = np.arange(800) >= 500
    found = tried(later=later)
    assert found.rows.tolist() == list(range(500, 800))
    model = fit_lookalike(frame=BOOK.frame.slice(0, 500), columns=BOOK.columns, best=BOOK.best[:500])
    assert found.chance == pytest.approx(model.score(frame=BOOK.frame.slice(500)).chance)


def test_what_became_of_later_accounts_never_reaches_the_model():
    later = np.arange(800) >= 500
    turned = np.where(later, ~BOOK.best, BOOK.best)
    assert tried(later=later, best=turned).chance.tolist() == tried(later=later).chance.tolist()


def test_few_picked_are_called_too_few_and_no_luck_is_called_skill():
    small = tried(simulate_lookalike(firms=200, seed=2, world=5, start=-1.2))
    assert [pick.verdict for pick in small.picks[:2]] == ["too few", "too few"]
    assert [pick.picked for pick in small.picks] == [10, 20, 40]
    assert tried().picks[2].verdict == "shown"
    mixed = np.random.default_rng(1).permutation(BOOK.best)
    assert [pick.verdict for pick in tried(best=mixed).picks[1:]] == ["not shown", "not shown"]


def test_column_made_from_the_answer_is_named():
    rng = np.random.default_rng(5)
    leak = BOOK.best * 5.0 + rng.normal(0, 0.3, 800)
    columns = Columns(categories=("industry",), numbers=("employees", "leak"))
    found = tried(frame=BOOK.frame.append_column("leak", pa.array(leak)), columns=columns)
    assert found.telling == ("leak",)
    assert tried().telling == ()


def test_chances_of_accounts_held_out_are_right():
    book = simulate_lookalike(firms=6000, seed=1, world=5)
    found = tried(book, draws=20)
    assert found.slope == pytest.approx(1, abs=0.12)
    assert found.error < 0.02


def test_order_of_accounts_changes_no_figure():
    mixed = np.random.default_rng(1).permutation(800)
    again = tried(frame=BOOK.frame.take(mixed), best=BOOK.best[mixed])
    assert again.auc.value == pytest.approx(tried().auc.value, abs=1e-9)
    assert again.chance[np.argsort(mixed)] == pytest.approx(tried().chance, abs=1e-9)


def test_too_few_to_judge_is_refused():
    with pytest.raises(TooFew, match="5 of the best among the accounts to be judged"):
        tried(later=np.arange(800) >= 797)
    with pytest.raises(TooFew, match="30 accounts"):
        tried(later=np.arange(800) >= 20)


def test_thirty_accounts_can_just_be_judged():
    few = simulate_lookalike(firms=30, seed=11, world=5, start=0.0)
    assert few.best.sum() in range(10, 21)
    assert tried(few).picks[2].verdict == "too few"
