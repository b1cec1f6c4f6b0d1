"""The one error that users of the local cloud see."""


class LocalCloudError(Exception):
    """One clear line: what failed, why, and what to do. The command line prints it without a traceback and exits 1."""
