"""Programs of the platform in the bucket of a booted cluster, as a stack places them, and the head node's actions that run them."""

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from typing import Any

from planning.cluster.actions import custom_actions
from planning.endpoints import Endpoints, Manifest
from planning.node_actions import manifest
from planning.node_settings import key, node_settings, version
from scripts import packing
from scripts.node import bundle
from tests.emulator import documents
from tests.nodes.booted_cluster import Cluster
from tests.unit.test_planning import ENDPOINTS
from tests.unit.test_settings import load_with

FILE = "/etc/ssh/sshd_config.d/40-hpcstack.conf"


def actions(cluster: Cluster, variable: str, mark: str) -> dict[str, Any]:
    """The head node's section `CustomActions` of a stack whose sshd takes a variable, once all is in the bucket.

    The program is that of a release which writes `mark` into its file.
    """
    settings = load_with(cluster={"sshd": {"acceptEnv": [variable]}})
    (text,) = node_settings(settings, "team").values()
    program = _marked(bundle.build("sshd"), mark)
    digest = hashlib.sha256(program).hexdigest()
    endpoints = Endpoints(
        **ENDPOINTS,
        boot_uri=_put(cluster, manifest.BOOT_KEY, bundle.build(bundle.BOOT)),
        program_uris={"sshd": _put(cluster, f"scripts/{digest[:16]}/node/sshd.pyz", program)},
        program_hashes={"sshd": digest},
        node_settings={"sshd": (_put(cluster, key("sshd"), text.encode()), version(text))},
    )
    found = manifest.actions_of("head", settings, endpoints)
    listed = json.dumps(manifest.manifest(found, endpoints)).encode()
    uri = _put(cluster, manifest.key("head", found), listed)
    endpoints = replace(endpoints, manifests={"head": Manifest(uri=uri, sha256=hashlib.sha256(listed).hexdigest())})
    section: dict[str, Any] = custom_actions("head", settings, endpoints, settings.cluster.head_node.custom_actions)
    return dict(section["CustomActions"])


def _put(cluster: Cluster, key: str, content: bytes) -> str:
    cluster.put(key, content)
    return f"s3://{documents.BUCKET}/{key}"


def _marked(program: bytes, mark: str) -> bytes:
    archive = zipfile.ZipFile(io.BytesIO(program))
    files = {name: archive.read(name) for name in archive.namelist()}
    name = next(one for one in files if one.endswith("/sshd/cli.py"))
    assert b"# Written by hpcstack." in files[name]
    return packing.application({**files, name: files[name].replace(b"# Written by hpcstack.", f"# {mark}".encode())})
