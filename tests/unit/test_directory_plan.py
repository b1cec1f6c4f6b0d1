"""What follows from what is wanted and what is there: users, groups, the ceiling."""

from dataclasses import replace

import pytest

from scripts.directory.plan import ceiling, membership
from scripts.directory.plan.found import Found, FoundGroup, from_entry
from scripts.directory.plan.users import ADD, CHANGE, DELETE, Action, Refusal, judge
from scripts.directory.wanted.model import Ceiling, Group, User

MARK = "hpcstack 1"


def entry(name: str = "anna", **values: str | list[str]) -> Found:
    given = {
        "sAMAccountName": name,
        "sAMAccountType": "805306368",
        "userAccountControl": "512",
        "adminDescription": MARK,
    }
    merged = {**given, "pwdLastSet": "133", **values}
    texts = {key: value if isinstance(value, list) else [value] for key, value in merged.items()}
    return from_entry(f"CN={name},DC=x", {key: [text.encode() for text in many] for key, many in texts.items()})


def labels(user: User, found: Found, adopt: bool = False) -> list[tuple[str, str, str]]:
    action = judge(user, [found], adopt)
    assert isinstance(action, Action)
    assert action.kind == CHANGE
    return [(change.label, change.old, change.new) for change in action.changes]


@pytest.mark.parametrize(
    ("user", "found", "told"),
    [
        (User("anna", attributes={"mail": "b@x"}), entry(mail="a@x"), [("mail", "a@x", "b@x")]),
        (User("anna", attributes={"mail": ""}), entry(mail="a@x"), [("mail", "a@x", "")]),
        (User("anna", state="disabled"), entry(), [("state", "enabled", "disabled")]),
        (User("anna", state="present"), entry(userAccountControl="66050"), [("state", "disabled", "enabled")]),
        (User("anna", expires=135721440000000000), entry(), [("expires", "never", "2031-01-31")]),
        (User("anna", uid=5), entry(), [("uidNumber", "", "5")]),
        (User("anna", reset=True), entry(), [("password", "", "new")]),
    ],
)
def test_what_differs_is_changed(user: User, found: Found, told: list[tuple[str, str, str]]) -> None:
    assert labels(user, found) == told


@pytest.mark.parametrize(
    ("user", "found"),
    [
        (
            User("anna", attributes={"mail": "a@x", "sn": ""}, state="present", expires=0, uid=5),
            entry(mail="a@x", uidNumber="5"),
        ),
        (User("anna", expires=0), entry(accountExpires="9223372036854775807")),
        # An account that exists is left as it is where the list does not say.
        (User("anna"), entry(userAccountControl="514", mail="a@x")),
        (User("anna", ssh_keys=("ssh-rsa A",)), entry(altSecurityIdentities=["X509:<I>ca", "ssh-rsa A"])),
    ],
)
def test_what_is_right_is_left_alone(user: User, found: Found) -> None:
    assert judge(user, [found], adopt=False) is None


def test_flags_other_than_disabled_stay() -> None:
    action = judge(User("anna", state="disabled"), [entry(userAccountControl="66048")], adopt=False)
    assert isinstance(action, Action)
    assert action.changes[0].values == (b"66050",)


def test_keys_change_beside_certificates() -> None:
    found = entry(altSecurityIdentities=["X509:<I>ca", "ssh-rsa A"])
    action = judge(User("anna", ssh_keys=("ssh-rsa B",)), [found], adopt=False)
    assert isinstance(action, Action)
    assert action.changes[0].values == (b"X509:<I>ca", b"ssh-rsa B")


def test_absent_and_present() -> None:
    assert judge(User("anna", state="absent"), [], adopt=False) is None
    made, gone = judge(User("anna"), [], adopt=False), judge(User("anna", state="absent"), [entry()], adopt=False)
    assert isinstance(made, Action)
    assert isinstance(gone, Action)
    assert (made.kind, gone.kind) == (ADD, DELETE)
    assert judge(User("anna", make=False), [], adopt=False) == "is not in the directory"


