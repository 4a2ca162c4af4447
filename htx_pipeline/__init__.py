"""Figures of Vietnamese cooperatives, read exactly, checked against each other and published.

Importing the package costs next to nothing: pandas, pandera and Dagster are imported by the
modules that need them.
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
