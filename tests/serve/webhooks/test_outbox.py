"""What is to be told is written with what happened: both or neither, and never a word that somebody wrote."""

import json

import pytest

from serve.cases.case import Case
from serve.cases.decide import Decision, decide
from serve.cases.desk import Desk
from serve.webhooks.events import EVENTS
from serve.webhooks.subscriptions import Hooks, Owner, end_webhook, make_webhook
from tests.serve.cases.world import actor
from tests.serve.webhooks.world import deliveries, determined, in_review, states

ANY = Owner()
URL = "http://127.0.0.1:9/hook"


def ask(desk: Desk) -> Case:
    case = in_review(desk)
    return decide(desk, actor("ada"), case.id, case.version, Decision("needs_information", question="A confidential question?"))


class TestOutbox:
    """A determination and a question are told to the webhooks of the case's organisation, and to nobody else's."""

    def test_determination(self, desk: Desk, hooks: Hooks) -> None:
        webhook, _ = make_webhook(hooks, ANY, "north", URL, EVENTS)
        make_webhook(hooks, ANY, "south", URL, EVENTS)
        case = determined(desk)
        (told,) = deliveries(desk.database)
        assert (told.webhook_id, told.organisation_id, told.case_id, told.state) == (webhook.id, "north", case.id, "waiting")
        assert json.loads(told.body) == {
            "type": "case.determined",
            "timestamp": case.updated_at,
            "data": {
                "case_id": case.id,
                "state": "determined",
                "outcome": "categories",
                "categories": ["thermal-night-vision"],
                "at": case.updated_at,
                "version": case.version,
            },
        }

    def test_question(self, desk: Desk, hooks: Hooks) -> None:
        make_webhook(hooks, ANY, "north", URL, EVENTS)
        case = ask(desk)
        (told,) = deliveries(desk.database)
        content = json.loads(told.body)
        assert (content["type"], content["data"]["state"]) == ("case.information_requested", "needs_information")
        assert content["data"]["version"] == case.version

    def test_no_text(self, desk: Desk, hooks: Hooks) -> None:
        make_webhook(hooks, ANY, "north", URL, EVENTS)
        determined(desk)
        ask(desk)
        assert len(deliveries(desk.database)) == 2
        assert all("confidential" not in each.body for each in deliveries(desk.database))

    def test_only_what_was_subscribed(self, desk: Desk, hooks: Hooks) -> None:
        make_webhook(hooks, ANY, "north", URL, ["case.information_requested"])
        determined(desk)
        assert deliveries(desk.database) == []

    def test_neither_without_the_other(self, desk: Desk, hooks: Hooks) -> None:
        make_webhook(hooks, ANY, "north", URL, EVENTS)
        case = in_review(desk)

        class _Crash(Exception):
            pass

        database = desk.database
        with pytest.raises(_Crash), database.writing() as connection:
            from serve.cases.desk import into, locked_case, record

            locked = locked_case(connection, actor("ada"), case.id)
            record(connection, desk, actor("ada"), locked, "information_requested", into("needs_information", desk.now()))
            raise _Crash
        assert deliveries(database) == []

    def test_a_deleted_webhook_is_told_nothing(self, desk: Desk, hooks: Hooks) -> None:
        webhook, _ = make_webhook(hooks, ANY, "north", URL, EVENTS)
        determined(desk)
        end_webhook(hooks, ANY, webhook.id)
        determined(desk)
        assert states(desk.database) == ["cancelled"]
