"""Stands for cfn-hup of aws-cfn-bootstrap with ParallelCluster's one hook: changed metadata runs the configSet `update`."""

import argparse
import sys
import time
from datetime import UTC, datetime

from localcloud.machines.node import aws, cfn_init


def main() -> int:
    parser = argparse.ArgumentParser(prog="cfn-hup")
    parser.add_argument("-s", "--stack", required=True)
    parser.add_argument("-r", "--resource", required=True)
    parser.add_argument("--region", required=True)
    parser.add_argument("--interval", type=float, required=True, help="seconds")
    given = parser.parse_args()
    known = None
    while True:
        try:
            now = cfn_init.metadata(given.stack, given.resource, given.region)
        except aws.errors() as error:
            # The stack may be on its way out, and AWS may be out of reach for a while.
            print(f"{datetime.now(UTC).isoformat()} {error}", flush=True)
            aws.forget()
        else:
            if known is not None and now != known:
                print(f"{datetime.now(UTC).isoformat()} the metadata changed: update", flush=True)
                cfn_init.apply(now, "update")
            known = now
        time.sleep(given.interval)


if __name__ == "__main__":
    sys.exit(main())
