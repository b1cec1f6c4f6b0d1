"""Lists of people: what they say is in the directory afterwards, what they do not say stays, and nothing foreign is touched."""

from pathlib import Path

import pytest

from tests.directory.rig import Outside, Result, Tool, read_credentials

pytestmark = pytest.mark.directory

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJqfyfZtJgBGwsMPeTkyHpn2rs9g1zB0sG8m3XuJ7Wfk anna@laptop"


def apply(tool: Tool, text: str, *more: str, name: str = "people.yaml") -> Result:
    file = tool.home / name
    file.write_text(text)
    file.chmod(0o600)
    return tool.run("apply", str(file), *more)


def attributes(outside: Outside, name: str, *wanted: str) -> dict[str, list[str]]:
    [entry] = outside.search(f"(sAMAccountName={name})", *wanted).values()
    return entry


def changes(result: Result) -> list[tuple[str, str]]:
    return [(event["action"], event["name"]) for event in result.events if event["event"] == "plan"]


TEAM = f"""
users:
  - name: anna
    givenName: Anna
    surname: Gärtner
    mail: anna@example.org
    groups: [chemists]
    shell: /bin/zsh
    sshPublicKey: {KEY}
    expires: 2031-01-31
    uidNumber: 52001
  - name: berta
    groups: [chemists, readers]
  - {{ name: carl, state: disabled }}
groups:
  - name: chemists
    gidNumber: 52000
  - name: readers
"""


@pytest.fixture(scope="module")
def team(info, tmp_path_factory: pytest.TempPathFactory) -> tuple[Tool, Result]:
    from scripts.directory import bundle

    folder = tmp_path_factory.mktemp("team")
    tool = Tool(bundle.write(folder / "bundle"), folder, info)
    return tool, apply(tool, TEAM)


def test_a_list_is_brought_about(team: tuple[Tool, Result], outside: Outside) -> None:
    _, made = team
    assert made.code == 0, (made.stderr, made.stdout)
    assert (made.summary["created"], made.summary["members_added"]) == (3, 3)
    assert made.summary["groups_made"] == ["chemists", "readers"]
    wanted = (
        "givenName",
        "sn",
        "displayName",
        "mail",
        "loginShell",
        "altSecurityIdentities",
        "uidNumber",
        "userAccountControl",
    )
    entry = attributes(outside, "anna", *wanted, "accountExpires")
    told = ["Anna", "Gärtner", "Anna Gärtner", "anna@example.org", "/bin/zsh", KEY, "52001", "512"]
    assert [entry[name][0] for name in wanted] == told
    # 2031-02-01 00:00 UTC: until the end of the last day.
    assert entry["accountExpires"] == [str((1927670400 + 11644473600) * 10_000_000)]
    assert attributes(outside, "carl", "userAccountControl") == {"userAccountControl": ["514"]}
    assert (outside.members("chemists"), outside.members("readers")) == ({"anna", "berta"}, {"berta"})
    assert outside.accepts(made.passwords) == {"anna": True, "berta": True, "carl": False}


def test_the_same_list_changes_nothing(team: tuple[Tool, Result], outside: Outside) -> None:
    tool, _ = team
    before = outside.search("(sAMAccountName=anna)", "whenChanged", "uSNChanged")
    again = apply(tool, TEAM)
    assert (again.code, again.summary["created"], again.summary["changed"]) == (0, 0, 0)
    assert (again.summary["existing"], again.summary["credentials_file"]) == (3, None)
    assert outside.search("(sAMAccountName=anna)", "whenChanged", "uSNChanged") == before


def test_a_dry_run_tells_and_the_run_does_exactly_that(team: tuple[Tool, Result], outside: Outside) -> None:
    tool, _ = team
    other = TEAM.replace("state: disabled", "state: present").replace("[chemists, readers]", "[readers]")
    other = other.replace("mail: anna@example.org", 'mail: "-"').replace("2031-01-31", "never") + "  - name: late\n"
    other = other.replace("  - {{ name: carl", "  - { name: carl").replace(
        "groups:\n  - name: chemists", "  - name: dora\ngroups:\n  - name: chemists"
    )
    planned = apply(tool, other, "--dry-run")
    assert planned.code == 0, planned.stderr
    assert changes(planned) == [
        *(("add-group", "late"), ("change", "anna"), ("change", "carl"), ("add", "dora"), ("change-group", "chemists")),
    ]
    labels = {e["name"]: [c["attribute"] for c in e["changes"]] for e in planned.events if e.get("changes")}
    assert labels == {"anna": ["mail", "expires"], "carl": ["state"]}
    assert not outside.search("(|(sAMAccountName=dora)(sAMAccountName=late))", "cn")

    done = apply(tool, other)
    assert done.code == 0, (done.stderr, done.summary)
    counts = ("created", "changed", "enabled", "members_removed", "groups_made")
    assert [done.summary[count] for count in counts] == [1, 2, 1, 1, ["late"]]
    assert "mail" not in attributes(outside, "anna", "mail")
    assert outside.members("chemists") == {"anna"}
    assert apply(tool, other, "--dry-run").summary["refused"] == 0
    assert changes(apply(tool, other, "--dry-run")) == []


