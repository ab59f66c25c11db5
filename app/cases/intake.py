"""Where programs bring alerts: ``POST /intake/<service>/alerts`` (DESK-07); docs/alerts says how."""

from http import HTTPStatus

from flask import Blueprint, Response, current_app, g, jsonify, request

from app.authz import open_to_all
from app.cases.actions.intake import NumberUnknown, OtherNumber, Taken, take_alert
from app.cases.actions.opening import CategoryRefused
from app.cases.intake_body import Fault, NotJson, Unfit, read_alert
from app.cases.intake_tokens import Key, is_signed_well
from app.extensions import csrf, db
from app.web.gate import actor
from app.web.incoming import takes_uploads
from app.web.origin import for_programs
from app.web.problems import problem

LARGEST = 262_144
MEDIA_TYPE = "application/json"

routes = Blueprint("cases", __name__)


@routes.post("/alerts")
@open_to_all("Programs show a token of the service, which the gate of the intake checks before all else.")
@for_programs
@takes_uploads(LARGEST)
def bring_alert() -> Response:
    """Take one alert: 201 with the number of its new case, 200 with that of the case it belongs to already.

    A body that is too large is refused before it is read (413).
    """
    key: Key = g.intake_key
    if not _is_json():
        return _refuse(415, "wrong-type", "Not JSON", f"Send the alert as {MEDIA_TYPE}, not compressed.")
    body = request.get_data(cache=False)
    if not _is_signed(key, body):
        return _refuse(
            401, "wrong-signature", "Not signed", SIGNATURE, headers={"WWW-Authenticate": "Bearer"}
        )
    try:
        taken = take_alert(db.session, actor=actor(), service_id=key.service_id, alert=read_alert(body))
    except NotJson as error:
        return _refuse(400, "not-json", "Not JSON", str(error))
    except OtherNumber:
        return _refuse(409, "other-number", "Another customer's alert", OTHER_NUMBER)
    except (Unfit, NumberUnknown, CategoryRefused) as error:
        return _unfit(error)
    return _done(taken)


# No cookie counts here, so there is nothing that a forged request could use.
csrf.exempt(bring_alert)

SIGNATURE = (
    "The token asks for signed alerts: send Madoguchi-Timestamp (seconds since 1970, not five minutes off) "
    "and Madoguchi-Signature (v1= and the HMAC-SHA256 of timestamp, full stop and body)."
)
OTHER_NUMBER = "An alert of this identifier came before, for another customer number."


def _is_json() -> bool:
    return (
        request.mimetype == MEDIA_TYPE and request.headers.get("Content-Encoding", "identity") == "identity"
    )


def _is_signed(key: Key, body: bytes) -> bool:
    return is_signed_well(
        current_app.config["SETTINGS"],
        key,
        stamp=request.headers.get("Madoguchi-Timestamp", ""),
        signature=request.headers.get("Madoguchi-Signature", ""),
        body=body,
    )


def _done(taken: Taken) -> Response:
    response = jsonify(case=taken.case.number, state=taken.case.state.value, times=taken.times)
    response.status_code = HTTPStatus.CREATED if taken.is_new else HTTPStatus.OK
    return response


def _refuse(
    status: int, name: str, title: str, detail: str, *, headers: dict[str, str] | None = None
) -> Response:
    return problem(status, name, title, detail, headers=headers)


def _unfit(error: Unfit | NumberUnknown | CategoryRefused) -> Response:
    match error:
        case Unfit():
            faults = error.faults
        case NumberUnknown():
            faults = [Fault("/customer_number", "The service has no such customer number.")]
        case _:
            faults = [Fault("/category", "The service does not use this category.")]
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "unfit",
        "No alert",
        "The body does not fit docs/alerts/alert.schema.json.",
        members={"errors": [fault.as_member() for fault in faults]},
    )
