"""From a description to an assessment: categories, parameters, findings, questions, licence picture and checklist."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, Protocol

from data.control_facts import ControlFacts, Remark, load_control_facts
from data.countries import Countries, load_countries
from data.due_diligence import ChecklistItem, load_checklist
from data.errors import UnknownRegime
from data.taxonomy import Taxonomy
from data.text import normalise
from model.answers import contradictions, parse_answers
from model.classification import Classification
from model.diligence import DiligenceItem, due
from model.findings import Finding, applicable, find, remarks_for
from model.licence import LicencePicture, licence_picture
from model.parameter_reader import ParameterReader
from model.parameters import read_parameters
from model.questions import Question, questions
from model.reading import Reading
from model.truth import Known
from model.wording import value_in_words

POSSIBLE_FROM = 0.1
"""Categories from this probability are possible: an officer would look at their entries."""
NOTICE = (
    "Catchall assists people who classify goods. It does not replace a legal classification, a licence decision or the text of the "
    "lists in force."
)


class Classifies(Protocol):
    """What an assessor needs of a model."""

    release: str
    taxonomy: Taxonomy

    def classify(self, text: str, every: bool = False) -> Classification:
        """Classify one description."""
        ...


@dataclass(frozen=True)
class Request:
    """What is asked.

    Attributes:
        answers: parameter to answer, such as {"frame_rate": "9 Hz"}; several values are versions of the product.
        destination: ISO 3166-1 alpha-2, or None.
        regimes: ids; empty for all.
        diligence: checklist item to answer.
        day: the day whose lists apply.
        all: list all 29 categories.
    """

    text: str
    day: date
    answers: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    destination: str | None = None
    regimes: tuple[str, ...] = ()
    diligence: Mapping[str, str] = field(default_factory=dict)
    all: bool = False


@dataclass(frozen=True)
class Assessment:
    """The answer a user gets, and the record that is kept.

    Attributes:
        considered: categories that are predicted or possible; findings are about these.
        contradictions: parameters whose answer is none of the values that the text tells; the answer counts.
        controls: content hash of the control facts and of the reader, see `Assessor.controls`.
    """

    classification: Classification
    considered: tuple[str, ...]
    parameters: tuple[Reading, ...]
    answers: Mapping[str, tuple[Reading, ...]]
    contradictions: tuple[str, ...]
    findings: tuple[Finding, ...]
    check_first: tuple[Remark, ...]
    notes: tuple[Remark, ...]
    questions: tuple[Question, ...]
    licence: LicencePicture | None
    diligence: tuple[DiligenceItem, ...]
    regimes: tuple[dict[str, str], ...]
    day: str
    controls: str
    titles: Mapping[str, str]
    words: Mapping[str, tuple[str, ...]]

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON types."""

        def reading(each: Reading, words: str) -> dict[str, Any]:
            value = list(each.value) if isinstance(each.value, tuple) else each.value
            return {"parameter": each.parameter, "title": self.titles[each.parameter], "value": value, "words": words} | (
                {"start": each.start, "end": each.end, "text": each.text} if each.end > each.start else {}
            )

        parameters = [reading(each, words) for each, words in zip(self.parameters, self.words["parameters"], strict=True)]
        answered = [each for values in self.answers.values() for each in values]
        return {
            "classification": self.classification.as_json(),
            "considered": list(self.considered),
            "parameters": parameters,
            "answers": [reading(each, words) for each, words in zip(answered, self.words["answers"], strict=True)],
            "contradictions": list(self.contradictions),
            "findings": [asdict(finding) for finding in self.findings],
            "check_first": [_remark(each) for each in self.check_first],
            "notes": [_remark(each) for each in self.notes],
            "questions": [asdict(each) for each in self.questions],
            "licence": asdict(self.licence) if self.licence else None,
            "diligence": [asdict(each) for each in self.diligence],
            "regimes": list(self.regimes),
            "day": self.day,
            "controls": self.controls,
            "notice": NOTICE,
        }


def _remark(remark: Remark) -> dict[str, Any]:
    return {
        "id": remark.id,
        "regime": remark.regime,
        "title": remark.title,
        "text": remark.text,
        "citation": remark.citation,
        "confidence": remark.confidence,
    }


