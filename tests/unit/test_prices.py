"""Questions about prices: what AWS is asked, what its answers mean, what is kept, and that no failure ends a preview."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

import boto3  # pyright: ignore[reportMissingTypeStubs]
import pytest
from botocore.stub import ANY, Stubber  # pyright: ignore[reportMissingTypeStubs]

from components import prices
from planning.prices import Range
from settings import Settings
from tests.unit.test_settings import load_with

_SECRET = {"aws_access_key_id": "none", "aws_secret_access_key": "none"}
SPOT = {"name": "s", "capacityType": "SPOT", "instanceTypes": ["c5.xlarge", "c6i.xlarge"]}


class Aws:
    """Clients that answer what a test says, held against botocore's model, and know where they were asked."""

    def __init__(self) -> None:
        self.stubs: dict[str, Any] = {}
        self.regions: dict[str, str] = {}

    def stub(self, service: str) -> Any:
        client = cast(Any, boto3).client(service, region_name="us-east-1", **_SECRET)
        return self.stubs.setdefault(service, Stubber(client))

    def client(self, service: str, region: str) -> Any:
        self.regions[service] = region
        self.stubs[service].activate()
        return self.stubs[service].client


@pytest.fixture
def aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    found = Aws()
    with patch("components.aws_call.client", found.client), patch("components.prices._AT_ONCE", 1):
        yield found


def settings(*queues: dict[str, Any], **top: Any) -> Settings:
    types = {
        "headNode": {"instanceType": "c6i.large"},
        "queues": list(queues) or [{"name": "q", "instanceTypes": ["c6i.large"]}],
    }
    return load_with(cluster=types, **top)


def product(*terms: tuple[str, str, str]) -> str:
    """As GetProducts answers it, for (unit, currency, price) of each offer."""
    attributes = {
        "instanceType": "c6i.large",
        "operatingSystem": "Linux",
        "tenancy": "Shared",
        "regionCode": "eu-west-1",
    }
    offers: dict[str, Any] = {
        f"ABC.JRTCKXETXF{n}": {
            "priceDimensions": {
                "ABC.JRTCKXETXF.6YS6EN2CT7": {
                    "unit": unit,
                    "beginRange": "0",
                    "endRange": "Inf",
                    "description": "per On Demand Linux c6i.large Instance Hour",
                    "appliesTo": [],
                    "rateCode": "ABC.JRTCKXETXF.6YS6EN2CT7",
                    "pricePerUnit": {currency: price},
                }
            },
            "sku": "ABC",
            "effectiveDate": "2026-01-01T00:00:00Z",
            "offerTermCode": "JRTCKXETXF",
            "termAttributes": {},
        }
        for n, (unit, currency, price) in enumerate(terms)
    }
    return json.dumps(
        {
            "product": {"productFamily": "Compute Instance", "attributes": attributes, "sku": "ABC"},
            "serviceCode": "AmazonEC2",
            "terms": {"OnDemand": offers},
            "version": "20260101000000",
            "publicationDate": "2026-01-01T00:00:00Z",
        }
    )


def listed(aws: Aws, *products: str, filters: Any = ANY) -> None:
    asked = {"ServiceCode": "AmazonEC2", "Filters": filters}
    aws.stub("pricing").add_response("get_products", {"FormatVersion": "aws_v1", "PriceList": list(products)}, asked)


def history(aws: Aws, *found: tuple[str, str, str], product: str = "Linux/UNIX", types: Any = ANY) -> None:
    asked = {"InstanceTypes": types, "ProductDescriptions": [product], "StartTime": ANY, "EndTime": ANY}
    told = [
        {"InstanceType": name, "AvailabilityZone": zone, "SpotPrice": price, "ProductDescription": product}
        for name, zone, price in found
    ]
    aws.stub("ec2").add_response("describe_spot_price_history", {"SpotPriceHistory": told, "NextToken": ""}, asked)


