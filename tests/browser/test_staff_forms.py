"""What administrators, key holders and officers fill in, done in a browser, with scripts and without."""

from collections.abc import Callable

import pytest

from serve.cases.case import Submission
from serve.cases.owner import request_review
from serve.cases.submit import submit
from tests.browser.browsing import NARROW, Visit
from tests.browser.lived_in import BRACELET, case_now
from tests.browser.service import ADMIN, EXPORTER, OFFICER, PASSWORD, RIVAL, Service

Open = Callable[..., Visit]
WITH_AND_WITHOUT = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])


def refused(window: Visit) -> str:
    """Return what the page says instead of having done it; the browser notes in its console that an error page is an error."""
    alert = window.page.get_by_role("alert")
    alert.wait_for()
    assert [fault for fault in window.faults if "422" not in fault] == []
    window.faults.clear()
    return str(alert.inner_text())


class TestUsers:
    """An administrator adds a user, who signs in, is given another role, and is shut out."""

    @WITH_AND_WITHOUT
    def test_from_the_form_to_shut_out(self, visit: Open, script: bool) -> None:
        name = "Nora With" if script else "Nora Without"
        admin, nora = visit(java_script_enabled=script), visit(java_script_enabled=script)
        page = admin.sign_in(ADMIN)
        page.goto("/users")
        form = page.locator("form[action='/users']")
        form.locator("#name").fill(name)
        form.locator("#organisation_id").select_option(label="Licensing Office")
        form.locator("#role").select_option("officer")
        form.locator("#password").fill("short")
        form.get_by_role("button", name="Add the user").click()
        assert "it needs" in refused(admin)
        assert form.locator("#name").input_value() == name
        assert form.locator("#role").input_value() == "officer"
        form.locator("#password").fill(PASSWORD)
        form.get_by_role("button", name="Add the user").click()
        page.wait_for_url("**/users/*")
        assert page.locator("h1").inner_text() == name

        assert nora.sign_in(name).url.endswith("/queue")
        page.get_by_label("New role").select_option("scientist")
        page.get_by_role("button", name="Change the role").click()
        page.locator("dl.facts", has_text="Data scientist").wait_for()
        nora.page.goto("/model")
        assert nora.page.locator("nav a[href='/queue']").count() == 0
        page.get_by_role("button", name="Disable the user").click()
        page.locator(".chip", has_text="disabled").wait_for()
        nora.page.goto("/model")
        assert "/sign-in" in nora.page.url

    def test_an_organisation(self, visit: Open) -> None:
        page = visit().sign_in(ADMIN)
        page.goto("/users")
        page.get_by_label("Name of the organisation").fill("Harbour Radar <i>")
        page.get_by_role("button", name="Add the organisation").click()
        page.get_by_text("The organisation was added").wait_for()
        assert "Harbour Radar <i>" in page.locator("#organisation_id").inner_text()


class TestKeys:
    """A key is made, works, is shown once, and is revoked."""

    @WITH_AND_WITHOUT
    def test_made_and_revoked(self, visit: Open, script: bool) -> None:
        window = visit(java_script_enabled=script, viewport=NARROW)
        page = window.sign_in(EXPORTER)
        page.goto("/keys")
        page.locator("#name").fill(f"Catalogue, script {script}")
        page.get_by_label("Read cases").check()
        page.get_by_role("button", name="Make the key").click()
        secret = page.locator("code.secret").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
        asked = {"authorization": f"Bearer {secret}"}
        assert window.context.request.get("/v1/cases", headers=asked).status == 200
        page.goto("/keys")
        assert secret not in page.content()
        page.get_by_role("button", name=f"Revoke Catalogue, script {script}").click()
        page.locator("tr", has_text=f"script {script}").locator(".chip", has_text="revoked").wait_for()
        stranger = visit()
        assert stranger.context.request.get("/v1/cases", headers=asked).status == 401

    def test_without_a_purpose_nothing_is_made(self, visit: Open) -> None:
        window = visit()
        page = window.sign_in(RIVAL)
        page.goto("/keys")
        page.locator("#name").fill("For nothing")
        page.get_by_role("button", name="Make the key").click()
        assert "choose at least one thing" in refused(window)
        assert page.locator("#name").input_value() == "For nothing"
        assert page.locator("code.secret").count() == 0


class TestAudit:
    """An administrator verifies the audit and sees the ends of the chains."""

    @WITH_AND_WITHOUT
    def test_verified(self, visit: Open, service: Service, script: bool) -> None:
        submit(service.desk, service.actor(EXPORTER), Submission(BRACELET.description))
        page = visit(java_script_enabled=script).sign_in(ADMIN)
        page.goto("/audit")
        page.get_by_role("button", name="Verify the audit").click()
        page.get_by_text("Every chain holds").wait_for()
        assert page.locator("table tr", has_text="Meridian Optics").locator("code").inner_text()
        assert page.get_by_role("button", name="Verify again").is_visible()


class TestBulk:
    """An officer decides the cases with one text alike; one that was left out stays as it was."""

    @WITH_AND_WITHOUT
    def test_decided_alike(self, visit: Open, service: Service, script: bool) -> None:
        text = f"Ankle bracelet number {script} with GPS for offenders under house arrest, with curfew software for the probation service."
        ids = []
        for number, who in enumerate((EXPORTER, RIVAL, EXPORTER)):
            case, _ = submit(service.desk, service.actor(who), Submission(text, f"Bracelet {number}"))
            if case.state not in ("in_review", "reopened"):
                case = request_review(service.desk, service.actor(who), case.id, case.version, "Please look.")
            ids.append(case.id)
        page = visit(java_script_enabled=script).sign_in(OFFICER)
        page.goto(f"/queue/{ids[0]}")
        page.get_by_role("link", name="2 further cases with this text").click()
        page.wait_for_url("**/identical")
        assert [page.locator(f"#item-{each}").is_checked() for each in ids] == [True] * 3
        page.locator(f"#item-{ids[2]}").uncheck()
        page.locator("input[name=action][value=correct]").check()
        for other in page.locator("input[name=category]:checked").all():
            other.uncheck()
        page.locator("input[name=category][value=electronic-monitoring]").check()
        page.locator("#reason_code").select_option("description_matches")
        page.get_by_role("button", name="Decide the ticked cases").click()
        page.get_by_text("2 cases were decided.").wait_for()
        states = [case_now(service, each).state for each in ids]
        assert states[0] == states[1] == "determined"
        assert states[2] == "in_review"
        assert case_now(service, ids[0]).final_categories == ("electronic-monitoring",)
