//! Decoded text in; where the policy stands in it, and what its archive's wrapper told, out.
