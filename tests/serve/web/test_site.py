"""Every page: its rule, who may see it, how it is served, in which language, and what an error looks like."""

import re

import pytest

from serve.accounts.identity import ROLES
from serve.accounts.rules import PAGES
from tests.serve.web.conftest import Browser, inline_parts, words

PUBLIC = [path for (method, path), rule in PAGES.items() if method == "GET" and rule.public and "{" not in path and path != "/styleguide"]
GUARDED = [path for (method, path), rule in PAGES.items() if method == "GET" and not rule.public and "{" not in path]
CHANGES = [path for (method, path), rule in PAGES.items() if method == "POST" and not rule.public]


def filled(path: str) -> str:
    return re.sub(r"\{\w+\}", "0" * 32, path)


class TestRules:
    """Each page has a rule; whoever may not see it gets a page that says so."""

    @pytest.mark.parametrize("path", PUBLIC)
    def test_public_pages_are_for_everybody(self, visitor: Browser, path: str) -> None:
        answer = visitor.get(path)
        assert answer.status_code == 200
        assert inline_parts(answer.text) == []

    @pytest.mark.parametrize("path", GUARDED)
    def test_others_lead_to_the_sign_in(self, visitor: Browser, path: str) -> None:
        answer = visitor.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in?next=%2F")

    @pytest.mark.parametrize("path", CHANGES)
    def test_changes_need_somebody(self, visitor: Browser, path: str) -> None:
        answer = visitor.world.client.post(filled(path), headers={"accept": "text/html"})
        assert answer.status_code == 401
        assert answer.headers["content-type"].startswith("text/html")

    @pytest.mark.parametrize("path", CHANGES)
    @pytest.mark.parametrize("role", ROLES)
    def test_changes_need_the_token_of_a_page(self, visitor: Browser, path: str, role: str) -> None:
        visitor.sign_in(role)
        assert visitor.world.client.post(filled(path), headers={"accept": "text/html"}).status_code == 403

    @pytest.mark.parametrize("role", ROLES)
    @pytest.mark.parametrize("path", GUARDED)
    def test_roles(self, visitor: Browser, role: str, path: str) -> None:
        answer = visitor.sign_in(role).get(path)
        assert answer.status_code == (200 if role in PAGES["GET", path].roles else 403)
        assert inline_parts(answer.text) == []


class TestErrors:
    """Browsers see a page, programs see problem details."""

    def test_page(self, visitor: Browser) -> None:
        answer = visitor.get("/nowhere")
        assert answer.status_code == 404
        assert "There is nothing here" in words(answer.text)
        assert answer.headers["x-request-id"] in answer.text

    def test_problem(self, visitor: Browser) -> None:
        answer = visitor.world.client.get("/nowhere")
        assert answer.headers["content-type"] == "application/problem+json"

    def test_a_bug_reveals_nothing(self, visitor: Browser) -> None:
        answer = visitor.post("/classify", {"description": "crash"}, page="")
        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert "Something failed on our side" in answer.text

    def test_a_body_that_is_too_large(self, visitor: Browser) -> None:
        answer = visitor.world.client.post("/classify", content=b"x" * 17_000_000, headers={"accept": "text/html"})
        assert answer.status_code == 413
        assert answer.headers["content-type"].startswith("text/html")

    def test_the_detail_is_inert(self, visitor: Browser) -> None:
        answer = visitor.get("/demo/%3Cscript%3E%E2%80%AE")
        assert answer.status_code == 404
        assert "<script>" not in answer.text
        assert "\u202e" not in answer.text


