"""What the visiting processes do at the real doors: python -m tests.journeys.visitors VERB PORT SESSION NAME COUNT.

Each says "ready", waits for a line, sends its requests and answers with the statuses and what was acknowledged. It ends
when the server is gone, which counts as a status of 0.
"""

from __future__ import annotations

import http.client
import json
import sys
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlencode

CSRF = "k" * 32
Sent = tuple[str, str, str, dict[str, str]]  # what it is known by, address, kind of body, body


class Visitor:
    """One signed-in browser on one connection at a time."""

    def __init__(self, port: int, session: str) -> None:
        self.there = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {
            "Cookie": f"sessionid={session}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "Referer": f"http://127.0.0.1:{port}/",
        }

    def send(self, address: str, kind: str, body: dict[str, str]) -> int:
        """The status of the answer, once all of it has come; 0 if none comes any more."""
        text = json.dumps(body) if kind == "json" else urlencode(body)
        content = "application/json" if kind == "json" else "application/x-www-form-urlencoded"
        try:
            self.there.request("POST", address, text, {**self.headers, "Content-Type": content})
            answer = self.there.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return 0
        return answer.status


def reviews(name: str, count: int) -> Iterator[Sent]:
    """Reviews of six accounts, through the API and the page in turn; each has a reason of its own."""
    for place in range(count):
        reason, account = f"{name}-{place}", place % 6 + 1
        if place % 2:
            yield reason, f"/accounts/{account}/review/", "form", {"outcome": "keep", "reason": reason}
        else:
            yield reason, "/api/reviews", "json", {"account": f"C{account:05}", "outcome": "keep", "reason": reason}


def designations(name: str, count: int) -> Iterator[Sent]:
    """The same accounts as everybody else, with a manager."""
    for account in range(1, count + 1):
        people = {"manager": "alice@example.org"}
        yield (
            f"C{account}",
            "/api/designations",
            "json",
            {"account": f"C{account:05}", "reason": f"By {name}", **people},
        )


def people(name: str, count: int) -> Iterator[Sent]:
    """The same people as everybody else."""
    for place in range(count):
        email = f"p{place}@example.org"
        yield email, "/people/add/", "form", {"email": email, "name": f"Person {place} of {name}", "role": "viewer"}


def newcomers(name: str, count: int) -> Iterator[Sent]:
    """People of whom nobody has heard."""
    for place in range(count):
        email = f"n{name}-{place}@example.org"
        yield email, "/people/add/", "form", {"email": email, "name": f"Newcomer {place}", "role": "viewer"}


def work(wanted: Iterator[Sent], visitor: Visitor) -> dict[str, object]:
    statuses: Counter[int] = Counter()
    acknowledged = []
    for known_by, address, kind, body in wanted:
        status = visitor.send(address, kind, body)
        if not statuses:
            print("answered", flush=True)
        statuses[status] += 1
        if not status:
            break
        if status in (201, 302):
            acknowledged.append(known_by)
    return {"statuses": statuses, "acknowledged": acknowledged}


if __name__ == "__main__":
    verb, port, session, name, count = sys.argv[1:]
    visits = {each.__name__: each for each in (reviews, designations, people, newcomers)}[verb](name, int(count))
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(work(visits, Visitor(int(port), session))))
