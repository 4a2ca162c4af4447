"""The core as Dagster sees it: assets, checks and a job. What is decided is decided elsewhere."""
