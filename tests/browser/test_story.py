"""The whole story in a browser: an exporter asks, an officer decides, the exporter sees what was decided."""

import re
from collections.abc import Callable

from tests.browser.browsing import NARROW, Visit
from tests.browser.service import EXPORTER, OFFICER, Service

Open = Callable[..., Visit]

EXAMPLE = "Ankle bracelet with GPS for offenders under house arrest, with curfew software for the probation service."
"""The example of README.md."""
SEVERAL = (
    "City camera platform with 40 fixed CCTV cameras and recorders. The software reads number plates against a hot list and recognises "
    "faces against the watch list of the police."
)
"""Three capabilities said outright: words of more than one category are marked, whatever the release is unsure of."""


def classify(visit: Visit, text: str = EXAMPLE, name: str = "") -> None:
    """Fill in the form and send it."""
    visit.page.goto("/classify")
    visit.page.locator("#description").fill(text)
    if name:
        visit.page.locator("#product_name").fill(name)
    visit.page.locator("#classify-button").click()
    visit.page.locator("#follow-up").wait_for(state="attached")


def saved(visit: Visit) -> str:
    """Save the result that is shown; return the id of the case."""
    visit.page.locator("[formaction='/classify/save']").click()
    visit.page.wait_for_url("**/cases/*")
    return visit.page.url.rsplit("/", 1)[-1]


def ask_for_review(visit: Visit) -> None:
    """Ask an officer to look at the case that is shown."""
    visit.page.locator("summary", has_text="Ask for a review").click()
    visit.page.locator("#review-comment").fill("Please look.")
    visit.page.locator("form[action$='/request-review'] button").click()
    visit.page.locator(".chip", has_text="In review").first.wait_for()


def in_review(visit: Visit) -> None:
    """Have an officer look at the case that is shown, unless it went to review by itself."""
    if not visit.page.locator(".chip", has_text="In review").count():
        ask_for_review(visit)


class TestWhatPeopleDo:
    """Each step is done with the pages alone, as a person would."""

    def test_exporter_asks_officer_corrects_exporter_gets_the_memo(self, visit: Open, service: Service) -> None:
        exporter, officer = visit(accept_downloads=True), visit()
        exporter.sign_in(EXPORTER)
        classify(exporter, name="House-arrest bracelet")
        page = exporter.page
        assert "Electronic monitoring of persons" in page.locator(".outcome h1").inner_text()
        assert page.locator(".source mark").count() > 0

        question = page.locator(".question").filter(has_text="medical facilities")
        question.get_by_label("No", exact=True).check()
        page.get_by_role("button", name="Assess again").first.click()
        page.get_by_text("your answer", exact=True).first.wait_for()
        assert page.locator(".question").filter(has_text="medical facilities").count() == 0

        case_id = saved(exporter)
        ask_for_review(exporter)

        officer.sign_in(OFFICER)
        officer.page.goto("/queue")
        officer.page.get_by_role("link", name="House-arrest bracelet").click()
        officer.page.get_by_role("button", name="Claim", exact=True).click()
        officer.page.get_by_text("Held by").wait_for()
        officer.page.locator("input[name=action][value=correct]").check()
        officer.page.locator("input[name=category][value=electronic-monitoring]").check()
        officer.page.locator("input[name=category][value=location-tracking]").check()
        officer.page.locator("#reason_code").select_option("description_matches")
        officer.page.locator("#comment").fill("It also follows the wearer: location tracking.")
        officer.page.get_by_role("button", name="Decide", exact=True).click()
        officer.page.locator(".chip", has_text="Determined").first.wait_for()

        page.goto(f"/cases/{case_id}")
        told = page.locator(".outcome").first.inner_text()
        assert "Location tracking" in told and "Electronic monitoring of persons" in told and "follows the wearer" in told
        with page.expect_download() as download:
            page.get_by_role("link", name="Download memo (PDF)").click()
        assert download.value.path().read_bytes().startswith(b"%PDF-")
        assert download.value.suggested_filename.endswith(".pdf")

    def test_officer_asks_and_the_exporter_answers(self, visit: Open) -> None:
        exporter, officer = visit(), visit()
        exporter.sign_in(EXPORTER)
        classify(exporter, "Wall plug with a built-in microphone that sends the sound of the room over the mobile network.", "Quietroom")
        case_id = saved(exporter)
        in_review(exporter)
        officer.sign_in(OFFICER)
        officer.page.goto(f"/queue/{case_id}")
        officer.page.locator("input[name=action][value=needs_information]").check()
        officer.page.locator("#question").fill("Who is meant to use it?")
        officer.page.get_by_role("button", name="Decide", exact=True).click()
        officer.page.locator(".chip", has_text="Waits for the exporter").first.wait_for()
        exporter.page.goto("/cases?state=needs_information")
        exporter.page.get_by_role("link", name="Quietroom").click()
        assert "Who is meant to use it?" in exporter.page.locator(".ask").inner_text()
        exporter.page.locator("#answer").fill("Carers, at home.")
        exporter.page.get_by_role("button", name="Send the answer").click()
        exporter.page.locator(".chip", has_text="In review").first.wait_for()
        officer.page.reload()
        assert "Carers, at home." in officer.page.locator("main").inner_text()

    def test_document_is_read_into_the_form_before_anything_is_classified(self, visit: Open) -> None:
        window = visit()
        window.page.goto("/classify")
        file = {"name": "sheet.txt", "mimeType": "text/plain", "buffer": EXAMPLE.encode()}
        window.page.locator("#document").set_input_files(file)
        window.page.get_by_text("This text was read from your document").wait_for()
        assert window.page.locator("#description").input_value() == EXAMPLE

    def test_words_of_one_category_can_be_marked_with_the_keyboard(self, visit: Open) -> None:
        window = visit()
        classify(window, SEVERAL)
        marked = "getComputedStyle(document.querySelector('.source mark.f1:not(.f2)')).backgroundColor"
        before = window.page.evaluate(marked)
        window.page.locator(".pick-all").focus()
        window.page.keyboard.press("ArrowRight")
        window.page.keyboard.press("ArrowRight")
        assert window.page.locator(".pick-2").is_checked()
        assert window.page.evaluate(marked) != before


