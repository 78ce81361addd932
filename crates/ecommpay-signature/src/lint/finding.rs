//! What a finding says: where, why, how grave, and who reads it differently.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Reverse;
use core::fmt;

/// How grave a finding is.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Some SDKs sign the data differently.
    Warning,
    /// The data should not be signed: readings part, or depend on settings and versions.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// The official SDKs beside that of the platform's own language.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sdk {
    /// Python.
    Python,
    /// JavaScript.
    Js,
    /// Go.
    Go,
    /// Java.
    Java,
    /// .NET.
    Net,
}

impl fmt::Display for Sdk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Python => "Python",
            Self::Js => "JavaScript",
            Self::Go => "Go",
            Self::Java => "Java",
            Self::Net => ".NET",
        })
    }
}

const ALL: &[Sdk] = &[Sdk::Python, Sdk::Js, Sdk::Go, Sdk::Java, Sdk::Net];

/// Why something was found.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// A number with a fraction or an exponent.
    Double,
    /// An integer that does not fit 64 bits.
    IntegerBeyond64Bits,
    /// A container at the top level is named `0`: the platform's language drops the name.
    ZeroPrefix,
    /// A container at the top level has the empty name: it vanishes from the path.
    EmptyPrefix,
    /// A scalar at the top level has a name that reads as an integer, beside a container: the
    /// platform's language numbers it anew.
    RenumberedName,
    /// A value whose path is that of a later one; only the later one is signed.
    CollidingPaths,
    /// A name that occurs twice in one object; only the last value is signed.
    DuplicateName,
    /// A member `signature` that is `null`.
    SignatureNull,
    /// A member `signature` that is no text.
    SignatureNotText,
    /// A member `signature` in an element of a list.
    SignatureInList,
    /// A member `signature` in data that is still to be signed.
    SignatureBeforeSigning,
    /// A member `signature` elsewhere than at the top level or in `general`.
    SecondSignature,
    /// A blank in a name; the platform's comparison skips it.
    BlankInName,
    /// Names that the platform's comparison finds equal, so that the place in the document decides.
    TyingNames,
    /// The top level is a list.
    TopLevelList,
    /// An integer whose magnitude is beyond 2^53.
    IntegerBeyond53Bits,
    /// A `null`.
    Null,
    /// A list of 11 elements or more.
    LongList,
    /// Two paths that stand the other way round when bytes are compared.
    ByteOrder,
    /// Two paths that stand the other way round when whole lines are compared.
    LineOrder,
    /// Two paths that stand the other way round when each level is sorted by itself.
    LevelOrder,
    /// Two paths that stand the other way round when UTF-16 units are compared.
    Utf16Order,
    /// A `:` in a name.
    ColonInName,
    /// The name `__proto__`.
    ProtoName,
    /// A `;` or `:` in a value.
    SeparatorInValue,
    /// Two names of which one is the other and `_…`.
    UnderscorePair,
    /// Upper case in a name.
    UpperCaseInName,
    /// A text that reads `true` or `false`.
    BooleanText,
    /// A container below the top level; told once.
    Nested,
}

