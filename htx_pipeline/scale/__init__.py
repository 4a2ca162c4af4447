"""Tables of figures of any size, in any engine: the same rules, the same findings."""
