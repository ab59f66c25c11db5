"""The categories of cases (section 3 of the portal's specification) and where a case can come from."""

from enum import StrEnum

from app.i18n import N_, _


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
        """The category's name in the language in force."""
        return _(CATEGORY_LABELS[self])

    @property
    def position(self) -> int:
        """Its order number, by which lists sort."""
        return list(Category).index(self)


CATEGORY_LABELS: dict[Category, str] = {
    Category.SERVICE: N_("About the service"),
    Category.PRODUCT: N_("Product specifications"),
    Category.ABOUT_ALERT: N_("About an alert"),
    Category.FAILURE: N_("About a failure"),
    Category.ABOUT_REPORT: N_("About the monthly report"),
    Category.OTHER: N_("Other"),
    Category.WORK_REQUEST: N_("Work request"),
    Category.MONTHLY_REPORT: N_("Monthly report delivery"),
    Category.ALARM: N_("Alarm"),
    Category.HEALTH_CHECK: N_("Health check request (start of use)"),
    Category.CREDIT_EXCEEDED: N_("Credit usage exceeded"),
    Category.ALERT: N_("Alert"),
    Category.SECURITY_ALERT: N_("Security alert"),
    Category.MONITORING_ALERT: N_("Monitoring alert"),
    Category.INCIDENT_REPORT: N_("Incident report"),
    Category.INCIDENT_RESPONSE: N_("Incident response"),
    Category.INCIDENT: N_("Incident"),
}


class Origin(StrEnum):
    """How a case came to be."""

    INQUIRY = "inquiry"
    DESK = "desk"
    ALERT = "alert"
    REQUEST = "request"
