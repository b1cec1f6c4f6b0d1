"""Shared folders: one encrypted EFS file system each, with a mount target in every private subnet."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from settings.storage import SharedFolder


@dataclass(frozen=True, kw_only=True)
class StorageArgs:
    folders: tuple[SharedFolder, ...]
    zones: int
    private_subnet_ids: pulumi.Output[list[str]]
    security_group_id: pulumi.Input[str] | None
    """None where there are no folders."""
    protected: bool


class Storage(pulumi.ComponentResource):
    file_system_ids: dict[str, pulumi.Output[str]]
    """By the folder's name; a value is known only once its mount targets are there."""

    def __init__(self, name: str, args: StorageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:Storage", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        self.file_system_ids = {folder.name: self._file_system(name, folder) for folder in args.folders}
        self.register_outputs({"file_system_ids": self.file_system_ids})

    def _file_system(self, name: str, folder: SharedFolder) -> pulumi.Output[str]:
        assert self._args.security_group_id is not None
        # State name: renaming a folder destroys its file system.
        protect = pulumi.ResourceOptions(protect=self._args.protected)
        system = aws.efs.FileSystem(
            f"{name}-{folder.name}",
            encrypted=True,
            throughput_mode="elastic",
            tags={"Name": f"{name}-{folder.name}"},
            opts=pulumi.ResourceOptions.merge(self._child, protect),
        )
        targets = [
            aws.efs.MountTarget(
                f"{name}-{folder.name}-{index}",
                file_system_id=system.id,
                subnet_id=self._args.private_subnet_ids[index],
                security_groups=[self._args.security_group_id],
                opts=self._child,
            )
            for index in range(self._args.zones)
        ]
        return pulumi.Output.all(system.id, *[target.id for target in targets]).apply(lambda ids: str(ids[0]))
