"""The records of the relationship: people at the account, evidence, surveys."""

from vitalfew.relationship.models.evidence import Evidence, Statement
from vitalfew.relationship.models.people import Acquaintance, Contact, Opinion, Part, Position, Touch
from vitalfew.relationship.models.survey import Invitation, Response, Wave

__all__ = [
    "Acquaintance",
    "Contact",
    "Evidence",
    "Invitation",
    "Opinion",
    "Part",
    "Position",
    "Response",
    "Statement",
    "Touch",
    "Wave",
]