impl Reason {
    /// How grave it is in data that is to be signed.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self {
            Self::Double
            | Self::IntegerBeyond64Bits
            | Self::ZeroPrefix
            | Self::EmptyPrefix
            | Self::RenumberedName
            | Self::CollidingPaths
            | Self::DuplicateName
            | Self::SignatureNull
            | Self::SignatureNotText
            | Self::SignatureInList
            | Self::SignatureBeforeSigning
            | Self::BlankInName
            | Self::TyingNames
            | Self::TopLevelList => Severity::Error,
            Self::SecondSignature
            | Self::IntegerBeyond53Bits
            | Self::Null
            | Self::LongList
            | Self::ByteOrder
            | Self::LineOrder
            | Self::LevelOrder
            | Self::Utf16Order
            | Self::ColonInName
            | Self::ProtoName => Severity::Warning,
            Self::SeparatorInValue
            | Self::UnderscorePair
            | Self::UpperCaseInName
            | Self::BooleanText
            | Self::Nested => Severity::Note,
        }
    }

    /// The SDKs that sign or check such data in another way than the platform's language does, as
    /// far as is known.
    #[must_use]
    pub fn sdks(self) -> &'static [Sdk] {
        match self {
            Self::Double
            | Self::IntegerBeyond64Bits
            | Self::ZeroPrefix
            | Self::RenumberedName
            | Self::SignatureNull
            | Self::BlankInName
            | Self::TyingNames
            | Self::TopLevelList => ALL,
            Self::CollidingPaths => &[Sdk::Js, Sdk::Go, Sdk::Net],
            Self::SignatureNotText => &[Sdk::Python, Sdk::Go],
            Self::SignatureInList => &[Sdk::Python, Sdk::Go, Sdk::Java, Sdk::Net],
            Self::SecondSignature => &[Sdk::Js, Sdk::Java, Sdk::Net],
            Self::IntegerBeyond53Bits => &[Sdk::Js, Sdk::Go],
            Self::Null => &[Sdk::Js, Sdk::Java, Sdk::Net],
            Self::LongList => &[Sdk::Python, Sdk::Go, Sdk::Java, Sdk::Net],
            Self::ByteOrder => &[Sdk::Python, Sdk::Net],
            Self::LineOrder => &[Sdk::Go, Sdk::Java, Sdk::Net],
            Self::LevelOrder | Self::ProtoName => &[Sdk::Js],
            Self::Utf16Order => &[Sdk::Js, Sdk::Java],
            Self::ColonInName => &[Sdk::Js, Sdk::Go, Sdk::Net],
            Self::DuplicateName
            | Self::EmptyPrefix
            | Self::UnderscorePair
            | Self::UpperCaseInName
            | Self::BooleanText
            | Self::Nested => &[Sdk::Net],
            Self::SignatureBeforeSigning | Self::SeparatorInValue => &[],
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Double => {
                "a number with a fraction or exponent, whose text depends on a setting of the \
                 platform; send whole minor units or a string"
            }
            Self::IntegerBeyond64Bits => "an integer beyond 64 bits; send a string",
            Self::ZeroPrefix => "a container named `0`, which vanishes from the path; rename it",
            Self::EmptyPrefix => {
                "a container with the empty name, which vanishes from the path; rename it"
            }
            Self::RenumberedName => {
                "a number for a name beside a container, which is numbered anew; rename it"
            }
            Self::CollidingPaths => "a later value has the same path; rename one of them",
            Self::DuplicateName => "the name occurs twice; remove one of them",
            Self::SignatureNull => "a signature that is null; leave it out",
            Self::SignatureNotText => "a signature that is no text",
            Self::SignatureInList => "a signature in an element of a list; rename it",
            Self::SignatureBeforeSigning => "a signature before signing; leave it out",
            Self::SecondSignature => "a second signature, which is not signed",
            Self::BlankInName => "a blank in the name; rename it",
            Self::TyingNames => "names that are equal in the natural order; rename one of them",
            Self::TopLevelList => "a list at the top level; send an object",
            Self::IntegerBeyond53Bits => "an integer beyond 2^53",
            Self::Null => "a null",
            Self::LongList => "a list of 11 elements or more",
            Self::ByteOrder => "stands elsewhere when paths are ordered by their bytes",
            Self::LineOrder => "stands elsewhere when whole lines are ordered",
            Self::LevelOrder => "stands elsewhere when each level is ordered by itself",
            Self::Utf16Order => "stands elsewhere when UTF-16 units are ordered",
            Self::ColonInName => "a colon in the name",
            Self::ProtoName => "the name `__proto__`",
            Self::SeparatorInValue => "a `;` or `:` in the value, which is not escaped",
            Self::UnderscorePair => "the name is another one and `_…`",
            Self::UpperCaseInName => "upper case in the name",
            Self::BooleanText => "a text that reads as a boolean",
            Self::Nested => "a nested container",
        }
    }
}

/// Findings, of each reason so many at most: more of them tell no more.
#[derive(Debug, Default)]
pub(super) struct Findings {
    list: Vec<Finding>,
    counts: BTreeMap<Reason, usize>,
}

impl Findings {
    const MOST_OF_A_REASON: usize = 100;

    /// Adds a finding; looks up its path only if it is wanted.
    pub(super) fn add(&mut self, reason: Reason, path: impl FnOnce() -> String) {
        let count = self.counts.entry(reason).or_default();
        *count += 1;
        if *count <= Self::MOST_OF_A_REASON {
            let (severity, path) = (reason.severity(), path());
            self.list.push(Finding {
                severity,
                reason,
                path,
            });
        }
    }

    /// The findings, the gravest first.
    pub(super) fn into_sorted(mut self) -> Vec<Finding> {
        self.list.sort_by_key(|finding| Reverse(finding.severity));
        self.list
    }
}

/// One finding: a place and what is remarkable there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    severity: Severity,
    reason: Reason,
    path: String,
}

impl Finding {
    /// Makes an error a warning.
    pub(crate) fn soften(&mut self) {
        self.severity = self.severity.min(Severity::Warning);
    }

    /// How grave it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// Why it was found.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The place, as `payment.sum.amount`; empty for the top level. Findings about the order of
    /// lines give the path as it is signed, as `payment:sum:amount`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The SDKs that read the place differently.
    #[must_use]
    pub fn sdks(&self) -> &'static [Sdk] {
        self.reason.sdks()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() {
            "top level"
        } else {
            &self.path
        };
        write!(f, "{path}: {}", self.reason.words())?;
        let mut before = " (differs in ";
        for sdk in self.sdks() {
            write!(f, "{before}{sdk}")?;
            before = ", ";
        }
        if self.sdks().is_empty() {
            Ok(())
        } else {
            f.write_str(")")
        }
    }
}
