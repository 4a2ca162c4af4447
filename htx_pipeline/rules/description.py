"""The catalogue in words: what a rule applies to and its equations, in Vietnamese and English.

Equations are written out of the rule itself, so that what is read is what is asked. Those that
differ in one sector, status or year only are told in one line.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from htx_pipeline import codelists
from htx_pipeline.model import Label
from htx_pipeline.rules.messages import number
from htx_pipeline.rules.model import (
    END,
    FIRST_HALF,
    MIDDLE,
    SECOND_HALF,
    YEAR,
    At,
    Compare,
    Derived,
    Documents,
    Equation,
    Form,
    Means,
    NamedBase,
    NoRule,
    Repeated,
    Rule,
    Statement,
    Term,
    Tree,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from htx_pipeline.model import Interval, Language

_TOPICS = {
    "sectors": Label("Cơ cấu theo lĩnh vực", "Breakdowns by sector"),
    "status": Label("Cơ cấu theo tình trạng hoạt động", "Breakdowns by status"),
    "flows": Label("Biến động và mức tăng, giảm", "Flows and changes"),
    "plans": Label("So với kế hoạch", "Plans and what was achieved"),
    "parts": Label("Một phần và toàn bộ", "Parts and wholes"),
    "means": Label("Số bình quân", "Means"),
    "budgets": Label("Kinh phí", "Budgets"),
    "households": Label("Hộ nghèo, hộ cận nghèo", "Poor and near-poor households"),
    "support": Label("Hỗ trợ", "Support measures"),
    "ranges": Label("Giới hạn và biến động của một số liệu", "Ranges and jumps"),
    "legal": Label("Quy định của pháp luật", "What the law asks"),
    "prints": Label("Một số liệu nêu nhiều lần", "One quantity told more than once"),
    "citations": Label("Văn bản được trích dẫn", "Legal documents that are cited"),
}

_DIMENSIONS = {
    "organization": Label("tổ chức", "organization"),
    "entity": Label("tổ chức được nêu tên hoặc khoản kinh phí", "named entity or budget line"),
    "indicator": Label("chỉ tiêu", "indicator"),
    "sector": Label("lĩnh vực", "sector"),
    "status": Label("tình trạng", "status"),
    "area_code": Label("địa bàn", "area"),
    "period": Label("thời kỳ", "period"),
    "base_period": Label("thời kỳ gốc", "base period"),
    "share_of": Label("tỷ trọng của", "share of"),
    "relation": Label("quan hệ", "relation"),
    "unit": Label("đơn vị", "unit"),
    "side": Label("phía", "side"),
    "kind": Label("loại chỉ tiêu", "kind of indicator"),
    "topic": Label("chủ đề", "topic"),
}

_WORDS = {
    ("side", "observed"): Label("thực hiện", "achieved"),
    ("side", "target"): Label("kế hoạch", "planned"),
    ("side", "threshold"): Label("mức quy định", "limit"),
    ("kind", "stock"): Label("số tại một thời điểm", "stock"),
    ("kind", "flow"): Label("số trong kỳ", "flow"),
    ("kind", "mean"): Label("số bình quân", "mean"),
    ("kind", "ratio"): Label("tỷ lệ", "ratio"),
    ("topic", "statistic"): Label("thống kê", "statistic"),
    ("topic", "support"): Label("hỗ trợ", "support"),
    ("topic", "budget"): Label("kinh phí", "budget"),
    ("topic", "context"): Label("bối cảnh", "context"),
}
"""What has no code list of its own."""

_PERIODS = {
    END: Label("cuối năm", "end of the year"),
    MIDDLE: Label("giữa năm", "middle of the year"),
    YEAR: Label("cả năm", "the year"),
    FIRST_HALF: Label("nửa đầu năm", "first half of the year"),
    SECOND_HALF: Label("nửa cuối năm", "second half of the year"),
}

_SOURCES = {
    "arithmetic": "số học",
    "arithmetic; a revised estimate contradicts nothing": "số học; ước tính được sửa lại không mâu "
    "thuẫn với số nào",
    "arithmetic, if the counts are those of the year; they are of a day in it": "số học, nếu số "
    "đếm là của cả năm; đây là số của một ngày trong năm",
    "a value is not compared with itself; the year before is meant": "không ai so một số với chính "
    "nó; ý nói năm trước",
    "a plan that asks for less than there already is was probably misprinted or misread": "kế "
    "hoạch thấp hơn mức đã có thì có lẽ in hoặc đọc nhầm",
    "the two groups differ only by those with a degree above university, who are few": "hai nhóm "
    "chỉ khác nhau ở người có trình độ trên đại học, rất ít",
    "experience: a larger step is rarely real, and often a slip of a digit or a scale": "kinh "
    "nghiệm: bước nhảy lớn hơn ít khi có thật, thường do nhầm chữ số hoặc đơn vị",
    "Law on Cooperatives 23/2012/QH13, article 3": "Luật Hợp tác xã 23/2012/QH13, Điều 3",
    "Law on Cooperatives 23/2012/QH13, article 3.1": "Luật Hợp tác xã 23/2012/QH13, khoản 1 Điều 3",
    "Law on Cooperatives 23/2012/QH13, article 3.2": "Luật Hợp tác xã 23/2012/QH13, khoản 2 Điều 3",
    "Decree 77/2019/NĐ-CP, article 3.1": "Nghị định 77/2019/NĐ-CP, khoản 1 Điều 3",
    "Circular 04/2015/TT-NHNN on people's credit funds": "Thông tư 04/2015/TT-NHNN về quỹ tín dụng "
    "nhân dân",
}
"""The sources of the rules in Vietnamese; a rule names its source in English only."""

_SIGNS = {Compare.EQUAL: "=", Compare.AT_MOST: "≤", Compare.AT_LEAST: "≥"}
_ANY_LAG = 10**6
"""Stands for each of several lags where equations are told in one line."""
_ANY_CODE = "X"
_TOTALS = {"_T", "_Z", ""}


def document(topics: Mapping[str, Sequence[Rule]], no_rules: Sequence[NoRule]) -> dict[str, Any]:
    """The catalogue for programs: codes as they are, words in both languages."""
    return {
        "rules": [
            {
                "name": rule.name,
                "topic": topic,
                "title": rule.title.document(),
                "relation": rule.relation,
                "severity": rule.severity.value,
                "source": rule.source,
                "since": rule.since.isoformat() if rule.since else None,
                "until": rule.until.isoformat() if rule.until else None,
                "takes_implied": rule.takes_implied,
                "applies_to": {name: sorted(codes) for name, codes in rule.applies_to.items()},
                "equations": {"vi": equations(rule, "vi"), "en": equations(rule, "en")},
                "help": rule.help.document(),
            }
            for topic, listed in topics.items()
            for rule in listed
        ],
        "no_rules": [
            {
                "name": entry.name,
                "because": entry.because.document(),
                "columns": list(entry.columns),
            }
            for entry in no_rules
        ],
    }


def topic_title(topic: str) -> Label:
    """What a topic of the catalogue is called."""
    return _TOPICS.get(topic, Label(topic, topic))


def source(rule: Rule, language: Language) -> str:
    """What makes a rule true."""
    return _SOURCES.get(rule.source, rule.source) if language == "vi" else rule.source


def word(dimension: str, code: str) -> Label:
    """What a code is called in the dimension that it is used in."""
    if (dimension, code) in _WORDS:
        return _WORDS[dimension, code]
    if dimension == "share_of":
        if code in _DIMENSIONS:
            return _DIMENSIONS[code]
        dimension = "indicator"
    if code and dimension in _LISTS and code in codelists.rows(dimension):
        return codelists.label(dimension, code)
    return Label(code, code)


_LISTS = {"organization", "indicator", "sector", "status", "relation", "unit"}


def applies_to(rule: Rule, language: Language) -> list[str]:
    """Which figures take part: a line for each dimension, with its values in words."""
    return [
        f"{_DIMENSIONS[dimension].text(language)}: "
        f"{'; '.join(word(dimension, code).text(language) for code in sorted(codes))}"
        for dimension, codes in rule.applies_to.items()
    ]


def in_force(rule: Rule, language: Language) -> str:
    """For a rule of law that was not always one: the periods of whose figures it is asked."""
    said = []
    if rule.since is not None:
        word_ = {"vi": "kỳ kết thúc từ", "en": "periods that end on or after"}[language]
        said.append(f"{word_} {rule.since.isoformat()}")
    if rule.until is not None:
        word_ = {"vi": "kỳ kết thúc trước", "en": "periods that end before"}[language]
        said.append(f"{word_} {rule.until.isoformat()}")
    return "; ".join(said)


def equations(rule: Rule, language: Language) -> list[str]:
    """What the rule asks, a line for each equation or family of equations."""
    return list(_lines(rule.equations, language))


def _lines(asked: Statement, language: Language) -> Iterator[str]:
    match asked:
        case tuple(listed):
            yield from (_family(found, language) for found in _families(listed))
        case Tree(dimension):
            yield _TREE.text(language).format(_DIMENSIONS[dimension].text(language))
        case Repeated(across_reports):
            yield (_REPEATED_ACROSS if across_reports else _REPEATED).text(language)
        case Derived():
            yield _DERIVED.text(language)
        case Means():
            yield from _means(asked, language)
        case NamedBase():
            yield _NAMED_BASE.text(language)
        case Documents(question):
            yield _QUESTIONS[question].text(language)


_TREE = Label(
    "mỗi mục = tổng các dòng ngay dưới mục đó ({})",
    "each head = the sum of the lines right below it ({})",
)
_REPEATED = Label(
    "mỗi lần in của một đại lượng = mỗi lần in khác trong cùng báo cáo",
    "each print of a quantity = each other print of it in the same report",
)
_REPEATED_ACROSS = Label(
    "số thực hiện trong một báo cáo = số thực hiện của cùng đại lượng trong báo cáo khác",
    "an actual in one report = the actual of the same quantity in another",
)
_DERIVED = Label(
    "các cách suy ra cùng một đại lượng không loại trừ nhau",
    "the ways in which one quantity is implied do not exclude each other",
)
_NAMED_BASE = Label(
    "năm in sau mức tăng, giảm = năm của giá trị gốc",
    "the year that is printed after a change = the year of the value that it is compared with",
)
_QUESTIONS = {
    "date_exists": Label(
        "ngày được ghi là một ngày có trong lịch", "the date as printed is a day of the calendar"
    ),
    "dates_agree": Label(
        "ngày ghi ở mỗi lần trích dẫn một văn bản = ngày ghi ở các lần khác",
        "the date of each citation of a document = the date of each other citation of it",
    ),
    "phase_within": Label(
        "đầu giai đoạn ≥ đầu chương trình; cuối giai đoạn ≤ cuối chương trình",
        "begin of the phase ≥ begin of its programme; end of the phase ≤ end of its programme",
    ),
    "number_and_date_agree": Label(
        "năm trong số hiệu = năm của ngày được ghi",
        "year in the number = year of the date as printed",
    ),
}


def _means(means: Means, language: Language) -> Iterator[str]:
    vi = language == "vi"
    if vi:
        yield "bình quân chung = Σ (bình quân của lĩnh vực × trọng số của lĩnh vực) / Σ trọng số"
    else:
        yield "headline mean = Σ (mean of the sector × weight of the sector) / Σ weight"
    weights = []
    for indicator, status in means.weights:
        said = word("indicator", indicator).text(language)
        if status not in _TOTALS:
            said += f" ({word('status', status).text(language)})"
        weights.append(said)
    tried = "trọng số, thử lần lượt" if vi else "weights, tried one after the other"
    yield f"{tried}: {'; '.join(weights)}"


@dataclass(frozen=True, slots=True)
class _Family:
    """Equations that differ in one value only: the first with a placeholder, and the values."""

    equation: Equation
    values: tuple[str, ...] = ()
    dimension: str = ""


class _Place(NamedTuple):
    """A value that an equation has in a dimension; a lag has the dimension ``lag``."""

    dimension: str
    value: str


def _families(listed: Sequence[Equation]) -> list[_Family]:
    """The equations in families, the largest that there are, in the order of the rule."""
    alike: dict[object, list[tuple[int, _Place]]] = defaultdict(list)
    for position, equation in enumerate(listed):
        for place in _places(equation):
            alike[place.dimension, _key(_with_placeholder(equation, place))].append(
                (position, place)
            )
    found: dict[int, _Family] = {}
    told: set[int] = set()
    for same in sorted(alike.values(), key=lambda same: -len(same)):
        left = [(position, place) for position, place in same if position not in told]
        if len(left) > 1:
            first, place = left[0]
            values = tuple(place.value for _, place in left)
            equation = _with_placeholder(listed[first], place)
            found[first] = _Family(equation, values, place.dimension)
            told |= {position for position, _ in left}
    for position, equation in enumerate(listed):
        if position not in told:
            found[position] = _Family(equation)
    return [found[position] for position in sorted(found)]


def _places(equation: Equation) -> list[_Place]:
    places: dict[_Place, None] = {}
    for term in equation.terms:
        for name in ("indicator", "sector", "status"):
            wanted = term.fixes.get(name)
            if isinstance(wanted, str):
                places[_Place(name, wanted)] = None
        for wanted in term.fixes.values():
            if isinstance(wanted, At) and wanted.lag > 0:
                places[_Place("lag", str(wanted.lag))] = None
    return list(places)


def _with_placeholder(equation: Equation, place: _Place) -> Equation:
    def generalised(term: Term) -> Term:
        fixes: dict[str, str | At] = {}
        for name, wanted in term.fixes.items():
            if isinstance(wanted, At):
                is_meant = place.dimension == "lag" and str(wanted.lag) == place.value
                fixes[name] = At(wanted.form, _ANY_LAG) if is_meant else wanted
            else:
                is_meant = place == _Place(name, wanted)
                fixes[name] = _ANY_CODE if is_meant else wanted
        return replace(term, fixes=fixes)

    whole = equation.whole
    return replace(
        equation,
        whole=generalised(whole) if isinstance(whole, Term) else whole,
        parts=tuple(generalised(part) for part in equation.parts),
    )


def _key(equation: Equation) -> object:
    terms = tuple(
        (term.factor, tuple(sorted(term.fixes.items(), key=_name))) for term in equation.terms
    )
    constant = equation.whole if isinstance(equation.whole, Fraction) else None
    return constant, terms, equation.form, equation.compare, equation.band, equation.plus


def _name(item: tuple[str, object]) -> str:
    return item[0]


def _family(family: _Family, language: Language) -> str:
    said = equation_text(family.equation, language)
    if not family.values:
        return said
    where = {"vi": "trong đó", "en": "where"}[language]
    is_ = {"vi": "là", "en": "is"}[language]
    if family.dimension == "lag":
        return f"{said}, {where} n {is_}: {', '.join(family.values)}"
    values = (word(family.dimension, value).text(language) for value in family.values)
    return f"{said}, {where} {_ANY_CODE} {is_}: {'; '.join(values)}"


def equation_text(equation: Equation, language: Language) -> str:
    """One equation: its cells by the dimensions in which they differ."""
    shown = [_term(term, equation, language) for term in equation.terms]
    if isinstance(equation.whole, Fraction):
        whole, parts = number(equation.whole), shown
    else:
        whole, *parts = shown
    right = _right_side(equation, parts, language)
    sign = "∈" if equation.band or equation.plus else _SIGNS[equation.compare]
    return f"{whole} {sign} {right}"


def _right_side(equation: Equation, parts: Sequence[str], language: Language) -> str:
    match equation.form:
        case Form.PERCENT | Form.PERCENT_CHANGE:
            less = " − 100" if equation.form is Form.PERCENT_CHANGE else ""
            return f"100 × {parts[0]} / {parts[1]}{less}"
        case Form.MEAN:
            pairs = zip(parts[::2], parts[1::2], strict=True)
            total = " + ".join(parts[1::2])
            return f"({' + '.join(f'{value} × {weight}' for value, weight in pairs)}) / ({total})"
        case Form.SAME:
            return " = ".join(parts)
        case Form.SUM:
            said = _signed(equation, parts)
    if equation.plus is not None:
        between = _between(equation.plus, language)
        return f"{said} + {between}" if said else between
    if equation.band is not None:
        low, high = equation.band
        return f"[{low} … {high}] × {said if len(parts) == 1 else f'({said})'}"
    return said


def _signed(equation: Equation, parts: Sequence[str]) -> str:
    said = ""
    for part, text in zip(equation.parts, parts, strict=True):
        times = "" if abs(part.factor) == 1 else f"{abs(part.factor)} × "
        sign = "−" if part.factor < 0 else "+"
        said += f" {sign} {times}{text}" if said or part.factor < 0 else f"{times}{text}"
    return said.strip()


def _between(values: Interval, language: Language) -> str:
    open_end = {"vi": "không giới hạn", "en": "no limit"}[language]
    low, high = (open_end if end is None else number(end) for end in (values.low, values.high))
    return f"[{low} … {high}]"


def _term(term: Term, equation: Equation, language: Language) -> str:
    """A cell: what it is of first, and in brackets what else tells it from the others."""
    words = list(_words(term, equation, language))
    if not words or not _has_head(term, equation):
        words.insert(0, word("relation", "value").text(language))
    head, *others = words
    return f"{head} ({', '.join(others)})" if others else head


def _has_head(term: Term, equation: Equation) -> bool:
    """Whether what is fixed already says what the cell is of, and not only when or of whom."""
    if "indicator" in term.fixes or term.fixes.get("relation", "value") != "value":
        return True
    is_breakdown = not {"sector", "status"}.isdisjoint(_differing(equation))
    return is_breakdown and equation.form is Form.SUM and "relation" not in term.fixes


def _differing(equation: Equation) -> set[str]:
    """The dimensions in which the cells of an equation differ."""
    names = {name for term in equation.terms for name in term.fixes}
    if len(equation.terms) == 1:
        return names
    return {name for name in names if len({term.fixes.get(name) for term in equation.terms}) > 1}


def _words(term: Term, equation: Equation, language: Language) -> Iterator[str]:
    differing = _differing(equation)
    fixes = term.fixes
    for name in ("indicator", "relation", "sector", "status", "organization", "side", "entity"):
        code = fixes.get(name)
        if isinstance(code, str) and _is_worth_telling(name, code, differing, equation):
            yield word(name, code).text(language)
    period, base = fixes.get("period"), fixes.get("base_period")
    if isinstance(period, At) and ("period" in differing or isinstance(base, At)):
        yield period_text(period, language)
    if isinstance(base, At):
        against = {"vi": "so với", "en": "against"}[language]
        yield f"{against} {period_text(base, language)}"
    unit = fixes.get("unit")
    if isinstance(unit, str) and _unit_tells(fixes, unit, differing):
        yield word("unit", unit).text(language)


def _is_worth_telling(name: str, code: str, differing: set[str], equation: Equation) -> bool:
    """Whether a code tells the cell from the others, or says what all of them are of."""
    if name == "indicator" or code == _ANY_CODE:
        return True
    if name == "relation":
        return code != "value"
    others = {str(term.fixes.get(name, code)) for term in equation.terms}
    if name == "side" and code == "observed":
        return others != {code}
    if code == "_T":
        return bool(others - _TOTALS)
    return code not in _TOTALS and name in differing


def _unit_tells(fixes: Mapping[str, str | At], unit: str, differing: set[str]) -> bool:
    """Whether the unit says something that the other words do not."""
    if fixes.get("relation") in {"share", "attainment"} or unit not in codelists.rows("unit"):
        return False
    return "unit" in differing and codelists.rows("unit")[unit]["family"] != "count"


def period_text(at: At, language: Language) -> str:
    """A period by its position to the year of the group."""
    said = _PERIODS.get(at.form, Label(at.form, at.form)).text(language)
    if at.lag == 0:
        return said
    if at.lag == 1:
        return f"{said} {'trước' if language == 'vi' else 'before'}"
    lag = "n" if at.lag == _ANY_LAG else str(abs(at.lag))
    if at.lag < 0:
        return f"{said}, {lag} {'năm sau' if language == 'vi' else 'years after'}"
    return f"{said}, {lag} {'năm trước' if language == 'vi' else 'years before'}"
