"""Delivery through the real queue to a real receiver, on both databases."""

import base64
import hashlib
import hmac
import json
import threading
from datetime import timedelta

import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from serve.cases.desk import Desk
from serve.store.audit import chain
from serve.store.webhooks import mark_queued
from serve.webhooks import engine as engine_module
from serve.webhooks.events import EVENTS
from serve.webhooks.subscriptions import Hooks, Owner, end_webhook, make_webhook, replay, try_webhook
from tests.serve.webhooks.receiver import Receiver
from tests.serve.webhooks.world import deliveries, delivering, determined, eventually, states

ANY = Owner()


class TestDelivery:
    """What was written down arrives, signed, and under one id however often it comes."""

    def test_signed(self, desk: Desk, hooks: Hooks, receiver: Receiver) -> None:
        _, secret = make_webhook(hooks, ANY, "north", receiver.url, EVENTS)
        case = determined(desk)
        with delivering(desk.database):
            eventually(lambda: states(desk.database) == ["delivered"])
        (got,) = receiver.received
        content = Verifier(secret).verify(got.body, got.headers)
        assert content["data"]["case_id"] == case.id
        assert got.headers["content-type"] == "application/json"
        assert got.headers["webhook-id"] == f"msg_{deliveries(desk.database)[0].id}"
        with pytest.raises(WebhookVerificationError):
            Verifier(secret).verify(got.body.replace("determined", "in_review"), got.headers)

    def test_signature_by_its_definition(self, desk: Desk, hooks: Hooks, receiver: Receiver) -> None:
        webhook, secret = make_webhook(hooks, ANY, "north", receiver.url, EVENTS)
        try_webhook(hooks, ANY, webhook.id)
        with delivering(desk.database):
            eventually(lambda: receiver.received)
        (got,) = receiver.received
        signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.{got.body}".encode()
        key = base64.b64decode(secret.removeprefix("whsec_"))
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert got.headers["webhook-signature"] == f"v1,{expected}"
        assert json.loads(got.body)["type"] == "webhook.test"

    def test_again_after_500(self, desk: Desk, hooks: Hooks, receiver: Receiver) -> None:
        make_webhook(hooks, ANY, "north", receiver.url, EVENTS)
        receiver.answers = [500, 503, 204]
        determined(desk)
        with delivering(desk.database):
            eventually(lambda: states(desk.database) == ["delivered"])
        assert len(receiver.received) == 3
        assert len({(each.headers["webhook-id"], each.body) for each in receiver.received}) == 1
        (done,) = deliveries(desk.database)
        assert (done.attempts, done.status, done.error) == (3, 204, "")

    def test_again_after_no_answer(self, desk: Desk, hooks: Hooks, receiver: Receiver) -> None:
        make_webhook(hooks, ANY, "north", receiver.url, EVENTS)
        receiver.answers = [0, 200]
        determined(desk)
        with delivering(desk.database, webhook_timeout_seconds=0.5):
            eventually(lambda: states(desk.database) == ["delivered"])
        assert deliveries(desk.database)[0].attempts == 2

    def test_a_redirect_is_not_followed(self, desk: Desk, hooks: Hooks, receiver: Receiver) -> None:
        make_webhook(hooks, ANY, "north", receiver.url, EVENTS)
        receiver.answers = [302, 307, 200]
        determined(desk)
        with delivering(desk.database):
            eventually(lambda: states(desk.database) == ["delivered"])
        assert [each.path for each in receiver.received] == ["/hook"] * 3

    def test_one_dead_receiver_does_not_hold_up_another(self, desk: Desk, hooks: Hooks, receiver: Receiver) -> None:
        nobody, _ = make_webhook(hooks, ANY, "north", "http://127.0.0.1:9/hook", EVENTS)
        alive, _ = make_webhook(hooks, ANY, "north", receiver.url, EVENTS)
        for _ in range(4):
            try_webhook(hooks, ANY, nobody.id)
        try_webhook(hooks, ANY, alive.id)
        with delivering(desk.database):
            eventually(lambda: "delivered" in states(desk.database))
        assert {each.error for each in deliveries(desk.database) if each.webhook_id == nobody.id} <= {"", "unreachable"}


