"""Whether a booted database refuses connections without TLS: by its parameter group, or as RDS has it by default."""

from types import SimpleNamespace

import pytest

from localcloud.emulator.booted import databases

_GROUPS = {
    "off": SimpleNamespace(parameters={"rds.force_ssl": {"ParameterValue": "0"}}),
    "on": SimpleNamespace(parameters={"require_secure_transport": {"ParameterValue": "1"}}),
}


@pytest.mark.parametrize(
    ("engine", "group", "refuses"),
    [
        ("postgres", None, True),
        ("postgres", "on", True),
        ("postgres", "off", False),
        ("mysql", None, False),
        ("mariadb", "on", True),
    ],
)
def test_clear_text_is_refused_as_rds_does(engine: str, group: str | None, refuses: bool) -> None:
    assert databases.tls_only(engine, SimpleNamespace(db_parameter_groups=_GROUPS), group) is refuses
