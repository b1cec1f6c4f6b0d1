"""Topics of SNS and who hears of them."""

from localcloud.plugins.aws.base import AwsType, picked
from localcloud.plugins.aws.client import Aws, tag_list, tag_map
from localcloud.plugins.aws.naming import name
from localcloud.plugins.resource import Autoname
from localcloud.plugins.rules import APPLY, Arn, Length, Matches, OneOf
from localcloud.plugins.values import Plain

_EMAIL = r"[^@\s]+@[^@\s]+\.[^@\s]+"


class Topic(AwsType):
    """A standard topic; the policy is the service's own: the account's owner, and services that act for it."""

    token = "aws:sns/topic:Topic"
    inputs, replace, autoname = frozenset({"name", "displayName", "tags"}), frozenset({"name"}), Autoname(limit=256)
    rules = (
        *name(256, r"[\w-]+", "consist of letters, digits, _ and -"),
        Length("displayName", 0, 100, stage=APPLY),
    )

    def create(self, context: Aws, inputs: Plain) -> str:
        tags = context.all_tags(inputs.get("tags"))
        attributes = {"DisplayName": inputs["displayName"]} if inputs.get("displayName") else {}
        made = context.client("sns").create_topic(
            Name=inputs["name"], Attributes=attributes, **({"Tags": tag_list(tags)} if tags else {})
        )
        return made["TopicArn"]

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        sns = aws.client("sns")
        told = sns.get_topic_attributes(TopicArn=resource_id)["Attributes"]
        tags = sns.list_tags_for_resource(ResourceArn=resource_id)["Tags"]
        state = picked(told, arn="TopicArn", owner="Owner", policy="Policy")
        shown = {"displayName": told["DisplayName"]} if told.get("DisplayName") else {}
        return {
            **state,
            **shown,
            "name": resource_id.rpartition(":")[2],
            "signatureVersion": int(told.get("SignatureVersion") or 0),
            "tagsAll": tag_map(tags),
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        if "displayName" in changed:
            aws.client("sns").set_topic_attributes(
                TopicArn=resource_id, AttributeName="DisplayName", AttributeValue=new.get("displayName", "")
            )

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("sns").delete_topic(TopicArn=resource_id)

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        sns = aws.client("sns")
        if drop:
            sns.untag_resource(ResourceArn=resource_id, TagKeys=drop)
        if add:
            sns.tag_resource(ResourceArn=resource_id, Tags=tag_list(add))


class TopicSubscription(AwsType):
    """By e-mail: it waits until its reader has said yes, and nobody else can."""

    token = "aws:sns/topicSubscription:TopicSubscription"
    inputs = replace = frozenset({"topic", "protocol", "endpoint"})
    rules = (
        OneOf("protocol", ("email", "email-json"), ours="the stand-in knows subscriptions by e-mail only"),
        Arn("topic"),
        Matches("endpoint", _EMAIL, "be an e-mail address", stage=APPLY),
    )

    def create(self, context: Aws, inputs: Plain) -> str:
        made = context.client("sns").subscribe(
            TopicArn=inputs["topic"],
            Protocol=inputs["protocol"],
            Endpoint=inputs["endpoint"],
            ReturnSubscriptionArn=True,
        )
        return made["SubscriptionArn"]

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        told = aws.client("sns").get_subscription_attributes(SubscriptionArn=resource_id)["Attributes"]
        state = picked(told, arn="SubscriptionArn", topic="TopicArn", protocol="Protocol", endpoint="Endpoint")
        return {
            **state,
            "ownerId": told.get("Owner", aws.account),
            "pendingConfirmation": told["PendingConfirmation"].lower() == "true",
            "confirmationWasAuthenticated": told.get("ConfirmationWasAuthenticated", "").lower() == "true",
        }

    def delete(self, context: Aws, resource_id: str, state: Plain) -> None:
        # AWS refuses to end one that nobody has confirmed, and forgets it by itself; the official plugin leaves it, too.
        now = self.read(context, resource_id, state)
        if now and not now["pendingConfirmation"]:
            super().delete(context, resource_id, state)

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("sns").unsubscribe(SubscriptionArn=resource_id)


ALL = (Topic, TopicSubscription)