def test_a_csv_file_says_the_same(tool: Tool, outside: Outside) -> None:
    groups = tool.home / "groups.csv"
    groups.write_text("name;prefix\ncsvteam;csv\n")
    people = "name;givenName;groups;password\ncsvanna;Anna;csvteam;Own-Passw0rd-7\ncsvbert;;;must-change\n"
    made = apply(tool, people, str(groups), name="people.csv")
    assert made.code == 0, (made.stderr, made.summary)
    assert outside.members("csvteam") == {"csvanna", "csvbert"}
    assert outside.accepts({"csvanna": "Own-Passw0rd-7"}) == {"csvanna": True}
    # Only passwords that the caller does not know are handed over.
    assert set(made.passwords) == {"csvbert"}
    assert attributes(outside, "csvbert", "pwdLastSet") == {"pwdLastSet": ["0"]}
    assert "Own-Passw0rd-7" not in made.stdout + made.stderr


def test_foreign_accounts_are_left_alone_until_adopted(tool: Tool, outside: Outside) -> None:
    add_foreign(outside, "stranger")
    people = "users:\n  - {name: stranger, givenName: Otto, state: disabled}\n"
    refused = apply(tool, people)
    assert refused.code == 1
    [failed] = refused.summary["failed"]
    assert failed["name"] == "stranger"
    assert "was not made by this tool" in failed["reason"]
    assert "givenName" not in attributes(outside, "stranger", "givenName")
    adopted = apply(tool, people, "--adopt")
    assert (adopted.code, adopted.summary["changed"]) == (0, 1)
    assert attributes(outside, "stranger", "adminDescription") == {
        "adminDescription": ["hpcstack adopted: of another tool"]
    }
    assert apply(tool, people.replace("disabled", "absent")).summary["deleted"] == 1
    assert not outside.search("(sAMAccountName=stranger)", "cn")


def add_foreign(outside: Outside, name: str) -> None:
    dn = f"CN={name},CN=Users,{outside.info.base_dn}"
    assert outside.ask("add_user", dn=dn, name=name, mark="of another tool", **outside.as_admin()) == "made"


def test_an_empty_list_deletes_nobody_by_mistake(tool: Tool, outside: Outside) -> None:
    people = "users:\n" + "".join(f"  - name: keep{number}\n" for number in range(3))
    assert apply(tool, people, "--verify", "none").code == 0
    refused = apply(tool, "users: []\n", "--unlisted", "delete")
    assert refused.code == 2
    assert "--max-delete" in refused.stderr
    assert len(outside.search("(sAMAccountName=keep*)", "cn")) == 3
    planned = apply(tool, "users: [{name: keep0}]\n", "--unlisted", "disable", "--max-delete", "100%", "--dry-run")
    assert {("change", "keep1"), ("change", "keep2")} <= set(changes(planned))
    assert not {"keep0", "ReadOnlyUser", "readonlyuser", "Administrator"} & {name for _, name in changes(planned)}


def test_members_by_name_and_by_rule_are_exact(tool: Tool, outside: Outside) -> None:
    people = "users: [{name: ruly1}, {name: ruly2}, {name: ruly3}]\ngroups:\n  - {name: few, members: [ruly1, ruly2]}\n"
    assert apply(tool, people + "  - {name: ruled, prefix: ruly}\n").code == 0
    assert outside.members("ruled") == {"ruly1", "ruly2", "ruly3"}
    # Somebody who is not listed is in the group: an exact one puts him out.
    later = "groups: [{name: few, members: [ruly2]}, {name: ruled, prefix: ruly}]\n"
    changed = apply(tool, later)
    assert (changed.code, changed.summary["members_removed"]) == (0, 1)
    assert outside.members("few") == {"ruly2"}


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ("users: [{name: lost1, groups: [nowhere]}]", "line 1: there is no group 'nowhere'"),
        ("groups: [{name: some, members: [nobody1]}]", "member 'nobody1' of the group 'some' is neither listed"),
        ("groups: [{name: dnsadmins}, {name: readonlyuser}]", "has this name and is not a group"),
        ("users: [{name: short1, password: aB3}]", "has 3 characters, and the domain wants 7"),
        ("users: [{name: plain1, password: onlylowercase}]", "is too simple for the domain"),
    ],
)
def test_what_only_the_directory_knows_is_told_before_the_first_write(
    tool: Tool, outside: Outside, people: str, told: str
) -> None:
    result = apply(tool, people + "\n")
    assert result.code == 2
    assert told in result.stderr
    assert not outside.search("(|(sAMAccountName=lost1)(sAMAccountName=some)(sAMAccountName=short1))", "cn")


