"""Planted slips: how many of them do the rules catch, and do they name the figure that is wrong?

Each printed figure of the corpus that takes part in a rule is misprinted, one slip of one figure at
a time, read as any print is read, and confronted with every rule. Nothing here is random, and
nothing decides anything: this measures. ``python benchmarks/mutations.py`` prints the tables of
``docs/benchmarks.md``.
"""  # noqa: INP001 (a script, not a package)

from __future__ import annotations

import os
import re
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache, cached_property, partial
from itertools import pairwise
from multiprocessing import Pool
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from htx_pipeline import codelists
from htx_pipeline.figures import read_corpus
from htx_pipeline.figures.arrangement import ranges
from htx_pipeline.figures.meaning import interval_of, value_of
from htx_pipeline.figures.numerals import DECIMAL, GROUP, NUMERAL, NumeralError, read_numeral
from htx_pipeline.model import Outcome, Severity
from htx_pipeline.rules import Evaluation, confront_all, find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from htx_pipeline.figures.files import Row
    from htx_pipeline.rules import Accused, AnyEvaluation, Finding

RAW = Path(__file__).parents[1] / "data" / "raw"
SLOW = 2.0
"""A localisation that takes longer, in seconds, is told."""


class Kind(StrEnum):
    """How a print can go wrong. A print that several ways lead to counts as the first of them."""

    CHANGED = "digit changed"
    DROPPED = "digit dropped"
    DOUBLED = "digit doubled"
    SWAPPED = "two neighbours swapped"
    REGROUPED = "dropped or doubled, grouped anew"
    TIMES_1000 = "times 1,000"
    OVER_1000 = "divided by 1,000"
    NEIGHBOUR = "the next figure's value"


