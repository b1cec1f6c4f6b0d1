"""Where types and components go through their steps that need more than AWS: a directory, a jump host, half a minute a step."""

from tests.engine.acceptance.case import No

STEPS = ("created", "planned", "changed", "replaced", "drift", "vanish", "import", "destroyed")
_CLUSTER, _IMAGE = "tests/engine/test_provider_cluster.py", "tests/engine/test_provider_image.py"

_REMOTE, _STACK = "tests/directory/test_command_standin_remote.py", "tests/engine/test_stack_local.py"
_COMPONENTS = "tests/engine/acceptance/test_components.py"  # with the authority that issues it


Proof = tuple[str, str]
"""File and test."""
_CLUSTER_LIFE: Proof = (_CLUSTER, "test_created_unchanged_updated_refused_refreshed_destroyed")
_CLUSTER_GONE: Proof = (_CLUSTER, "test_what_disappears_outside_is_made_again_after_a_refresh")
_CLUSTER_NEW: Proof = (
    _CLUSTER,
    "test_what_cannot_be_updated_is_replaced_beside_the_old_and_names_turn_to_the_new_before_the_old_goes",
)
_IMAGE_LIFE: Proof = (_IMAGE, "test_built_unchanged_refreshed_replaced_by_content_destroyed")
_DEMO: Proof = (_STACK, "test_demo_takes_the_platform_up_and_shows_its_outputs")
_AGAIN: Proof = (_STACK, "test_a_second_up_changes_nothing")
_EMPTY: Proof = (_STACK, "test_destroy_leaves_the_account_empty")
_NOT_READ = No("what a command did cannot be read back")
_NO_ID = No("a component has no id: its resources are imported as their types are")
_NOT_PROVED = No("not proved by the real engine yet")


def _steps(*proofs: Proof | No) -> dict[str, Proof | No]:
    return dict(zip(STEPS, proofs, strict=True))


_UPLOAD: Proof = (_REMOTE, "test_a_file_goes_to_a_new_path_or_into_a_folder")
_RUN: Proof = (_REMOTE, "test_a_command_runs_in_the_hosts_home_with_its_input")
ELSEWHERE: dict[str, dict[str, Proof | No]] = {
    "command:remote:Command": _steps(
        _RUN,
        _AGAIN,
        _NOT_PROVED,
        _NOT_PROVED,
        _NOT_READ,
        _NOT_READ,
        _NOT_READ,
        (_REMOTE, "test_delete_runs_with_the_connection_of_the_state"),
    ),
    "command:remote:CopyToRemote": _steps(
        _UPLOAD,
        _AGAIN,
        (_REMOTE, "test_changed_content_at_the_same_path_is_copied_again"),
        _NOT_PROVED,
        _NOT_READ,
        _NOT_READ,
        _NOT_READ,
        No("to delete an upload deletes nothing on the host"),
    ),
    "parallelcluster:index:Cluster": _steps(
        _CLUSTER_LIFE,
        _CLUSTER_LIFE,
        _CLUSTER_LIFE,
        _CLUSTER_NEW,
        _NOT_PROVED,
        _CLUSTER_GONE,
        _CLUSTER_LIFE,
        _CLUSTER_LIFE,
    ),
    "parallelcluster:index:Image": _steps(
        _IMAGE_LIFE,
        _IMAGE_LIFE,
        No("another document is another image"),
        _IMAGE_LIFE,
        _NOT_PROVED,
        _NOT_PROVED,
        _NOT_PROVED,
        _IMAGE_LIFE,
    ),
    "hpcstack:index:Cluster": _steps(
        _DEMO,
        _AGAIN,
        (_STACK, "test_a_tag_is_changed_in_place"),
        _CLUSTER_NEW,
        _NOT_PROVED,
        _CLUSTER_GONE,
        _NO_ID,
        _EMPTY,
    ),
    "hpcstack:index:Image": _steps(
        _DEMO, _AGAIN, No("another document is another image"), _IMAGE_LIFE, _NOT_PROVED, _NOT_PROVED, _NO_ID, _EMPTY
    ),
    "hpcstack:index:IssuedCertificate": _steps(
        (_COMPONENTS, "test_created"),
        (_COMPONENTS, "test_a_second_plan_is_empty"),
        No("a certificate has nothing that changes in place"),
        (_COMPONENTS, "test_replaced_where_it_must_be"),
        No("its secret is the component Secret's"),
        (_COMPONENTS, "test_what_disappears_outside_is_made_again"),
        _NO_ID,
        (_COMPONENTS, "test_destroyed"),
    ),
    "hpcstack:index:Users": _steps(
        _DEMO,
        _AGAIN,
        (_STACK, "test_a_jump_host_is_made_and_its_users_are_a_list"),
        _NOT_PROVED,
        _NOT_READ,
        _NOT_READ,
        _NO_ID,
        No("accounts are never deleted"),
    ),
}
"""By token and step: the proof, or why there is none."""
