"""Promises of findings that hold for every product: found by drawing products, not by listing them."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.control_facts import Control, load_control_facts
from data.expressions import CategoryTest, Expression, leaves
from data.taxonomy import load_taxonomy
from model.assessment import known_of
from model.findings import Finding, find
from model.parameters import read_parameters
from model.questions import candidate_values
from model.reading import Reading, Value
from model.truth import Known

DAYS = (date(2025, 12, 1), date(2026, 3, 1), date(2026, 11, 27))
SETTLED = ("meets", "does_not_meet")
IRRELEVANT = (
    "The crate is made of pine.",
    "Our house stands beside the river and was built of brick.",
    "Please ask for the colours of the bag.",
    "Offers are answered within two days.",
    "The manual is printed in French and Italian.",
    "Grey paint, rounded corners.",
)
PRODUCTS = (
    ("thermal-night-vision", "Thermal camera with an uncooled microbolometer, 640 x 512 elements, 8-14 µm, frame rate 9 Hz."),
    ("surveillance-uav", "Fixed-wing drone designed for flights beyond visual line of sight (BVLOS), endurance 4 hours."),
    ("signals-intelligence", "The direction finder takes bearings on bursts as short as 0.3 ms with 40 MHz of instantaneous bandwidth."),
    ("mobile-jamming", "It blocks every phone in the room on all bands; it cannot select individual phones."),
    ("lawful-interception", "Intercepted data arrives through an ETSI handover interface and is searched by phone number."),
    ("forensic-extraction", "Write blocker for seized disks. It cannot bypass passwords or unlock devices."),
    ("surveillance-radar", "Perimeter radar with an electronically scanned (AESA) antenna, detects a walking person at 5 km."),
)


def expressions_of(control: Control) -> list[Expression]:
    return [control.test, *(each.test for each in control.exclusions), *(each.when for each in control.reasons if each.when is not None)]


@cache
def choices(categories: frozenset[str]) -> Mapping[str, Sequence[Value]]:
    """Per parameter that the controls of the categories ask about, values on either side of every threshold."""
    facts = load_control_facts()
    controls = [control for control in facts.controls if categories & set(control.categories)]
    asked = {leaf.parameter for c in controls for test in expressions_of(c) for leaf in leaves(test) if not isinstance(leaf, CategoryTest)}
    return {name: candidate_values(facts.parameters[name], controls) for name in sorted(asked)}


def known(categories: frozenset[str], values: Mapping[str, Value]) -> Known:
    return Known({name: (Reading(name, value, 0, 0, ""),) for name, value in values.items()}, categories)


def findings(of: Known, day: date) -> dict[tuple[str, str], Finding]:
    facts = load_control_facts()
    found = find(facts, of, [regime.id for regime in facts.regimes], day)
    return {(each.regime, each.control or each.categories[0]): each for each in found}


@st.composite
def products(draw: st.DrawFn) -> tuple[frozenset[str], dict[str, Value]]:
    categories = frozenset(draw(st.lists(st.sampled_from(load_taxonomy().ids), min_size=1, max_size=2)))
    values: dict[str, Value] = {}
    often = draw(st.sampled_from((2, 5, 9)))
    for name, candidates in choices(categories).items():
        if draw(st.integers(0, 9)) < often:
            values[name] = draw(st.sampled_from(candidates))
    return categories, values


class TestKnowledge:
    """What is not known settles nothing, and what is settled stays settled when more becomes known."""

    @settings(max_examples=150, deadline=None)
    @given(products(), st.sampled_from(DAYS), st.data())
    def test_a_settled_finding_stays_settled(
        self, product: tuple[frozenset[str], dict[str, Value]], day: date, data: st.DataObject
    ) -> None:
        categories, values = product
        forgotten = data.draw(st.sets(st.sampled_from(sorted(values)))) if values else set()
        less = findings(known(categories, {name: value for name, value in values.items() if name not in forgotten}), day)
        more = findings(known(categories, values), day)
        assert less.keys() == more.keys()
        changed = {
            key: (was.status, more[key].status) for key, was in less.items() if was.status in SETTLED and was.status != more[key].status
        }
        assert changed == {}

    @settings(max_examples=100, deadline=None)
    @given(products(), st.sampled_from(DAYS))
    def test_an_open_finding_names_what_is_missing(self, product: tuple[frozenset[str], dict[str, Value]], day: date) -> None:
        categories, values = product
        for finding in findings(known(categories, values), day).values():
            assert finding.status != "undetermined" or finding.missing
            assert not set(finding.missing) & set(values)

    @settings(max_examples=60, deadline=None)
    @given(products(), st.sampled_from(DAYS), st.data())
    def test_answering_what_is_missing_settles_it(
        self, product: tuple[frozenset[str], dict[str, Value]], day: date, data: st.DataObject
    ) -> None:
        categories, values = product
        for _ in range(len(choices(categories)) + 1):
            found = findings(known(categories, values), day)
            missing = sorted({name for each in found.values() for name in each.missing})
            if not missing:
                break
            values = values | {name: data.draw(st.sampled_from(choices(categories)[name])) for name in missing}
        assert {each.status for each in found.values()} <= {*SETTLED, "catch_all", "not_listed"}

    @given(st.sampled_from(load_taxonomy().ids), st.sampled_from(DAYS))
    @settings(max_examples=60, deadline=None)
    def test_nothing_known_meets_nothing(self, category: str, day: date) -> None:
        found = findings(known(frozenset({category}), {}), day)
        assert [key for key, each in found.items() if each.status == "meets"] == []

    @pytest.mark.xfail(strict=True, reason="'any' of some and unknown counts as some: an open release is not seen")
    def test_versions_do_not_hide_a_release_that_is_still_open(self) -> None:
        told = known(frozenset({"surveillance-radar"}), {"automatic_tracking": True, "excluded_radar": False})
        both = tuple(Reading("vessel_traffic_service", value, 0, 0, "") for value in (True, False))
        versions = Known({**told.values, "vessel_traffic_service": both}, told.categories)
        marine = Known({**versions.values, **known(frozenset(), {"marine_navigation_radar": True}).values}, told.categories)
        before, after = (findings(each, DAYS[-1])["us", "us-6a008-l1"].status for each in (versions, marine))
        assert after == "does_not_meet"
        assert before in ("undetermined", after)


class TestIrrelevantSentences:
    """A sentence that tells nothing technical changes no finding."""

    @settings(max_examples=60, deadline=None)
    @given(st.sampled_from(PRODUCTS), st.lists(st.sampled_from(IRRELEVANT), min_size=1, max_size=3, unique=True), st.booleans())
    def test_before_or_after(self, product: tuple[str, str], sentences: list[str], before: bool) -> None:
        category, text = product
        more = " ".join([*sentences, text] if before else [text, *sentences])
        assert self._statuses(more, category) == self._statuses(text, category)

    @staticmethod
    def _statuses(text: str, category: str) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
        found = findings(known_of(read_parameters(text), {}, [category]), DAYS[-1])
        return {key: (each.status, each.missing) for key, each in found.items()}


class TestCompleteness:
    """Every category has, in every list, an entry to look at or the reason why there is none."""

    @pytest.mark.parametrize("regime", [each for each in load_control_facts().regimes if each.kind == "list"], ids=lambda each: each.id)
    def test_every_category_in_every_list(self, regime: object) -> None:
        listed = next(each for each in load_control_facts().regimes if each is regime)
        for day in DAYS:
            named = {category for control in listed.controls if control.in_force(day) for category in control.categories}
            said = {category for remark in listed.of_kind("absent") for category in remark.categories}
            assert sorted(set(load_taxonomy().ids) - named - said) == []

    def test_every_category_in_the_catch_all(self) -> None:
        overlay = next(regime for regime in load_control_facts().regimes if regime.id == "eu-art5")
        assert {category for control in overlay.controls for category in control.categories} == set(load_taxonomy().ids)

    def test_every_finding_cites(self) -> None:
        facts = load_control_facts()
        remarks = [remark for regime in facts.regimes for remark in regime.remarks]
        assert [each.id for each in facts.controls if not each.citation or not each.summary] == []
        assert [each.text for each in remarks if not each.citation or not each.text] == []
