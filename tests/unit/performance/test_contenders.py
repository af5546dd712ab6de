"""Contenders take turns; peers answer from interpreters of their own."""

import sys
from functools import partial

import pytest
from performance import peers
from performance.timing import Contender, process, side_by_side

ANSWERS = """
import json, sys
print(json.dumps({"library": "1.0"}), flush=True)
for line in sys.stdin:
    if line.strip() == "stop":
        break
    print(json.dumps({"seconds": 0.25, "build_s": 0.2}), flush=True)
open(sys.argv[1] + "/left", "w").close()
"""


@pytest.fixture
def script(tmp_path, monkeypatch):
    monkeypatch.setattr(peers, "_interpreter", lambda _: sys.executable)
    file = tmp_path / "peer.py"
    file.write_text(ANSWERS, encoding="utf-8")
    return file


def test_contenders_take_turns():
    order = []
    times = side_by_side(
        {
            "quick": Contender(partial(order.append, "quick"), 2),
            "slow": Contender(partial(order.append, "slow")),
        },
        turns=2,
    )
    warm_up = ["quick"]
    assert order == warm_up + ["quick", "quick", "slow"] * 2
    assert {name: len(seconds) for name, seconds in times.items()} == {"quick": 4, "slow": 2}
    assert min(times["slow"]) >= 0.0


def test_a_contender_that_times_itself_is_believed():
    assert Contender(lambda: 7.5, times_itself=True).seconds() == 7.5


def test_a_process_that_fails_is_no_time():
    with pytest.raises(RuntimeError, match="exit code 3"):
        process(sys.executable, "-c", "raise SystemExit(3)").run()


def test_a_peer_times_itself_and_tells_its_parts(script, tmp_path):
    with peers.started("any", script, tmp_path) as peer:
        assert peer.versions == "Peer: library 1.0."
        assert [peer.seconds("go") for _ in range(2)] == [0.25, 0.25]
        assert [answer["build_s"] for answer in peer.given["go"]] == [0.2, 0.2]
    assert (tmp_path / "left").exists()


def test_a_peer_that_ends_is_an_error(script, tmp_path):
    with (
        pytest.raises(RuntimeError, match="without an answer"),
        peers.started("any", script, tmp_path) as peer,
    ):
        peer.seconds("stop")


def test_no_peer_is_needed_by_the_product():
    needed = {need.partition("==")[0] for needs in peers.NEEDS.values() for need in needs}
    project = (peers.PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    lock = (peers.PROJECT / "requirements.lock").read_text(encoding="utf-8")
    for peer in needed - {"numpy", "highspy"}:
        assert f'"{peer}' not in project
        assert f"\n{peer}==" not in lock
