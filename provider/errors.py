"""The errors that a user of the provider may see, each as one clear line."""


class ProviderError(Exception):
    """What cannot be done, and what to do about it, in words for the user."""


class Cut(ProviderError):
    """The engine called the operation off, or its time is over."""


class PartialFailure(Exception):
    """A resource exists but is not as it should be: the engine keeps it in the state, with its id, and repairs or deletes it later.

    `properties` are the outputs as far as they are known, in plain values; `reasons` are lines for the user.
    """

    def __init__(self, resource_id: str, properties: dict[str, object], reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.resource_id, self.properties, self.reasons = resource_id, properties, reasons
