"""What people see in Dagster's UI: of assets, of tables, of checks, of what went wrong.

Nothing is read, built or evaluated here.
"""
