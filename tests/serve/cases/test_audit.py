"""What was done can be proved years later: the store refuses to rewrite it, and whoever does it all the same is found out."""

import pytest
from sqlalchemy import text

from data.errors import DecisionUnusable, MoveNotAllowed
from serve.cases.case import Case, Submission
from serve.cases.chain import Head
from serve.cases.decide import Decision, decide
from serve.cases.desk import Desk
from serve.cases.owner import answer
from serve.cases.redact import expired, redact, redact_expired
from serve.cases.submit import submit
from serve.cases.verify import verify
from serve.cases.views import case_view, events_view
from serve.store.audit import events_of_case
from serve.store.cases import Filters, find_case, list_cases
from serve.store.database import Database
from tests.serve.cases.world import actor
from tests.serve.conftest import SteppingClock

SECRET = "zanzibar"


def history(desk: Desk) -> Case:
    """Return a determined case with a question, an answer, comments; beside it a case of another house."""
    told = {"parties": ({"name": SECRET, "role": "x"},), "diligence": {"end-user-known": SECRET}}
    submission = Submission(f"covert-audio? {SECRET}", product_name=SECRET, **told)  # type: ignore[arg-type]
    case = submit(desk, actor("exporter"), submission, f"key {desk.now()}")[0]
    submit(desk, actor("rival"), Submission("a lamp"))
    asked = decide(desk, actor("ada"), case.id, 1, Decision("needs_information", question=f"why {SECRET}?"))
    back = answer(desk, actor("exporter"), case.id, asked.version, f"because {SECRET}")
    return decide(desk, actor("ada"), case.id, back.version, Decision("accept", reason_code="other", comment=f"so {SECRET}"))


def by_force(database: Database, *statements: str) -> None:
    """Change the store behind the program's back, as somebody with the file or the server could."""
    with database.writing() as connection:
        if database.dialect == "sqlite":
            for name in ("audit_events_kept", "audit_events_fixed"):
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("ALTER TABLE audit_events DISABLE TRIGGER ALL"))
        for statement in statements:
            connection.execute(text(statement))


class TestEvents:
    """Every change leaves an event with who, when, by which request, and old and new values."""

    def test_told(self, honest: Desk) -> None:
        case = history(honest)
        with honest.database.reading() as connection:
            events = events_of_case(connection, case.id)
        assert [event.type for event in events] == ["case_submitted", "information_requested", "information_given", "case_determined"]
        last = events[-1]
        assert (last.actor_id, last.request_id, last.at) == ("ada", "request-1", honest.now())
        assert last.old == {"version": 3, "state": "in_review", "final_outcome": None, "final_categories": None, "readings": 0}
        assert last.new["final_categories"] == ["covert-audio"]
        assert last.new["reading"]["reason_code"] == "other"
        assert all(SECRET not in str((event.old, event.new)) for event in events)

    def test_each_house_has_its_chain(self, honest: Desk) -> None:
        history(honest)
        heads = verify(honest.database)[1]
        assert [(head.organisation_id, head.sequence) for head in heads] == [("north", 4), ("south", 1)]


class TestAppendOnly:
    """The store itself refuses to change or delete an event."""

    @pytest.mark.parametrize(
        "statement",
        [
            "DELETE FROM audit_events",
            "UPDATE audit_events SET actor_id = 'mallory'",
            "UPDATE audit_events SET private = '{}'",
            "UPDATE audit_events SET private = NULL, at = 'x'",
        ],
    )
    def test_refused(self, honest: Desk, statement: str) -> None:
        history(honest)
        with pytest.raises(Exception, match=r"append-only|contradicts"), honest.database.writing() as connection:
            connection.execute(text(statement))


