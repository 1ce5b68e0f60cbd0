from __future__ import annotations

import pytest

from vitalfew.demo.scene import names
from vitalfew.demo.scene.streams import stream


def test_companies_never_share_a_name():
    made = names.company_names(
        rng=stream(seed=1, topic="names"), industries=["Café"] * 5000, towns=["Ashford"] * 5000, taken=["Iqbal Café"]
    )
    assert len(set(made) | {"Iqbal Café"}) == 5001


def test_towns_are_all_different():
    made = names.town_names(rng=stream(seed=1, topic="names"), count=140)
    assert len(set(made)) == 140


@pytest.mark.parametrize("name", ["Iqbal & Quill Café", "Red Swan House Hotel", "Plain Name", "Iqbal Catering"])
def test_other_spelling_differs_in_letters(name):
    assert names.other_spelling(name) != name
