//! What callbacks and status answers say about a link whose payment has not begun.
//!
//! Which member carries the link nobody outside knows: its name is a setting of the project.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::faults::{Distortion, UNKNOWN_STATUS};
use super::super::parts::{CustomerId, PaymentPart, Sum};
use super::super::project::Project;
use super::super::signing;
use super::Link;

#[derive(Serialize)]
struct LinkBody<'a> {
    project_id: u32,
    payment: PaymentPart<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operations: Option<[(); 0]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<CustomerId<'a>>,
    #[serde(flatten)]
    link: BTreeMap<&'a str, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<String>,
}

impl Link {
    /// The address that the customer gets.
    pub(super) fn url(&self, base_uri: &str) -> String {
        format!("{base_uri}/link/{}", self.token)
    }

    /// The callback about the link as it stands now.
    pub(super) fn callback_body(
        &self,
        project: &Project,
        base_uri: &str,
        distortion: Distortion,
    ) -> Vec<u8> {
        let mut body = self.body(project, base_uri, None);
        if distortion.unknown_status {
            body.payment.status = UNKNOWN_STATUS;
        }
        body.signature = distortion.sign(&body, project);
        signing::bytes(&body)
    }

    /// The answer to a status query.
    pub(crate) fn status_body(&self, project: &Project, base_uri: &str) -> Vec<u8> {
        let mut body = self.body(project, base_uri, Some([]));
        body.signature = signing::sign(&body, &project.key);
        signing::bytes(&body)
    }

    fn body<'a>(
        &'a self,
        project: &'a Project,
        base_uri: &str,
        operations: Option<[(); 0]>,
    ) -> LinkBody<'a> {
        let settings = &project.config.payment_links;
        let sum = Sum {
            amount: self.amount,
            currency: &self.currency,
        };
        let description = self
            .parameters
            .text("payment_description")
            .unwrap_or_default();
        LinkBody {
            project_id: project.config.id,
            payment: PaymentPart::of_link(
                &self.payment_id,
                self.status(settings),
                self.changed,
                sum,
                description,
            ),
            operations,
            customer: self.parameters.text("customer_id").map(CustomerId::new),
            link: BTreeMap::from([(settings.member.as_str(), self.url(base_uri))]),
            signature: None,
        }
    }
}
