"""The version of the package; nothing else, so that every module may ask for it."""

__version__ = "0.1.0"