@pytest.mark.parametrize(
    ("user", "found", "told"),
    [
        (User("anna", state="absent"), entry(adminDescription="of others"), "so it is not deleted; --adopt lets it"),
        (User("anna", state="disabled"), entry(adminDescription=""), "not changed (state); --adopt lets it"),
        (User("anna", state="absent"), entry(adminDescription="hpcstack service user"), "was not made by this tool"),
        (User("anna"), entry(sAMAccountType="268435456"), "belongs to a group"),
        (User("anna", uid=6), entry(uidNumber="5"), "has uidNumber 5, not 6; it is never changed"),
    ],
)
def test_refusals(user: User, found: Found, told: str) -> None:
    refused = judge(user, [found], adopt=False)
    assert isinstance(refused, Refusal)
    assert told in refused


def test_two_accounts_of_one_name_are_told_and_not_touched() -> None:
    conflict = replace(entry(), dn="CN=anna\\0ACNF:5f-6,DC=x")
    for some in ([entry(), conflict], [conflict]):
        refused = judge(User("anna", state="absent"), some, adopt=True)
        assert isinstance(refused, Refusal)
        assert "there are several accounts of this name" in refused


def test_adopting_marks_and_keeps_what_stood_there() -> None:
    assert labels(User("anna", state="disabled"), entry(adminDescription="of others"), adopt=True)[1][:2] == (
        "mark",
        "of others",
    )
    action = judge(User("anna"), [entry(adminDescription="of others")], adopt=True)
    assert isinstance(action, Action)
    assert action.changes[0].values == (b"hpcstack adopted: of others",)
    assert judge(User("anna"), [entry()], adopt=True) is None


def group(*members: str) -> FoundGroup:
    return FoundGroup("CN=g,DC=x", "g", 5, MARK, {f"cn={name},dc=x": f"CN={name},DC=x" for name in members})


@pytest.mark.parametrize(
    ("wanted", "enter", "leave"),
    [
        (Group("g", members=frozenset({"a", "b"})), {"a"}, set()),
        (Group("g", members=frozenset({"b"}), without=frozenset({"c"})), set(), {"c"}),
        (Group("g", members=frozenset({"b"}), exact=True), set(), {"c"}),
        (Group("g", prefix="a", exact=True), {"a"}, {"b", "c"}),
        (Group("g"), set(), set()),
    ],
)
def test_members_that_enter_and_leave(wanted: Group, enter: set[str], leave: set[str]) -> None:
    users = {name: entry(name) for name in ("a", "b", "c")}
    found = membership.changes({"g": wanted}, {"g": group("b", "c")}, users, {})
    assert [set(change.enter) for change in found] == ([enter] if enter or leave else [])
    assert [set(change.leave) for change in found] == ([leave] if enter or leave else [])


def test_strangers_are_members_of_an_exact_group_whom_nobody_looked_up() -> None:
    assert membership.strangers(Group("g", exact=True), group("a", "b"), ["cn=a,dc=x"]) == ["CN=b,DC=x"]
    assert membership.strangers(Group("g"), group("a", "b"), []) == []


@pytest.mark.parametrize(
    ("limit", "marked", "allowed"),
    [
        (Ceiling(percent=10), 200, 20),
        (Ceiling(percent=10), 5, 1),
        (Ceiling(percent=0), 5, 0),
        (Ceiling(number=3), 5, 3),
    ],
)
def test_the_ceiling(limit: Ceiling, marked: int, allowed: int) -> None:
    assert ceiling.allowed(limit, marked) == allowed
    names = [f"u{number}" for number in range(allowed + 1)]
    assert ceiling.told(names[:allowed], limit, marked) is None
    told = ceiling.told(names, limit, marked)
    assert told is not None
    assert f"{allowed + 1} accounts would be deleted or disabled" in told
