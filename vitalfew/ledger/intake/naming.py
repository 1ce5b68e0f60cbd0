"""Customers and products as files name them: added when first seen, their words kept up to date."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

from django.db.models import Max

from vitalfew.ledger.importing.codebook import clean_key
from vitalfew.ledger.models import Alias, Customer, Membership, Product
from vitalfew.trust import versions

_AT_ONCE = 500
Words = Mapping[str, Mapping[int, str]]


def add_customers(new: Mapping[str, int], words: Words) -> None:
    """Add customers under their codes; fill in name, country and salesperson where the file knows them."""
    names, countries, sellers = (words.get(field, {}) for field in ("customer_name", "country", "salesperson"))
    Customer.objects.bulk_create(
        [
            Customer(
                id=code,
                key=key,
                name=names.get(code, ""),
                country=countries.get(code, "")[:80],
                salesperson=sellers.get(code, "")[:120],
            )
            for key, code in new.items()
        ],
        batch_size=_AT_ONCE,
    )
    fresh = set(new.values())
    known = {code for field in (names, countries, sellers) for code in field} - fresh
    _refresh(Customer, known, {"name": (names, 200), "country": (countries, 80), "salesperson": (sellers, 120)})


def add_products(new: Mapping[str, int], words: Words, charges: set[int]) -> None:
    """Add products under their codes; `charges` are those that are no product."""
    texts, categories = words.get("description", {}), words.get("category", {})
    fallback = words.get("any_description", {})
    Product.objects.bulk_create(
        [
            Product(
                id=code,
                key=key,
                description=texts.get(code, fallback.get(code, "")),
                category=categories.get(code, "")[:120],
                is_charge=code in charges,
            )
            for key, code in new.items()
        ],
        batch_size=_AT_ONCE,
    )
    known = (set(texts) | set(categories)) - set(new.values())
    _refresh(Product, known, {"description": (texts, 200), "category": (categories, 120)})


def add_parents(words: Mapping[int, str], *, since: tuple[date, date] | None) -> None:
    """Put customers under the firm or group a sales file names for them, from the file's first day."""
    if since is None or not words:
        return
    parents = named_customers(set(words.values()), kind=Customer.Kind.GROUP)
    for code, name in words.items():
        if key := clean_key(name)[0]:
            belongs(customer=code, parent=parents[key], since=since[0])


def named_customers(
    keys: set[str], *, kind: str, describe: Callable[[Customer], None] = lambda customer: None
) -> dict[str, int]:
    """The code of each customer called by a number or name; those not there yet are added, `describe` fills them in."""
    wanted = {clean_key(key)[0] for key in keys} - {""}
    found = known_customers(wanted)
    for some in _some(sorted(wanted - set(found))):
        found |= dict(Customer.objects.filter(name__in=some).order_by("-pk").values_list("name", "pk"))
    fresh = [
        Customer(id=code, key=key, name=key, kind=kind)
        for code, key in enumerate(sorted(wanted - set(found)), start=next_customer())
    ]
    for customer in fresh:
        describe(customer)
    Customer.objects.bulk_create(fresh, batch_size=_AT_ONCE)
    return found | {customer.key: customer.pk for customer in fresh}


def known_customers(keys: Iterable[str]) -> dict[str, int]:
    """The code of each customer that has one of `keys` as its number or an alias."""
    found: dict[str, int] = {}
    for some in _some(sorted(keys)):
        found |= dict(Alias.objects.filter(key__in=some).values_list("key", "customer_id"))
        found |= dict(Customer.objects.filter(key__in=some).values_list("key", "pk"))
    return found


def _some(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """The keys a few hundred at a time: databases limit the words of one question."""
    return (keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE))


def belongs(*, customer: int, parent: int, since: date) -> None:
    """From `since` on the customer belongs to `parent`; an earlier membership ends the day before. Never in a circle."""
    if customer == parent or _is_above(customer, parent):
        return
    now = Membership.objects.filter(customer_id=customer, holds_until=None).first()
    if now and now.parent_id == parent:
        Membership.objects.filter(pk=now.pk, holds_from__gt=since).update(holds_from=since)
        return
    if now:
        since = max(since, date.fromordinal(now.holds_from.toordinal() + 1))
        now.holds_until = date.fromordinal(since.toordinal() - 1)
        now.save(update_fields=["holds_until"])
    Membership.objects.create(customer_id=customer, parent_id=parent, holds_from=since)


def next_customer() -> int:
    """The code of the next customer; call it while holding the right to write."""
    return int(Customer.objects.aggregate(last=Max("pk"))["last"] or 0) + 1


def _is_above(customer: int, parent: int) -> bool:
    """True when `parent` already belongs, directly or further up, to `customer`."""
    seen: set[int] = set()
    code: int | None = parent
    while code is not None and code not in seen:
        if code == customer:
            return True
        seen.add(code)
        code = Membership.objects.filter(customer_id=code, holds_until=None).values_list("parent_id", flat=True).first()
    return False


def _refresh(
    model: type[Customer] | type[Product], codes: set[int], words: Mapping[str, tuple[Mapping[int, str], int]]
) -> None:
    """Write only what changed; a file that says nothing of a word leaves the word as it was."""
    wanted = sorted(codes)
    for start in range(0, len(wanted), _AT_ONCE):
        changed = []
        for row in versions.held(model._default_manager.filter(pk__in=wanted[start : start + _AT_ONCE])):
            values = {field: texts[row.pk][:longest] for field, (texts, longest) in words.items() if row.pk in texts}
            news = [field for field, value in values.items() if getattr(row, field) != value]
            for field in news:
                setattr(row, field, values[field])
            if news:
                changed.append(row)
            if news and isinstance(row, Customer):
                versions.written(row, news)
        fields = [*words, *(("version", "changed") if model is Customer else ())]
        model._default_manager.bulk_update(changed, fields, batch_size=_AT_ONCE)  # type: ignore[arg-type]  # one kind at a time
