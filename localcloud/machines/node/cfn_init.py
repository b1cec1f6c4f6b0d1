"""Stands for cfn-init of aws-cfn-bootstrap, as far as ParallelCluster's templates use it.

`files` and `commands` of the configs of a configSet, commands in the order of their names (CloudFormation User Guide,
AWS::CloudFormation::Init).
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

from localcloud.machines.node import aws

LOG = Path("/var/log/cfn-init.log")


def metadata(stack: str, resource: str, region: str) -> dict[str, Any]:
    """The AWS::CloudFormation::Init of a stack's resource."""
    found = aws.client("cloudformation", region).describe_stack_resource(StackName=stack, LogicalResourceId=resource)
    return dict(json.loads(found["StackResourceDetail"]["Metadata"])["AWS::CloudFormation::Init"])


def apply(init: dict[str, Any], config_set: str) -> bool:
    """Whether all commands ended well; the first that does not ends it."""
    with LOG.open("a", 1) as log:
        for name in init["configSets"][config_set]:
            for path, file in init[name].get("files", {}).items():
                _place(Path(path), file)
            commands = init[name].get("commands", {})
            for command in sorted(commands):
                if not _run(f"{name}/{command}", commands[command], log):
                    return False
    return True


def _place(path: Path, file: dict[str, Any]) -> None:
    content = file["content"]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    path.chmod(int(file.get("mode", "000644")[-4:], 8))
    shutil.chown(path, file.get("owner", "root"), file.get("group", "root"))


def _run(name: str, command: dict[str, Any], log: IO[str]) -> bool:
    done = subprocess.run(  # noqa: S602  (the template's own text)
        command["command"],
        shell=True,
        cwd=command.get("cwd"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    log.write(f"Command {name} ended with {done.returncode}\n{done.stdout}")
    if done.returncode and not command.get("ignoreErrors"):
        print(f"Error occurred during build: Command {name.split('/')[1]} failed", file=sys.stderr)
        return False
    return True


def main() -> int:
    parser = argparse.ArgumentParser(prog="cfn-init")
    parser.add_argument("-s", "--stack", required=True)
    parser.add_argument("-r", "--resource", required=True)
    parser.add_argument("-c", "--configsets", required=True)
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("--region", required=True)
    parser.add_argument("--url")
    given = parser.parse_args()
    return 0 if apply(metadata(given.stack, given.resource, given.region), given.configsets) else 1


if __name__ == "__main__":
    sys.exit(main())
