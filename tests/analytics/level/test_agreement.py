from collections import Counter

import numpy as np
import pytest

from tests.analytics.level.firms import TRUE, firm, known
from vitalfew.analytics.level import fit_level, measure_agreement, measure_held_out, measure_retest
from vitalfew.analytics.level.agreement import weighted_kappa

SURE = np.eye(4)[[0, 1, 2, 3, 3]]


def test_right_and_sure_is_perfect():
    found = measure_agreement(chance=SURE, level=np.array([1, 2, 3, 4, 4]))
    assert (found.accuracy, found.within_one, found.kappa, found.cover, found.size) == (1, 1, 1, 1, 1)
    assert found.log_score == 0 and found.calibration_error == 0


def test_kappa_of_a_table_worked_by_hand():
    """Ten accounts: squared misses 1 + 1 + 4 in 10, by chance 2.7 on average."""
    told = np.array([1, 1, 1, 2, 2, 3, 3, 4, 4, 4])
    level = np.array([1, 1, 2, 2, 2, 3, 4, 4, 4, 2])
    rows, columns = np.bincount(told, minlength=5)[1:] / 10, np.bincount(level, minlength=5)[1:] / 10
    chance = sum(rows[i] * columns[j] * (i - j) ** 2 for i in range(4) for j in range(4))
    assert weighted_kappa(told=told, level=level) == pytest.approx(1 - 0.6 / chance)
    assert chance == pytest.approx(2.7)


def test_kappa_is_nothing_where_one_list_never_varies():
    assert weighted_kappa(told=np.array([2, 2, 2]), level=np.array([1, 2, 3])) == pytest.approx(0.0)
    assert weighted_kappa(told=np.array([2, 2]), level=np.array([2, 2])) == 0.0


def test_calibration_error_is_how_far_promises_miss():
    """Six promises of .8 of which three come true, four of .6 of which all do: (6 × .3 + 4 × .4) / 10."""
    chance = np.array([[0.8, 0.2, 0.0, 0.0]] * 6 + [[0.6, 0.4, 0.0, 0.0]] * 4)
    found = measure_agreement(chance=chance, level=np.array([1, 1, 1, 2, 2, 2, 1, 1, 1, 1]))
    assert found.calibration_error == pytest.approx((6 * 0.3 + 4 * 0.4) / 10)
    assert found.log_score == pytest.approx((3 * np.log(0.8) + 3 * np.log(0.2) + 4 * np.log(0.6)) / 10)


def test_second_look_correlates():
    first = np.array([-1.0, 0.0, 0.5, 2.0])
    found = measure_retest(
        first=first, second=2 * first + 1, first_level=np.array([1, 2, 3, 4]), second_level=np.array([1, 2, 4, 2])
    )
    assert (found.accounts, found.correlation, found.neighbours) == (4, pytest.approx(1.0), 0.75)


def test_second_look_without_differences_correlates_nothing():
    same, level = np.ones(5), np.ones(5, dtype=int)
    assert measure_retest(first=same, second=same, first_level=level, second_level=level).correlation == 0.0


def test_person_left_out_is_foretold_better_than_by_rules():
    found = measure_held_out(**known(firm(2000)), questions=TRUE.questions)
    assert found.people > 300
    assert found.model > found.others > found.segment
    assert found.lead > 2 * found.lead_error > 0


def test_person_left_out_is_really_left_out(monkeypatch):
    """One person of each account with several is gone from what is fitted, with all its forms."""
    made, fitted = firm(400), []

    def watched(**evidence):
        fitted.append(evidence["survey"])
        return fit_level(**evidence)

    monkeypatch.setattr("vitalfew.analytics.level.holding_out.fit_level", watched)
    found = measure_held_out(**known(made), questions=TRUE.questions)
    people = [
        {(account, who) for account, who in zip(survey.account, survey.respondent, strict=True)}
        for survey in (made.survey, *fitted)
    ]
    gone = people[0] - people[1]
    several = {account for account, count in Counter(account for account, _ in people[0]).items() if count > 1}
    assert found.people == len(gone) == len(several) > 40
    assert {account for account, _ in gone} == several
