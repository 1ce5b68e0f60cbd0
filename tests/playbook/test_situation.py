from datetime import date, timedelta

from vitalfew.playbook.situation import People, Piece, Situation

TODAY = date(2026, 6, 30)


def piece(kind, side, days):
    return Piece(kind, side, TODAY - timedelta(days=days), None, "https://files.example/x")


def situation(*pieces):
    return Situation(
        account=1, today=TODAY, is_key=True, stage=1, since=TODAY, level=None, people=People(), pieces=pieces
    )


def test_events_count_by_the_day_they_happened_and_states_of_behaviour_for_as_long_as_they_hold():
    now = situation(*(piece("tender", "ours", days) for days in (0, 89, 90)), piece("orders_repeat", "behaviour", 400))
    assert len(now.of("tender", within=90)) == 2 and len(now.of("tender")) == 3
    assert len(now.of("orders_repeat", within=90)) == 1


def test_pieces_are_asked_for_by_kind_and_side():
    now = situation(piece("aim", "ours", 1), piece("aim", "customer", 1), piece("tender", "ours", 1))
    assert [one.side for one in now.of("aim")] == ["ours", "customer"]
    assert [one.kind for one in now.of("aim", "tender", side="ours")] == ["aim", "tender"]
