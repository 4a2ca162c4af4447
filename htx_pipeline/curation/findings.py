"""Tables ``rules`` and ``findings``: what was asked of the figures, and what did not pass."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from htx_pipeline import contracts as c
from htx_pipeline.model import Label, Outcome
from htx_pipeline.rules import Evaluation, denominators

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    import pyarrow

    from htx_pipeline.rules import Accused, AnyEvaluation, Finding, Ledger, Rule


def _groups(name: str, vi: str, en: str, which: Label) -> Any:
    about = Label(vi=f"Số nhóm số liệu {which.vi}.", en=f"Groups of figures {which.en}.")
    return c.count(name, vi, en, about, unit="evaluation", nullable=False)


RULES = c.Contract(
    name="rules",
    title=Label(vi="Quy tắc", en="Rules"),
    description=Label(
        vi="Danh mục quy tắc, và số nhóm số liệu theo từng kết quả.",
        en="The catalogue of rules, and how many groups of figures came out how.",
    ),
    key=("rule",),
    fields=(
        c.text(
            "rule",
            "quy tắc",
            "Rule",
            Label(vi="Tên quy tắc.", en="Name of the rule."),
            pattern="^[a-z0-9_]+$",
        ),
        c.text(
            "title_vi",
            "tên (vi)",
            "Title (vi)",
            Label(vi="Nó đòi hỏi gì, tiếng Việt.", en="What it asks, in Vietnamese."),
        ),
        c.text(
            "title_en",
            "tên (en)",
            "Title (en)",
            Label(vi="Nó đòi hỏi gì, tiếng Anh.", en="What it asks, in English."),
        ),
        c.code(
            "relation",
            "quan hệ",
            "Relation",
            Label(vi="Loại quan hệ.", en="Kind of relation."),
            codelist="rule_relation",
        ),
        c.code(
            "severity",
            "mức độ",
            "Severity",
            Label(
                vi="Một mâu thuẫn có nghĩa gì đối với việc đưa vào kho.",
                en="What a contradiction means for a merge.",
            ),
        ),
        c.text(
            "source",
            "căn cứ",
            "Source",
            Label(
                vi="Số học, hoặc điều khoản của luật.", en="Arithmetic, or the article of a law."
            ),
        ),
        _groups(
            "groups_count",
            "số nhóm",
            "Groups",
            Label(vi="mà quy tắc được áp dụng", en="that it was applied to"),
        ),
        _groups("pass_count", "đạt", "Passed", Label(vi="đạt", en="that passed")),
        _groups(
            "fail_count",
            "không đạt",
            "Failed",
            Label(vi="tự mâu thuẫn", en="that contradict themselves"),
        ),
        _groups(
            "unverifiable_count",
            "không kiểm tra được",
            "Unverifiable",
            Label(vi="thiếu một số hạng", en="that lack an operand"),
        ),
        _groups(
            "error_count",
            "lỗi",
            "Errors",
            Label(vi="mà chính quy tắc bị lỗi", en="on which the rule itself broke"),
        ),
    ),
)

FINDINGS = c.Contract(
    name="findings",
    title=Label(vi="Phát hiện", en="Findings"),
    description=Label(
        vi="Các lần kiểm tra không đạt: mâu thuẫn, và những gì không kiểm tra được.",
        en="Evaluations that did not pass: contradictions, and what cannot be checked.",
    ),
    key=("finding_id",),
    order=("outcome", "rule", "area_code", "period", "finding_id"),
    fields=(
        c.text(
            "finding_id",
            "mã phát hiện",
            "Finding",
            Label(
                vi="Dấu vân tay của quy tắc, các số liệu của nó, chữ in và cách đọc.",
                en="Fingerprint of the rule, its figures, their prints and readings.",
            ),
            pattern="^f[0-9a-f]{12}$",
        ),
        c.text(
            "rule",
            "quy tắc",
            "Rule",
            Label(vi="Tên quy tắc.", en="Name of the rule."),
            refers_to="rules.rule",
        ),
        c.code(
            "relation",
            "quan hệ",
            "Relation",
            Label(vi="Loại quan hệ.", en="Kind of relation."),
            codelist="rule_relation",
        ),
        c.code(
            "outcome",
            "kết quả",
            "Outcome",
            Label(
                vi="fail (không đạt), unverifiable (không kiểm tra được) hoặc error (lỗi).",
                en="fail, unverifiable or error.",
            ),
        ),
        c.code(
            "severity",
            "mức độ",
            "Severity",
            Label(vi="Nó có nghĩa gì đối với việc đưa vào kho.", en="What it means for a merge."),
        ),
        c.text(
            "area_code",
            "mã địa bàn",
            "Area code",
            Label(vi="Địa bàn của các số liệu.", en="Area of the figures."),
        ),
        c.text(
            "period",
            "thời kỳ",
            "Period",
            Label(
                vi="Thời kỳ của các số liệu (muộn nhất trong số đó).",
                en="Period of the figures (the latest of them).",
            ),
        ),
        c.texts(
            "report_ids",
            "báo cáo",
            "Reports",
            Label(vi="Các báo cáo của số liệu.", en="Reports of the figures."),
            refers_to=("reports.report_id",),
        ),
        c.texts(
            "figure_ids",
            "số liệu",
            "Figures",
            Label(vi="Tất cả số liệu tham gia.", en="All figures that take part."),
            refers_to=("figures.figure_id", "legal_documents.citation_id"),
        ),
        c.number(
            "stated",
            "giá trị nêu",
            "Stated",
            Label(vi="Vế được nêu, như được in.", en="The stated side, as printed."),
        ),
        c.number(
            "computed_low",
            "cận dưới tính được",
            "Computed low",
            Label(vi="Giá trị nhỏ nhất của vế kia.", en="Least value of the other side."),
        ),
        c.number(
            "computed_high",
            "cận trên tính được",
            "Computed high",
            Label(vi="Giá trị lớn nhất của vế kia.", en="Greatest value of the other side."),
        ),
        c.number(
            "residual",
            "chênh lệch",
            "Residual",
            Label(
                vi="Số nêu trừ số tính, như được in; phần thiếu tính là không.",
                en="Stated less computed, as printed; missing parts count as nothing.",
            ),
        ),
        c.boolean(
            "holds_if_truncated",
            "khớp nếu cắt bớt",
            "Holds if truncated",
            Label(
                vi="Có khớp không nếu các chữ số bị cắt bớt thay vì làm tròn.",
                en="Whether it holds if digits were cut off instead of rounded.",
            ),
        ),
        c.records(
            "suspects",
            "số liệu đáng ngờ",
            "Suspects",
            Label(
                vi="Số liệu của các cách giải thích nhỏ nhất, khả dĩ nhất đứng trước: mỗi số cần "
                "phải là bao nhiêu (trống nếu không bị chặn; theo đơn vị của số liệu) và bằng "
                "chứng, theo mã của danh mục evidence.",
                en="Figures of the smallest explanations, the likeliest first: what each would "
                "need to be (null where unbounded; in the unit of the figure) and the evidence "
                "for it, codes of the list evidence.",
            ),
            {
                "figure_id": "text",
                "would_need_low": "number",
                "would_need_high": "number",
                "evidence": "texts",
            },
        ),
        c.texts(
            "convicted",
            "số liệu có lẽ sai",
            "Convicted",
            Label(
                vi="Các số liệu đáng ngờ có lẽ sai; rỗng nếu không thể biết.",
                en="The suspects that are probably wrong; empty where it cannot be told.",
            ),
            refers_to=("figures.figure_id",),
        ),
        c.text(
            "message_vi",
            "nội dung (vi)",
            "Message (vi)",
            Label(vi="Phương trình, tiếng Việt.", en="The equation, in Vietnamese."),
        ),
        c.text(
            "message_en",
            "nội dung (en)",
            "Message (en)",
            Label(vi="Phương trình, tiếng Anh.", en="The equation, in English."),
        ),
        c.text(
            "waiver_id",
            "miễn trừ",
            "Waiver",
            Label(
                vi="Phát hiện mà data/raw/waivers.yml quyết định để nguyên như in.",
                en="The finding that data/raw/waivers.yml decides to leave as printed.",
            ),
            refers_to="findings.finding_id",
            nullable=True,
        ),
        c.text(
            "waiver_reason",
            "lý do miễn trừ",
            "Reason",
            Label(vi="Vì sao được miễn trừ.", en="Why it is waived."),
            nullable=True,
        ),
    ),
)


def build_rules(rules: Sequence[Rule], evaluations: Iterable[AnyEvaluation]) -> pd.DataFrame:
    """One row per rule; a rule that met no group has zeros."""
    counts = denominators(evaluations)
    nothing = dict.fromkeys(Outcome, 0)
    return RULES.frame(
        {
            "rule": rule.name,
            "title_vi": rule.title.vi,
            "title_en": rule.title.en,
            "relation": rule.relation,
            "severity": rule.severity.value,
            "source": rule.source,
            "groups_count": sum(counts.get(rule.name, nothing).values()),
            **{
                f"{outcome.value}_count": counts.get(rule.name, nothing)[outcome]
                for outcome in Outcome
            },
        }
        for rule in rules
    )


def build_findings(ledger: Ledger) -> pd.DataFrame:
    """One row per finding."""
    return FINDINGS.frame(_row(finding) for finding in ledger.findings)


def as_arrow(ledger: Ledger) -> pyarrow.Table:
    """The same rows, without a frame; keys are not looked at."""
    return FINDINGS.part(_row(finding) for finding in ledger.findings)


def _row(finding: Finding) -> dict[str, Any]:
    evaluation = finding.evaluation
    message = finding.message
    return {
        "finding_id": finding.id,
        "rule": evaluation.rule.name,
        "relation": evaluation.rule.relation,
        "outcome": evaluation.outcome.value,
        "severity": finding.severity.value,
        "area_code": evaluation.area_code,
        "period": evaluation.period,
        "report_ids": sorted({figure.report_id for figure in evaluation.operands}),
        "figure_ids": sorted({i for figure in evaluation.operands for i in figure.figure_ids}),
        **_numbers(evaluation),
        "suspects": [_suspect(one) for one in finding.suspects],
        "convicted": sorted(one.figure.figure_id for one in finding.convicted),
        "message_vi": message.vi,
        "message_en": message.en,
        "waiver_id": finding.waiver.finding if finding.waiver else None,
        "waiver_reason": finding.waiver.reason if finding.waiver else None,
    }


def _numbers(evaluation: AnyEvaluation) -> dict[str, Any]:
    """Both sides of the equation; null for a citation, which is none."""
    if not isinstance(evaluation, Evaluation):
        numbers = ("stated", "computed_low", "computed_high", "residual")
        return dict.fromkeys(numbers) | {"holds_if_truncated": False}
    whole = evaluation.whole
    if isinstance(whole, Fraction):
        stated: float | None = float(whole)
    else:
        stated = float(whole.operand.value) if whole.operand is not None else None
    low, high = evaluation.computed.low, evaluation.computed.high
    return {
        "stated": stated,
        "computed_low": None if low is None else float(low),
        "computed_high": None if high is None else float(high),
        "residual": None if evaluation.residual is None else float(evaluation.residual),
        "holds_if_truncated": evaluation.holds_if_truncated,
    }


def _suspect(one: Accused) -> dict[str, Any]:
    need = one.suspect.need.scaled(1 / one.figure.scale)
    return {
        "figure_id": one.figure.figure_id,
        "would_need_low": None if need.low is None else float(need.low),
        "would_need_high": None if need.high is None else float(need.high),
        "evidence": [found.code for found in one.evidence],
    }
