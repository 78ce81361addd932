//! Payment links as the control API makes, shows and cancels them.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::super::entry::Entry;
use super::super::fault::{Code, Fault};
use super::super::gate::{Document, kinds::Kind, tables::Action};
use super::super::moment::Moment;
use super::super::payment::PaymentKey;
use super::super::{Command, Platform, Query};
use super::life::NotCancelled;
use super::{Link, LinkState};

/// A payment link as the control API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct LinkView {
    /// `payment.id` as the merchant wrote it.
    payment_id: String,
    /// The address that the customer gets.
    url: String,
    /// `invoice sent`, `awaiting payment`, `invoice cancelled` or `expired`; `used` when the
    /// customer has confirmed.
    status: &'static str,
    /// Amount in minor units.
    amount: i64,
    /// Currency.
    currency: String,
    /// When it was made, as the platform prints dates.
    created: String,
    /// Until when it can be used, as the platform prints dates.
    valid_until: String,
}

/// Makes a link from the members of a Gate request, without project and signature.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct MakeLink {
    pub(crate) project: u32,
    pub(crate) request: Value,
}

impl Command for MakeLink {
    /// The link, or what is wrong with the request; `None` for an unknown project.
    type Reply = Option<Result<LinkView, Vec<Fault>>>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> Self::Reply {
        platform.project(self.project)?;
        let document = Document::new(self.request);
        let made = payment_id(&document)
            .and_then(|payment_id| platform.make_link(self.project, &payment_id, &document, now));
        Some(made.and_then(|key| {
            platform.announce_link(&key, now);
            platform
                .link_view(&key)
                .ok_or_else(|| vec![Fault::new(Code::NOT_FOUND)])
        }))
    }
}

/// The payment id of a request that has all it needs.
fn payment_id(document: &Document) -> Result<String, Vec<Fault>> {
    const PATH: &str = "general.payment_id";
    let mut missing = document.missing(&[PATH]);
    missing.extend(document.missing(Action::CreateLink.required()));
    if !missing.is_empty() {
        let fault = |path| Fault::of_member(Code::FIELD_MISSING, path, "is required");
        return Err(missing.into_iter().map(fault).collect());
    }
    document
        .owned_text(PATH)
        .filter(|text| Kind::PaymentId.fits_text(text))
        .ok_or_else(|| {
            let rule = Kind::PaymentId.rule();
            vec![Fault::of_member(Code::INVALID_PAYMENT_ID, PATH, rule)]
        })
}

/// Cancels a link.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StopLink {
    pub(crate) link: PaymentKey,
}

impl Command for StopLink {
    type Reply = Result<(), NotCancelled>;

    fn entry(&self) -> Option<Entry> {
        Some(self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> Self::Reply {
        platform.cancel_link(&self.link, now)
    }
}

/// All links of a project, in order of their payment ids; `None` for an unknown project.
#[derive(Debug)]
pub(crate) struct ShowLinks {
    pub(crate) project: u32,
}

impl Query for ShowLinks {
    type Reply = Option<Vec<LinkView>>;

    fn answer(self, platform: &Platform, _now: Moment) -> Self::Reply {
        let project = platform.project(self.project)?;
        let links = project.links.keys();
        Some(links.filter_map(|key| platform.link_view(key)).collect())
    }
}

impl Platform {
    fn link_view(&self, key: &PaymentKey) -> Option<LinkView> {
        let project = self.project(key.project)?;
        let link: &Link = project.links.get(key)?;
        Some(LinkView {
            payment_id: link.payment_id.clone(),
            url: link.url(&self.base_uri),
            status: match link.state {
                LinkState::Used => "used",
                _ => link.status(&project.config.payment_links),
            },
            amount: link.amount,
            currency: link.currency.clone(),
            created: link.created.platform_date(),
            valid_until: link.valid_until.platform_date(),
        })
    }
}
