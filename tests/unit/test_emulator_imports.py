"""What the emulator's process shares among its sessions of boto3."""

import boto3
import botocore.loaders
import botocore.session
import pytest

from localcloud.emulator import imports


def test_sessions_share_a_loader_that_does_not_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (botocore.loaders, botocore.session):  # as they were, afterwards
        monkeypatch.setattr(module, "create_loader", botocore.loaders.create_loader)
    imports._share_models()  # pyright: ignore[reportPrivateUsage]
    loaders = [boto3.Session(region_name="eu-west-1")._loader for _ in range(3)]
    assert loaders[0] is loaders[2]
    assert len(loaders[0].search_paths) == len(set(loaders[0].search_paths))
    assert "ec2" in loaders[0].list_available_services("service-2")
    assert any(path.endswith("boto3/data") for path in loaders[0].search_paths)
