//! Why an opening is not signed.

use std::fmt::{self, Display, Formatter};

use ecommpay_signature::SignError;

use crate::rule::InvalidParameter;

/// An opening that the form would refuse, or that cannot be signed without doubt.
///
/// Nothing was sent and no payment exists. The texts name parameters and rules, never values.
#[non_exhaustive]
#[derive(Debug)]
pub enum OpeningError {
    /// A value or a name breaks a rule.
    Invalid(InvalidParameter),
    /// A parameter was set by its own setter and as an extra, or as an extra twice.
    SetTwice {
        /// Its name.
        parameter: String,
    },
    /// An extra has a name that is not for callers to set.
    Reserved {
        /// Its name.
        parameter: String,
    },
    /// A parameter has a meaning only beside another one.
    Needs {
        /// The parameter.
        parameter: &'static str,
        /// What has to be there too.
        needed: &'static str,
    },
    /// A rule of the payment method is broken.
    Method {
        /// Code of the method.
        method: &'static str,
        /// The parameter.
        parameter: &'static str,
        /// What it has to be.
        rule: &'static str,
    },
    /// The method was to be preselected, but the opening is not one of a method's own.
    NothingToPreselect,
    /// The signature core refuses the parameters.
    Sign(SignError),
}

impl Display for OpeningError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(invalid) => invalid.fmt(f),
            Self::SetTwice { parameter } => write!(f, "{parameter} is set twice"),
            Self::Reserved { parameter } => {
                write!(f, "{parameter} is not a parameter that callers set")
            }
            Self::Needs { parameter, needed } => write!(f, "{parameter} needs {needed}"),
            Self::Method {
                method,
                parameter,
                rule,
            } => {
                write!(f, "{parameter} must {rule} for {method}")
            }
            Self::NothingToPreselect => f.write_str(
                "preselect needs an opening of a method, such as Opening::alipay; \
                 use force_payment_method with the code of another",
            ),
            Self::Sign(_) => f.write_str("the parameters cannot be signed"),
        }
    }
}

impl std::error::Error for OpeningError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Sign(error) => Some(error),
            Self::Invalid(_)
            | Self::SetTwice { .. }
            | Self::Reserved { .. }
            | Self::Needs { .. }
            | Self::Method { .. }
            | Self::NothingToPreselect => None,
        }
    }
}

impl From<InvalidParameter> for OpeningError {
    fn from(invalid: InvalidParameter) -> Self {
        Self::Invalid(invalid)
    }
}
