"""The records of the relationship: people at the account, evidence, surveys, levels."""

from vitalfew.relationship.models.evidence import Evidence, Statement
from vitalfew.relationship.models.level import Behaviour, LevelFound, LevelRun, PriceEvent, TargetLevel
from vitalfew.relationship.models.people import Acquaintance, Contact, Opinion, Part, Position, Touch
from vitalfew.relationship.models.survey import Invitation, Response, Wave

__all__ = [
    "Acquaintance",
    "Behaviour",
    "Contact",
    "Evidence",
    "Invitation",
    "LevelFound",
    "LevelRun",
    "Opinion",
    "Part",
    "Position",
    "PriceEvent",
    "Response",
    "Statement",
    "TargetLevel",
    "Touch",
    "Wave",
]
