"""Subscriptions by e-mail wait for their reader's yes.

Wraps subscribe of SNS's backend, which confirms every subscription by itself, unsubscribe, which ends any, and its answer to
ConfirmSubscription, which confirms nothing. Tokens reach nobody here: a confirmation is one of all that wait at the topic.
"""

from typing import Any

from moto.sns.exceptions import SNSInvalidParameter
from moto.sns.models import SNSBackend
from moto.sns.responses import SNSResponse

_BY_MAIL = ("email", "email-json")


def install() -> None:
    subscribe, unsubscribe = SNSBackend.subscribe, SNSBackend.unsubscribe

    def subscribe_pending(self: Any, topic_arn: str, endpoint: str, protocol: str) -> Any:
        made = subscribe(self, topic_arn, endpoint, protocol)
        if protocol in _BY_MAIL:
            made.attributes["PendingConfirmation"] = True
            made.attributes["ConfirmationWasAuthenticated"] = False
        return made

    def unsubscribe_confirmed(self: Any, subscription_arn: str) -> None:
        found = self.subscriptions.get(subscription_arn)
        if found is not None and found.attributes.get("PendingConfirmation"):
            raise SNSInvalidParameter("Invalid parameter: This subscription is pending confirmation")
        unsubscribe(self, subscription_arn)

    confirm = SNSResponse.confirm_subscription

    def confirm_pending(self: Any) -> Any:
        answer = confirm(self)
        for one in self.backend.subscriptions.values():
            if one.topic.arn == self._get_param("TopicArn"):
                one.attributes["PendingConfirmation"] = False
        return answer

    SNSResponse.confirm_subscription = confirm_pending
    SNSBackend.subscribe = subscribe_pending
    SNSBackend.unsubscribe = unsubscribe_confirmed
