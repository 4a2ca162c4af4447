"""What the two SDMX files share: how table ``observations`` becomes dimensions and attributes.

Columns that only repeat what the dimensions say (the area's name, the year, the last day) are left
out. SDMX allows in a code Latin letters, digits and ``@ $ - _``: a code that holds anything else
(an area below the province, several entities) is written with its UTF-8 bytes as ``$`` and two
hexadecimal digits, and its label says what it is.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from htx_pipeline import codelists
from htx_pipeline.curation.observations import CONTRACT, NO_ENTITY
from htx_pipeline.figures.periods import period_ends, period_starts
from htx_pipeline.model import Label
from htx_pipeline.release.descriptors.about import areas

if TYPE_CHECKING:
    from htx_pipeline.contracts import Field
    from htx_pipeline.release.draft import Draft

AGENCY = "HTX_PIPELINE"
STRUCTURE = "OBSERVATIONS"
"""The name of the data structure and of its one dataflow."""

Role = Literal["dimension", "time", "measure", "attribute"]

_IN_SDMX = {
    "area_code": "REF_AREA",
    "period": "TIME_PERIOD",
    "unit": "UNIT_MEASURE",
    "value": "OBS_VALUE",
}
_REPEATED = {"area", "year", "as_of"}
_LISTS_OF_DATA = {"area_code": "area", "entity": "entity"}
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Component:
    """A column of ``observations`` as a part of the data structure.

    ``codelist`` names the code list that its values stand in, if there is one.
    """

    id: str
    role: Role
    field: Field
    codelist: str | None

    @property
    def is_mandatory(self) -> bool:
        """Whether every observation has a value of it."""
        listed_or_not = self.field.kind != "texts" or not self.field.may_be_empty
        return not self.field.nullable and listed_or_not


def components() -> list[Component]:
    """Dimensions in the order of the key, the time, the measure, then the attributes."""
    by_name = {field.name: field for field in CONTRACT.fields}
    names = [*CONTRACT.key, "value"]
    names += [name for name in by_name if name not in {*names, *_REPEATED}]
    return [
        Component(
            _IN_SDMX.get(name, name.upper()),
            _role(name),
            by_name[name],
            by_name[name].codelist or _LISTS_OF_DATA.get(name),
        )
        for name in names
    ]


def _role(name: str) -> Role:
    if name == "period":
        return "time"
    if name in CONTRACT.key:
        return "dimension"
    return "measure" if name == "value" else "attribute"


def codes(codelist: str, draft: Draft) -> dict[str, Label]:
    """What each code of a list is called; areas and entities are those of the release."""
    if codelist == "area":
        return {code: Label(vi=name, en=name) for code, name in areas(draft)}
    if codelist == "entity":
        return _entities(draft)
    return {code: codelists.label(codelist, code) for code in codelists.codes(codelist)}


def _entities(draft: Draft) -> dict[str, Label]:
    """The entities that observations are of, by the names that reports print."""
    printed = {row["entity_id"]: row["name"] for row in draft.tables["named_entities"].to_pylist()}
    found = {NO_ENTITY: Label(vi="không áp dụng", en="not applicable")}
    for entity in sorted(set(draft.tables["observations"]["entity"].to_pylist()) - {NO_ENTITY}):
        name = " + ".join(printed.get(one, one) for one in entity.split(" + "))
        found[entity] = Label(vi=name, en=name)
    return found


def identifier(code: str) -> str:
    """A code as SDMX may write it; no two codes are written alike."""
    return re.sub(
        "[^A-Za-z0-9_@-]", lambda found: "".join(f"${b:02X}" for b in found[0].encode()), code
    )


def time_period(period: str) -> str:
    """A period as SDMX writes it: a span as its first day and how long it lasts."""
    if "/" not in period:
        return period
    first, after = period_starts(period), period_ends(period) + dt.timedelta(days=1)
    months = _MONTHS * (after.year - first.year) + after.month - first.month
    if first.day != 1 or after.day != 1:
        return f"{first.isoformat()}/P{(after - first).days}D"
    years, months = divmod(months, _MONTHS)
    lasting = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
    return f"{first.isoformat()}/P{lasting}"
