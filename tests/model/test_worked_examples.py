"""Worked examples: product, answers and destination on one side, findings as the lists have them on the other.

`examples/*.jsonl` holds one example a line. Keys of `expect` and the like are "regime code" ("us 6A003.b.4.b"), "regime control-id"
where a code has several versions, or "regime category" for a category that the regime does not list. `told` is what a person reads in
the text. An example with `disputed` states the law while code or facts
still say something else: it must fail until they are mended. `unread` says the same of the reader of texts.
"""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import model.assessment
from data.control_facts import load_control_facts
from data.errors import AnswerInvalid
from data.expressions import QuantityTest, leaves
from data.taxonomy import load_taxonomy
from data.text import NormalisedText
from model.answers import parse_answers
from model.assessment import Assessment, Assessor, Request
from model.classification import CategoryScore, Classification, Review
from model.findings import Finding
from model.parameter_reader import ParameterReader
from model.reading import Reading

Example = dict[str, Any]
FOLDER = Path(__file__).with_name("examples")
LEAST_PER_CATEGORY = 4
LEAST_PER_THRESHOLD = 3
REFUSED = ("us 3A002.c.2: noise_level under -150", "eu 3A002.c.2: noise_level under -160")
"""Thresholds whose examples cannot be answered yet: see `disputed` in them."""


