//! The order guard: a verified callback is still compared with the order it claims to be for.

use core::fmt;

use ecommpay_model::{Currency, Money, MoneyError, PaymentId, PaymentStatus, ProjectId, Sum};

use crate::phase::Phase;
use crate::state::{PaidSum, PaymentState, Transition};
use crate::{Callback, NextAction};

/// What the merchant expects of a payment: the order it is for.
///
/// A right signature says that the platform sent the callback, not that it is for this order. The
/// canonical string that is signed does not escape values, so that two documents can share one
/// signature; and the sum that was paid can differ from the sum asked for.
///
/// ```
/// use ecommpay_callback::{CallbackVerifier, ExpectedOrder, Mismatch, Verdict};
/// use ecommpay_model::{Currency, Money, MoneyError, PaymentId, ProjectId};
/// # use ecommpay_signature::{KeyRing, SecretKey, exact};
/// # let key = SecretKey::new("test-secret")?;
/// # let body = r#"{"project_id":201,"payment":{"id":"Order-1","status":"success",
/// #     "sum":{"amount":900,"currency":"CNY"}}}"#;
/// # let signature = exact::sign(body.as_bytes(), &key)?;
/// # let raw = body.replacen('{', &format!(r#"{{"signature":"{signature}","#), 1);
/// # let verifier = CallbackVerifier::new(KeyRing::new(key));
///
/// let callback = verifier.verify(raw)?.parse()?;
/// let order = ExpectedOrder::new(
///     ProjectId::new(201)?,
///     PaymentId::new("order-1")?,
///     Money::new(1000, Currency::CNY)?,
/// );
/// match order.check(&callback) {
///     Ok(Verdict::Matches) => println!("ship it"),
///     Ok(Verdict::AmountDiffers { expected, paid }) => {
///         assert_eq!(paid, Money::new(900, Currency::CNY)?);
///         println!("asked for {expected}, paid {paid}: the shop decides");
///     }
///     Ok(_) => println!("a verdict of a later version: let a person look"),
///     Err(mismatch) => println!("not this order: {mismatch}"),
/// }
/// # assert!(matches!(order.check(&callback), Ok(Verdict::AmountDiffers { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedOrder {
    project_id: ProjectId,
    payment_id: PaymentId,
    money: Money,
}

/// How a callback or a state that is for the order stands to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// Nothing differs from the order. Whether it is paid is said by
    /// [`next`](crate::Callback::next).
    Matches,
    /// Money was paid for this order, but not the sum of the order; possible with wallets and
    /// banks. An event of its own: neither paid nor unpaid without a decision of the shop.
    AmountDiffers {
        /// The sum of the order.
        expected: Money,
        /// The sum that was paid; of a refund that came before its payment, the least that was.
        paid: Money,
    },
}

/// Why a callback or a state is not for the order, or may not change it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mismatch {
    /// The callback is of another project.
    Project {
        /// Project of the order.
        expected: ProjectId,
        /// Project of the callback.
        seen: ProjectId,
    },
    /// The callback is about another payment.
    Payment,
    /// The sum is in another currency.
    Currency {
        /// Currency of the order.
        expected: Currency,
        /// Currency of the callback.
        seen: Currency,
    },
    /// The callback lacks a member without which it cannot be compared.
    Missing {
        /// The member, such as `payment.sum`.
        field: &'static str,
    },
    /// The payment cannot have come from the status that is known to the status that is told.
    Transition {
        /// The status that is known.
        from: PaymentStatus,
        /// The status that is told.
        to: PaymentStatus,
    },
}

impl ExpectedOrder {
    /// An order of a project, known to the platform by its payment id.
    #[must_use]
    pub fn new(project_id: ProjectId, payment_id: PaymentId, money: Money) -> Self {
        Self {
            project_id,
            payment_id,
            money,
        }
    }

    /// The project.
    #[must_use]
    pub fn project_id(&self) -> ProjectId {
        self.project_id
    }

    /// The payment.
    #[must_use]
    pub fn payment_id(&self) -> &PaymentId {
        &self.payment_id
    }

    /// The sum that was asked for.
    #[must_use]
    pub fn money(&self) -> Money {
        self.money
    }

    /// Compares a callback with the order: project, payment, currency and amount.
    ///
    /// * The payment id is compared as the platform does, without regard to case.
    /// * A callback without a project is taken: its signature was made with the project's own key.
    /// * The currency must be that of the order wherever a sum is given.
    /// * The amount counts once money was taken. The sum of an open or declined payment decides
    ///   nothing, and the callback with its result is compared again. A refund callback shows what
    ///   is left: that and what it returned together must not be more than the order.
    ///
    /// # Errors
    ///
    /// [`Mismatch`] names the field. Such a callback must not change the order; keep it.
    pub fn check(&self, callback: &Callback) -> Result<Verdict, Mismatch> {
        self.same_project(callback.project_id())?;
        match callback.payment_id() {
            Some(id) if id.same_payment(&self.payment_id) => {}
            Some(_) => return Err(Mismatch::Payment),
            None => {
                return Err(Mismatch::Missing {
                    field: "payment.id",
                });
            }
        }
        let sum = callback.body().payment.sum.as_ref();
        if let Some(seen) = sum.and_then(|sum| sum.currency) {
            self.same_currency(seen)?;
        }
        let Some(phase) = callback
            .status()
            .map(Phase::of)
            .filter(|phase| phase.is_paid())
        else {
            return Ok(Verdict::Matches);
        };
        let Some(sum) = sum.and_then(Sum::money) else {
            return Err(Mismatch::Missing {
                field: "payment.sum",
            });
        };
        if phase.is_returned() {
            return self.at_least(returned_by(callback, sum)?);
        }
        self.exactly(sum)
    }

