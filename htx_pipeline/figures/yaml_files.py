"""YAML files of the raw folder: what a model says, each value at its place.

Keys may not repeat, aliases are refused, dates must exist; every problem has a line and a column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from htx_pipeline.figures.files import RawFile, read_text
from htx_pipeline.figures.reports import ExpectedError
from htx_pipeline.model import Label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic_core import ErrorDetails

    from htx_pipeline.errors import Problem

Model = TypeVar("Model", bound=BaseModel)

_EXPECTED = {
    "missing": Label(vi="có khóa này", en="this key"),
    "extra_forbidden": Label(vi="khóa này không được dùng", en="no such key"),
    "string_type": Label(vi="chuỗi chữ, có thể cần ngoặc kép", en="text, if need be quoted"),
    "int_type": Label(vi="một số nguyên", en="a whole number"),
    "date_type": Label(vi="một ngày, như 2021-12-31", en="a day, such as 2021-12-31"),
    "list_type": Label(vi="một danh sách", en="a list"),
    "dict_type": Label(vi="một bảng khóa và giá trị", en="keys and values"),
    "model_type": Label(vi="một bảng khóa và giá trị", en="keys and values"),
    "model_attributes_type": Label(vi="một bảng khóa và giá trị", en="keys and values"),
    "literal_error": Label(vi="một trong các giá trị {expected}", en="one of {expected}"),
    "string_pattern_mismatch": Label(vi="chuỗi đúng mẫu {pattern}", en="text like {pattern}"),
    "string_too_short": Label(vi="chuỗi không rỗng", en="text that is not empty"),
    "too_short": Label(vi="danh sách không rỗng", en="a list that is not empty"),
    "greater_than": Label(vi="số lớn hơn {gt}", en="more than {gt}"),
    "greater_than_equal": Label(vi="số không nhỏ hơn {ge}", en="at least {ge}"),
    "less_than": Label(vi="số nhỏ hơn {lt}", en="less than {lt}"),
}
"""What pydantic expects, by its kind of error; it speaks English only, and not to editors."""


def read_yaml(file: RawFile, model: type[Model], problems: list[Problem]) -> Model | None:
    """What ``file`` holds, if it is what ``model`` says; else ``None`` and problems."""
    text = read_text(file, problems)
    if text is None:
        return None
    before = len(problems)
    try:
        problems.extend(_aliases(file, text))
        root = None if len(problems) > before else yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as failure:
        problems.append(_broken(file, text, failure))
        return None
    if root is not None:
        problems.extend(_node_problems(file, root))
    if len(problems) > before:
        return None
    data = yaml.SafeLoader("").construct_document(root) if root is not None else None
    try:
        return model.model_validate(data, strict=True)
    except ValidationError as failure:
        for error in failure.errors():
            node = _node_at(root, error["loc"]) if root is not None else None
            problems.append(
                file.problem(
                    "wrong-value",
                    found=_found(error),
                    expected=_expected(error),
                    remedy=Label(
                        vi="Hãy sửa giá trị này (xem docs/reading.md).",
                        en="Mend this value (see docs/reading.md).",
                    ),
                    **(_place(node.start_mark) if node is not None else {}),
                )
            )
        return None


def place_in_yaml(file: RawFile, path: Sequence[Any]) -> dict[str, int]:
    """Line and column of the value at ``path`` in a file that ``read_yaml`` has read."""
    root = yaml.compose(file.path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    return {} if root is None else _place(_node_at(root, path).start_mark)


def _aliases(file: RawFile, text: str) -> list[Problem]:
    if "*" not in text:
        return []
    return [
        file.problem(
            "yaml-alias",
            found=Label(vi="một bí danh", en="an alias"),
            expected=Label(vi="giá trị viết đầy đủ", en="the value written out"),
            remedy=Label(vi="Hãy viết lại giá trị.", en="Write the value again."),
            **_place(event.start_mark),
        )
        for event in yaml.parse(text, Loader=yaml.SafeLoader)
        if isinstance(event, yaml.AliasEvent)
    ]


def _place(mark: Any) -> dict[str, int]:
    """Line and column of one of PyYAML's marks, counted from 1."""
    return {"line": mark.line + 1, "column": mark.column + 1}


