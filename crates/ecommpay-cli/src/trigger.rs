//! `ecommpay trigger`: a payment that ends as wished.

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::clock::Clock;
use crate::control::{Project, SandboxAddress};
use crate::outcome::{Failure, Outcome, print_json, print_line};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Method and outcome, such as `alipay:success`; methods: alipay, alfa-click, wallet-partner;
    /// outcomes: success, decline, waiting (no customer comes), expired, error
    #[arg(value_name = "METHOD:OUTCOME", value_parser = wish)]
    wish: Wish,
    /// Minor units; chosen to fit the outcome when absent
    #[arg(long)]
    amount: Option<i64>,
    /// Currency; the method's usual one when absent
    #[arg(long)]
    currency: Option<String>,
    /// Identifier of the payment; `trigger-1` and so on when absent
    #[arg(long, value_name = "ID")]
    payment_id: Option<String>,
    #[command(flatten)]
    project: Project,
    #[command(flatten)]
    sandbox: SandboxAddress,
    /// One JSON object instead of the payment's identifier
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone)]
struct Wish {
    method: String,
    outcome: String,
}

/// The sandbox knows which methods and outcomes there are.
fn wish(text: &str) -> Result<Wish, String> {
    let (method, outcome) = text.split_once(':').ok_or("write METHOD:OUTCOME")?;
    Ok(Wish {
        method: method.to_owned(),
        outcome: outcome.to_owned(),
    })
}

#[derive(Deserialize, Serialize)]
struct Triggered {
    payment_id: String,
    method: String,
    amount: i64,
    currency: String,
}

/// Makes the payment and prints its id.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let control = arguments.sandbox.control();
    let project = arguments.project.id(&control)?;
    let mut body = json!({
        "method": arguments.wish.method,
        "outcome": arguments.wish.outcome,
    });
    if let Some(amount) = arguments.amount {
        body["amount"] = amount.into();
    }
    for (name, value) in [
        ("currency", &arguments.currency),
        ("payment_id", &arguments.payment_id),
    ] {
        if let Some(value) = value {
            body[name] = value.as_str().into();
        }
    }
    let made: Triggered = control.post(&format!("/projects/{project}/trigger"), &body)?;
    if arguments.json {
        print_json(&made)?;
    } else {
        print_line(&made.payment_id)?;
    }
    if !Clock::ask(&control)?.runs {
        eprintln!("The sandbox's clock stands still: `ecommpay clock advance 5s` lets it happen.");
    }
    Ok(Outcome::Yes)
}
