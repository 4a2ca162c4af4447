"""Dagster as a team runs it: ``deploy/`` at work, without its containers."""
