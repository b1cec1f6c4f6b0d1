"""Where homes are: the folder at /home, which the stack makes of EFS where its file says nothing of it."""

from settings.folders import EfsFolder
from settings.model import Settings
from settings.storage import Folder

HOME = "/home"
HOME_FOLDER = "home"
"""Name of the folder that is made by default; a folder that is written out with it is the same file system."""


def below_home(path: str) -> bool:
    """Whether it is /home, or lies in it."""
    return f"{path}/".startswith(f"{HOME}/")


def written_home(settings: Settings) -> Folder | None:
    """The folder of the stack file that is mounted at /home."""
    return next((folder for folder in settings.storage.folders if folder.mount_dir == HOME), None)


def made_home(settings: Settings) -> EfsFolder | None:
    """The folder at /home that no list names; None where the file mounts another one, leaves /home to the cluster, or has its
    accounts' homes elsewhere.
    """
    if written_home(settings):
        return None
    users = settings.local_users
    elsewhere = users is not None and not below_home(users.home_root)
    wanted = settings.storage.home or ("cluster" if elsewhere else "efs")
    return EfsFolder.model_validate({"name": HOME_FOLDER, "mountDir": HOME}) if wanted == "efs" else None


def shared_folders(settings: Settings) -> tuple[Folder, ...]:
    """All that nodes mount: /home first where it is made by default, then the stack file's own folders."""
    home = made_home(settings)
    return (home, *settings.storage.folders) if home else settings.storage.folders
