//! `ecommpay resend`: a callback once more.

use clap::Args;
use serde::de::IgnoredAny;
use serde_json::json;

use crate::control::{Project, SandboxAddress, segment};
use crate::outcome::{Failure, Outcome};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Identifier of the payment
    payment_id: String,
    /// Number of the callback, as the payment's view shows it; the newest when absent
    #[arg(long, value_name = "NUMBER")]
    callback: Option<u64>,
    #[command(flatten)]
    project: Project,
    #[command(flatten)]
    sandbox: SandboxAddress,
}

/// Has the sandbox send the callback; it follows as soon as its clock allows.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let control = arguments.sandbox.control();
    let project = arguments.project.id(&control)?;
    let payment = segment(&arguments.payment_id);
    let path = format!("/projects/{project}/payments/{payment}/resend");
    let body = json!({"callback": arguments.callback});
    control.post::<IgnoredAny>(&path, &body)?;
    Ok(Outcome::Yes)
}
