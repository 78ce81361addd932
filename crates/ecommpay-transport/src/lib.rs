//! The narrow trait through which requests leave the program, and doubles for tests.
