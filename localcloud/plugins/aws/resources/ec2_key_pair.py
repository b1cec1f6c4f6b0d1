"""Key pairs."""

from typing import Any

from localcloud.plugins.aws.base import Ec2Type, first, picked
from localcloud.plugins.aws.client import Aws, tag_map
from localcloud.plugins.resource import Autoname
from localcloud.plugins.rules import APPLY, Length, Matches
from localcloud.plugins.values import Plain


class KeyPair(Ec2Type):
    token, kind = "aws:ec2/keyPair:KeyPair", "key-pair"
    inputs, replace = frozenset({"keyName", "publicKey", "tags"}), frozenset({"keyName", "publicKey"})
    autoname = Autoname("keyName", ("keyNamePrefix",))
    rules = (
        Length("keyName", 1, 255),
        Matches(
            "publicKey",
            r"(ssh-rsa|ssh-ed25519) [A-Za-z0-9+/=]+.*",
            "be a public key of OpenSSH, RSA or ED25519",
            stage=APPLY,
        ),
    )

    def same(self, key: str, old: Any, new: Any) -> bool:
        # The comment of a public key and white space at its end mean nothing to EC2.
        if key == "publicKey" and isinstance(old, str) and isinstance(new, str):
            return old.split()[:2] == new.split()[:2]
        return super().same(key, old, new)

    def create(self, context: Aws, inputs: Plain) -> str:
        key, tags = inputs["publicKey"].encode(), self.tags_at_creation(context, inputs)
        context.client("ec2").import_key_pair(KeyName=inputs["keyName"], PublicKeyMaterial=key, **tags)
        return inputs["keyName"]

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        pair = first(aws.client("ec2").describe_key_pairs(KeyNames=[resource_id])["KeyPairs"])
        state = picked(pair, keyName="KeyName", keyPairId="KeyPairId", fingerprint="KeyFingerprint", keyType="KeyType")
        arn = aws.arn("ec2", f"key-pair/{resource_id}")
        return state | {"arn": arn, "tagsAll": tag_map(pair.get("Tags"))}

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        super().tag(aws, state["keyPairId"], state, add, drop)

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("ec2").delete_key_pair(KeyName=resource_id)


ALL = (KeyPair,)
