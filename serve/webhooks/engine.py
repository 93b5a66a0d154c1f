"""Deliveries through DBOS: a durable queue of attempts, shared by all processes on one database.

The table of deliveries is the truth. A relay hands every attempt that is due to DBOS, under an id of its own, so that handing it over
twice is handing it over once; DBOS waits out the back-off and runs the attempt in steps that are not repeated after a crash. What DBOS
lost is noticed by the relay and handed over anew.
"""

import logging
import math
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from dbos import DBOS, DBOSPortableJSONSerializer, SetEnqueueOptions, SetWorkflowID, WorkflowStatus

from data.errors import StoreError
from serve.clock import parse_stamp, stamp
from serve.operations.logs import logger
from serve.store.database import Database
from serve.store.webhooks import change_delivery, mark_queued, overdue_attempts, remove_delivered, unqueued
from serve.webhooks.courier import Courier
from serve.webhooks.sending import Sent

QUEUE = "webhooks"
PROCESS_LIMIT = 8
WEBHOOK_LIMIT = 2
"""Attempts at once in one process, and to one webhook in one process: a slow receiver does not hold up the others."""

BATCH = 200
LOST_AFTER = timedelta(seconds=60)
"""Beyond the time limit of an attempt: one that is this late was lost with its process."""
KEPT = timedelta(days=30)
TIDY_EVERY = timedelta(hours=1)
_LONGEST_PAUSE = 60.0


def system_address(database: Database) -> str:
    """Return where DBOS keeps its queue: a schema of its own in PostgreSQL, a file of its own beside the one of SQLite."""
    if database.path is None:
        return database.address
    return f"sqlite:///{database.path.with_name(database.path.stem + '-queue.db')}"


class Engine:
    """The running delivery of one process. DBOS allows one at a time in a process."""

    def __init__(self, courier: Courier, poll_seconds: float = 1.0) -> None:
        self._courier, self._poll = courier, poll_seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
        self._deliver: Callable[[str, int], None] | None = None
        self._tidied: datetime | None = None

    def start(self) -> None:
        """Begin to deliver, in the background; a database that is down is waited for."""
        self._thread.start()

    def stop(self) -> None:
        """Take up nothing new, and let attempts that run finish within their time limit; once more makes no difference."""
        if self._over.is_set():
            return
        self._over.set()
        self._thread.join()
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=math.ceil(self._courier.timeout_seconds) + 1)

    def _run(self) -> None:
        pause = self._poll
        while not self._over.is_set():
            try:
                if self._deliver is None:
                    self._launch()
                self._relay()
                pause = self._poll
            except Exception as error:
                # Whatever it was, later is another chance; what waits stays in the table.
                log = logger("webhooks")
                log.warning("delivery paused", seconds=pause, exc_info=error) if isinstance(error, StoreError) else log.exception("failed")
                pause = min(2 * pause, _LONGEST_PAUSE)
            self._over.wait(pause)

    def _launch(self) -> None:
        # Its messages go the way of every library's: to the root, from warnings upwards.
        logging.getLogger("dbos").addHandler(logging.NullHandler())
        try:
            DBOS(
                config={
                    "name": "catchall",
                    "system_database_url": system_address(self._courier.database),
                    "sys_db_pool_size": 4,
                    "use_listen_notify": False,
                    # One name for all processes and versions: each may go on with what another one left.
                    "executor_id": "catchall",
                    "application_version": "webhooks-1",
                    "serializer": DBOSPortableJSONSerializer(),
                    "log_level": "WARNING",
                }
            )
            deliver = DBOS.workflow(name="deliver")(_attempts_of(self._courier))
            DBOS.launch()
            DBOS.register_queue(
                QUEUE, worker_concurrency=PROCESS_LIMIT, partition_worker_concurrency=WEBHOOK_LIMIT, polling_interval_sec=self._poll
            )
        except Exception:
            DBOS.destroy(destroy_registry=True)
            raise
        self._deliver = deliver

    def _relay(self) -> None:
        database, now = self._courier.database, self._courier.clock()
        with database.reading() as connection:
            waiting = unqueued(connection, BATCH)
        for each in waiting:
            self._hand_over(each.id, each.run, each.webhook_id, (parse_stamp(each.due_at) - now).total_seconds())
        if waiting:
            with database.writing() as connection:
                for each in waiting:
                    mark_queued(connection, each.id, each.run)
        self._find_lost(now)
        if self._tidied is None or now - self._tidied >= TIDY_EVERY:
            self._tidy(now)
            self._tidied = now

    def _hand_over(self, delivery_id: str, run: int, webhook_id: str, delay_seconds: float) -> None:
        assert self._deliver is not None  # noqa: S101 - for the type checker: set by `_launch`
        delay = delay_seconds if delay_seconds > 0 else None
        with SetWorkflowID(f"{delivery_id}:{run}"), SetEnqueueOptions(queue_partition_key=webhook_id, delay_seconds=delay):
            DBOS.enqueue_workflow(QUEUE, self._deliver, delivery_id, run)

    def _find_lost(self, now: datetime) -> None:
        grace = LOST_AFTER + timedelta(seconds=self._courier.timeout_seconds)
        with self._courier.database.reading() as connection:
            late = overdue_attempts(connection, stamp(now - grace))[:BATCH]
        if not late:
            return
        known = DBOS.list_workflows(workflow_ids=[f"{id_}:{run}" for id_, run in late], load_input=False, load_output=False)
        alive = {each.workflow_id for each in known if _alive(each, now - grace)}
        with self._courier.database.writing() as connection:
            for id_, run in late:
                if f"{id_}:{run}" not in alive:
                    change_delivery(connection, id_, {"run": run + 1, "due_at": stamp(now)}, run)

    def _tidy(self, now: datetime) -> None:
        """Forget attempts that are over, and old messages that arrived; what was given up stays until somebody decides."""
        before = (now - TIDY_EVERY).isoformat()
        over = DBOS.list_workflows(
            status=["SUCCESS", "ERROR", "CANCELLED"], completed_before=before, limit=10 * BATCH, load_input=False, load_output=False
        )
        if over:
            DBOS.delete_workflows([each.workflow_id for each in over])
        with self._courier.database.writing() as connection:
            remove_delivered(connection, stamp(now - KEPT))


def _attempts_of(courier: Courier) -> Callable[[str, int], None]:
    """Return the workflow of one attempt. What came of sending is kept before it is settled: a crash in between sends nothing twice."""

    def send(delivery_id: str, run: int) -> dict[str, Any] | None:
        sent = courier.send(delivery_id, run)
        return None if sent is None else vars(sent)

    def settle(delivery_id: str, run: int, sent: dict[str, Any]) -> None:
        courier.settle(delivery_id, run, Sent(**sent))

    def attempt(delivery_id: str, run: int) -> None:
        sent = DBOS.run_step({"name": "send"}, send, delivery_id, run)
        if sent is not None:
            DBOS.run_step({"name": "settle", "retries_allowed": True, "max_attempts": 8}, settle, delivery_id, run, sent)

    return attempt


def _alive(status: WorkflowStatus, began_after: datetime) -> bool:
    """Return whether an attempt still waits its turn, or began so lately that it may be running."""
    if status.status in ("ENQUEUED", "DELAYED"):
        return True
    return status.status == "PENDING" and (status.dequeued_at or 0) >= began_after.timestamp() * 1000
