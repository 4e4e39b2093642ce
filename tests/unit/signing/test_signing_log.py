"""The signing log: what is in it, that it cannot fork, and that the verification sees every change."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest
from slipway.domain import errors
from slipway_signing import registry, tx
from slipway_signing.signing_log import GENESIS, LANES, Decision, SigningLog, chain_of, line
from slipway_signing.signing_log_verifying import verify

from tests.unit.signing.signing_fakes import CHAIN_ID, World, close_json
from tests.unit.signing.store_fakes import MemoryLog

if TYPE_CHECKING:
    from slipway_signing.signing_log import Entry


def decision(number: int, subject: str = "one") -> Decision:
    return Decision("wallet/alice", "signs", subject, f"request-{number}", {"moved": number})


def three() -> list[Entry]:
    log = SigningLog(MemoryLog(), lambda: 1_800_000_000_000_000_000)
    return [log.append(decision(number)) for number in range(3)]


def faults(lines: list[str], earlier: dict[str, tuple[int, str]] | None = None) -> str:
    return "\n".join(verify(lines, earlier).faults)


def test_a_signature_has_an_entry_that_names_it(world: World) -> None:
    intent = world.run(world.wanted())

    [entry] = world.log.entries
    about = json.loads(entry.about)
    parts = registry.TxRaw.FromString(intent.tx_bytes)
    document = tx.sign_doc(parts.body_bytes, parts.auth_info_bytes, chain_id=CHAIN_ID, account_number=7)
    assert (entry.verdict, entry.subject, entry.request_id) == ("signs", "one", "request-1")
    assert about["digest"] == tx.tx_hash(document).lower()
    assert (about["address"], about["moved"]) == (world.key.address, 0)
    assert about["types"] == ["/akash.deployment.v1beta4.MsgCloseDeployment"]
    assert intent.logged == entry.anchor


def test_a_refusal_has_an_entry_that_says_why(world: World) -> None:
    world.run(world.wanted(messages=close_json(world.treasury.address)))

    [entry] = world.log.entries
    assert entry.verdict == "refuses"
    assert json.loads(entry.about)["facts"] == {"rule": "own_account_only", "what": "id.owner"}


def test_without_its_entry_nothing_is_signed(world: World) -> None:
    class Broken(MemoryLog):
        def put(self, entry: Entry) -> Entry:
            raise errors.SignerUnavailable

    world.log = Broken()
    with pytest.raises(errors.SignerUnavailable):
        world.run(world.wanted())

    assert world.key.signatures == 0


def test_one_signers_decisions_go_to_a_few_chains_and_one_intents_to_one() -> None:
    chains = {chain_of("wallet/alice", f"intent-{number}") for number in range(200)}

    assert len(chains) == LANES
    assert chain_of("wallet/alice", "one") == chain_of("wallet/alice", "one")
    assert not chains & {chain_of("wallet/bob", f"intent-{number}") for number in range(200)}


def test_writers_at_the_same_moment_make_one_chain() -> None:
    store = MemoryLog()
    log = SigningLog(store, lambda: 1_800_000_000_000_000_000)
    threads = [threading.Thread(target=log.append, args=[decision(number)]) for number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [entry.seq for entry in store.entries] == list(range(1, 33))
    assert verify([line(entry) for entry in store.entries]).faults == ()


def test_a_sound_log_has_heads_and_no_faults() -> None:
    entries = three()

    verified = verify([line(entry) for entry in entries])

    assert (verified.entries, verified.faults) == (3, ())
    assert verified.heads == {entries[0].chain: (3, entries[2].hash)}
    assert entries[0].prev == GENESIS


def test_the_order_of_the_lines_does_not_matter() -> None:
    assert verify([line(entry) for entry in reversed(three())]).faults == ()


def test_an_altered_entry_is_seen() -> None:
    entries = three()
    altered = json.dumps({**asdict(entries[1]), "about": '{"moved":99}'})

    assert "was altered" in faults([line(entries[0]), altered, line(entries[2])])


def test_an_entry_that_was_altered_and_hashed_anew_breaks_the_chain() -> None:
    entries = three()
    forged = SigningLog(MemoryLog(), lambda: 1_700_000_000_000_000_000).append(decision(7))

    assert "does not follow" in faults([line(forged), *map(line, entries[1:])])


def test_a_removed_entry_is_seen() -> None:
    first, _, last = three()

    assert "2 is missing" in faults([line(first), line(last)])


def test_a_fork_is_seen() -> None:
    entries = three()
    other = SigningLog(MemoryLog(), lambda: 1_700_000_000_000_000_000).append(decision(7))

    assert "forks" in faults([*map(line, entries), line(other)])


def test_a_cut_off_end_is_seen_by_the_intent_that_it_allowed() -> None:
    entries = three()
    anchor = json.dumps({"anchor": entries[2].anchor, "intent_id": "one"})

    assert faults([*map(line, entries), anchor]) == ""
    assert "3 is missing, which intent one names" in faults([*map(line, entries[:2]), anchor])


def test_a_cut_off_end_is_seen_by_earlier_heads() -> None:
    entries = three()
    heads = dict(verify(map(line, entries)).heads)

    assert faults([*map(line, entries)], heads) == ""
    assert "which the earlier list of heads names" in faults([*map(line, entries[:2])], heads)
    assert "which the earlier list of heads names" in faults([], heads)


@pytest.mark.parametrize("text", ["not json", "[]", '{"chain": "a"}', '{"anchor": "x"}', "7"])
def test_what_is_no_line_of_a_log_is_seen(text: str) -> None:
    assert faults([text]) == "line 1 is no entry"
