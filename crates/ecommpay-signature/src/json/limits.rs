//! How much a reader takes before it refuses.

/// Bounds of one reading, in bytes, levels and values.
///
/// ```
/// use ecommpay_signature::json::Limits;
///
/// let limits = Limits::STRICT.with_bytes(64 * 1024);
/// assert_eq!(limits.bytes(), 65_536);
/// assert_eq!(limits.depth(), 32);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    bytes: usize,
    depth: usize,
    values: usize,
    key_bytes: usize,
    canonical_bytes: usize,
}

impl Limits {
    /// For bodies from outside: 256 KiB, 32 nested containers, 4 096 values, member names of 256
    /// bytes, a canonical string of 1 MiB.
    pub const STRICT: Self = Self {
        bytes: 256 * 1024,
        depth: 32,
        values: 4096,
        key_bytes: 256,
        canonical_bytes: 1024 * 1024,
    };

    /// What the platform's language takes: 511 nested containers, and no bound of practical
    /// meaning on the rest (texts below 4 GiB, a canonical string of 256 MiB).
    ///
    /// A risk for bodies from outside: the canonical string repeats every member name above a
    /// value, so that a small body can cost much time.
    pub const PLATFORM: Self = Self {
        bytes: u32::MAX as usize,
        depth: 511,
        values: usize::MAX,
        key_bytes: usize::MAX,
        canonical_bytes: 256 * 1024 * 1024,
    };

    /// For reading again what has been read under other limits.
    pub(crate) const UNBOUNDED: Self = Self {
        depth: usize::MAX,
        ..Self::PLATFORM
    };

    /// The same limits with texts of at most `bytes` bytes, never 4 GiB or more.
    #[must_use]
    pub const fn with_bytes(mut self, bytes: usize) -> Self {
        self.bytes = if bytes < Self::PLATFORM.bytes {
            bytes
        } else {
            Self::PLATFORM.bytes
        };
        self
    }

    /// The same limits with at most `depth` nested containers, the outermost counted, never more
    /// than the 511 of the platform.
    #[must_use]
    pub const fn with_depth(mut self, depth: usize) -> Self {
        self.depth = if depth < Self::PLATFORM.depth {
            depth
        } else {
            Self::PLATFORM.depth
        };
        self
    }

    /// The same limits with at most `values` values; scalars and empty containers count.
    #[must_use]
    pub const fn with_values(mut self, values: usize) -> Self {
        self.values = values;
        self
    }

    /// The same limits with member names of at most `bytes` bytes after unescaping.
    #[must_use]
    pub const fn with_key_bytes(mut self, bytes: usize) -> Self {
        self.key_bytes = bytes;
        self
    }

    /// The same limits with a canonical string of at most `bytes` bytes, never above 256 MiB.
    #[must_use]
    pub const fn with_canonical_bytes(mut self, bytes: usize) -> Self {
        let most = Self::PLATFORM.canonical_bytes;
        self.canonical_bytes = if bytes < most { bytes } else { most };
        self
    }

    /// Longest text, in bytes.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Deepest nesting, the outermost container counted.
    #[must_use]
    pub const fn depth(&self) -> usize {
        self.depth
    }

    /// Most values; scalars and empty containers count.
    #[must_use]
    pub const fn values(&self) -> usize {
        self.values
    }

    /// Longest member name, in bytes after unescaping.
    #[must_use]
    pub const fn key_bytes(&self) -> usize {
        self.key_bytes
    }

    /// Longest canonical string, in bytes.
    #[must_use]
    pub const fn canonical_bytes(&self) -> usize {
        self.canonical_bytes
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::STRICT
    }
}
