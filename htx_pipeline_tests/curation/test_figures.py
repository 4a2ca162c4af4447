"""Table ``figures``: the readings, each with the contradictions that it takes part in."""

from __future__ import annotations

import pandas as pd

from htx_pipeline.curation import FIGURE_TABLES, Facts
from htx_pipeline.model import Outcome
from htx_pipeline_tests.building import LATER, marked, own_corpus, own_release, printed

TABLES = {table.contract.name: table for table in FIGURE_TABLES}
COOPERATIVES, TARGETS = TABLES["cooperatives"], TABLES["targets"]
WRONG = (printed("10"), printed("6", status="active"), printed("3", status="stopped"))


def test_each_figure_of_a_contradiction_names_it() -> None:
    ledger, found = marked(*WRONG, printed("255", "groups"))
    (finding,) = ledger.findings
    assert list(found["finding_ids"]) == [[finding.id]] * 3 + [[]]


def test_a_figure_names_all_its_contradictions_in_order() -> None:
    _, found = marked(
        *WRONG, printed("8", sector="agriculture"), printed("9", sector="non_agriculture")
    )
    ids = found.set_index("printed")["finding_ids"]
    assert len(ids["10"]) == 2
    assert ids["10"] == sorted({*ids["6"], *ids["8"]})
    assert ids["6"] == ids["3"] != ids["8"] == ids["9"]


def test_what_passes_or_cannot_be_verified_marks_no_figure() -> None:
    ledger, found = marked(printed("10"), printed("6", status="active"))
    assert [f.evaluation.outcome for f in ledger.findings] == [Outcome.UNVERIFIABLE]
    assert list(found["finding_ids"]) == [[], []]


def test_the_repository_s_own_figures_are_its_readings_and_nothing_else() -> None:
    readings = own_corpus().readings
    found = own_release().tables["figures"]
    pd.testing.assert_frame_equal(found.drop(columns="finding_ids"), readings)


def test_waived_contradictions_mark_their_figures_too() -> None:
    made = own_release()
    named = {name for names in made.tables["figures"]["finding_ids"] for name in names}
    findings = [f for f in made.ledger.findings if f.waiver]
    cited = {f.id for f in findings if f.evaluation.operands[0].file == "legal_documents.csv"}
    waived = {f.id for f in findings}
    assert named == waived - cited
    assert len(cited) == 5
    assert len(waived) == 23


def test_an_approximate_figure_has_no_bounds() -> None:
    _, found = marked(printed("10.000", "members", qualifier="approx"))
    bounds = ["value_low", "value_high", "low_inclusive", "high_inclusive"]
    assert found[bounds].isna().all(axis=None)
    assert found.loc[0, "value"] == 10000


def test_facts_hold_the_figures_their_findings_and_their_notes() -> None:
    ledger, found = marked(*WRONG, printed("255", "groups", note="as the sentence says"))
    facts = Facts.of(found)
    (finding,) = ledger.findings
    assert [figure.printed for figure in facts.figures] == ["10", "6", "3", "255"]
    assert facts.finding_ids(facts.figures) == [finding.id]
    assert facts.finding_ids(facts.figures[3:]) == []
    assert facts.notes == {"bao-cao-2021:40": "as the sentence says"}


def test_a_row_of_a_table_names_the_findings_of_the_figures_that_it_takes() -> None:
    ledger, found = marked(*WRONG, printed("9", "members"))
    (row,) = COOPERATIVES.build(Facts.of(found)).rows
    assert row["finding_ids"] == [ledger.findings[0].id]


def test_a_row_does_not_name_the_findings_of_figures_that_it_leaves() -> None:
    wrong_estimate = printed("11", role="estimate", qualifier="estimated", report=LATER)
    ledger, found = marked(
        printed("10"),
        *(wrong_estimate, printed("12", report=LATER, role="estimate", qualifier="estimated")),
    )
    (row,) = COOPERATIVES.build(Facts.of(found)).rows
    assert row["cooperatives_count"] == 10
    assert len(ledger.findings) == 1
    assert row["finding_ids"] == []


WRONG_RANGE = (
    printed("5", qualifier="range_low", role="target"),
    printed("8", qualifier="range_high", role="target"),
    printed("9", role="target"),
)


def test_both_ends_of_a_range_name_its_contradictions() -> None:
    ledger, found = marked(*WRONG_RANGE)
    (finding,) = ledger.findings
    assert list(found["finding_ids"]) == [[finding.id]] * 3


def test_a_row_names_the_findings_of_both_ends_of_its_range() -> None:
    _, found = marked(*WRONG_RANGE)
    found["finding_ids"] = [["f" + 12 * digit] for digit in "012"]
    targets = {row["target_id"]: row for row in TARGETS.build(Facts.of(found)).rows}
    assert targets["bao-cao-2021:10"]["finding_ids"] == ["f" + 12 * "0", "f" + 12 * "1"]
    assert targets["bao-cao-2021:30"]["finding_ids"] == ["f" + 12 * "2"]
