"""Stands for cfn-signal of aws-cfn-bootstrap: tells a wait condition's handle how the node's start ended."""

import argparse
import json
import sys
import urllib.request
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(prog="cfn-signal")
    parser.add_argument("-e", "--exit-code", type=int, required=True)
    parser.add_argument("--reason", default="")
    parser.add_argument("--region")
    parser.add_argument("--url")
    parser.add_argument("handle")
    given = parser.parse_args()
    body = {
        "Status": "SUCCESS" if given.exit_code == 0 else "FAILURE",
        "Reason": given.reason,
        "Data": "",
        "UniqueId": Path("/var/lib/cloud/instance-id").read_text().strip(),
    }
    signal = urllib.request.Request(given.handle, json.dumps(body).encode(), headers={"Content-Type": ""}, method="PUT")
    with urllib.request.urlopen(signal, timeout=120) as answer:
        return 0 if answer.status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