def read_examples() -> list[Example]:
    return [json.loads(line) for path in sorted(FOLDER.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]


EXAMPLES = read_examples()


class GivenCategories:
    """A classifier which has read the categories in the example."""

    release = "fake"

    def __init__(self, categories: list[str]) -> None:
        self.taxonomy = load_taxonomy()
        by_id = {category.id: category for category in self.taxonomy.categories}
        self.scores = tuple(CategoryScore(name, by_id[name].title, by_id[name].family, 0.95, True, ()) for name in categories)

    def classify(self, text: str, every: bool = False) -> Classification:
        return Classification("categories", 0.95, self.scores, Review(False, ()), None, "fake", "fake", len(text), False)


def told_by(example: Example) -> tuple[Reading, ...]:
    """What a person reads in the text: the answers that the example gives for it, placed on its first letter."""
    parsed = parse_answers(example.get("told", {}), load_control_facts().parameters)
    return tuple(Reading(each.parameter, each.value, 0, 1, example["text"][0]) for values in parsed.values() for each in values)


def assess(example: Example, reader: ParameterReader | None = None) -> Assessment:
    names = {key.split(" ", 1)[0] for key in [*example["expect"], *example.get("absent", ())]}
    known = {regime.id for regime in load_control_facts().regimes}
    regimes = tuple(
        name if name in known else max((each for each in known if name.startswith(f"{each}-")), key=len) for name in sorted(names)
    )
    request = Request(
        example["text"], date.fromisoformat(example["day"]), answers=example["answers"], destination=example["destination"], regimes=regimes
    )
    return Assessor(GivenCategories(example["categories"]), reader=reader).assess(request)


def named(finding: Finding) -> Iterator[str]:
    if not finding.control:
        yield f"{finding.regime} {finding.categories[0]}"
        return
    yield f"{finding.regime} {finding.code}"
    yield f"{finding.regime} {finding.control}"
    yield finding.control


def differences(example: Example, assessment: Assessment) -> list[str]:
    """Say in words where an assessment is not what the example expects."""
    found = {name: finding for finding in assessment.findings for name in named(finding)}
    out = [f"{name}: should not be looked at" for name in example.get("absent", ()) if name in found]
    for name, status in example["expect"].items():
        finding = found.get(name)
        if finding is None:
            out.append(f"{name}: no finding")
            continue
        if finding.status != status:
            why = finding.released_by or finding.taken_by or ", ".join(finding.missing)
            out.append(f"{name}: {finding.status} ({why}), should be {status}")
        unnamed = [each for each in example.get("missing", {}).get(name, ()) if each not in finding.missing]
        out += [f"{name}: {each} is not named as missing" for each in unnamed]
        codes = [reason["code"] for reason in finding.reasons]
        out += [f"{name}: no reason {each} in {codes}" for each in example.get("reasons", {}).get(name, ()) if each not in codes]
        out += [f"{name}: reason {each} applies" for each in example.get("not_reasons", {}).get(name, ()) if each in codes]
        cites = example.get("cites", {}).get(name, "")
        out += [f"{name}: cites {finding.citation}"] if cites not in finding.citation else []
        out += [f"{name}: versions do not differ"] if name in example.get("versions", ()) and not finding.versions_differ else []
    out += [f"{each}: no contradiction seen" for each in example.get("contradictions", ()) if each not in assessment.contradictions]
    licences = {
        f"us {entry.code} {reason.code}": reason.licence
        for entry in (assessment.licence.entries if assessment.licence else ())
        for reason in entry.reasons
    }
    wanted = example.get("licence", {}).items()
    return out + [f"{name}: licence {licences.get(name)}, should be {licence}" for name, licence in wanted if licences.get(name) != licence]


def _cases(examples: list[Example], *keys: str) -> list[Any]:
    """Return parameters; an example with one of the keys must fail."""
    cases = []
    for example in examples:
        reasons = [example[key] for key in keys if key in example]
        marks = [pytest.mark.xfail(strict=True, reason=reasons[0])] if reasons else []
        cases.append(pytest.param(example, id=example["id"], marks=marks))
    return cases


def _texts() -> list[Example]:
    """Return the examples that rest on their text, and the first of those that share one."""
    first = {example["text"]: example["id"] for example in reversed(EXAMPLES)}
    return [example for example in EXAMPLES if "told" in example or first[example["text"]] == example["id"]]


@pytest.fixture(autouse=True)
def _without_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions change no finding and take most of the time."""
    monkeypatch.setattr(model.assessment, "questions", lambda *_: [])


class TestWorkedExamples:
    """Text, answers and destination lead to the findings that the lists prescribe."""

    @pytest.mark.parametrize("example", _cases(EXAMPLES, "disputed"))
    def test_as_a_person_reads_it(self, example: Example, monkeypatch: pytest.MonkeyPatch) -> None:
        def reader(text: NormalisedText, _: object) -> tuple[Reading, ...]:
            assert text.original == example["text"]
            return told_by(example)

        monkeypatch.setattr(model.assessment, "read_parameters", reader)
        assert differences(example, assess(example)) == []

    @pytest.mark.parametrize("example", _cases(_texts(), "disputed", "unread"))
    def test_as_phrases_read_it(self, example: Example) -> None:
        assert differences(example, assess(example)) == []

    def test_as_phrases_and_network_read_it(self) -> None:
        reader = ParameterReader.load()
        wrong = {example["id"]: found for example in EXAMPLES if (found := differences(example, assess(example, reader)))}
        known = {example["id"] for example in EXAMPLES if "disputed" in example or "unread" in example}
        misread = {example["id"] for example in EXAMPLES if "misread" in example}
        assert {name: found for name, found in wrong.items() if name not in known | misread} == {}
        assert misread <= set(wrong)


class TestTheExamples:
    """The examples reach every category and both sides of every threshold."""

    def test_ids_are_unique_and_every_example_says_why(self) -> None:
        assert [name for name, count in Counter(example["id"] for example in EXAMPLES).items() if count > 1] == []
        assert all(example["why"] and example["text"] and example["expect"] for example in EXAMPLES)

    def test_every_category_has_enough(self) -> None:
        count = Counter(category for example in EXAMPLES for category in example["categories"])
        assert {name: count[name] for name in load_taxonomy().ids if count[name] < LEAST_PER_CATEGORY} == {}

    def test_enough_rest_on_the_text_alone(self) -> None:
        assert sum(not example["answers"] and "told" in example for example in EXAMPLES) >= 40

    def test_every_threshold_is_tested_below_above_and_missing(self) -> None:
        assert [name for name, found in threshold_coverage().items() if len(found) < LEAST_PER_THRESHOLD and name not in REFUSED] == []


def threshold_coverage() -> dict[str, set[str]]:
    """Return, per threshold of the US and EU lists, on which sides of it there is an example that expects something of the control."""
    facts = load_control_facts()
    sides: dict[str, set[str]] = {}
    for control in facts.controls:
        if control.regime not in ("us", "eu"):
            continue
        tests = [control.test, *(each.test for each in control.exclusions), *(each.when for each in control.reasons if each.when)]
        quantities = {leaf for test in tests for leaf in leaves(test) if isinstance(leaf, QuantityTest)}
        names = {f"{control.regime} {control.code}", f"{control.regime} {control.id}"}
        concerned = [each for each in EXAMPLES if names & set(each["expect"])]
        for leaf in quantities:
            for bound in {leaf.low, leaf.high} - {0.0}:
                found = sides.setdefault(f"{control.regime} {control.code}: {leaf.parameter} {leaf.comparison} {bound:g}", set())
                found |= {_side(example, leaf.parameter, bound) for example in concerned}
    return sides


def _side(example: Example, parameter: str, bound: float) -> str:
    given = {name: value for name, value in {**example.get("told", {}), **example["answers"]}.items() if name == parameter}
    if not given:
        return "missing"
    try:
        readings = parse_answers(given, load_control_facts().parameters)[parameter]
    except AnswerInvalid:
        return "refused"
    ends = [end for reading in readings if isinstance(reading.value, tuple) for end in reading.value if end is not None]
    return "at" if any(abs(end - bound) <= 1e-9 * abs(bound) for end in ends) else "below" if max(ends) < bound else "above"
