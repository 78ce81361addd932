//! The sandbox that stands for the platform, and the shop's project in it.

use ecommpay_client::BaseUrl;
use ecommpay_sandbox::{SandboxConfig, SandboxServer};
use ecommpay_transport::{Request, Transport as _};
use ecommpay_transport_hyper::HyperTransport;
use serde_json::json;

use crate::ShopError;

/// A sandbox: in this process, if it is to bring one, or another's.
#[derive(Debug)]
pub(crate) struct Platform {
    pub(crate) url: String,
    /// Stops when it is dropped.
    _own: Option<SandboxServer>,
}

impl Platform {
    pub(crate) fn start_or_use(url: Option<&str>) -> Result<Self, ShopError> {
        if let Some(url) = url {
            let url = url.trim_end_matches('/').to_owned();
            let failed = |error| ShopError::by("the address of the sandbox", error);
            BaseUrl::new(&url).map_err(failed)?;
            return Ok(Self { url, _own: None });
        }
        let failed = |error| ShopError::by("the sandbox does not start", error);
        let own = SandboxServer::start(SandboxConfig::new()).map_err(failed)?;
        Ok(Self {
            url: own.uri().to_owned(),
            _own: Some(own),
        })
    }

    /// Sets up the shop's project: with the platform, its support does that.
    pub(crate) async fn set_up_project(
        &self,
        project: u32,
        secret: &str,
        shop: &str,
    ) -> Result<(), ShopError> {
        // Live: the buttons of the wallets' pages decide, and not the amount.
        let project = json!({
            "id": project, "secret": secret, "mode": "live",
            "callback_url": format!("{shop}/callback"), "return_url": format!("{shop}/"),
            "methods": {"alipay": {"handoff": "qr_text"}},
        });
        let failed = "the sandbox does not take the shop's project";
        let transport = HyperTransport::builder().build();
        let transport = transport.map_err(|error| ShopError::by(failed, error))?;
        let request = Request::post(
            format!("{}/_sandbox/projects", self.url),
            project.to_string(),
        )
        .with_header("content-type", "application/json");
        let reply = transport.send(request).await;
        let reply = reply.map_err(|error| ShopError::by(failed, error))?;
        match reply.status() {
            200 => Ok(()),
            status => Err(ShopError::by(failed, format!("it answered {status}"))),
        }
    }
}
