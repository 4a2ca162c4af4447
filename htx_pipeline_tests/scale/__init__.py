"""Tables of any size, in every engine and on a cluster."""
