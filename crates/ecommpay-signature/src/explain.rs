//! What was signed, line by line, and which other reading would have matched.