class TestWithoutScript:
    """Everything works without JavaScript."""

    def test_exporter_saves_and_officer_decides(self, visit: Open) -> None:
        exporter, officer = visit(java_script_enabled=False), visit(java_script_enabled=False)
        exporter.sign_in(EXPORTER)
        classify(exporter, "Handheld directional jammer against small drones, blocks 2.4 GHz and GNSS.", "Skyfall")
        case_id = saved(exporter)
        in_review(exporter)
        officer.sign_in(OFFICER)
        officer.page.goto(f"/queue/{case_id}")
        officer.page.locator("input[name=action][value=correct]").check()
        officer.page.locator("input[name=category][value=mobile-jamming]").check()
        officer.page.locator("#reason_code").select_option("description_matches")
        officer.page.get_by_role("button", name="Decide", exact=True).click()
        officer.page.locator(".chip", has_text="Determined").first.wait_for()

    def test_document_is_read_with_the_button(self, visit: Open) -> None:
        window = visit(java_script_enabled=False)
        window.page.goto("/classify")
        window.page.locator("#document").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": EXAMPLE.encode()})
        window.page.get_by_role("button", name="Read the document").click()
        assert window.page.locator("#description").input_value() == EXAMPLE


class TestOtherLanguagesAndScreens:
    """French visitors read French; a narrow screen shows everything without scrolling sideways."""

    def test_french_from_sign_in_to_the_saved_case(self, visit: Open) -> None:
        window = visit(locale="fr-CA")
        page = window.sign_in(EXPORTER)
        assert page.locator("html").get_attribute("lang") == "fr"
        assert page.locator("h1").inner_text() == "Mes dossiers"
        classify(window, name="Bracelet")
        assert "urveillance" in page.locator(".outcome h1").inner_text()
        saved(window)
        assert page.locator("html").get_attribute("lang") == "fr"

    def test_language_and_colours_that_are_chosen_are_kept(self, visit: Open) -> None:
        window = visit()
        page = window.page
        page.goto("/categories")
        english = page.locator("h1").inner_text()
        page.locator("summary", has_text="Display").click()
        page.get_by_role("button", name="Français").click()
        page.wait_for_function("document.documentElement.lang === 'fr'")
        assert page.locator("h1").inner_text() != english
        page.locator("details.menu summary").first.click()
        page.locator("button[name=theme][value=dark]").click()
        page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
        page.goto("/legal")
        assert page.locator("html").get_attribute("lang") == "fr"
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert sum(map(int, re.findall(r"\d+", dark)[:3])) < 150

    def test_narrow_screen_from_the_form_to_the_case(self, visit: Open) -> None:
        window = visit(viewport=NARROW)
        window.sign_in(EXPORTER)
        wide = "document.documentElement.scrollWidth"
        classify(window, name="Narrow bracelet")
        assert window.page.evaluate(wide) <= NARROW["width"]
        saved(window)
        assert window.page.evaluate(wide) <= NARROW["width"]
        window.page.goto("/cases")
        window.page.get_by_role("link", name="Narrow bracelet").click()
        assert window.page.locator("h1").inner_text() == "Narrow bracelet"