class Assessor:
    """Assesses descriptions with one classifier and one set of control facts. Safe to share between threads."""

    def __init__(
        self,
        classifier: Classifies,
        facts: ControlFacts | None = None,
        countries: Countries | None = None,
        checklist: Sequence[ChecklistItem] | None = None,
        reader: ParameterReader | None = None,
    ) -> None:
        """Take a classifier; the rest is the installed one unless given. Without a reader, phrases alone are read."""
        self.classifier = classifier
        self.reader = reader
        self.facts = facts or load_control_facts()
        self.countries = countries or load_countries()
        self.checklist = tuple(checklist or load_checklist())

    @property
    def controls(self) -> str:
        """16 hex digits over what findings rest on beside the classifier: control facts and reader."""
        if self.reader is None:
            return self.facts.hash
        return hashlib.sha256(f"{self.facts.hash} {self.reader.hash}".encode()).hexdigest()[:16]

    def _regimes(self, wanted: Sequence[str]) -> list[str]:
        known = [regime.id for regime in self.facts.regimes]
        for name in wanted:
            if name not in known:
                raise UnknownRegime(regime=name[:40], known=", ".join(known))
        return [name for name in known if not wanted or name in wanted]

    def assess(self, request: Request) -> Assessment:
        """Assess one description.

        Raises:
            InputError: the text, an answer, the destination or a regime cannot be used.
            InferenceFailed: the runtime failed.
        """
        regimes = self._regimes(request.regimes)
        destination = self.countries[request.destination].code if request.destination else None
        answers = parse_answers(request.answers, self.facts.parameters)
        diligence = due(self.checklist, request.diligence)
        normalised = normalise(request.text)
        classification = self.classifier.classify(request.text, every=request.all)
        considered = tuple(s.id for s in classification.categories if s.predicted or s.probability >= POSSIBLE_FROM)
        readings = read_parameters(normalised, self.reader)
        known = known_of(readings, answers, considered)
        findings = find(self.facts, known, regimes, request.day, destination)
        remarks = [
            remark
            for regime in self.facts.regimes
            if regime.id in regimes
            for remark in remarks_for(regime, known, [f for f in findings if f.regime == regime.id], destination)
        ]
        controls = [c for r in self.facts.regimes if r.id in regimes for c in applicable(r, known, request.day, destination)]
        parameters = self.facts.parameters
        answered = [each for values in answers.values() for each in values]
        return Assessment(
            classification=classification,
            considered=considered,
            parameters=readings,
            answers=answers,
            contradictions=tuple(contradictions(answers, readings)),
            findings=tuple(findings),
            check_first=tuple(remark for remark in remarks if remark.kind == "pointer"),
            notes=tuple(remark for remark in remarks if remark.kind == "note"),
            questions=tuple(questions(self.facts, controls, known)),
            licence=licence_picture(findings, destination, self.countries) if destination else None,
            diligence=diligence,
            regimes=tuple(
                {"id": r.id, "title": r.title, "kind": r.kind, "as_of": r.as_of.isoformat(), "source": r.source}
                for r in self.facts.regimes
                if r.id in regimes
            ),
            day=request.day.isoformat(),
            controls=self.controls,
            titles={parameter.id: parameter.title for parameter in parameters.values()},
            words={
                "parameters": tuple(value_in_words(each.value, parameters[each.parameter]) for each in readings),
                "answers": tuple(value_in_words(each.value, parameters[each.parameter]) for each in answered),
            },
        )


def known_of(readings: Sequence[Reading], answers: Mapping[str, tuple[Reading, ...]], categories: Sequence[str]) -> Known:
    """Join what the text tells with the answers; an answer replaces what the text tells of its parameter.

    Who names a standard of the handover interface says that there is one, unless that is denied in so many words.
    """
    values: dict[str, tuple[Reading, ...]] = {}
    for reading in readings:
        values[reading.parameter] = (*values.get(reading.parameter, ()), reading)
    values |= answers
    if (named := values.get("handover_standard")) and "handover_interface" not in values:
        values["handover_interface"] = tuple(replace(each, parameter="handover_interface", value=True) for each in named)
    return Known(values, frozenset(categories))
