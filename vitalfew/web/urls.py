"""Every address of the web application, step by step; a test refuses one that no permission row names."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from vitalfew.web.pages import account, ledger, measures, people, rounds, selection, signin

LEDGER: list[URLPattern | URLResolver] = [
    path("import/", ledger.arrivals_page, name="import"),
    path("import/upload/", ledger.upload, name="upload"),
    path("import/<int:number>/", ledger.arrival, name="arrival"),
    path("import/<int:number>/answer/", ledger.answer, name="answer"),
    path("import/<int:number>/accept/", ledger.accept, name="accept"),
    path("import/<int:number>/drop/", ledger.drop, name="drop"),
    path("batches/<int:number>/", ledger.batch, name="batch"),
    path("batches/<int:number>/undo/", ledger.undo, name="undo"),
    path("batches/<int:number>/refused/", ledger.refused_rows, name="refused_rows"),
    path("rates/", ledger.rates, name="rates"),
]
SELECTION: list[URLPattern | URLResolver] = [
    path("", selection.portfolio, name="portfolio"),
    path("portfolio/export.<str:kind>", selection.export, name="export"),
    path("portfolio/designate/", selection.designate_many, name="designate_many"),
    path("portfolio/assign/", selection.assign_many, name="assign_many"),
    path("accounts/<int:account>/", account.account_page, name="account"),
    path("accounts/<int:account>/designate/", selection.designate, name="designate"),
    path("accounts/<int:account>/assign/", selection.assign, name="assign"),
    path("accounts/<int:account>/review/", selection.review, name="review"),
    path("accounts/<int:account>/release/", selection.release, name="release"),
]
TRUST: list[URLPattern | URLResolver] = [
    path("people/", people.people_page, name="people"),
    path("people/add/", people.add_person, name="add_person"),
    path("people/<int:person>/active/", people.set_active, name="set_active"),
    path("signin/", signin.signin, name="signin"),
    path("signin/<str:token>/", signin.use, name="use_link"),
    path("signout/", signin.signout, name="signout"),
]
ABOVE: list[URLPattern | URLResolver] = [
    path("refresh/", rounds.refresh, name="refresh"),
    path("measures/", measures.measures, name="measures"),
    path("measures/<slug:slug>/", measures.measure, name="measure"),
    path("healthz", rounds.healthz, name="healthz"),
]

urlpatterns = [*LEDGER, *SELECTION, *TRUST, *ABOVE]
