"""Texts that are made to exhaust a reader are refused early, with a word for it, and in little memory."""

from __future__ import annotations

import tracemalloc

import pytest
from slipway.sdl.compiler import compile_sdl
from slipway.sdl.source import MAX_BYTES

from tests.unit.sdl.texts import WEB, changed, many_services, mistakes, only_mistake

MEBIBYTE = 1024 * 1024


def padded(text: str) -> str:
    """`text` filled up with a comment to the most that is read."""
    return text + "#" * (MAX_BYTES - len(text.encode()) - 1) + "\n"


def nested_aliases(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for level in range(1, levels):
        ten = ", ".join([f"*a{level - 1}"] * 10)
        lines.append(f"a{level}: &a{level} [{ten}]")
    return "\n".join(lines) + "\n"


BOMBS = {
    "nested aliases": padded(nested_aliases(9)),
    "many aliases": "a: &a x\nb: [" + "*a," * ((MAX_BYTES - 20) // 3) + "]",
    "aliases of one long list": "a: &a [" + "x," * 20_000 + "]\nb: [" + "*a," * 500 + "]",
    "merges": "a: &a {" + ",".join(f"k{n}: v" for n in range(500)) + "}\nb: [" + "{<<: *a}," * 900 + "]",
}


@pytest.mark.parametrize("name", BOMBS)
def test_aliases_cannot_multiply_a_text(name: str) -> None:
    tracemalloc.start()
    try:
        mistake = only_mistake(BOMBS[name])
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert "aliases" in mistake.message
    assert most < 32 * MEBIBYTE


def test_a_section_of_nothing_but_aliases_is_refused_as_the_network_does() -> None:
    listed = "&all [" + ", ".join(f"A{number}=b" for number in range(1200)) + "]"
    text = f"include: {listed}\n" + changed("    expose:", "    env: *all\n    expose:")

    assert "aliases" in only_mistake(text).message


def test_a_long_text_cannot_be_multiplied() -> None:
    text = changed(
        "    expose:", "    env:\n      - &a A=" + "x" * 250_000 + "\n" + "      - *a\n" * 900 + "    expose:"
    )

    assert "aliases" in only_mistake(text).message


def test_a_section_that_repeats_much_is_not() -> None:
    text = changed("    expose:", "    env: &all [" + "A=b, " * 500 + "]\n    expose:")
    text = changed(
        "profiles:\n", "  api: {image: x, env: *all}\n  db: {image: x, env: *all}\nprofiles:\n", text
    )

    assert mistakes(text) == ()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a" * (MAX_BYTES + 1), "bytes"),
        ("é" * (MAX_BYTES // 2 + 1), "bytes"),
        ("[" * 5_000, "nesting"),
        ("- " * 5_000 + "x", "nested"),
        ("{a: " * 70 + "b" + "}" * 70, "nested"),
        ("a: [" + "x," * 100_000 + "]", "values"),
        ("a: &a [*a]", "contains itself"),
        ("a: x\x00y", "control characters"),
        ("a: b\n\ufeffc: d\n", "byte order mark"),
        ("%YAML 1.2\n---\na: b\n", "YAML 1.1"),
        ("a: !!null b\n", "!!null"),
        ("a: [? : b]\n", "without a key"),
        ("a: [b?c]\n", "quotes"),
        ("# a\n" + "\t# b\nk: &x v\n# c\n" * 30, "tabs"),
        ("", "empty"),
        ("# nothing\n", "empty"),
        ("~", "empty"),
        ("just a text", "not a map"),
    ],
)
def test_what_cannot_be_an_sdl_has_one_mistake_that_says_so(text: str, word: str) -> None:
    assert word in only_mistake(text).message


@pytest.mark.parametrize("raw", [b"\xff\xfe\x00", b"a: \xc3", "a: b".encode("utf-16")])
def test_bytes_must_be_utf_8(raw: bytes) -> None:
    assert only_mistake(raw).message == "the text is not UTF-8"


def test_a_lone_surrogate_is_no_text() -> None:
    assert only_mistake("a: \ud800").message == "the text is not UTF-8"


@pytest.mark.parametrize(
    ("old", "number"),
    [
        ("units: 0.5", "1" * 400_000),
        ("units: 0.5", "0x" + "f" * 400_000 + "p1"),
        ("size: 512Mi", "9" * 400_000 + "Gi"),
        ("size: 512Mi", "1e999999999"),
        ("amount: 100", "9" * 400_000),
        ("count: 1", "9" * 400_000),
        ("port: 80\n", "1e400"),
        ('"2.0"', "2." + "0" * 400_000),
    ],
)
def test_huge_numbers_are_refused_without_reading_them(old: str, number: str) -> None:
    field, _, _ = old.partition(":")
    new = f"{field}: {number}" + "\n" * old.endswith("\n") if ":" in old else f'"{number}"'

    assert len(mistakes(changed(old, new))) == 1


def test_ten_thousand_services_are_refused_early() -> None:
    names = "".join(f"  s{number}: {{image: }}\n" for number in range(10_000))

    assert "values" in only_mistake(changed("services:\n", f"services:\n{names}")).message


def test_an_author_is_not_told_a_thousand_warnings() -> None:
    unknown = "".join(f"    imag{number}: x\n" for number in range(1_000))

    assert len(compile_sdl(changed("    expose:", f"{unknown}    expose:")).warnings) == 100


def test_placements_cannot_multiply_a_long_service() -> None:
    places = [f"p{number}" for number in range(1_000)]
    text = changed("    expose:", '    args: ["' + "x" * 200_000 + '"]\n    expose:')
    prices = "".join(f"    {name}: {{pricing: {{small: {{denom: uact, amount: 1}}}}}}\n" for name in places)
    deployed = "".join(f"    {name}: {{profile: small, count: 1}}\n" for name in places)
    text = changed("  placement:\n", f"  placement:\n{prices}", text)
    text = changed("deployment:\n  web:\n", f"deployment:\n  web:\n{deployed}", text)

    assert "longer" in only_mistake(text).message


def test_escapes_cannot_make_a_manifest_that_is_too_long_to_come_back() -> None:
    text = changed("    expose:", '    args: ["' + "<" * 400_000 + '"]\n    expose:')

    assert "longer" in only_mistake(text).message


def test_a_hundred_mistakes_are_the_most() -> None:
    text = changed("    expose:", "    env: [" + "1=x, " * 5_000 + "]\n    expose:")

    assert len(mistakes(text)) == 100


def test_a_hundred_services_are_nothing_special() -> None:
    compiled = compile_sdl(many_services(100))

    assert len(compiled.groups[0].units) == 100
    assert compiled.warnings == ()


def test_what_follows_the_document_is_not_read() -> None:
    assert compile_sdl(WEB + "---\n[[[{{{\n").version == compile_sdl(WEB).version
