//! The latest data for going on with an open payment.

use ecommpay_model::authentication::Resend;
use ecommpay_model::{
    ClarificationFields, DisplayItem, JsonObject, PaymentStatus, RedirectData, Timestamp,
};
use ecommpay_signature::json::{self, Limits};
use serde::{Deserialize, Serialize};

use crate::next::{self, NextAction, Openings};

/// Hand-off data with its date; of two, the later one is kept.
///
/// The data itself is kept as JSON text: it is opaque here, and text has a total order, which
/// decides between two of one second.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct HandOff {
    date: Option<Timestamp>,
    status: PaymentStatus,
    data: String,
}

impl HandOff {
    /// Nothing if there is no data at all.
    pub(crate) fn of(
        date: Option<Timestamp>,
        status: &PaymentStatus,
        openings: &Openings<'_>,
    ) -> Option<Self> {
        let data = Written {
            redirect_data: openings.redirect_data,
            display_data: openings.display_data,
            clarification_fields: openings.clarification_fields,
            resend: openings.resend,
            provider_extra_fields: openings.provider_extra_fields,
        };
        if data.is_empty() {
            return None;
        }
        // Data that cannot be written (a number beyond all doubles) cannot be stored either.
        let text = String::from_utf8(json::to_vec(&data).ok()?).ok()?;
        Some(Self {
            date,
            status: status.clone(),
            data: text,
        })
    }

    /// What it asks for, if it belongs to the status that is current.
    pub(crate) fn next(&self, current: &PaymentStatus) -> Option<NextAction> {
        if self.status != *current {
            return None;
        }
        let data: Read = json::from_slice(self.data.as_bytes(), &Limits::PLATFORM).ok()?;
        Some(next::of_open(
            current,
            &Openings {
                redirect_data: data.redirect_data.as_ref(),
                display_data: &data.display_data,
                clarification_fields: data.clarification_fields.as_ref(),
                resend: data.resend.as_ref(),
                provider_extra_fields: data.provider_extra_fields.as_ref(),
            },
        ))
    }
}

impl core::fmt::Debug for HandOff {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("HandOff")
            .field("date", &self.date)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct Written<'a> {
    redirect_data: Option<&'a RedirectData>,
    display_data: &'a [DisplayItem],
    clarification_fields: Option<&'a ClarificationFields>,
    resend: Option<&'a Resend>,
    provider_extra_fields: Option<&'a JsonObject>,
}

impl Written<'_> {
    fn is_empty(&self) -> bool {
        self.redirect_data.is_none()
            && self.display_data.is_empty()
            && self.clarification_fields.is_none()
            && self.resend.is_none()
    }
}

#[derive(Deserialize)]
struct Read {
    redirect_data: Option<RedirectData>,
    display_data: Vec<DisplayItem>,
    clarification_fields: Option<ClarificationFields>,
    resend: Option<Resend>,
    provider_extra_fields: Option<JsonObject>,
}
