from __future__ import annotations

import pytest
from slipway.domain import errors


def test_an_error_crosses_the_signers_boundary_with_its_facts() -> None:
    sent = errors.CreditTooLow(needed=5, available=2)

    received = errors.from_wire(errors.to_wire(sent))

    assert type(received) is errors.CreditTooLow
    assert received.facts == {"needed": 5, "available": 2}


@pytest.mark.parametrize(
    "wire", [{}, {"code": "of_a_later_version"}, {"code": "credit_too_low", "facts": {"x": 1}}]
)
def test_what_this_version_does_not_know_is_a_fault_of_ours(wire: dict[str, object]) -> None:
    assert isinstance(errors.from_wire(wire), errors.InternalFault)


def test_every_error_has_a_code_of_its_own() -> None:
    def below(cls: type[errors.SlipwayError]) -> list[type[errors.SlipwayError]]:
        return [each for sub in cls.__subclasses__() for each in (sub, *below(sub))]

    codes = [cls.code for cls in below(errors.SlipwayError)]
    assert len(codes) == len(set(codes))


def test_a_sentence_tells_its_facts_and_takes_braces_in_them_as_they_are() -> None:
    assert str(errors.ProviderNotFound(provider="akash1{x}")) == "Provider akash1{x} not found"
