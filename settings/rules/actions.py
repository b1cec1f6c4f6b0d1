"""Custom actions: all of a stack, and their limits."""

from collections.abc import Iterator

from settings.actions import Action, QueueActions
from settings.actions import actions as lists
from settings.model import Settings
from settings.problem import Path, Problem, weighed

_KEYS = {"OnNodeStart": "onNodeStart", "OnNodeConfigured": "onNodeConfigured", "OnNodeUpdated": "onNodeUpdated"}


def sections(settings: Settings) -> Iterator[tuple[Path, QueueActions]]:
    """(where it stands, section) of all kinds of nodes that the stack has."""
    cluster = settings.cluster
    yield ("cluster", "headNode", "customActions"), cluster.head_node.custom_actions
    yield ("cluster", "loginNodes", "customActions"), cluster.login_nodes.custom_actions
    for number, pool in enumerate(cluster.login_nodes.pools):
        yield ("cluster", "loginNodes", "pools", number, "customActions"), pool.custom_actions
    for index, queue in enumerate(cluster.queues):
        yield ("cluster", "queues", index, "customActions"), queue.custom_actions


def all_actions(settings: Settings) -> Iterator[tuple[Path, Action]]:
    """(where its script stands, action)."""
    for path, section in sections(settings):
        for event, found in lists(section).items():
            for index, action in enumerate(found):
                yield (*path, _KEYS[event], index, "script"), action


def arguments_are_texts_of_one_line(settings: Settings) -> Iterator[Problem]:
    """ParallelCluster writes them into a JSON file of the node and hands them on; a line's end in one has never a meaning."""
    for path, action in all_actions(settings):
        for index, arg in enumerate(action.args):
            if "\n" in arg or "\0" in arg:
                yield weighed(
                    "script-argument",
                    (*path[:-1], "args", index),
                    arg,
                    "has more than one line",
                    "text of one line",
                    "put long texts into a file that the script fetches",
                )


RULES = (arguments_are_texts_of_one_line,)
