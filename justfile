# hpcstack: a research team's own Slurm platform on AWS. `./justw` runs these recipes on a machine that has no just.
# A stack's name is the last word before the flags; without one the selected stack is meant (`local` after a demo).

python := ".venv/bin/python"
localcloud := python + " -m localcloud"

# list the recipes
[private]
default:
    @just --justfile "{{ justfile() }}" --list --unsorted

# the Python environment, from the lock
[private]
[no-exit-message]
setup:
    @uv sync --frozen --quiet || { echo "error: the Python packages of uv.lock cannot be fetched: see the lines above; then run the same command again" >&2; exit 1; }

# a team's whole platform on this machine: local cloud, `pulumi up`, 20 users, outputs; --booted boots its cluster
[group('local cloud')]
[no-exit-message]
demo *flags: setup
    @{{ localcloud }} demo {{ flags }}

# after `demo --booted`, a shell or a command in a machine: ssh [USER@](head|login|NODE) [-- COMMAND]
[group('local cloud')]
[no-exit-message]
[positional-arguments]
ssh *args: setup
    @{{ localcloud }} ssh "$@"

# after `demo --booted`, submit a script as a user: job [USER@] [sbatch's options] FILE
[group('local cloud')]
[no-exit-message]
[positional-arguments]
job *args: setup
    @{{ localcloud }} job "$@"

# after `demo --booted`, the machines, or what one of them wrote: logs [NODE]
[group('local cloud')]
[no-exit-message]
logs *args: setup
    @{{ localcloud }} logs {{ args }}

# end the local cloud and remove all that it made
[group('local cloud')]
[no-exit-message]
demo-down: setup
    @{{ localcloud }} demo-down

# what runs, and the stacks
[group('local cloud')]
[no-exit-message]
status *args: setup
    @{{ localcloud }} status {{ args }}

# show what `up` would do: preview [stack] [flags]
[group('stack')]
[no-exit-message]
preview *args: setup
    @{{ localcloud }} pulumi preview {{ args }}

# preview, ask, then make it so: up [stack] [flags]
[group('stack')]
[no-exit-message]
up *args: setup
    @{{ localcloud }} pulumi up {{ args }}

# the endpoints: outputs [stack] [--json]
[group('stack')]
[no-exit-message]
outputs *args: setup
    @{{ localcloud }} pulumi outputs {{ args }}

# compare the state with what is really there: refresh [stack] [flags]
[group('stack')]
[no-exit-message]
refresh *args: setup
    @{{ localcloud }} pulumi refresh {{ args }}

# remove a stack's resources: destroy [stack] [flags]
[group('stack')]
[no-exit-message]
destroy *args: setup
    @{{ localcloud }} pulumi destroy {{ args }}

# settle what a killed run left open in a stack's state: repair [stack] [--yes]
[group('stack')]
[no-exit-message]
repair *args: setup
    @{{ localcloud }} repair {{ args }}

# what a stack is made of, as a picture: graph [stack] [--all] [--output FILE]
[group('stack')]
[no-exit-message]
graph *args: setup
    @{{ localcloud }} graph {{ args }}

# create or complete N users in a stack's directory: create-users N [stack] [flags]
[group('stack')]
[no-exit-message]
create-users count *args: setup
    @{{ localcloud }} create-users {{ count }} {{ args }}

# a stack's users: users list|plan|apply|verify|disable|enable|delete|reset-password|groups [stack] [flags]
[group('stack')]
[no-exit-message]
[positional-arguments]
users *args: setup
    @HPCSTACK_CALLED_FROM={{ quote(invocation_directory()) }} {{ localcloud }} users "$@"

# a shell on a stack's jump host, or one command there: jump [stack] [-- COMMAND]
[group('stack')]
[no-exit-message]
[positional-arguments]
jump *args: setup
    @{{ localcloud }} jump "$@"

# a short-lived token for a stack's Slurm REST API: token USER [stack] [--lifespan SECONDS]
[group('stack')]
[no-exit-message]
token user *args: setup
    @{{ localcloud }} token {{ user }} {{ args }}

# ask a few questions and write a team's stack file: new-team NAME [flags], --help lists them
[group('stack')]
[no-exit-message]
[positional-arguments]
new-team *args: setup
    @{{ python }} -m scripts.new_team "$@"

# format and lint Python and shell
[group('development')]
lint: setup
    .venv/bin/ruff format --check .
    .venv/bin/ruff check .
    .venv/bin/shfmt -d justw .ci/run scripts localcloud/machines/node
    .venv/bin/shellcheck justw .ci/run scripts/*/*.sh scripts/node/*/*.sh scripts/node/*/*/*.sh localcloud/machines/node/*.sh
    .venv/bin/shellcheck --shell=bash --severity=warning --exclude=SC2154 scripts/image/components/*/*.sh

# the strict types of settings, planning, components and provider
[group('development')]
types: setup
    .venv/bin/basedpyright

# lint, types and unit tests, no engine
[group('development')]
check: lint types
    {{ python }} -m pytest tests/unit -m "not directory"

# the pictures of docs/, anew; the stack `local` has to be up
[group('development')]
pictures: setup
    @{{ localcloud }} graph local --output docs/stack-local.svg
    @{{ python }} -m scripts.operator.graph.render docs/stack-file-flow.dot docs/stack-file-flow.svg

# all tests, beside lint and types: unit, emulator, directory, engine
[group('development')]
[parallel]
test *args: lint types (tests args)

[private]
tests args: setup
    @{{ localcloud }} test {{ args }}

# the programs of nodes on the Slurm of a suite of Debian: trixie has 24.11, sid 26.05
[group('development')]
test-nodes suite *args: setup
    HPCSTACK_MACHINES_SUITE={{ quote(suite) }} {{ python }} -m pytest tests/nodes --ignore-glob="*/test_booted*" -rs {{ args }}

# hold the provider's verdict on updates against ParallelCluster's own, over random pairs of documents
[group('development')]
test-verdicts pairs="5000" seed="316": setup
    HPCSTACK_VERDICT_PAIRS={{ pairs }} HPCSTACK_VERDICT_SEED={{ seed }} {{ python }} -m pytest -s tests/emulator/verdicts/test_random_pairs.py

# the engine's tests with the official language host and plugins, which must be there: docs/stand-ins.md
[group('development')]
[no-exit-message]
test-official *args: setup
    @{{ localcloud }} test-official {{ args }}
