import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from vitalfew.analytics.lookalike import Columns, encode, fit_encoder
from vitalfew.analytics.lookalike.encoder import examples
from vitalfew.analytics.refusals import NotAColumn, NotFinite, NothingVaries

FIRMS = {
    "industry": ["Hotel"] * 8 + ["Café"] * 6 + ["Zoo", "Ship", None],
    "size": ["small", "large", "middle", "small"] * 4 + ["large"],
    "sites": [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, None, 17],
    "code": ["ab1 1", "AB 12", "ab1", "CD9"] * 4 + ["cd9 9"],
}
ORDER = ("small", "middle", "large")


def read(columns, frame=FIRMS, accounts=FIRMS):
    return encode(encoder=fit_encoder(frame=accounts, columns=columns), frame=frame)


def test_common_words_get_a_feature_each_and_rare_ones_share_one():
    firms = read(Columns(categories=("industry",)))
    shares = np.array([6, 8, 2]) / 16
    expected = [[0, 1, 0]] * 8 + [[1, 0, 0]] * 6 + [[0, 0, 1]] * 2
    assert firms.matrix[:16] == pytest.approx(expected - shares)
    assert (firms.matrix[16].tolist(), firms.known[16].tolist(), firms.silent[16].tolist()) == (
        [0, 0, 0],
        [False],
        [True],
    )


def test_word_no_account_has_stands_with_the_rare_ones_and_without_those_tells_nothing():
    new = {"industry": ["Spaceport", "Zoo"]}
    firms = read(Columns(categories=("industry",)), new)
    assert firms.matrix[0].tolist() == firms.matrix[1].tolist()
    common = {"industry": ["Hotel"] * 9 + ["Café"] * 6}
    alone = read(Columns(categories=("industry",)), new, common)
    assert (alone.matrix.tolist(), alone.silent.tolist()) == ([[0, 0], [0, 0]], [[True], [True]])


def test_blanks_around_words_and_case_of_codes_do_not_matter():
    firms = read(Columns(categories=("industry",), prefixes={"code": 2}), {"industry": [" Hotel "], "code": ["a b7"]})
    assert firms.matrix.tolist() == read(Columns(categories=("industry",), prefixes={"code": 2})).matrix[:1].tolist()


def test_each_step_of_an_order_counts_from_its_word_on():
    firms = read(Columns(orders={"size": ORDER}))
    steps = np.array([[0, 0], [1, 1], [1, 0], [0, 0]] * 4 + [[1, 1]], dtype=float)
    assert firms.matrix == pytest.approx(steps - steps.mean(axis=0))


def test_word_outside_the_order_is_refused_for_accounts_and_unknown_for_prospects():
    strange = {"size": ["small", "huge"]}
    with pytest.raises(NotAColumn, match="“huge”, which its order does not name: small, middle, large"):
        fit_encoder(frame=strange, columns=Columns(orders={"size": ORDER}))
    assert read(Columns(orders={"size": ORDER}), strange).known.tolist() == [[True], [False]]


def test_gap_of_a_quantity_is_its_mean_and_its_own_feature_where_gaps_are_common():
    few = read(Columns(numbers=("sites",)))
    assert (few.matrix[15].tolist(), few.matrix.shape[1]) == ([0, 0], 2)
    gaps = {"sites": [None] * 5 + [1.0, 2, 3, 4, 5]}
    many = read(Columns(numbers=("sites",)), gaps, gaps)
    assert many.matrix[0].tolist() == [0, 0, 0.5]
    assert many.matrix[:, 2].tolist() == [0.5] * 5 + [-0.5] * 5
    assert not many.silent.any()


@pytest.mark.parametrize("factor", [1e-6, 1000.0])
def test_unit_of_a_quantity_changes_nothing(factor):
    skewed = np.exp(np.random.default_rng(2).normal(0, 2, 50))
    plain = np.random.default_rng(3).normal(0, 1, 50)
    frame = {"skewed": skewed, "plain": plain}
    other = {"skewed": skewed * factor, "plain": plain * factor}
    columns = Columns(numbers=("skewed", "plain"))
    assert read(columns, other, other).matrix == pytest.approx(read(columns, frame, frame).matrix, abs=1e-9)


def test_skewed_quantity_is_told_apart_by_ratios():
    skewed = np.exp(np.random.default_rng(2).normal(5, 2, 400))
    firms = read(Columns(numbers=("skewed",)), {"skewed": [100.0, 1_000, 10_000]}, {"skewed": skewed})
    first, second = np.diff(firms.matrix[:, 0])
    assert 0.8 < first / second < 1.05