def test_a_reset_password_works_and_leaves_once(tool: Tool, outside: Outside, tmp_path: Path) -> None:
    first = Path(tool.create("renewed", 2).summary["credentials_file"])
    file = tmp_path / "reset.csv"
    reset = tool.run("reset-password", "renewed0001", "--credentials-file", str(file))
    assert (reset.code, reset.summary["reset"]) == (0, 1), reset.stderr
    assert set(read_credentials(file)) == {"renewed0001"}
    assert outside.accepts(read_credentials(file)) == {"renewed0001": True}
    # By a ticket: an LDAP bind takes the former password for another hour, as Active Directory does by design.
    former = tool.run("verify", "--prefix", "renewed", "--count", "2", "--credentials-file", str(first), ca=False)
    assert [item["name"] for item in former.summary["failed"]] == ["renewed0001"]
    secrets = {
        "adminPassword": tool.info.admin_password_file.read_text(),
        "passwords": {"renewed0002": "Given-Passw0rd-3"},
    }
    given = tool.run("reset-password", "renewed0002", secrets=secrets)
    assert (given.code, given.summary["credentials_file"]) == (0, None)
    assert outside.accepts({"renewed0002": "Given-Passw0rd-3"}) == {"renewed0002": True}


def test_accounts_are_disabled_enabled_and_deleted(tool: Tool, outside: Outside) -> None:
    passwords = tool.create("managed", 3, "--group", "managers").passwords
    assert tool.run("disable", "managed0001", "managed0002").summary["disabled"] == 2
    assert outside.accepts(passwords) == {"managed0001": False, "managed0002": False, "managed0003": True}
    assert tool.run("enable", "managed0001").summary["enabled"] == 1
    assert outside.accepts({"managed0001": passwords["managed0001"]}) == {"managed0001": True}
    missing = tool.run("disable", "managed0009")
    assert (missing.code, missing.summary["failed"]) == (
        1,
        [{"name": "managed0009", "reason": "is not in the directory"}],
    )
    series = ("--prefix", "managed", "--count", "3", "--max-delete")
    assert tool.run("delete", *series, "2").code == 2
    gone = tool.run("delete", *series, "3")
    assert (gone.code, gone.summary["deleted"]) == (0, 3)
    assert not outside.members("managers")
    assert tool.run("delete", "managed0001").code == 0


def test_the_administrator_is_never_a_target(tool: Tool) -> None:
    result = tool.run("delete", "administrator", "krbtgt", "--adopt")
    assert result.code == 2
    assert result.stderr.count("reserved for the system") == 2


def test_groups_are_shown_and_changed(tool: Tool, outside: Outside) -> None:
    tool.create("member", 2)
    changed = tool.run("groups", "crew", "--add", "member0001,member0002")
    assert (changed.code, changed.summary["groups_made"], changed.summary["members_added"]) == (0, ["crew"], 2)
    assert tool.run("groups", "crew", "--remove", "member0001").summary["members_removed"] == 1
    assert outside.members("crew") == {"member0002"}
    [shown] = [event for event in tool.run("groups", "crew").events if event["event"] == "group"]
    assert (shown["members"], shown["made_by_this_tool"]) == (["member0002"], True)
    assert "crew" in [event["name"] for event in tool.run("groups").events if event["event"] == "group"]
    assert tool.run("groups", "nosuch").code == 1


def test_verify_holds_the_directory_against_a_list(team: tuple[Tool, Result], tool: Tool) -> None:
    people = "users:\n  - {name: checked1, groups: [checkers], mail: a@example.org}\ngroups: [{name: checkers}]\n"
    assert apply(tool, people).code == 0
    file = tool.home / "people.yaml"
    assert tool.run("verify", str(file)).code == 0
    file.write_text(people.replace("a@example", "b@example").replace("users:\n", "users:\n  - {name: nowhere1}\n"))
    told = {item["name"]: item["reason"] for item in tool.run("verify", str(file)).summary["failed"]}
    assert told == {
        "checked1": "mail is a@example.org, not b@example.org",
        "nowhere1": "is not in the directory",
    }