class TestStop:
    """A stop lets an attempt that runs finish, and takes up nothing new; what waits goes on after the next start."""

    def test_in_the_middle_of_an_attempt(self, desk: Desk, hooks: Hooks, receiver: Receiver) -> None:
        make_webhook(hooks, ANY, "north", receiver.url, EVENTS)
        receiver.answers = [0, 204]
        determined(desk)
        with delivering(desk.database, webhook_timeout_seconds=20, webhook_retry_seconds=1) as engine:
            eventually(lambda: receiver.received)
            stopping = threading.Thread(target=engine.stop)
            stopping.start()
            receiver.let_go.set()
            stopping.join()
            (kept,) = deliveries(desk.database)
            assert (kept.state, kept.attempts, kept.error) == ("waiting", 1, "protocol")
        with delivering(desk.database):
            eventually(lambda: states(desk.database) == ["delivered"])
        assert len(receiver.received) == 2

    def test_a_lost_queue_is_filled_again(self, desk: Desk, hooks: Hooks, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
        make_webhook(hooks, ANY, "north", receiver.url, EVENTS)
        determined(desk)
        with desk.database.writing() as connection:
            mark_queued(connection, deliveries(desk.database)[0].id, 1)  # as if handed over to a queue that is gone
        monkeypatch.setattr(engine_module, "LOST_AFTER", timedelta(seconds=-2))
        with delivering(desk.database):
            eventually(lambda: states(desk.database) == ["delivered"])
        assert deliveries(desk.database)[0].run > 1


class TestGivingUp:
    """What cannot be delivered is given up in the end, stays to be seen, and can be sent again."""

    def test_dead_then_replayed(self, desk: Desk, hooks: Hooks, receiver: Receiver) -> None:
        make_webhook(hooks, ANY, "north", receiver.url, EVENTS)
        receiver.answers = [500]
        determined(desk)
        with delivering(desk.database, webhook_hours=1e-6):
            eventually(lambda: states(desk.database) == ["dead"])
            (dead,) = deliveries(desk.database)
            assert (dead.attempts, dead.status) == (1, 500)
            receiver.answers = [200]
            replay(hooks, ANY, dead.id)
            eventually(lambda: states(desk.database) == ["delivered"])
        assert len({each.headers["webhook-id"] for each in receiver.received}) == 1
        with desk.database.reading() as connection:
            told = [event.type for event in chain(connection, "north") if event.type.startswith("webhook")]
        assert told == ["webhook_added", "webhook_delivery_given_up", "webhook_replayed"]

    def test_an_internal_address_is_refused(self, desk: Desk, hooks: Hooks, receiver: Receiver) -> None:
        make_webhook(hooks, ANY, "north", f"http://localhost:{receiver.port}/hook", EVENTS)
        determined(desk)
        with delivering(desk.database, webhook_internal="10.9.0.0/16"):
            eventually(lambda: states(desk.database) == ["dead"])
        assert receiver.received == []
        assert deliveries(desk.database)[0].error == "address_refused"

    def test_gone(self, desk: Desk, hooks: Hooks, receiver: Receiver) -> None:
        make_webhook(hooks, ANY, "north", receiver.url, EVENTS)
        receiver.answers = [410]
        determined(desk)
        with delivering(desk.database):
            eventually(lambda: states(desk.database) == ["dead"])
        assert len(receiver.received) == 1

    def test_deleted_while_it_waits(self, desk: Desk, hooks: Hooks, receiver: Receiver) -> None:
        webhook, _ = make_webhook(hooks, ANY, "north", receiver.url, EVENTS)
        receiver.answers = [500]
        determined(desk)
        with delivering(desk.database):
            eventually(lambda: receiver.received)
            end_webhook(hooks, ANY, webhook.id)
            seen = len(receiver.received)
            other, _ = make_webhook(hooks, ANY, "south", receiver.url, EVENTS)
            receiver.answers = [204]
            try_webhook(hooks, ANY, other.id)
            eventually(lambda: "delivered" in states(desk.database))
        assert states(desk.database) == ["cancelled", "delivered"]
        assert len(receiver.received) - seen <= 2  # the test, and an attempt that was under way

    def test_another_key(self, desk: Desk, hooks: Hooks, receiver: Receiver) -> None:
        make_webhook(hooks, ANY, "north", receiver.url, EVENTS)
        determined(desk)
        new = "another key of the installation that is also long"
        with delivering(desk.database, webhook_key=new):
            eventually(lambda: deliveries(desk.database)[0].error == "secret_sealed")
        assert receiver.received == []
        with delivering(desk.database, webhook_key=f"{new},{'a key of an installation that only tests use'}"):
            eventually(lambda: states(desk.database) == ["delivered"])