def test_quantity_beyond_all_accounts_counts_as_the_farthest_of_them():
    firms = read(Columns(numbers=("sites",)), {"sites": [17.0, 1e9, -1e9, 1.0]})
    assert firms.matrix[0].tolist() == firms.matrix[1].tolist()
    assert firms.matrix[2].tolist() == firms.matrix[3].tolist()


def test_place_is_told_by_its_nearness_to_landmarks():
    rng = np.random.default_rng(4)
    towns = np.repeat([[51.5, 0.0], [55.9, -3.2]], 40, axis=0) + rng.normal(0, 0.05, (80, 2))
    frame = {"lat": towns[:, 0], "lon": towns[:, 1]}
    firms = read(Columns(place=("lat", "lon")), frame, frame)
    assert firms.matrix.shape == (80, 12)
    apart = np.abs(firms.matrix[:, np.newaxis] - firms.matrix).sum(axis=2)
    assert apart[:40, :40].mean() < apart[:40, 40:].mean() / 2


def test_distance_between_two_towns_is_the_great_circle():
    columns = Columns(place=("lat", "lon"))
    encoder = fit_encoder(frame={"lat": [51.5074, 48.8566], "lon": [-0.1278, 2.3522]}, columns=columns)
    values = encoder.columns[0].read(pa.table({"lat": [51.5074, 48.8566], "lon": [-0.1278, 2.3522]}))
    assert encoder.columns[0].likeness(values[0], values[1]) == "344 km away"


def test_coordinates_in_another_unit_are_refused():
    with pytest.raises(NotAColumn, match="lat holds a number beyond 90"):
        fit_encoder(frame={"lat": [515074.0], "lon": [1.0]}, columns=Columns(place=("lat", "lon")))


def test_infinite_quantity_and_absent_column_are_refused():
    encoder = fit_encoder(frame=FIRMS, columns=Columns(numbers=("sites",)))
    with pytest.raises(NotFinite):
        encode(encoder=encoder, frame={"sites": [np.inf]})
    with pytest.raises(NotAColumn, match="no column sites"):
        encode(encoder=encoder, frame={"other": [1.0]})


def test_no_columns_and_equal_accounts_are_refused():
    with pytest.raises(NotAColumn, match="say which columns"):
        fit_encoder(frame=FIRMS, columns=Columns())
    with pytest.raises(NothingVaries, match="same in industry, sites"):
        equal = {"industry": ["Hotel"] * 9, "sites": [3] * 9}
        fit_encoder(frame=equal, columns=Columns(categories=("industry",), numbers=("sites",)))


@pytest.mark.parametrize(
    "frame", [pd.DataFrame(FIRMS), pl.DataFrame(FIRMS), pa.table(FIRMS)], ids=["pandas", "polars", "arrow"]
)
def test_any_frame_reads_alike(frame):
    columns = Columns(categories=("industry",), orders={"size": ORDER}, numbers=("sites",), prefixes={"code": 2})
    assert read(columns, frame, frame).matrix.tolist() == read(columns).matrix.tolist()


def test_categories_and_whole_numbers_of_a_frame_read_as_words():
    whole = pd.DataFrame({"branch": [3, 3, 3, 3, 3, 7, 7, 7, 7, 7]})
    words = {"branch": ["3"] * 5 + ["7"] * 5}
    columns = Columns(categories=("branch",))
    assert read(columns, whole, whole).matrix.tolist() == read(columns, words, words).matrix.tolist()
    assert read(columns, whole.astype("category"), words).matrix.tolist() == read(columns, words, words).matrix.tolist()


def test_firms_read_alike_whoever_stands_beside_them():
    columns = Columns(categories=("industry",), orders={"size": ORDER}, numbers=("sites",), prefixes={"code": 2})
    encoder = fit_encoder(frame=FIRMS, columns=columns)
    table = pa.table(FIRMS)
    alone = [encode(encoder=encoder, frame=table.slice(row, 1)).matrix[0].tolist() for row in range(len(table))]
    assert alone == encode(encoder=encoder, frame=table).matrix.tolist()


def test_examples_show_every_column_by_itself():
    columns = Columns(categories=("industry",), orders={"size": ORDER}, numbers=("sites",))
    encoder = fit_encoder(frame=FIRMS, columns=columns)
    matrix, names, told = examples(encoder=encoder)
    assert list(zip(names, told, strict=True)) == [
        ("industry", "Café"), ("industry", "Hotel"),
        ("size", "small"), ("size", "middle"), ("size", "large"),
        ("sites", "5"), ("sites", "9"), ("sites", "12"),
    ]  # fmt: skip
    assert ((matrix != 0) @ np.eye(3)[encoder.owner] > 0).sum(axis=1).tolist() == [1] * 8
