//! Paths in; the bytes of each document, in a fixed order, out. Does not interpret them.
