//! Bytes in; text, and the encoding that it was in, out. Knows nothing of what the text is about.
