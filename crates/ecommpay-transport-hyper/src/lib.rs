//! The transport over hyper 1 and rustls.