def _found(error: ErrorDetails) -> Label:
    where = ".".join(str(part) for part in error["loc"])
    if error["type"] == "missing":
        return Label(vi=f"không có khóa {where}", en=f"no key {where}")
    shown = f"{where} = {error['input']!r}"[:120]
    return Label(vi=shown, en=shown)


def _expected(error: ErrorDetails) -> Label:
    about = error.get("ctx", {})
    failure = about.get("error")
    if isinstance(failure, ExpectedError):
        return failure.expected
    known = _EXPECTED.get(error["type"], Label(vi=error["msg"], en=error["msg"]))
    about = {name: str(value).replace("' or '", "', '") for name, value in about.items()}
    return Label(vi=known.vi.format(**about), en=known.en.format(**about))


def _broken(file: RawFile, text: str, failure: Exception) -> Problem:
    mark = failure.problem_mark if isinstance(failure, yaml.MarkedYAMLError) else None
    if mark is not None:
        place = _place(mark)
    else:
        before = text[: getattr(failure, "position", 0)]
        place = {"line": before.count("\n") + 1, "column": len(before) - before.rfind("\n")}
    found = getattr(failure, "problem", None) or getattr(failure, "reason", None)
    return file.problem(
        "broken-yaml",
        found=found or str(failure),
        expected=Label(vi="YAML đúng cú pháp", en="well-formed YAML"),
        remedy=Label(vi="Hãy sửa cú pháp.", en="Mend the syntax."),
        **place,
    )


def _node_problems(file: RawFile, node: yaml.Node) -> Iterator[Problem]:
    """Values that are not what they look like, keys that repeat or are no plain text."""
    if isinstance(node, yaml.ScalarNode):
        try:
            yaml.SafeLoader("").construct_document(node)
        except (yaml.YAMLError, ValueError) as failure:
            why = getattr(failure, "problem", None) or failure
            yield _wrong_node(file, node, f"{node.value!r}: {why}")
    elif node.tag not in _PLAIN_TAGS:
        yield _wrong_node(file, node, f"the tag {node.tag}")
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _node_problems(file, item)
    elif isinstance(node, yaml.MappingNode):
        yield from _key_problems(file, [key for key, _ in node.value])
        for _, value in node.value:
            yield from _node_problems(file, value)


_PLAIN_TAGS = {"tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"}


def _wrong_node(file: RawFile, node: yaml.Node, found: str) -> Problem:
    return file.problem(
        "broken-yaml",
        found=found,
        expected=Label(
            vi="chữ, số, ngày, danh sách hoặc bảng",
            en="plain text, numbers, dates, lists and mappings",
        ),
        remedy=Label(vi="Hãy sửa chỗ này.", en="Mend this place."),
        **_place(node.start_mark),
    )


def _key_problems(file: RawFile, keys: Sequence[yaml.Node]) -> Iterator[Problem]:
    seen: set[str] = set()
    for key in keys:
        if not isinstance(key, yaml.ScalarNode):
            yield _wrong_node(file, key, "a list or a mapping as a key")
        elif key.tag == "tag:yaml.org,2002:merge":
            yield _wrong_node(file, key, "a merge of mappings")
        elif key.value in seen:
            yield file.problem(
                "duplicate-key",
                found=Label(
                    vi=f"khóa {key.value!r} lần thứ hai", en=f"the key {key.value!r} a second time"
                ),
                expected=Label(vi="mỗi khóa một lần", en="each key once"),
                remedy=Label(vi="Hãy bỏ một trong hai.", en="Remove one of the two."),
                **_place(key.start_mark),
            )
        else:
            seen.add(key.value)
            yield from _node_problems(file, key)


def _node_at(node: yaml.Node, path: Sequence[Any]) -> yaml.Node:
    """The node at ``path``, or the innermost one on the way to it."""
    for part in path:
        inner: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            inner = next((value for key, value in node.value if key.value == part), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            inner = node.value[part]
        if inner is None:
            break
        node = inner
    return node
