"""The whole API against its own description: cases made by schemathesis, those that fit and those that do not."""

from __future__ import annotations

import json
import os
from collections import Counter

import hypothesis
import pytest
import schemathesis
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections
from schemathesis import checks

from tests.cast import alice, ben, carla, key, portfolio
from vitalfew.api.main import api
from vitalfew.ground import clock
from vitalfew.trust import tokens
from vitalfew.trust.access import rights_of
from vitalfew.trust.actors import operator

pytestmark = pytest.mark.django_db
SOAK = bool(os.environ.get("VITALFEW_SOAK"))
CASES = 200 if SOAK else 12  # of each kind for each route, beside those that cover each bound of each field
CHECKS = [
    checks.not_a_server_error, checks.status_code_conformance, checks.content_type_conformance, checks.response_schema_conformance,
    checks.response_headers_conformance, checks.negative_data_rejection, checks.missing_required_header, checks.unsupported_method,
    checks.allow_header_conformance,
]  # fmt: skip
THERE = {
    "account": "C00001",
    "person": "carla@example.org",
    "manager": "ben@example.org",
    "deputy": "",
    "to": "carla@example.org",
    "giver": "",
    "all_of": "",
    "reason": "Grows",
}
TRIED: Counter[int] = Counter()


DESCRIBED = schemathesis.openapi.from_dict(
    json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/"))),
    config=schemathesis.Config.from_dict(
        {"seed": 20261123, "checks": {"missing_required_header": {"expected-statuses": [428]}}}
    ),
)
DESCRIBED.app = WSGIHandler()


@pytest.fixture
def sent():
    """The headers of a token of Alice's that may do all she may, on a small portfolio."""
    portfolio()
    key(1, manager=ben())
    key(2, manager=ben(), deputy=carla())
    secret = tokens.make_token(person=alice(), name="Cases", scopes=rights_of(alice()), by=operator(), at=clock.now())[
        1
    ]
    ends = (signals.request_started, signals.request_finished)
    for end in ends:  # as Django's own client does: the connection is the test's, and its transaction with it
        end.disconnect(close_old_connections)
    yield {"Authorization": f"Bearer {secret}", "Host": "localhost"}
    for end in ends:
        end.connect(close_old_connections)


@DESCRIBED.parametrize()
@hypothesis.settings(
    max_examples=CASES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
def test_the_api_does_what_it_says(case, sent):
    response = case.call(headers=sent)
    TRIED[response.status_code] += 1
    case.validate_response(response, checks=CHECKS)
    if case.meta and case.meta.generation.mode.is_positive and isinstance(case.body, dict):
        of_what_there_is(case, sent)


def of_what_there_is(case, sent):
    """The same once more with accounts and people that exist, on the state of now and on another one."""
    case.body |= {name: word for name, word in THERE.items() if name in case.body}
    for state in ('"another"', "*"):
        response = case.call(
            headers={**sent, "If-Match": state, "Idempotency-Key": f"{state}{len(TRIED)}{sum(TRIED.values())}"}
        )
        TRIED[response.status_code] += 1
        case.validate_response(
            response, checks=[check for check in CHECKS if check is not checks.negative_data_rejection]
        )


def test_enough_was_tried():
    print(f"{sum(TRIED.values())} cases: {dict(sorted(TRIED.items()))}")
    together = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))  # each process counts its own part
    assert sum(TRIED.values()) > 500 / together
    assert [status for status in TRIED if status >= 500] == []
    wanted = {200, 201, 400, 404, 405, 412, 422, 428}
    assert len(wanted & set(TRIED)) >= (len(wanted) if together == 1 else len(wanted) - 2)