class TestServing:
    """Pages are small, load only our files, and those are kept."""

    def test_the_first_page_is_small(self, visitor: Browser) -> None:
        page = visitor.get("/").text
        files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
        assert len(set(files)) >= 3
        assert len(page) + sum(len(visitor.get(path).content) for path in set(files)) < 50_000

    def test_files_are_kept_and_named_by_content(self, visitor: Browser) -> None:
        path = re.findall(r'href="(/static/catchall.css[^"]+)"', visitor.get("/").text)[0]
        answer = visitor.get(path)
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["etag"].strip('"') in path

    @pytest.mark.parametrize("name", ["nothing.css", "..%2F__init__.py", "catchall.css%00"])
    def test_nothing_else_is_served(self, visitor: Browser, name: str) -> None:
        assert visitor.get(f"/static/{name}").status_code == 404

    @pytest.mark.parametrize("path", PUBLIC)
    def test_nothing_from_outside(self, visitor: Browser, path: str) -> None:
        assert re.findall(r'(?:href|src|action)="(?!/|#)[^"]*"', visitor.get(path).text) == []

    def test_the_component_page_is_for_development(self, visitor: Browser) -> None:
        assert visitor.get("/styleguide").status_code == 404


class TestPreferences:
    """Language and colours are kept; the browser's language is the first guess."""

    def test_accept_language(self, visitor: Browser) -> None:
        assert '<html lang="fr"' in visitor.get("/", **{"accept-language": "de;q=0.9, fr-CA;q=0.8, en;q=0.2"}).text
        assert '<html lang="en"' in visitor.get("/", **{"accept-language": "de, *;q=oops"}).text

    def test_kept(self, visitor: Browser) -> None:
        answer = visitor.post("/preferences", {"language": "fr", "next": "/categories"}, page="")
        assert (answer.status_code, answer.headers["location"]) == (303, "/categories")
        page = visitor.get("/", **{"accept-language": "en"}).text
        assert "Essayer un exemple" in page
        visitor.post("/preferences", {"theme": "dark"}, page="")
        assert 'data-theme="dark"' in visitor.get("/").text

    @pytest.mark.parametrize("where", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nset-cookie: x=y", ""])
    def test_leads_nowhere_else(self, visitor: Browser, where: str) -> None:
        assert visitor.post("/preferences", {"next": where}, page="").headers["location"] == "/"

    def test_unknown_values_are_not_kept(self, visitor: Browser) -> None:
        answer = visitor.post("/preferences", {"language": "xx", "theme": "<b>"}, page="")
        assert "set-cookie" not in answer.headers


class TestSignIn:
    """Signing in leads to where one wanted to go, and out again."""

    def test_in_and_out(self, visitor: Browser) -> None:
        visitor.sign_in("exporter")
        page = visitor.get("/cases")
        assert "You are signed in." in page.text
        assert "You are signed in." not in visitor.get("/cases").text
        assert visitor.post("/sign-out", page="/cases").headers["location"] == "/"
        assert visitor.get("/cases").status_code == 303

    def test_where_one_wanted_to_go(self, visitor: Browser) -> None:
        data = {"name": "officer", "password": "correct horse battery staple", "next": "/cases?state=in_review"}
        assert visitor.post("/sign-in", data, page="").headers["location"] == "/cases?state=in_review"

    def test_not_elsewhere(self, visitor: Browser) -> None:
        data = {"name": "exporter", "password": "correct horse battery staple", "next": "//evil.example"}
        assert visitor.post("/sign-in", data, page="").headers["location"] == "/cases"

    def test_wrong(self, visitor: Browser) -> None:
        answer = visitor.post("/sign-in", {"name": "<b>x", "password": "wrong"}, page="")
        assert answer.status_code == 401
        assert "The name or the password is wrong." in answer.text
        assert "<b>x" not in answer.text

    def test_from_another_site(self, visitor: Browser) -> None:
        headers = {"accept": "text/html", "sec-fetch-site": "cross-site"}
        assert visitor.world.client.post("/sign-in", data={"name": "exporter"}, headers=headers).status_code == 403

    def test_password(self, visitor: Browser) -> None:
        visitor.sign_in("rival")
        assert visitor.post("/password", {"current": "wrong", "new": "a long new pass phrase"}).status_code == 422
        assert visitor.post("/password", {"current": "correct horse battery staple", "new": "short"}).status_code == 422
        answer = visitor.post("/password", {"current": "correct horse battery staple", "new": "a long new pass phrase"})
        assert answer.headers["location"] == "/cases"
