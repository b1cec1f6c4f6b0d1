"""Asks AWS what machines cost an hour, and keeps the answers in the user's cache.

On-demand prices are those of the AWS Price List (`pricing:GetProducts`), spot prices EC2's (`ec2:DescribeSpotPriceHistory`).
Both are for the eyes: no right, no network and no price end no preview.
"""

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from components import aws_call, user_cache
from planning.prices import Prices, Range, System, on_demand_types, spot_types, system
from settings import Settings

_LIST_SECONDS = 7 * 24 * 3600.0
_SPOT_SECONDS = 6 * 3600.0
_REFUSED_SECONDS = 10 * 60.0
_AT_ONCE = 8
_SPOT_PRODUCT = {"Linux": "Linux/UNIX", "RHEL": "Red Hat Enterprise Linux"}

_FIELDS = 4
_Answer = dict[str, list[str]]
"""By instance type: the lowest price, the highest one, the currency, the time of the question."""


@dataclass(frozen=True, kw_only=True)
class _Question:
    """One of the two."""

    subject: str
    """What the file in the cache is called after."""
    seconds: float
    """How long an answer is good."""
    ask: Callable[[list[str], str, System], _Answer]


def prices(settings: Settings) -> Prices:
    """Of the machines of the cluster. What could not be had is absent, and the reason is told."""
    wanted, billed = settings.region, system(settings)
    listed, of_list = _answers(_LISTED, on_demand_types(settings), wanted, billed)
    spot, of_spot = _answers(_SPOT, spot_types(settings), wanted, billed)
    answers = [*listed.values(), *spot.values()]
    return Prices(
        on_demand={name: Decimal(lowest) for name, (lowest, *_) in listed.items()},
        spot={name: Range(lowest=Decimal(low), highest=Decimal(high)) for name, (low, high, *_) in spot.items()},
        currency=next((currency for _, _, currency, _ in listed.values()), "USD"),
        date=min((when for *_, when in answers), default="")[:10],
        lacking=of_list or of_spot,
    )


def _answers(question: _Question, types: set[str], region: str, billed: System) -> tuple[_Answer, str]:
    """What is kept and what AWS says of the rest, and why it said nothing."""
    subject = f"{question.subject}-{billed.lower()}"
    oldest = (datetime.now(UTC) - timedelta(seconds=question.seconds)).isoformat()
    kept = {name: one for name, one in _kept(subject, region, question.seconds).items() if one[-1] > oldest}
    lacking, reason = sorted(types - set(kept)), ""
    if lacking and not (reason := _refused(subject, region)):
        try:
            found = question.ask(lacking, region, billed)
        except aws_call.errors() as error:
            found, reason = {}, str(error).splitlines()[0]
            if aws_call.lasting(error):
                user_cache.write(f"{subject}-refused", region, [reason, _now()], of_caller=True)
        if found:
            kept |= found
            user_cache.write(subject, region, kept)
    return {name: kept[name] for name in types if name in kept}, reason


def _refused(subject: str, region: str) -> str:
    """Why AWS said nothing a moment ago, and when: a client to hear the same again takes half a second, a timeout ten."""
    found = user_cache.read(f"{subject}-refused", region, _REFUSED_SECONDS, of_caller=True)
    if not isinstance(found, list) or len(parts := cast(list[Any], found)) != 2 or not all(map(_is_text, parts)):
        return ""
    reason, when = parts
    return f"{reason} (at {when[11:16]} UTC; asked again {_REFUSED_SECONDS / 60:.0f} minutes after that)"


def _kept(subject: str, region: str, seconds: float) -> _Answer:
    """Empty where nothing is kept, or what is kept is of another form: then AWS is asked again."""
    found = user_cache.read(subject, region, seconds)
    if not isinstance(found, dict):
        return {}
    answers = cast(dict[str, Any], found)
    return {name: one for name, one in answers.items() if _whole(one)}


def _whole(answer: Any) -> bool:
    return isinstance(answer, list) and len(parts := cast(list[Any], answer)) == _FIELDS and all(map(_is_text, parts))


def _is_text(part: Any) -> bool:
    return isinstance(part, str)


def _listed(types: list[str], region: str, billed: System) -> _Answer:
    client = aws_call.client("pricing", _endpoint(region))

    def ask(name: str) -> list[str] | None:
        answer = client.get_products(ServiceCode="AmazonEC2", Filters=_filters(name, region, billed))
        return _price_of(answer["PriceList"])

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = dict(zip(types, pool.map(ask, types), strict=True))
    return {name: answer for name, answer in found.items() if answer}


def _endpoint(region: str) -> str:
    """The price list of a partition is served in few of its regions, each of them with all prices."""
    if region.startswith("cn-"):
        return "cn-northwest-1"
    return "eu-central-1" if region.startswith("eu-") else "us-east-1"


def _filters(name: str, region: str, billed: System) -> list[dict[str, str]]:
    """One product: on demand, on shared hardware, with nothing installed, and not the part of a reservation that stands idle."""
    wanted = {
        "instanceType": name,
        "regionCode": region,
        "operatingSystem": billed,
        "tenancy": "Shared",
        "capacitystatus": "Used",
        "preInstalledSw": "NA",
        "marketoption": "OnDemand",
    }
    return [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in wanted.items()]


def _price_of(products: Iterable[str]) -> list[str] | None:
    """None if the list has no such product, or several prices of it: then none is the price."""
    found = {
        (price, currency)
        for product in products
        for term in json.loads(product)["terms"].get("OnDemand", {}).values()
        for dimension in term["priceDimensions"].values()
        if dimension["unit"] == "Hrs"
        for currency, price in dimension["pricePerUnit"].items()
    }
    if len(found) != 1:
        return None
    ((price, currency),) = found
    return [price, price, currency, _now()]


def _spot(types: list[str], region: str, billed: System) -> _Answer:
    """The last price of each zone: a history that begins now holds what was in force then."""
    now = datetime.now(UTC)
    pages = (
        aws_call.client("ec2", region)
        .get_paginator("describe_spot_price_history")
        .paginate(InstanceTypes=types, ProductDescriptions=[_SPOT_PRODUCT[billed]], StartTime=now, EndTime=now)
    )
    currency = "CNY" if region.startswith("cn-") else "USD"
    found: dict[str, list[Decimal]] = {}
    for page in pages:
        for one in page["SpotPriceHistory"]:
            found.setdefault(str(one["InstanceType"]), []).append(Decimal(str(one["SpotPrice"])))
    return {name: [str(min(all_)), str(max(all_)), currency, _now()] for name, all_ in found.items()}


def _now() -> str:
    return datetime.now(UTC).isoformat()


_LISTED = _Question(subject="prices", seconds=_LIST_SECONDS, ask=_listed)
_SPOT = _Question(subject="spot-prices", seconds=_SPOT_SECONDS, ask=_spot)
