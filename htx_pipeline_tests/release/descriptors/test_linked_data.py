"""``dataset.jsonld``, by rdflib: the triples that catalogues and searches look for."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF, XSD

from htx_pipeline import codelists
from htx_pipeline.curation import CONTRACTS
from htx_pipeline.release.dataset import LICENCES

SCHEMA = Namespace("https://schema.org/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
BASE = "https://example.org/release/"
ROOT = URIRef(BASE)


@pytest.fixture(scope="module")
def graph(described: Any) -> Graph:
    text = (described.folder / "dataset.jsonld").read_text(encoding="utf-8")
    with warnings.catch_warnings():
        # rdflib's own reader of JSON-LD uses a class that rdflib deprecates.
        warnings.filterwarnings("ignore", "ConjunctiveGraph", DeprecationWarning)
        return Graph().parse(data=text, format="json-ld", publicID=BASE)


def test_it_is_one_dataset_in_both_vocabularies(graph: Graph) -> None:
    for kind in (SCHEMA.Dataset, DCAT.Dataset):
        assert list(graph.subjects(RDF.type, kind)) == [ROOT]


def test_words_are_told_in_both_languages(graph: Graph, described: Any) -> None:
    dataset = described.draft.dataset
    for name, label in (("title", dataset.title), ("description", dataset.description)):
        told = {Literal(label.vi, lang="vi"), Literal(label.en, lang="en")}
        assert set(graph.objects(ROOT, DCTERMS[name])) == told
    assert set(graph.objects(ROOT, SCHEMA.description)) == told
    assert set(graph.objects(ROOT, SCHEMA.keywords)) == set(map(Literal, dataset.keywords))


def test_the_licence_is_an_address(graph: Graph, described: Any) -> None:
    licence = URIRef(LICENCES[described.draft.dataset.licence][1])
    assert list(graph.objects(ROOT, SCHEMA.license)) == [licence]
    assert list(graph.objects(ROOT, DCTERMS.license)) == [licence]


def test_each_file_has_size_and_checksum(graph: Graph, described: Any) -> None:
    files = {URIRef(f"{BASE}{one.name}.parquet"): one.name for one in CONTRACTS}
    assert set(graph.objects(ROOT, DCAT.distribution)) == set(files)
    assert set(graph.objects(ROOT, SCHEMA.distribution)) == set(files)
    for file, name in files.items():
        expected = described.draft.files[name]
        size = Literal(str(expected.bytes), datatype=XSD.nonNegativeInteger)
        assert list(graph.objects(file, DCAT.byteSize)) == [size]
        (checksum,) = graph.objects(file, SPDX.checksum)
        assert graph.value(checksum, SPDX.algorithm) == SPDX.checksumAlgorithm_sha256
        digest = Literal(expected.sha256, datatype=XSD.hexBinary)
        assert list(graph.objects(checksum, SPDX.checksumValue)) == [digest]
        assert graph.value(file, SCHEMA.sha256) == Literal(expected.sha256)


def test_what_is_measured_is_told_with_its_unit(graph: Graph, described: Any) -> None:
    told = set()
    for variable in graph.objects(ROOT, SCHEMA.variableMeasured):
        units = {
            one.value for one in graph.objects(variable, SCHEMA.unitText) if one.language == "en"
        }
        told.add((str(graph.value(variable, SCHEMA.propertyID)), *units))
    observed = {(row["indicator"], row["unit"]) for row in described.rows("observations")}
    assert told == {(i, codelists.label("unit", unit).en) for i, unit in observed}


def test_it_says_on_which_reports_it_is_based(graph: Graph, described: Any) -> None:
    reports = {row["report_id"]: row for row in described.rows("reports")}
    based = {
        str(one).rpartition("#report/")[2]: one for one in graph.objects(ROOT, SCHEMA.isBasedOn)
    }
    assert based.keys() == reports.keys()
    assert set(graph.objects(ROOT, DCTERMS.source)) == set(based.values())
    for name, node in based.items():
        is_known = reports[name]["issued_on_precision"] == "day"
        issued = [Literal(reports[name]["issued_on"])] if is_known else []
        assert list(graph.objects(node, SCHEMA.datePublished)) == issued
        described = " ".join(str(one) for one in graph.objects(node, SCHEMA.description))
        assert (str(reports[name]["issued_on"]) in described) is not is_known


def test_place_and_time_are_those_of_the_figures(graph: Graph, described: Any) -> None:
    figures = described.rows("figures")
    places = set(graph.objects(ROOT, SCHEMA.spatialCoverage))
    codes = {str(graph.value(place, SCHEMA.identifier)) for place in places}
    assert codes == {row["area_code"] for row in figures}
    period = graph.value(ROOT, DCTERMS.temporal)
    latest = max(row["as_of"] for row in figures)
    assert graph.value(period, DCAT.endDate) == Literal(latest)
    assert str(graph.value(ROOT, SCHEMA.temporalCoverage)).endswith(f"/{latest.isoformat()}")
