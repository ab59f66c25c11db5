"""The categories of cases (section 3 of the portal's specification) and where a case can come from."""

from enum import StrEnum

from app.i18n import _l


class Category(StrEnum):
    """What a case is about; stored as a code, in the order of section 3, which is also the order of sorting."""

    SERVICE = "service"
    PRODUCT = "product"
    ABOUT_ALERT = "about_alert"
    FAILURE = "failure"
    ABOUT_REPORT = "about_report"
    OTHER = "other"
    WORK_REQUEST = "work_request"
    MONTHLY_REPORT = "monthly_report"
    ALARM = "alarm"
    HEALTH_CHECK = "health_check"
    CREDIT_EXCEEDED = "credit_exceeded"
    ALERT = "alert"
    SECURITY_ALERT = "security_alert"
    MONITORING_ALERT = "monitoring_alert"
    INCIDENT_REPORT = "incident_report"
    INCIDENT_RESPONSE = "incident_response"
    INCIDENT = "incident"

    @property
    def label(self) -> str:
        return CATEGORY_LABELS[self]

    @property
    def position(self) -> int:
        return list(Category).index(self)


CATEGORY_LABELS: dict[Category, str] = {
    Category.SERVICE: _l("About the service"),
    Category.PRODUCT: _l("Product specifications"),
    Category.ABOUT_ALERT: _l("About an alert"),
    Category.FAILURE: _l("About a failure"),
    Category.ABOUT_REPORT: _l("About the monthly report"),
    Category.OTHER: _l("Other"),
    Category.WORK_REQUEST: _l("Work request"),
    Category.MONTHLY_REPORT: _l("Monthly report delivery"),
    Category.ALARM: _l("Alarm"),
    Category.HEALTH_CHECK: _l("Health check request (start of use)"),
    Category.CREDIT_EXCEEDED: _l("Credit usage exceeded"),
    Category.ALERT: _l("Alert"),
    Category.SECURITY_ALERT: _l("Security alert"),
    Category.MONITORING_ALERT: _l("Monitoring alert"),
    Category.INCIDENT_REPORT: _l("Incident report"),
    Category.INCIDENT_RESPONSE: _l("Incident response"),
    Category.INCIDENT: _l("Incident"),
}


class Origin(StrEnum):
    """How a case came to be."""

    INQUIRY = "inquiry"
    DESK = "desk"
