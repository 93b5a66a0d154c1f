"""Classifying one's product: the form, the document that is read into it, the result, the memo, and saving as a case."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from data.errors import DocumentUnusable, InputError
from data.text import MAX_CHARACTERS, check_text
from serve.accounts.authenticate import Asker
from serve.cases.desk import Desk
from serve.cases.routes import actor_of
from serve.cases.submit import submit
from serve.web.assessing import Assessing
from serve.web.complaints import complaint
from serve.web.countries import destinations
from serve.web.documents import MAX_BYTES, read_document
from serve.web.draft import Draft
from serve.web.forms import Posted, file_in
from serve.web.memos import memo_response
from serve.web.pages import Pages
from serve.web.visitor import TheVisitor, Visitor


def router(pages: Pages, assessing: Assessing, desk: Desk) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(include_in_schema=False)

    def form_page(visitor: Visitor, draft: Draft, status: int = 200, **told: Any) -> Response:
        shown = {"error": "", "document_error": "", "read": "", "cut": False} | told
        known = {"draft": draft, "destinations": destinations(visitor.language), "limit": MAX_CHARACTERS}
        return pages.show(visitor, "classify.html.j2", status, **known, **shown)

    @routes.get("/classify")
    def form(visitor: TheVisitor) -> Response:
        """Show the empty form."""
        return form_page(visitor, Draft())

    @routes.post("/classify")
    def classify(visitor: TheVisitor, posted: Posted) -> Response:
        """Read a document into the form, or show the result of what the form holds."""
        draft = Draft.of(posted)
        if (document := file_in(posted, "document")) is not None:
            name = document.filename or ""
            try:
                found = read_document(name, document.file.read(MAX_BYTES + 1))
            except DocumentUnusable as error:
                return form_page(visitor, draft, 422, document_error=complaint(visitor.language, error))
            return form_page(visitor, Draft(**(vars(draft) | {"description": found.text})), read=name, cut=found.cut)
        if "edit" in posted:
            return form_page(visitor, draft)
        try:
            check_text(draft.description, "description")
            answer = assessing(draft)
        except InputError as error:
            return form_page(visitor, draft, 422, error=complaint(visitor.language, error))
        return pages.show(visitor, "result.html.j2", demo=False, **assessing.context(visitor, answer))

    @routes.post("/classify/save")
    def save(visitor: TheVisitor, posted: Posted, asker: Asker) -> Response:
        """Keep the product as a case."""
        draft = Draft.of(posted)
        try:
            case, new = submit(desk, actor_of(asker), draft.as_submission(), draft.key)
        except InputError as error:
            return form_page(visitor, draft, 422, error=complaint(visitor.language, error))
        return pages.go(visitor, f"/cases/{case.id}", "case-saved" if new else "case-known")

    @routes.post("/classify/memo")
    def memo(visitor: TheVisitor, posted: Posted) -> Response:
        """Give the memo of the assessment; nothing is kept."""
        draft = Draft.of(posted)
        try:
            check_text(draft.description, "description")
            answer = assessing(draft)
        except InputError as error:
            return form_page(visitor, draft, 422, error=complaint(visitor.language, error))
        product = " ".join(part for part in (draft.product_name, draft.model) if part)
        by = visitor.identity.name if visitor.identity else ""
        return memo_response(answer.assessment, draft.description, assessing.clock().date(), product, by)

    return routes
