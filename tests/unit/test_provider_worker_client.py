"""Starting, asking and losing a worker, with a small script in the place of ParallelCluster."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from provider import environment, worker_client
from provider.errors import Cut, ProviderError
from provider.worker_client import ParallelClusterError, Worker

SCRIPT = """
import json, os, sys, time
for line in sys.stdin:
    request = json.loads(line)
    operation = request["operation"]
    if operation == "die":
        sys.exit(3)
    if operation == "hang":
        time.sleep(600)
    answer = {"error": {"code": 404, "type": "NotFoundException", "content": {"message": "none"}}}
    if operation != "absent":
        answer = {"result": [os.getpid(), request["region"], request["arguments"], os.environ["PATH"].split(":")[0]]}
    print(json.dumps(answer), flush=True)
"""


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Worker]]:
    folder = tmp_path / "an environment"
    folder.mkdir()
    (folder / "python").symlink_to(sys.executable)
    (tmp_path / "script.py").write_text(SCRIPT)
    monkeypatch.setattr(environment, "ensure", lambda version, say: folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    made: list[Worker] = []

    def worker(seconds: float = 120, stopping: threading.Event | None = None) -> Worker:
        script = tmp_path / "script.py"
        made.append(Worker("3.16.1", lambda line: None, stopping=stopping, seconds=seconds, script=script))
        return made[-1]

    yield worker
    for one in made:
        one.close()


def test_one_process_answers_all_calls(make: Callable[..., Worker]) -> None:
    worker = make()
    first, second = worker.call("x", "us-east-1", a=1), worker.call("x", "eu-west-1")
    assert first[0] == second[0] != os.getpid()
    assert (first[1], first[2], second[1]) == ("us-east-1", {"a": 1}, "eu-west-1")
    assert first[3].endswith("an environment")


def test_threads_take_turns(make: Callable[..., Worker]) -> None:
    worker, answers = make(), []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(worker.call("x", "r", n=n)[2]["n"])) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert sorted(answers) == list(range(8))


def test_an_error_keeps_code_class_and_content(make: Callable[..., Worker]) -> None:
    with pytest.raises(ParallelClusterError, match="none") as caught:
        make().call("absent", "us-east-1")
    assert (caught.value.code, caught.value.kind, caught.value.absent) == (404, "NotFoundException", True)


def test_a_crash_is_told_and_the_next_call_starts_anew(make: Callable[..., Worker]) -> None:
    worker = make()
    first = worker.call("x", "r")[0]
    with pytest.raises(ProviderError, match=r"ended with status 3 during die; see .*worker-3\.16\.1\.log"):
        worker.call("die", "r")
    assert worker.call("x", "r")[0] != first


def test_a_silent_worker_is_ended(make: Callable[..., Worker]) -> None:
    worker = make(seconds=0.5)
    with pytest.raises(ProviderError, match="gave no answer to hang within 0 s"):
        worker.call("hang", "r")
    worker._seconds = 120
    assert worker.call("x", "r")[1] == "r"


def test_calls_under_way_and_calls_that_queue_end_when_all_is_called_off(make: Callable[..., Worker]) -> None:
    stopping, ends = threading.Event(), []
    worker = make(stopping=stopping)
    first = worker.call("x", "us-east-1")

    def call() -> None:
        with pytest.raises(Cut, match="called off amid hang; what was started at AWS goes on there"):
            worker.call("hang", "us-east-1")
        ends.append(1)

    threads = [threading.Thread(target=call) for _ in range(3)]
    for thread in threads:
        thread.start()
    stopping.set()
    for thread in threads:
        thread.join(120)
    assert len(ends) == 3
    with pytest.raises(Cut):
        worker.call("x", "us-east-1")
    stopping.clear()
    assert worker.call("x", "us-east-1")[0] != first[0]


def test_the_answer_of_a_call_that_was_interrupted_is_nobodys(
    make: Callable[..., Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = make()
    first = worker.call("x", "us-east-1")
    with monkeypatch.context() as patch:
        patch.setattr(worker_client, "_read_line", lambda *_: signal.raise_signal(signal.SIGINT))
        with pytest.raises(KeyboardInterrupt):
            worker.call("x", "eu-west-1")
    assert worker.call("x", "us-west-2")[1] == "us-west-2"
    assert worker.call("x", "us-west-2")[0] != first[0]
