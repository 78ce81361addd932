//! Which parameters a signature covers.

/// The parameter that carries the signature.
pub(crate) const SIGNATURE: &str = "signature";

/// The parameter that the browser library sets after signing.
pub(crate) const FRAME_MODE: &str = "frame_mode";

/// Whether a parameter of this name is part of what is signed.
///
/// Left out are the signature itself, `frame_mode`, and names beginning with `_`: the platform's
/// browser library and plugins add those after signing (`_referrer`, `_plugin_version`), and one of
/// its signers skips them by rule.
pub(crate) fn is_signed(name: &str) -> bool {
    name != SIGNATURE && name != FRAME_MODE && !name.starts_with('_')
}