def test_the_price_list_is_asked_for_one_product_and_spot_prices_for_all_zones(aws: Aws) -> None:
    wanted = {
        "instanceType": "c6i.large",
        "regionCode": "eu-west-1",
        "operatingSystem": "Linux",
        "tenancy": "Shared",
        "capacitystatus": "Used",
        "preInstalledSw": "NA",
        "marketoption": "OnDemand",
    }
    filters = [{"Type": "TERM_MATCH", "Field": key, "Value": value} for key, value in wanted.items()]
    listed(aws, product(("Hrs", "USD", "0.0912000000")), filters=filters)
    zones = [("c5.xlarge", "eu-west-1a", "0.0731"), ("c5.xlarge", "eu-west-1b", "0.0668")]
    history(aws, *zones, types=["c5.xlarge", "c6i.xlarge"])
    found = prices.prices(settings(SPOT))
    assert {name: str(price) for name, price in found.on_demand.items()} == {"c6i.large": "0.0912000000"}
    assert {name: (str(one.lowest), str(one.highest)) for name, one in found.spot.items()} == {
        "c5.xlarge": ("0.0668", "0.0731")
    }
    assert (found.currency, found.lacking) == ("USD", "")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", found.date)
    assert aws.regions == {"pricing": "eu-central-1", "ec2": "eu-west-1"}


def test_red_hats_system_is_billed_with_its_licence(aws: Aws) -> None:
    listed(aws, product(("Hrs", "USD", "0.2")))
    history(aws, ("c5.xlarge", "eu-west-1a", "0.1"), product="Red Hat Enterprise Linux")
    with patch.object(
        aws.stub("pricing").client, "get_products", wraps=aws.stub("pricing").client.get_products
    ) as asked:
        found = prices.prices(settings(SPOT, image={"os": "rhel9"}))
    assert (set(found.spot), found.lacking) == ({"c5.xlarge"}, "")
    assert {"Type": "TERM_MATCH", "Field": "operatingSystem", "Value": "RHEL"} in asked.call_args.kwargs["Filters"]


@pytest.mark.parametrize(
    ("region", "endpoint"),
    [("us-west-2", "us-east-1"), ("eu-north-1", "eu-central-1"), ("cn-north-1", "cn-northwest-1")],
)
def test_a_region_asks_a_price_list_of_its_partition(aws: Aws, region: str, endpoint: str) -> None:
    listed(aws, product(("Hrs", "CNY", "0.7")))
    assert prices.prices(settings(region=region)).currency == "CNY"
    assert aws.regions["pricing"] == endpoint


@pytest.mark.parametrize(
    "products",
    [
        (),
        (product(("Quantity", "USD", "10")),),
        (product(("Hrs", "USD", "0.1"), ("Hrs", "USD", "0.2")),),
        (product(("Hrs", "USD", "0.1")), product(("Hrs", "USD", "0.3"))),
    ],
)
def test_what_is_not_one_price_an_hour_is_no_price(aws: Aws, products: tuple[str, ...]) -> None:
    listed(aws, *products)
    found = prices.prices(settings())
    assert (found.on_demand, found.date, found.lacking) == ({}, "", "")


def test_what_was_answered_is_kept_until_it_is_old(aws: Aws, tmp_path: Path) -> None:
    listed(aws, product(("Hrs", "USD", "0.1")))
    first = prices.prices(settings())
    assert prices.prices(settings()) == first  # a second question would find nothing to answer it
    (file,) = tmp_path.rglob("eu-west-1.json")
    kept = json.loads(file.read_text())
    file.write_text(json.dumps({name: [*one[:3], "2026-01-01T00:00:00+00:00"] for name, one in kept.items()}))
    listed(aws, product(("Hrs", "USD", "0.2")))
    assert str(prices.prices(settings()).on_demand["c6i.large"]) == "0.2"


