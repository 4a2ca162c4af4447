"""Figures of Vietnamese cooperatives, read exactly, checked against each other and published.

Importing the package costs next to nothing: pandas, pandera and Dagster are imported by the
modules that need them.
"""

from htx_pipeline.__about__ import __version__

__all__ = ["__version__"]
