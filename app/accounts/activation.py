"""The text of the activation notice 開通案内: where to go, with which user ID, what to do first (FIRST-01, FIRST-02).

It holds no password and no link that would be good for anything in foreign hands.
"""

from flask import current_app, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Realm, User, UserNumber
from app.contracts.models import CustomerNumber, Service
from app.i18n import speaking


def notice_for(session: Session, user: User) -> str:
    """The notice for ``user`` in their language."""
    with speaking(user.language) as language:
        return render_template(
            "accounts/console/notice.txt",
            user=user,
            is_agent=user.realm is Realm.AGENT,
            brand_name=current_app.config["SETTINGS"].product_name,
            doors=_doors(session, user, language),
        ).strip()


def _doors(session: Session, user: User, language: str) -> list[tuple[str, str]]:
    """The name and the address of each door the user may use."""
    address = current_app.config["SETTINGS"].public_url
    if user.realm is Realm.AGENT:
        return [("", f"{address}/console/")]
    services = session.scalars(
        select(Service)
        .where(
            Service.id.in_(
                select(CustomerNumber.service_id)
                .join(UserNumber, UserNumber.number_id == CustomerNumber.id)
                .where(UserNumber.user_id == user.id)
            )
        )
        .order_by(Service.id)
    )
    return [(service.name_in(language), f"{address}/{service.slug}/") for service in services]
