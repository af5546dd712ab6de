"""Turn behaviour into emissions, credits and green points, by rules with versions.

Reading order: `rules` (what a rule says, and the rules that come with Tanshi), `records` (what
was done), `assess` (the assessment), `households` (credits by member, whole kilograms),
`results`. Everything is counted in whole numbers: amounts in thousandths of a unit, factors in
milligrams of CO2 per unit, credits in grams, so nothing depends on the order of the records.
"""

from tanshi.activity.assess import assess_activity
from tanshi.activity.households import settle_kilograms, split_among_members
from tanshi.activity.records import ActivityRecords
from tanshi.activity.results import Assessment
from tanshi.activity.rules import (
    Rule,
    RuleSet,
    default_rules_text,
    load_default_rules,
    parse_rules,
)

__all__ = [
    "ActivityRecords",
    "Assessment",
    "Rule",
    "RuleSet",
    "assess_activity",
    "default_rules_text",
    "load_default_rules",
    "parse_rules",
    "settle_kilograms",
    "split_among_members",
]