class TestVerify:
    """Any edit by force is found, in the chain and in the cases it tells of."""

    @pytest.mark.parametrize(
        ("statement", "reason"),
        [
            ("UPDATE audit_events SET actor_id = 'mallory' WHERE sequence = 2", "its content was changed"),
            ("UPDATE audit_events SET new = '{}' WHERE sequence = 4", "its content was changed"),
            ("UPDATE audit_events SET organisation_id = 'south' WHERE sequence = 4", "event 2 is missing"),
            ("DELETE FROM audit_events WHERE sequence = 2", "event 2 is missing"),
            ("DELETE FROM audit_events WHERE sequence = 4", "should end with event 4"),
            ("DELETE FROM audit_events WHERE organisation_id = 'south'", "should end with event 1"),
            ("UPDATE audit_events SET sequence = 9 WHERE sequence = 3", "event 3 is missing"),
            ("UPDATE audit_events SET private = NULL WHERE sequence = 4", "without a redaction"),
            ("UPDATE audit_events SET private = '{}' WHERE sequence = 4", "its text was changed"),
            ("UPDATE cases SET state = 'cleared' WHERE organisation_id = 'north'", "does not say what the audit says: state"),
            ("UPDATE cases SET final_categories = '[]' WHERE organisation_id = 'north'", "final_categories"),
            ("UPDATE cases SET description = 'a lamp' WHERE organisation_id = 'north'", "description of the case"),
            ("UPDATE cases SET description = NULL, redacted_at = '2026' WHERE organisation_id = 'north'", "is gone"),
        ],
    )
    def test_found(self, desk: Desk, statement: str, reason: str) -> None:
        history(desk)
        assert verify(desk.database)[0] == []
        by_force(desk.database, statement)
        assert any(reason in fault.reason for fault in verify(desk.database)[0])

    def test_a_chain_rewritten_as_a_whole_misses_its_anchor(self, desk: Desk) -> None:
        history(desk)
        anchors = {head.organisation_id: head for head in verify(desk.database)[1]}
        assert verify(desk.database, anchors)[0] == []
        submit(desk, actor("rival"), Submission("another lamp"))
        assert verify(desk.database, anchors)[0] == []
        other = Head("south", 1, "0" * 63 + "1")
        assert [fault.reason for fault in verify(desk.database, {"south": other})[0]] == ["the event is not the one that was anchored"]
        lost = Head("west", 3, "0")
        assert [fault.reason for fault in verify(desk.database, {"west": lost})[0]] == ["the whole chain is missing"]


class TestRedaction:
    """Text goes without a rest; that it was there, and what was decided, stays provable."""

    def test_nothing_is_left(self, honest: Desk) -> None:
        case = history(honest)
        bare = redact(honest, actor("admin"), case.id, case.version, "asked for by letter")
        assert (bare.description, bare.product_name, bare.parties, bare.text_salt) == (None, "", (), None)
        assert bare.final_categories == ("covert-audio",)
        with honest.database.reading() as connection:
            seen = case_view(connection, bare, actor("admin"), honest.now()), events_view(connection, bare, actor("admin"))
            assert list_cases(connection, Filters(words=SECRET), "", 9)[0] == []
            tables = ["cases", "assessments", "readings", "determinations", "questions", "audit_events", "case_search"]
            assert connection.execute(text("SELECT count(*) FROM idempotency_keys")).scalar_one() == 0
            rows = [connection.execute(text(f"SELECT * FROM {table}")).all() for table in tables]  # noqa: S608
        assert SECRET not in str((seen, rows))

    def test_on_the_disk(self, honest: Desk) -> None:
        if honest.database.path is None:
            pytest.skip("PostgreSQL frees pages by VACUUM")
        case = history(honest)
        redact(honest, actor("admin"), case.id, case.version, "asked for by letter")
        with honest.database.writing() as connection:
            connection.execute(text("UPDATE users SET name = name"))
        honest.database.close()
        content = b"".join(path.read_bytes() for path in honest.database.path.parent.iterdir())
        assert SECRET.encode() not in content

    def test_open_cases_keep_their_text(self, honest: Desk) -> None:
        case = submit(honest, actor("exporter"), Submission("covert-audio?"))[0]
        with pytest.raises(MoveNotAllowed):
            redact(honest, actor("admin"), case.id, 1, "please")
        with pytest.raises(DecisionUnusable):
            redact(honest, actor("admin"), history(honest).id, 4, "")

    def test_retention(self, honest: Desk, clock: SteppingClock) -> None:
        case = history(honest)
        clock.step(days=365 * 5)
        assert expired(honest) == []
        fresh = history(honest)
        clock.step(days=3)
        assert len(expired(honest)) == 2
        assert case.id in redact_expired(honest, actor("admin"))
        assert expired(honest) == []
        with honest.database.reading() as connection:
            assert find_case(connection, fresh.id).description is not None
