"""Every address of the web application, step by step; a test refuses one that no permission row names."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from vitalfew.web.once import done_once
from vitalfew.web.pages import (
    account,
    audit,
    capacity,
    customer,
    handover,
    ledger,
    me,
    measures,
    outbox,
    people,
    privacy,
    rounds,
    second_factor,
    selection,
    signin,
    tokens,
)

LEDGER: list[URLPattern | URLResolver] = [
    path("import/", ledger.arrivals_page, name="import"),
    path("import/upload/", ledger.upload, name="upload"),
    path("import/<int:number>/", ledger.arrival, name="arrival"),
    path("import/<int:number>/answer/", ledger.answer, name="answer"),
    path("import/<int:number>/accept/", done_once(ledger.accept), name="accept"),
    path("import/<int:number>/drop/", ledger.drop, name="drop"),
    path("batches/<int:number>/", ledger.batch, name="batch"),
    path("batches/<int:number>/undo/", ledger.undo, name="undo"),
    path("batches/<int:number>/refused/", ledger.refused_rows, name="refused_rows"),
    path("rates/", ledger.rates, name="rates"),
]
SELECTION: list[URLPattern | URLResolver] = [
    path("", selection.portfolio, name="portfolio"),
    path("portfolio/export.<str:kind>", selection.export, name="export"),
    path("portfolio/designate/", done_once(selection.designate_many), name="designate_many"),
    path("portfolio/assign/", done_once(selection.assign_many), name="assign_many"),
    path("accounts/<int:account>/", account.account_page, name="account"),
    path("accounts/<int:account>/designate/", done_once(selection.designate), name="designate"),
    path("accounts/<int:account>/assign/", done_once(selection.assign), name="assign"),
    path("accounts/<int:account>/review/", done_once(selection.review), name="review"),
    path("accounts/<int:account>/release/", done_once(selection.release), name="release"),
    path("accounts/<int:account>/hours/", capacity.plan_hours, name="plan_hours"),
    path("accounts/<int:account>/handover/", done_once(handover.hand_over), name="hand_over"),
    path("accounts/<int:account>/handover/<int:number>/", handover.pack, name="handover"),
    path("accounts/<int:account>/handover/<int:number>/taken/", handover.take_over, name="take_over"),
    path("capacity/", capacity.capacity_page, name="capacity"),
    path("capacity/<int:person>/", capacity.set_capacity, name="set_capacity"),
    path("capacity/<int:person>/handover/", done_once(capacity.hand_over_all), name="hand_over_all"),
]
RELATIONSHIP: list[URLPattern | URLResolver] = [
    path("survey/<str:token>/", customer.survey, name="survey"),
    path("survey/<str:token>/held/", customer.held, name="survey_held"),
    path("survey/<str:token>/object/", customer.object_to, name="survey_object"),
    path("confirm/<str:token>/", customer.confirm, name="confirm"),
]
TRUST: list[URLPattern | URLResolver] = [
    path("people/", people.people_page, name="people"),
    path("people/add/", done_once(people.add_person), name="add_person"),
    path("people/<int:person>/", people.person_page, name="person"),
    path("people/<int:person>/active/", people.set_active, name="set_active"),
    path("people/<int:person>/invite/", people.invite, name="invite"),
    path("people/<int:person>/let-in/", done_once(people.let_in), name="let_in"),
    path("people/<int:person>/grants/<int:grant>/end/", people.end_grant, name="end_grant"),
    path("people/<int:person>/export/", privacy.export_person, name="export_person"),
    path("people/<int:person>/erase/", privacy.erase_person, name="erase_person"),
    path("teams/", done_once(people.add_team), name="teams"),
    path("teams/<int:team>/", people.rename_team, name="rename_team"),
    path("me/tokens/", tokens.tokens_page, name="tokens"),
    path("me/tokens/make/", tokens.make_token, name="make_token"),
    path("me/tokens/<int:number>/revoke/", tokens.revoke_token, name="revoke_token"),
    path("outbox/", outbox.outbox_page, name="outbox"),
    path("outbox/retry/", outbox.retry_stuck, name="retry_stuck"),
    path("outbox/<int:number>/retry/", outbox.retry_mail, name="retry_mail"),
    path("outbox/<int:number>/drop/", outbox.drop_mail, name="drop_mail"),
    path("audit/", audit.audit_page, name="audit"),
    path("audit/verify/", audit.verify, name="audit_verify"),
    path("audit/export.csv", audit.export, name="audit_export"),
    path("accounts/<int:account>/history/", audit.account_history, name="account_history"),
    path("signin/", signin.signin, name="signin"),
    path("signin/code/", signin.code, name="mfa_authenticate"),
    path("signin/forgotten/", signin.forgotten, name="account_reset_password"),
    path("signin/forgotten/sent/", signin.sent, name="account_reset_password_done"),
    re_path(
        r"^signin/reset/(?P<uidb36>[0-9A-Za-z]{1,13})-(?P<key>[0-9A-Za-z-]{1,80})/$",
        signin.anew,
        name="account_reset_password_from_key",
    ),
    path("signin/reset/done/", signin.password_set, name="account_reset_password_from_key_done"),
    path("signin/<str:token>/", signin.use, name="use_link"),
    path("signout/", signin.signout, name="signout"),
    path("me/", me.me, name="me"),
    path("me/password/", me.change_password, name="account_change_password"),
    path("me/password/first/", me.first_password, name="account_set_password"),
    path("me/sure/", me.sure_by_password, name="account_reauthenticate"),
    path("me/sure/code/", me.sure_by_code, name="mfa_reauthenticate"),
    path("me/second-factor/on/", second_factor.activate, name="mfa_activate_totp"),
    path("me/second-factor/off/", second_factor.deactivate, name="mfa_deactivate_totp"),
    path("me/recovery-codes/", second_factor.codes, name="mfa_view_recovery_codes"),
    path("me/recovery-codes/new/", second_factor.new_codes, name="mfa_generate_recovery_codes"),
    path("me/sessions/end/", me.end_sessions, name="end_sessions"),
    path("me/sessions/<int:session>/end/", me.end_session, name="end_session"),
    # allauth finds these two by names of its own; an address answers under its first.
    path("signin/", signin.signin, name="account_login"),
    path("me/", me.me, name="mfa_index"),
]
ABOVE: list[URLPattern | URLResolver] = [
    path("refresh/", rounds.refresh, name="refresh"),
    path("measures/", measures.measures, name="measures"),
    path("measures/<slug:slug>/", measures.measure, name="measure"),
    path("healthz", rounds.healthz, name="healthz"),
]

urlpatterns = [*LEDGER, *SELECTION, *RELATIONSHIP, *TRUST, *ABOVE]
