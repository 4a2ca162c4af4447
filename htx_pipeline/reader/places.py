"""Where the files of a release lie: a folder, an address that fsspec knows, the installed package.

Nothing here looks into a file.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from htx_pipeline.errors import ReleaseError, UsageError
from htx_pipeline.model import Label

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

VARIABLE = "HTX_RELEASE"
"""The environment variable that names the release where a call names none."""

SHIPPED = "curated"
"""The folder of the installed package that holds the release which it ships."""


_LIBRARIES = {
    "http": ("aiohttp", "requests"),
    "https": ("aiohttp", "requests"),
    "s3": ("s3fs",),
}
"""What the kinds of addresses that we name need beside fsspec; it is not installed with us."""


class Place(Protocol):
    """Something that files are read from by their names."""

    def read(self, name: str) -> bytes:
        """The bytes of a file. Raises ``FileNotFoundError``, or another ``OSError``."""

    def __str__(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of this machine, or of the installed package."""

    root: Traversable

    def read(self, name: str) -> bytes:
        """The bytes of a file."""
        return self.root.joinpath(name).read_bytes()

    def __str__(self) -> str:
        return str(self.root)


@dataclass(frozen=True, slots=True)
class Address:
    """An address that fsspec knows: ``file://``, ``https://``, ``s3://``, ``zip://…::…``."""

    address: str
    _open: list[tuple[Any, str]] = field(default_factory=list, init=False, repr=False)

    def read(self, name: str) -> bytes:
        """The bytes of a file."""
        files, root = self._files()
        try:
            found: bytes = files.cat_file(f"{root.rstrip('/')}/{name}" if root else name)
        except OSError:
            raise
        except KeyError as failure:  # what a zip file says of a name that it does not hold
            raise FileNotFoundError(name) from failure
        except Exception as failure:
            raise OSError(f"{type(failure).__name__}: {failure}") from failure
        return found

    def __str__(self) -> str:
        return self.address

    def _files(self) -> tuple[Any, str]:
        if not self._open:
            from fsspec.core import (  # type: ignore[import-untyped]  # noqa: PLC0415
                url_to_fs,
            )

            try:
                self._open.append(url_to_fs(self.address, skip_instance_cache=True))
            except (ImportError, ValueError) as failure:
                what_to_do = self._what_to_install()
                raise UsageError(
                    Label(
                        vi=f"{self.address}: không đọc được địa chỉ này: {failure}{what_to_do.vi}",
                        en=f"{self.address}: this address cannot be read: {failure}{what_to_do.en}",
                    )
                ) from failure
            except OSError:
                raise
            except Exception as failure:
                kind = type(failure).__name__
                raise ReleaseError(
                    Label(
                        vi=f"{self.address}: không mở được: {kind}: {failure}",
                        en=f"{self.address}: cannot be opened: {kind}: {failure}",
                    )
                ) from failure
        return self._open[0]

    def _what_to_install(self) -> Label:
        from importlib.util import find_spec  # noqa: PLC0415 (start-up counts)

        wanted = {
            library
            for one in self.address.split("::")
            for library in _LIBRARIES.get(one.partition("://")[0], ())
            if find_spec(library) is None
        }
        if not wanted:
            return Label(vi="", en="")
        call = f"pip install {' '.join(sorted(wanted))}"
        return Label(vi=f"; hãy chạy: {call}", en=f"; run: {call}")


def place_of(location: str | os.PathLike[str] | None = None) -> Place:
    """Where ``location`` points to; see ``open_release``.

    Raises ``ReleaseError`` if nothing is named and there is no release at hand, ``UsageError`` if
    ``location`` is neither a path nor a text.
    """
    named = location if location is not None else os.environ.get(VARIABLE) or None
    if named is None:
        return Folder(_at_hand())
    if not isinstance(named, str | os.PathLike):
        raise UsageError(
            Label(
                vi=f"{named!r} không chỉ bản phát hành nào; hãy nêu một thư mục hay địa chỉ",
                en=f"{named!r} names no release; name a folder or an address",
            )
        )
    text = os.fspath(named)
    return Address(text) if "://" in text or "::" in text else Folder(Path(text))


def _at_hand() -> Traversable:
    """What the installed package ships, else what the checkout holds."""
    from importlib.resources import files  # noqa: PLC0415 (start-up counts)

    shipped = files("htx_pipeline") / SHIPPED
    if shipped.is_dir():
        return shipped
    data = Path(__file__).parents[2] / "data"
    if (data / "raw").is_dir():
        return data / "curated"
    raise ReleaseError(
        Label(
            vi="không có bản phát hành nào: bản cài đặt này không kèm bản nào; hãy chỉ một thư mục "
            f"hay địa chỉ, hoặc đặt biến môi trường {VARIABLE}",
            en="no release: this installation ships none; name a folder or an address, or set the "
            f"environment variable {VARIABLE}",
        )
    )
