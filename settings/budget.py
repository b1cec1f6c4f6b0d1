"""`budget`: what the team may cost in a month, and who hears of it."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Email, Section

Percent = Annotated[int, Field(ge=1, le=1000)]


class Budget(Section):
    """A monthly budget of AWS Budgets for all that bears the team's tag. It tells; it stops nothing.

    AWS counts by a tag only once that tag is a cost allocation tag: see `costAllocationTags`.
    """

    amount: Annotated[int, Field(ge=1)]
    """Per calendar month, whole units of the currency."""
    currency: Literal["USD"] = "USD"
    """In which AWS bills."""
    alerts: tuple[Percent, ...] = (50, 80, 100)
    """Percent of the amount, spent, at each of which an e-mail is sent."""
    forecast_alerts: tuple[Percent, ...] = (100,)
    """Percent of the amount that AWS expects to be spent by the month's end, at each of which an e-mail is sent."""
    emails: Annotated[tuple[Email, ...], Field(max_length=10)] = ()
    """Who gets these; the stack's `email` by default."""
