//! Pages in a real Chromium, as a customer or a merchant's employee meets them. Each test has a
//! browser, a sandbox and a shop of its own; pictures go to `target/browser/<test>/<step>.png`.

// Helpers of tests fail as tests do; the setting for tests does not reach them.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod dashboard;
mod dashboard_news;
mod example_shop;
mod handoff;
mod hostile;
mod keyboard;
mod payment_page;
mod qr;
mod small_screens;
mod support;
mod widget;
mod without_scripts;