def test_no_right_is_a_line_of_the_table_and_the_other_question_is_asked(aws: Aws) -> None:
    aws.stub("pricing").add_client_error(
        "get_products", "AccessDeniedException", "is not authorized to perform: pricing:GetProducts"
    )
    history(aws, ("c5.xlarge", "eu-west-1a", "0.1"), ("c6i.xlarge", "eu-west-1a", "0.2"))
    found = prices.prices(settings(SPOT))
    assert found.on_demand == {}
    assert set(found.spot) == {"c5.xlarge", "c6i.xlarge"}
    assert "pricing:GetProducts" in found.lacking


def refused(aws: Aws, code: str) -> None:
    aws.stub("pricing").add_client_error("get_products", code, "said no")


def test_a_lacking_right_is_remembered_for_minutes_with_its_reason(aws: Aws, tmp_path: Path) -> None:
    refused(aws, "AccessDeniedException")
    first = prices.prices(settings()).lacking
    again = prices.prices(settings()).lacking  # a second question would find nothing to answer it
    assert re.fullmatch(re.escape(first) + r" \(at \d\d:\d\d UTC; asked again 10 minutes after that\)", again)
    (file,) = tmp_path.rglob("*.json")
    os.utime(file, (0, 0))
    listed(aws, product(("Hrs", "USD", "0.2")))
    assert prices.prices(settings()).lacking == ""


@pytest.mark.parametrize(
    "change",
    [("AWS_ACCESS_KEY_ID", "AKIA2"), ("AWS_SHARED_CREDENTIALS_FILE", "other"), ("AWS_ENDPOINT_URL", "http://x")],
)
def test_other_credentials_or_another_endpoint_ask_again(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, change: tuple[str, str]
) -> None:
    refused(aws, "AccessDeniedException")
    assert prices.prices(settings()).lacking
    monkeypatch.setenv(*change)
    listed(aws, product(("Hrs", "USD", "0.2")))
    assert prices.prices(settings()).lacking == ""


@pytest.mark.parametrize("code", ["ExpiredTokenException", "ThrottlingException", "UnrecognizedClientException"])
def test_what_may_be_in_order_the_next_minute_is_asked_again(aws: Aws, code: str) -> None:
    refused(aws, code)
    assert prices.prices(settings()).lacking
    listed(aws, product(("Hrs", "USD", "0.2")))
    assert prices.prices(settings()).lacking == ""


def test_prices_of_another_endpoint_are_nobody_elses(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:5000")
    listed(aws, product(("Hrs", "USD", "99")))
    assert str(prices.prices(settings()).on_demand["c6i.large"]) == "99"
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    listed(aws, product(("Hrs", "USD", "0.2")))
    assert str(prices.prices(settings()).on_demand["c6i.large"]) == "0.2"


@pytest.mark.parametrize(
    "kept",
    ["{", '{"c6i.large": 5}', '{"c6i.large": [1, 1, 1, 1]}', '{"c6i.large": ["0.1", "0.1", "USD"]}', '["c6i.large"]'],
)
def test_a_file_of_another_form_is_no_answer(aws: Aws, tmp_path: Path, kept: str) -> None:
    file = tmp_path / "hpcstack" / "prices-linux" / "eu-west-1.json"
    file.parent.mkdir(parents=True)
    file.write_text(kept)
    listed(aws, product(("Hrs", "USD", "0.3")))
    assert prices.prices(settings()).on_demand


def test_a_cache_that_cannot_be_written_ends_no_preview(aws: Aws, tmp_path: Path) -> None:
    (tmp_path / "hpcstack").write_text("a file where a folder should be")
    listed(aws, product(("Hrs", "USD", "0.3")))
    assert prices.prices(settings()).on_demand


def test_without_spot_queues_ec2_is_not_asked(aws: Aws) -> None:
    listed(aws, product(("Hrs", "USD", "0.3")))
    assert prices.prices(settings()).spot == dict[str, Range]()
    assert "ec2" not in aws.regions
