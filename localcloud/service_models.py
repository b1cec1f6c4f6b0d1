"""The models of AWS's services that botocore brings, read in two thirds of its time."""

import gzip
import json
from pathlib import Path
from typing import Any

from botocore.loaders import JSONFileLoader


class PlainFiles(JSONFileLoader):
    """botocore's reader of JSON, but into Python's own dictionaries, which keep their order; botocore makes ordered ones."""

    def load_file(self, file_path: str) -> Any:
        """The content of `file_path`, which has no suffix; None if it is not there."""
        for suffix, opened in ((".json", open), (".json.gz", gzip.open)):
            if (path := Path(f"{file_path}{suffix}")).is_file():
                with opened(path, "rb") as file:
                    return json.loads(file.read())
        return None
