//! A platform with one project, and a merchant who signs by hand.

use std::net::{IpAddr, Ipv4Addr};

use ecommpay_signature::{SecretKey, exact};
use serde_json::{Value, json};

use crate::config::{Pace, ProjectConfig};
use crate::platform::deliveries::Send;
use crate::platform::gate::{GateAnswer, GateRequest};
use crate::platform::moment::Moment;
use crate::platform::{Command, ListenAt, Platform, PutProject};

pub(super) const PROJECT: u32 = 239;
pub(super) const SECRET: &str = "test project key";
/// Where requests come from.
pub(super) const CALLER: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

pub(super) struct World {
    pub(super) platform: Platform,
    pub(super) now: Moment,
}

impl World {
    pub(super) fn new(project: impl FnOnce(ProjectConfig) -> ProjectConfig) -> Self {
        let mut platform = Platform::new(7, Pace::default());
        let now = Moment::from_unix_seconds(1_767_225_600);
        let uri = "http://127.0.0.1:1".to_owned();
        platform.apply(ListenAt { uri }, now);
        let config = ProjectConfig::new(PROJECT, SECRET).callback_url("http://127.0.0.1:9/");
        platform.apply(PutProject(project(config)), now).unwrap();
        Self { platform, now }
    }

    pub(super) fn apply<C: Command>(&mut self, command: C) -> C::Reply {
        self.platform.apply(command, self.now)
    }

    pub(super) fn gate(&mut self, path: &str, body: Value) -> GateAnswer {
        self.apply(gate_request(path, body))
    }

    /// Moves time on and gives the callbacks that became due.
    pub(super) fn pass(&mut self, seconds: u64) -> Vec<Send> {
        self.now = self.now.plus_seconds(seconds);
        self.platform.pass_time(self.now);
        self.platform.take_sends()
    }
}

/// A Gate request, signed in `general`.
pub(super) fn gate_request(path: &str, mut body: Value) -> GateRequest {
    let key = SecretKey::new(SECRET).unwrap();
    let bytes = serde_json::to_vec(&body).unwrap();
    body["general"]["signature"] = exact::sign(&bytes, &key).unwrap().to_base64().into();
    let body = serde_json::to_vec(&body).unwrap();
    GateRequest {
        caller: CALLER,
        path: path.to_owned(),
        body,
    }
}

pub(super) fn alipay_sale(payment_id: &str, amount: i64) -> Value {
    json!({
        "general": {"project_id": PROJECT, "payment_id": payment_id},
        "customer": {"id": "1", "ip_address": "192.0.2.1"},
        "payment": {"amount": amount, "currency": "CNY"},
        "return_url": {"return": "http://shop.example/"},
    })
}

pub(super) fn alipay_refund(payment_id: &str, amount: Option<i64>) -> Value {
    let mut body = json!({
        "general": {"project_id": PROJECT, "payment_id": payment_id},
        "customer": {"ip_address": "192.0.2.1"},
        "payment": {"description": "refund"},
    });
    if let Some(amount) = amount {
        body["payment"]["amount"] = amount.into();
    }
    body
}
