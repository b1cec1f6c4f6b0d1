"""RDS: a database is deleted with a final snapshot, or with the word that none is wanted.

Wraps `RDSResponse.delete_db_instance`. Without it a program that sets neither passes here and fails on AWS.
"""

from typing import Any

from moto.rds.exceptions import InvalidParameterCombination
from moto.rds.responses import RDSResponse


def install() -> None:
    delete = RDSResponse.delete_db_instance

    def delete_deliberately(self: Any) -> Any:
        skip = str(self.params.get("SkipFinalSnapshot", "")).lower() == "true"
        if not skip and not self.params.get("FinalDBSnapshotIdentifier"):
            raise InvalidParameterCombination(
                "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified."
            )
        return delete(self)

    RDSResponse.delete_db_instance = delete_deliberately
