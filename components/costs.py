"""What the platform costs: a budget that tells, and the tags by which AWS tells costs apart."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from planning.notices import Notice, notices
from settings import Settings
from settings.model import OWN_TAGS


@dataclass(frozen=True, kw_only=True)
class CostsArgs:
    settings: Settings


class Costs(pulumi.ComponentResource):
    def __init__(self, name: str, args: CostsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:Costs", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self._activate(name, args.settings, child)
        self._budget(name, args.settings, child)
        self.register_outputs({})

    def _activate(self, name: str, settings: Settings, child: pulumi.ResourceOptions) -> None:
        # Of the whole account: another stack may count by the same tag.
        stays = pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(retain_on_delete=True))
        for key in settings.cost_allocation_tags:
            aws.costexplorer.CostAllocationTag(
                f"{name}-{key.replace(':', '-')}", tag_key=key, status="Active", opts=stays
            )

    def _budget(self, name: str, settings: Settings, child: pulumi.ResourceOptions) -> None:
        budget = settings.budget
        if budget is None:
            return
        aws.budgets.Budget(
            name,
            budget_type="COST",
            time_unit="MONTHLY",
            limit_amount=str(budget.amount),
            limit_unit=budget.currency,
            cost_filters=[{"name": "TagKeyValue", "values": [f"user:{OWN_TAGS[0]}${settings.team}"]}],
            notifications=[_notification(one) for one in notices(settings)],
            opts=child,
        )


def _notification(notice: Notice) -> aws.budgets.BudgetNotificationArgs:
    return aws.budgets.BudgetNotificationArgs(
        comparison_operator="GREATER_THAN",
        notification_type="FORECASTED" if notice.forecast else "ACTUAL",
        threshold=notice.percent,
        threshold_type="PERCENTAGE",
        subscriber_email_addresses=list(notice.emails),
    )