    /// Compares a state with the order: payment, currency and the sum paid.
    ///
    /// # Errors
    ///
    /// [`Mismatch`] names the field.
    pub fn check_state(&self, state: &PaymentState) -> Result<Verdict, Mismatch> {
        self.same_project(Some(state.project_id()))?;
        if !state.payment_id().same_payment(&self.payment_id) {
            return Err(Mismatch::Payment);
        }
        if let Some(seen) = state.currency() {
            self.same_currency(seen)?;
        }
        match state.amounts().paid() {
            Some(PaidSum::Told(sum)) => self.exactly(sum),
            Some(PaidSum::AtLeast(sum)) => self.at_least(sum),
            None if state.standing().is_paid() => Err(Mismatch::Missing {
                field: "payment.sum",
            }),
            None => Ok(Verdict::Matches),
        }
    }

    /// As [`check`](Self::check), and the payment must be able to come from what is known of it to
    /// what the callback tells. A callback that is merely late or repeated passes.
    ///
    /// # Errors
    ///
    /// [`Mismatch`] names the field, or the transition that cannot be.
    pub fn check_against(
        &self,
        state: &PaymentState,
        callback: &Callback,
    ) -> Result<Verdict, Mismatch> {
        let verdict = self.check(callback)?;
        match state.transition(callback) {
            Transition::Forbidden { from, to } => Err(Mismatch::Transition { from, to }),
            _ => Ok(verdict),
        }
    }

    fn same_project(&self, seen: Option<ProjectId>) -> Result<(), Mismatch> {
        match seen {
            Some(seen) if seen != self.project_id => Err(Mismatch::Project {
                expected: self.project_id,
                seen,
            }),
            _ => Ok(()),
        }
    }

    fn same_currency(&self, seen: Currency) -> Result<(), Mismatch> {
        let expected = self.money.currency();
        if seen == expected {
            Ok(())
        } else {
            Err(Mismatch::Currency { expected, seen })
        }
    }

    fn exactly(&self, paid: Money) -> Result<Verdict, Mismatch> {
        self.same_currency(paid.currency())?;
        Ok(if paid == self.money {
            Verdict::Matches
        } else {
            self.differs(paid)
        })
    }

    fn at_least(&self, paid: Money) -> Result<Verdict, Mismatch> {
        self.same_currency(paid.currency())?;
        let more = paid.minor() > self.money.minor();
        Ok(if more {
            self.differs(paid)
        } else {
            Verdict::Matches
        })
    }

    fn differs(&self, paid: Money) -> Verdict {
        Verdict::AmountDiffers {
            expected: self.money,
            paid,
        }
    }
}

/// What is left and what this callback's own refund gave back: the least that was paid.
fn returned_by(callback: &Callback, remaining: Money) -> Result<Money, Mismatch> {
    let NextAction::Refunded(returned) = callback.next() else {
        return Ok(remaining);
    };
    let Some(sum) = returned.sum() else {
        return Ok(remaining);
    };
    match remaining.checked_add(sum) {
        Ok(paid) => Ok(paid),
        Err(MoneyError::DifferentCurrencies { left, right }) => Err(Mismatch::Currency {
            expected: left,
            seen: right,
        }),
        // More than any payment can be.
        Err(_) => Ok(Money::new(Money::MAX_MINOR, sum.currency()).unwrap_or(sum)),
    }
}

impl Mismatch {
    /// The member that does not fit.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Self::Project { .. } => "project_id",
            Self::Payment => "payment.id",
            Self::Currency { .. } => "payment.sum.currency",
            Self::Missing { field } => field,
            Self::Transition { .. } => "payment.status",
        }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.field())?;
        match self {
            Self::Project { expected, seen } => {
                write!(f, "must be {expected} as in the order, but is {seen}")
            }
            Self::Payment => f.write_str("names another payment than the order"),
            Self::Currency { expected, seen } => {
                write!(f, "must be {expected} as in the order, but is {seen}")
            }
            Self::Missing { .. } => f.write_str("is needed to compare with the order, but missing"),
            Self::Transition { from, to } => {
                write!(
                    f,
                    "cannot change from `{from}` to `{to}`; ask for the status"
                )
            }
        }
    }
}

impl core::error::Error for Mismatch {}
