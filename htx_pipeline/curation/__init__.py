"""The curated tables: one contract each, and how each is built.

``FIGURE_TABLES`` are pure functions of figures; what is known on a date is therefore what they give
for the figures of reports issued by then. The other tables describe reports, rules and findings.
"""

from htx_pipeline.contracts import Contract
from htx_pipeline.curation import documents, figures, findings, lineage, reports
from htx_pipeline.curation.common import Built, Facts, FigureTable
from htx_pipeline.curation.cooperatives import COOPERATIVES, COOPERATIVES_BY_SECTOR
from htx_pipeline.curation.groups import GROUPS
from htx_pipeline.curation.implied import IMPLIED_VALUES
from htx_pipeline.curation.long import CONTEXT, SUPPORT
from htx_pipeline.curation.observations import OBSERVATIONS
from htx_pipeline.curation.revisions import REVISIONS
from htx_pipeline.curation.targets import TARGETS
from htx_pipeline.curation.unions import UNIONS

FIGURE_TABLES: tuple[FigureTable, ...] = (
    OBSERVATIONS,
    COOPERATIVES,
    COOPERATIVES_BY_SECTOR,
    GROUPS,
    UNIONS,
    TARGETS,
    SUPPORT,
    CONTEXT,
    IMPLIED_VALUES,
    REVISIONS,
)

CONTRACTS: tuple[Contract, ...] = (
    reports.REPORTS,
    reports.NAMED_ENTITIES,
    documents.CONTRACT,
    figures.CONTRACT,
    *(table.contract for table in FIGURE_TABLES),
    findings.RULES,
    findings.FINDINGS,
    lineage.CONTRACT,
)
"""Every published table, in the order of presentation."""

__all__ = ["CONTRACTS", "FIGURE_TABLES", "Built", "Contract", "Facts", "FigureTable"]
