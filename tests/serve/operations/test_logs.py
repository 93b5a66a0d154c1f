"""Logs are one JSON object a line and never quote what was sent."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from serve.operations.logs import configure_logs, logger

TEXT = "a secret description"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    undo = configure_logs("info", "json", stream)
    yield stream
    undo()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def fail() -> None:
    try:
        raise ValueError(TEXT)
    except ValueError as error:
        raise RuntimeError(TEXT) from error


class TestForm:
    """A line says when, how severe, who and what."""

    def test_own_line(self, stream: io.StringIO) -> None:
        logger("requests").info("request", route="/v1/cases/{case_id}", status=200)
        (line,) = lines(stream)
        assert line.pop("timestamp").endswith("Z")
        assert line == {
            "event": "request",
            "level": "info",
            "logger": "catchall.requests",
            "route": "/v1/cases/{case_id}",
            "status": 200,
        }

    def test_a_library_speaks_the_same_form(self, stream: io.StringIO) -> None:
        logging.getLogger("uvicorn.error").info("Finished %s", "well")
        (line,) = lines(stream)
        assert (line["event"], line["level"], line["logger"]) == ("Finished well", "info", "uvicorn.error")

    def test_below_the_level_is_silent(self, stream: io.StringIO) -> None:
        logger("requests").debug("request")
        logging.getLogger("sqlalchemy.engine").info("SELECT 1")
        assert lines(stream) == []

    def test_a_line_break_cannot_forge_a_line(self, stream: io.StringIO) -> None:
        logger("requests").info("request", route='/x\n{"event": "forged"}')
        assert len(lines(stream)) == 1

    def test_for_a_person(self) -> None:
        stream = io.StringIO()
        undo = configure_logs("info", "console", stream)
        logger("requests").info("request", status=200)
        undo()
        assert "request" in stream.getvalue()
        assert "status=200" in stream.getvalue()


class TestSecrecy:
    """An exception is logged as its class and where it happened, whoever logs it; its message is not."""

    def test_own(self, stream: io.StringIO) -> None:
        try:
            fail()
        except RuntimeError:
            logger("requests").error("failed", exc_info=True)
        (line,) = lines(stream)
        assert TEXT not in stream.getvalue()
        assert (line["error"], line["causes"]) == ("RuntimeError", ["ValueError"])
        assert line["frames"][-1].endswith(" fail")

    def test_of_a_library(self, stream: io.StringIO) -> None:
        try:
            fail()
        except RuntimeError:
            logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
        (line,) = lines(stream)
        assert TEXT not in stream.getvalue()
        assert line["error"] == "RuntimeError"

    def test_an_error_that_causes_itself(self, stream: io.StringIO) -> None:
        first, second = ValueError("x"), ValueError("y")
        first.__cause__, second.__cause__ = second, first
        logger("requests").error("failed", exc_info=first)
        assert lines(stream)[0]["causes"] == ["ValueError"]

    def test_without_an_error_at_hand(self, stream: io.StringIO) -> None:
        logger("requests").error("failed", exc_info=True)
        assert "error" not in lines(stream)[0]


class TestUndo:
    """Undoing leaves the loggers as they were."""

    def test_levels_and_handlers(self) -> None:
        root = logging.getLogger()
        before = (root.handlers[:], root.level)
        configure_logs("debug", "json", io.StringIO())()
        assert (root.handlers, root.level) == before
