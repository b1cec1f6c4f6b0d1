"""The error that an operator sees."""

BAD_INPUT = 2
UNREACHABLE = 3


class OperatorError(Exception):
    """One clear line: what is wrong and what to do. `code` is the exit code, of the same meaning as the directory tool's."""

    def __init__(self, text: str, code: int = BAD_INPUT) -> None:
        super().__init__(text)
        self.code = code
