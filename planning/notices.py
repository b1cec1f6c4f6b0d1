"""When a budget sends an e-mail, and to whom."""

from dataclasses import dataclass

from settings import Settings


@dataclass(frozen=True)
class Notice:
    percent: int
    """Of the budget's amount."""
    forecast: bool
    """Whether AWS expects it to be spent by the month's end, rather than that it is spent."""
    emails: tuple[str, ...]


def notices(settings: Settings) -> list[Notice]:
    """One for each alert; none without a budget."""
    if settings.budget is None:
        return []
    emails = settings.budget.emails or (settings.email,)
    spent = [Notice(percent, False, emails) for percent in sorted(settings.budget.alerts)]
    expected = [Notice(percent, True, emails) for percent in sorted(settings.budget.forecast_alerts)]
    return [*spent, *expected]
