"""An officer works through the queue with the keyboard alone."""

from collections.abc import Callable

from tests.browser.browsing import Visit
from tests.browser.lived_in import case_now, live_in
from tests.browser.service import OFFICER, PASSWORD, THIRD, Service

Open = Callable[..., Visit]
MOST_TABS = 60


def tab_to(visit: Visit, selector: str) -> None:
    """Press Tab until something has the focus."""
    for _ in range(MOST_TABS):
        visit.page.keyboard.press("Tab")
        if visit.page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
    raise AssertionError(f"{MOST_TABS} tabs do not lead to {selector}")


def focused(visit: Visit) -> str:
    """Return the id of what has the focus."""
    return str(visit.page.evaluate("document.activeElement?.id ?? ''"))


def press_and_load(visit: Visit, key: str) -> None:
    """Press a key that leads to another page."""
    with visit.page.expect_navigation():
        visit.page.keyboard.press(key)


class TestKeyboardOnly:
    """No step needs a mouse: five cases are accepted, corrected, set aside, asked about and passed on with keys alone."""

    def test_five_cases(self, visit: Open, service: Service) -> None:
        live_in(service)
        window = visit()
        page, keys = window.page, window.page.keyboard
        page.goto("/sign-in")
        tab_to(window, "#name")
        keys.type(THIRD)
        keys.press("Tab")
        keys.type(PASSWORD)
        press_and_load(window, "Enter")
        assert page.url.endswith("/queue")

        decided: list[str] = []

        def here() -> str:
            decided.append(page.url.rsplit("/", 1)[-1])
            assert page.locator("form[data-decide]").count() == 1, page.url
            return decided[-1]

        press_and_load(window, "n")  # claims the most urgent case and opens it
        first = here()
        keys.press("a")
        assert page.locator("input[name=action][value=accept]").is_checked()
        assert focused(window) == "reason_code"
        keys.type("The description does")
        press_and_load(window, "Control+Enter")

        second = here()
        keys.press("c")
        assert focused(window) == "find-category"
        keys.type("licence plate")
        keys.press("Enter")
        tab_to(window, "#reason_code")
        keys.type("The model misread")
        press_and_load(window, "Control+Enter")

        third = here()
        keys.press("n")
        assert focused(window) == "reason_code"
        keys.type("The product is designed")
        press_and_load(window, "Control+Enter")

        fourth = here()
        keys.press("i")
        assert focused(window) == "question"
        keys.type("What is the frame rate, and who buys it?")
        press_and_load(window, "Control+Enter")

        fifth = here()
        keys.press("a")
        keys.type("A like case")
        tab_to(window, "#comment")
        keys.type("As in the case before.")
        press_and_load(window, "Control+Enter")

        assert len({first, second, third, fourth, fifth}) == 5
        readings = {case_id: _actions(service, case_id) for case_id in decided[:5]}
        assert readings[first][-1:] == ["accept"]
        assert readings[second][-1:] == ["correct"]
        assert readings[third][-1:] == ["none"]
        assert case_now(service, fourth).state == "needs_information"
        assert readings[fifth][-1:] == ["accept"]

    def test_j_and_k_walk_the_queue_and_the_cases(self, visit: Open) -> None:
        window = visit()
        page = window.sign_in(OFFICER)
        page.goto("/queue")
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        assert page.locator("tr.here").count() == 1
        first = page.locator("tr.here a").first.get_attribute("href")
        press_and_load(window, "o")
        assert page.url.endswith(str(first))
        if page.locator("[data-key=j]").count():
            press_and_load(window, "j")
            assert not page.url.endswith(str(first))
            press_and_load(window, "k")
            assert page.url.endswith(str(first))

    def test_skip_link_comes_first_and_leads_to_the_content(self, visit: Open) -> None:
        window = visit()
        window.page.goto("/categories")
        window.page.keyboard.press("Tab")
        assert window.page.evaluate("document.activeElement.className") == "skip"
        window.page.keyboard.press("Enter")
        assert focused(window) == "main"


def _actions(service: Service, case_id: str) -> list[str]:
    from serve.store.cases import readings_of

    with service.desk.database.reading() as connection:
        return [each.action for each in readings_of(connection, case_id)]