@dataclass(frozen=True, slots=True)
class Slip:
    """One figure with another print than it has."""

    figure_id: str
    kind: Kind
    printed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of one slip.

    ``refused`` is the code of the problem for which the reading refuses it. ``is_caught`` says
    whether it takes part in a contradiction of severity error whose id is not known, ``is_noticed``
    likewise with notices. It is ``new`` where the same rule did not fail on the same figures
    before: who is suspected, and who is named as wrong, is asked of these alone. ``smallest`` is
    how many figures the smallest explanation has, 0 where it was given up; ``is_alone`` whether no
    known contradiction is explained together with the new ones.
    """

    slip: Slip
    refused: str = ""
    is_caught: bool = False
    is_noticed: bool = False
    is_new: bool = False
    is_suspected: bool = False
    is_first: bool = False
    is_named: bool = False
    names_another: bool = False
    smallest: int = 0
    is_alone: bool = True
    solves: bool = False
    seconds: float = 0.0
    trouble: str = ""


@dataclass(frozen=True)
class Bench:
    """The corpus as it is: its rows, and what contradicts itself in it without any slip."""

    rows: tuple[Mapping[str, Any], ...]
    lines: Mapping[str, Row]
    of_report: Mapping[str, tuple[Row, ...]]
    evaluations: tuple[AnyEvaluation, ...] = field(repr=False)
    findings: tuple[Finding, ...] = field(repr=False)

    @cached_property
    def by_id(self) -> Mapping[str, Mapping[str, Any]]:
        """The rows by figure."""
        return {row["figure_id"]: row for row in self.rows}

    @cached_property
    def known(self) -> frozenset[str]:
        """The ids of the contradictions that are there without any slip."""
        return frozenset(f.id for f in self.findings if f.is_contradiction)

    @cached_property
    def failing(self) -> frozenset[object]:
        """The rules that fail without any slip, each with the figures it fails on."""
        return frozenset(_key(f.evaluation) for f in self.findings if f.is_contradiction)

    @cached_property
    def conflicts(self) -> frozenset[frozenset[str]]:
        """Figures that exclude each other without any slip."""
        return frozenset(c for f in self.findings if f.puzzle for c in f.puzzle.conflicts)

    @cached_property
    def takes_part(self) -> Mapping[str, tuple[Evaluation, ...]]:
        """By figure the evaluations that it takes part in."""
        found: dict[str, list[Evaluation]] = defaultdict(list)
        for e in self.evaluations:
            if isinstance(e, Evaluation):
                for figure_id in {i for operand in e.operands for i in operand.figure_ids}:
                    found[figure_id].append(e)
        return {figure_id: tuple(here) for figure_id, here in found.items()}

    def decided(self, figure_id: str) -> list[Evaluation]:
        """The evaluations that a figure takes part in, lack nothing, and may stop a merge."""
        return [
            e
            for e in self.takes_part[figure_id]
            if e.outcome is not Outcome.UNVERIFIABLE and e.rule.severity is not Severity.NOTICE
        ]

    @cached_property
    def slips(self) -> tuple[Slip, ...]:
        """Every slip of every figure that takes part in a rule, in the order of the text."""
        found: list[Slip] = []
        for row in self.rows:
            figure_id = row["figure_id"]
            if figure_id not in self.takes_part:
                continue
            seen = {row["printed"]}
            for kind, printed in slips_of(row["printed"], self._neighbour(row)):
                same = self.read(figure_id, printed)
                if printed in seen or (isinstance(same, dict) and same["value"] == row["value"]):
                    continue
                seen.add(printed)
                found.append(Slip(figure_id, kind, printed))
        return tuple(found)

    def _neighbour(self, row: Mapping[str, Any]) -> str | None:
        """The print of the report's next figure of the same unit; of the last one, the one before.

        ``None`` if there is no other.
        """
        alike = [o for o in self.rows if all(o[n] == row[n] for n in ("report_id", "unit"))]
        here = alike.index(row)
        beside = alike[here + 1 :] or alike[:here][-1:]
        return str(beside[0]["printed"]) if beside else None

    def read(self, figure_id: str, printed: str) -> Mapping[str, Any] | str:
        """A figure's row with another print, or the code of the problem that reading has with it.

        Offsets stay as they are: the slip is one of the document, not of who copied it.
        """
        row, line = self.by_id[figure_id], self.lines[figure_id]
        if row["corrected"]:
            return row if printed == row["printed"] else "stale-correction"
        try:
            numeral = read_numeral(printed)
        except NumeralError as failure:
            return failure.code
        if numeral.decimals and codelists.rows("unit")[row["unit"]]["family"] == "count":
            return "count-with-decimals"
        slipped = replace(line, cells=line.cells | {"printed": printed})
        lines = (slipped if one is line else one for one in self.of_report[row["report_id"]])
        problem = next(ranges(tuple(lines)), None)
        if problem is not None:
            return problem.code
        direction = row["direction"]
        told = interval_of(
            numeral, qualifier=row["qualifier"], unit=row["unit"], direction=direction
        )
        low, high = (told.low, told.high) if told else (None, None)
        return {
            **row,
            "printed": printed,
            "value": float(value_of(numeral, direction)),
            "decimals": numeral.decimals,
            "value_low": None if low is None else float(low),
            "value_high": None if high is None else float(high),
        }


@cache
def bench_of(raw: Path = RAW) -> Bench:
    """The corpus of a raw folder, read and confronted once in a process."""
    corpus = read_corpus(raw)
    evaluations = confront_all(corpus.rows).evaluations
    return Bench(
        rows=corpus.rows,
        lines={
            f"{one.report.id}:{row['start']}": row for one in corpus.reports for row in one.figures
        },
        of_report={one.report.id: one.figures for one in corpus.reports},
        evaluations=evaluations,
        findings=find(evaluations).findings,
    )


def slips_of(printed: str, neighbour: str | None = None) -> Iterator[tuple[Kind, str]]:
    """The prints that a slip makes of one, kind by kind; some more than once.

    Separators stay where they stood, as they do when a key is hit wrongly. Where that leaves a
    group of thousands of another length than three, the same number grouped anew is planted, too:
    reading does not stop that one.
    """
    at = [index for index, character in enumerate(printed) if character.isdigit()]
    for index in at:
        for step in (1, 5):
            digit = str((int(printed[index]) + step) % 10)
            yield Kind.CHANGED, printed[:index] + digit + printed[index + 1 :]
    dropped = [printed[:index] + printed[index + 1 :] for index in at]
    dropped = [one for one in dropped if NUMERAL.fullmatch(one)]
    doubled = [printed[:index] + printed[index] + printed[index:] for index in at]
    yield from ((Kind.DROPPED, one) for one in dropped)
    yield from ((Kind.DOUBLED, one) for one in doubled)
    for index, following in pairwise(at):
        swapped = list(printed)
        swapped[index], swapped[following] = swapped[following], swapped[index]
        yield Kind.SWAPPED, "".join(swapped)
    if GROUP in printed:
        yield from ((Kind.REGROUPED, _grouped(one)) for one in (*dropped, *doubled))
    yield from _by_1000(printed)
    if neighbour is not None:
        yield Kind.NEIGHBOUR, neighbour


def _grouped(printed: str) -> str:
    """A numeral with its thousands grouped by three."""
    whole, comma, fraction = printed.partition(DECIMAL)
    bare = whole.replace(GROUP, "").lstrip("0") or "0"
    return re.sub(r"(?<=\d)(?=(?:\d{3})+$)", GROUP, bare) + comma + fraction


def _by_1000(printed: str) -> Iterator[tuple[Kind, str]]:
    """A thousand times the number and a thousandth of it, as they would be printed."""
    whole, _, fraction = printed.replace(GROUP, "").partition(DECIMAL)
    more = whole + fraction[:3].ljust(3, "0")
    yield Kind.TIMES_1000, _grouped(more + (DECIMAL + fraction[3:] if fraction[3:] else ""))
    padded = whole.rjust(4, "0")
    less = (padded[-3:] + fraction).rstrip("0")
    yield Kind.OVER_1000, _grouped(padded[:-3] + (DECIMAL + less if less else ""))


def judged(slip: Slip, raw: Path = RAW) -> Verdict:
    """What reading and rules say of the corpus with one slip in it."""
    bench = bench_of(raw)
    read = bench.read(slip.figure_id, slip.printed)
    if isinstance(read, str):
        return Verdict(slip=slip, refused=read)
    rows = [read if row["figure_id"] == slip.figure_id else row for row in bench.rows]
    try:
        return _confronted(slip, bench, rows)
    except Exception as failure:  # noqa: BLE001 (whatever breaks is what is looked for)
        return Verdict(slip=slip, trouble=repr(failure))


def _confronted(slip: Slip, bench: Bench, rows: Iterable[Mapping[str, Any]]) -> Verdict:
    evaluations = confront_all(rows).evaluations
    failing = {_key(e) for e in evaluations if e.outcome is Outcome.FAIL}
    broken = [e.rule.name for e in evaluations if e.outcome is Outcome.ERROR]
    begun = time.perf_counter()
    # without a contradiction of its own there is none that is not known already
    is_mine = any(slip.figure_id in figure_ids for _, figure_ids in failing)
    findings = find(evaluations).findings if is_mine else ()
    seconds = time.perf_counter() - begun
    caught = [
        f
        for f in findings
        if f.is_contradiction
        and isinstance(f.evaluation, Evaluation)
        and slip.figure_id in _ids(f.evaluation)
        and f.id not in bench.known
    ]
    for finding in caught:
        _ = finding.message  # has to be told, too
    errors = [f for f in caught if f.severity is not Severity.NOTICE]
    new = [f for f in errors if _key(f.evaluation) not in bench.failing]
    puzzles = {id(f.puzzle): f.puzzle for f in new if f.puzzle is not None}.values()
    named = [_accused(f.convicted) for f in new]
    verdict = Verdict(
        slip=slip,
        is_caught=bool(errors),
        is_noticed=bool(caught),
        is_new=bool(new),
        is_suspected=any(slip.figure_id in _accused(f.suspects) for f in new),
        is_first=any(slip.figure_id in _accused(f.suspects[:1]) for f in new),
        is_named=any(slip.figure_id in ids for ids in named),
        names_another=any(named) and not any(slip.figure_id in ids for ids in named),
        smallest=min((len(one) for p in puzzles for one in p.explanations), default=0),
        is_alone=not any(c in bench.conflicts for p in puzzles for c in p.conflicts),
        solves=not bench.failing <= failing,
        seconds=seconds,
    )
    return replace(verdict, trouble=_trouble(verdict, broken))


def _trouble(verdict: Verdict, broken: Sequence[str]) -> str:
    """What an engine without faults would not do; empty if it did nothing of the kind."""
    if broken:
        return f"broken rules: {', '.join(broken)}"
    if verdict.seconds > SLOW:
        return f"localisation took {verdict.seconds:.1f} s"
    if verdict.is_new and verdict.is_alone and not verdict.is_suspected:
        return "explains everything, and is not suspected"
    return ""


def _accused(found: Iterable[Accused]) -> frozenset[str]:
    return frozenset(i for accused in found for i in accused.figure.figure_ids)


def _key(evaluation: AnyEvaluation) -> tuple[str, frozenset[str]]:
    return evaluation.rule.name, _ids(evaluation)


def _ids(evaluation: AnyEvaluation) -> frozenset[str]:
    return frozenset(i for operand in evaluation.operands for i in operand.figure_ids)


COLUMNS: Mapping[str, Callable[[Verdict], bool]] = {
    "planted": lambda _: True,
    "refused by reading": lambda v: bool(v.refused),
    "caught by error rules": lambda v: v.is_caught,
    "or notices": lambda v: v.is_noticed,
    "new contradiction": lambda v: v.is_new,
    "suspected": lambda v: v.is_suspected,
    "first suspect": lambda v: v.is_first,
    "named": lambda v: v.is_named,
    "another named": lambda v: v.names_another,
}


def table(groups: Mapping[str, Sequence[Verdict]], title: str) -> Iterator[str]:
    """A Markdown table with a line for each group and one for all."""
    yield f"| {title} | {' | '.join(COLUMNS)} |"
    yield f"|---|{'---:|' * len(COLUMNS)}"
    everything = [verdict for group in groups.values() for verdict in group]
    for name, group in [*groups.items(), ("all", everything)]:
        counts = [sum(map(column, group)) for column in COLUMNS.values()]
        yield f"| {name} | {' | '.join(map(str, counts))} |"


ORDER = ("linear", "agree", "ratio", "difference", "mean", "bound", "range", "jump")


def hold(bench: Bench, figure_id: str) -> str:
    """The strictest relation that a figure takes part in and that can be decided."""
    relations = {e.rule.relation for e in bench.decided(figure_id)}
    return next((relation for relation in ORDER if relation in relations), "none that is decided")


def uncaught(bench: Bench, verdicts: Sequence[Verdict]) -> Iterator[str]:
    """A Markdown table of the figures of which no slip is caught by a rule of severity error."""
    planted: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        if not verdict.refused:
            planted[verdict.slip.figure_id].append(verdict)
    groups: dict[str, list[str]] = defaultdict(list)
    for figure_id, slips in planted.items():
        if not any(v.is_caught for v in slips):
            row = bench.by_id[figure_id]
            what = row["role"] if row["relation"] == "value" else row["relation"]
            groups[_held_by(bench, figure_id)].append(f"{row['indicator']} ({what})")
    yield "| decided rules of severity error | figures | which |"
    yield "|---|---:|---|"
    for rules, which in sorted(groups.items()):
        yield f"| {rules} | {len(which)} | {_counted(which)} |"


def _held_by(bench: Bench, figure_id: str) -> str:
    return ", ".join(sorted({e.rule.name for e in bench.decided(figure_id)})) or "none"


def without_rule(bench: Bench) -> str:
    """How many figures take part in no rule, by the topic of their indicator."""
    topics = (
        codelists.rows("indicator")[row["indicator"]]["topic"]
        for row in bench.rows
        if row["figure_id"] not in bench.takes_part
    )
    return _counted(topics)


@click.command()
@click.option("--every", default=1, show_default=True, help="Plant each N-th slip only.")
@click.option("--jobs", default=os.cpu_count() or 1, show_default=True, help="Processes.")
def main(every: int, jobs: int) -> None:
    """Plant slips into data/raw, one at a time, and print what became of them."""
    begun = time.perf_counter()
    bench = bench_of()
    slips = bench.slips[::every]
    with Pool(jobs) as pool:
        verdicts = list(pool.imap(partial(judged, raw=RAW), slips, chunksize=16))
    for line in told(bench, verdicts):
        click.echo(line)
    click.echo(f"\n{time.perf_counter() - begun:.0f} s with {jobs} processes.")


def told(bench: Bench, verdicts: Sequence[Verdict]) -> Iterator[str]:
    """All tables of the measurement, in Markdown."""
    figures = {v.slip.figure_id for v in verdicts}
    yield f"{len(bench.rows)} figures, {len(bench.takes_part)} under a rule."
    yield f"\nUnder no rule, by topic: {without_rule(bench)}."
    yield f"\n{len(verdicts)} slips of {len(figures)} figures:\n"
    yield from table(_by(verdicts, lambda v: v.slip.kind.value, list(Kind)), "slip")
    yield ""
    yield from table(_by(verdicts, lambda v: hold(bench, v.slip.figure_id), ORDER), "held by")
    yield ""
    known = frozenset().union(*bench.conflicts)
    either = ("in no known contradiction", "in a known one")
    split = _by(verdicts, lambda v: either[v.slip.figure_id in known], either)
    yield from table(split, "figure")
    new = [v for v in verdicts if v.is_new]
    for alone, which in ((True, "on their own"), (False, "together with known contradictions")):
        sizes = (str(v.smallest or "given up") for v in new if v.is_alone is alone)
        yield f"\nFigures in the smallest explanation, {which}: {_counted(sizes)}."
    yield f"\nRefused by reading: {_counted(v.refused for v in verdicts if v.refused)}."
    yield f"\nSlips that make a known contradiction vanish: {sum(v.solves for v in verdicts)}."
    slowest = sorted((v.seconds for v in new), reverse=True)
    if slowest:
        middle = slowest[len(slowest) // 2]
        yield f"\nLocalisation: median {middle:.2f} s, longest {slowest[0]:.2f} s."
    yield "\nFigures of which no slip is caught by a rule of severity error:\n"
    yield from uncaught(bench, verdicts)
    troubles = [v for v in verdicts if v.trouble]
    yield f"\nFaults of the engine: {len(troubles)}."
    yield from (f"- {v.slip.figure_id} as {v.slip.printed}: {v.trouble}" for v in troubles)


def _by(
    verdicts: Iterable[Verdict], name: Callable[[Verdict], str], order: Iterable[str]
) -> dict[str, list[Verdict]]:
    found: dict[str, list[Verdict]] = {one: [] for one in order}
    for verdict in verdicts:
        found.setdefault(name(verdict), []).append(verdict)
    return {one: group for one, group in found.items() if group}


def _counted(names: Iterable[str]) -> str:
    counts = Counter(names)
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"


if __name__ == "__main__":
    main()
