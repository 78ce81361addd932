//! The operations of a period, page by page.

use ecommpay_data_api::OperationsQuery;
use ecommpay_gate::SignedReply;
use ecommpay_model::reporting::OperationsReport;

use crate::{Client, QueryError};

/// The pages that [`Client::operations`] asks for, one at a time.
#[must_use = "a page is asked for by next()"]
#[derive(Debug)]
pub struct OperationPages {
    client: Client,
    next: Option<OperationsQuery>,
}

impl OperationPages {
    pub(crate) fn new(client: Client, query: OperationsQuery) -> Self {
        OperationPages {
            client,
            next: Some(query),
        }
    }

    /// The next page; nothing behind the last one. A last page may be empty.
    ///
    /// After an error, or when the future was dropped, the same page is asked for again.
    ///
    /// # Errors
    ///
    /// As [`Client::query`].
    pub async fn next(&mut self) -> Result<Option<SignedReply<OperationsReport>>, QueryError> {
        let Some(query) = &self.next else {
            return Ok(None);
        };
        let page = self.client.query(query).await?;
        self.next = query.next_page(page.body().operations.len());
        Ok(Some(page))
    }
}
