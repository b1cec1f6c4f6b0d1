"""The platform's programs of nodes in the bucket, and the manifests by which the boot program finds them."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pulumi

from components.bucket import Bucket
from planning.endpoints import Endpoints, Manifest
from planning.node_actions import programs
from planning.node_actions.action import Kind, NodeAction
from planning.node_actions.manifest import BOOT_KEY, actions_of, key, manifest
from scripts.node import bundle
from settings import Settings

_SCRIPTS = Path(__file__).parent.parent / "scripts" / "node"
_BUILD = Path(__file__).parent.parent / ".build"


def program_files(settings: Settings) -> dict[str, Path]:
    """What to upload, by name."""
    return {f"node/{file}": path for file, path in (_program(name) for name in programs(settings))}


def placed(bucket: Bucket, settings: Settings, endpoints: Endpoints) -> Endpoints:
    """With the programs' places and hashes, and a manifest for each kind of node that runs some.

    What head node and login nodes start with stays for the cluster's life: boot program and manifest lie under one key each. What
    compute nodes start with is theirs: their manifest lies under its hash.
    """
    used = programs(settings)
    if not used:
        return endpoints
    files = {name: _program(name) for name in used}
    endpoints = replace(
        endpoints,
        program_uris={name: bucket.uris[f"node/{file}"] for name, (file, _) in files.items()},
        program_hashes={name: hashlib.sha256(path.read_bytes()).hexdigest() for name, (_, path) in files.items()},
    )
    boot = bucket.place(BOOT_KEY, bundle.write(_BUILD, bundle.BOOT))
    kinds: list[Kind] = ["head", "compute", *(("login",) if settings.cluster.login_nodes.all_pools else ())]
    return replace(
        endpoints,
        boot_uri=bucket.uri(boot),
        manifests={
            kind: _placed(bucket, kind, actions, endpoints, boot)
            for kind in kinds
            if (actions := actions_of(kind, settings, endpoints))
        },
    )


def _placed(
    bucket: Bucket, kind: Kind, actions: dict[str, list[NodeAction]], endpoints: Endpoints, boot: pulumi.Resource
) -> Manifest:
    """Written after the boot program, which reads those of earlier releases too."""
    content = pulumi.Output.json_dumps(manifest(actions, endpoints), indent=2, sort_keys=True)
    sha256 = content.apply(lambda text: hashlib.sha256(text.encode()).hexdigest())
    if kind == "compute":
        return Manifest(uri=bucket.add("node/compute.json", content), sha256=sha256)
    stored = bucket.place(key(kind, actions), content, after=[boot])
    return Manifest(uri=bucket.uri(stored), sha256=sha256)


def _program(name: str) -> tuple[str, Path]:
    """A program of nodes: its name among the bucket's files, and the file."""
    if name in bundle.names():
        return f"{name}.pyz", bundle.write(_BUILD, name)
    return name, _SCRIPTS / name
