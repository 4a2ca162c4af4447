"""Reading a release: what ``import htx_pipeline`` offers. Imports nothing heavy."""
