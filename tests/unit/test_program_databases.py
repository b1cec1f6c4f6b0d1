"""The program on a mock engine: databases and their secrets."""

import pytest

from tests.unit.everything import everything
from tests.unit.recorder import run


def test_databases_are_private_encrypted_tls_only_and_pinned() -> None:
    for one in everything().named("aws:rds/instance:Instance"):
        assert one.inputs["storageEncrypted"] is True
        assert one.inputs["publiclyAccessible"] is False
        assert "." in one.inputs["engineVersion"]
    parameters = {
        (parameter["name"], parameter["value"])
        for one in everything().named("aws:rds/parameterGroup:ParameterGroup")
        for parameter in one.inputs["parameters"]
    }
    assert parameters == {("rds.force_ssl", "1"), ("require_secure_transport", "1")}


@pytest.mark.parametrize(("environment", "guarded"), [("prod", True), ("dev", False)])
def test_the_environment_decides_protection_as_one(environment: str, guarded: bool) -> None:
    made = run(environment=environment, databases={"slurm": {}})
    database = made.one("aws:rds/instance:Instance").inputs
    assert (database["deletionProtection"], database["multiAz"], not database["skipFinalSnapshot"]) == (guarded,) * 3
    assert database["backupRetentionPeriod"] == (30 if guarded else 7)
    assert made.one("aws:s3/bucket:Bucket").inputs["forceDestroy"] is not guarded
    secret = made.one("aws:secretsmanager/secret:Secret").inputs
    assert secret["recoveryWindowInDays"] == (30 if guarded else 0)


def test_a_given_password_is_used_instead_of_a_generated_one() -> None:
    made = run(secrets={"slurmDatabasePassword": "correct-horse"}, databases={"slurm": {}})
    assert "correct-horse" in repr(made.one("aws:secretsmanager/secretVersion:SecretVersion").inputs["secretString"])
