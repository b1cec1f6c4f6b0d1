"""Asks AWS about instance types that the program's own lists do not know."""

from components import aws_call, machine_answers
from settings import Problem, Settings
from settings.facts import machines
from settings.rules import instances, types
from settings.rules.machines import instance_types


def problems(settings: Settings) -> list[Problem]:
    """None, and no call, where the lists describe all types: the usual case. Else one call for all others.

    It is made by boto3, before any resource: an invoke of the provider would need the provider's own resource first. What the
    answer shows is weighed by the rules that had to pass these types over.
    """
    undescribed = {name for _, name in instance_types(settings) if machines.machine(name) is None}
    if not undescribed:
        return []
    try:
        found = machine_answers.answers(aws_call.client("ec2", settings.region), undescribed, settings.region)
    except aws_call.errors() as error:
        # The others are known by name: only what they are stays open.
        unknown = undescribed.intersection(types.unknown_types(settings))
        return list(types.problems(settings, unknown, reason=str(error).splitlines()[0]))
    machines.learn(found)
    of_answers = [problem for rule in instances.RULES for problem in rule(settings)] if found else []
    return [*types.problems(settings, undescribed - set(found)), *of_answers]
