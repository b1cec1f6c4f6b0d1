"""Free ports and addresses on loopback."""

import socket

import pytest

from localcloud import ports
from localcloud.errors import LocalCloudError


def test_a_free_port_can_be_bound() -> None:
    port = ports.free_port()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))
        assert probe.getsockname() == ("127.0.0.1", port)


def test_an_address_with_a_taken_port_is_passed_over() -> None:
    port = ports.free_port("127.77.1.1")
    first = ports.loopback_address([port])
    with socket.socket() as holder:
        holder.bind((first, port))
        holder.listen()
        second = ports.loopback_address([port])
    assert second.startswith("127.77.")
    assert second != first


def test_no_free_address_is_one_line_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_ADDRESSES", ["127.77.9.1"])
    with socket.socket() as holder:
        holder.bind(("127.77.9.1", 0))
        port = holder.getsockname()[1]
        with pytest.raises(LocalCloudError, match=rf"ports {port} are taken .*demo-down"):
            ports.loopback_address([port])
