//! `ecommpay sign`: the signature of a JSON document.

use clap::{Args, ValueEnum};
use ecommpay_signature::json::Limits;
use ecommpay_signature::{Signature, SigningPolicy, exact, sign_json};
use serde::Serialize;

use crate::exact_lines::for_each_line;
use crate::input::{Document, Secret};
use crate::outcome::{Failure, Outcome, print_json, print_line};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    document: Document,
    #[command(flatten)]
    secret: Secret,
    /// How documents are treated that other signers read differently
    #[arg(long, value_enum, default_value_t = Layer::Strict, conflicts_with = "exact")]
    layer: Layer,
    /// Sign whatever the platform's language would sign, byte for byte as it would, without any
    /// policy; members named `signature` are left out, as they are when a callback is checked
    #[arg(long)]
    exact: bool,
    /// Read lines `{"secret": …, "body": "<raw JSON text>"}`, answer each with a line; needs --exact
    #[arg(long, requires = "exact")]
    jsonl: bool,
    /// `{"signature": …}` instead of the bare signature
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Layer {
    /// Refuse what other signers read differently, and ambiguous texts
    Strict,
    /// Sign ambiguous texts all the same
    AmbiguousTexts,
}

#[derive(Serialize)]
struct Signed {
    signature: String,
}

impl Signed {
    fn new(signature: Signature) -> Self {
        Self {
            signature: signature.to_base64(),
        }
    }
}

/// Signs the document, or each line.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    if arguments.jsonl {
        return for_each_line(arguments.document.open()?, |task| {
            exact::sign_callback(&task.body, &task.key)
                .map(Signed::new)
                .map_err(|error| error.to_string())
        });
    }
    let body = arguments.document.read()?;
    let key = arguments.secret.key()?;
    let signed = if arguments.exact {
        exact::sign_callback(&body, &key).map_err(|error| Failure::caused("not signed", &error))
    } else {
        let limits = Limits::STRICT;
        let strict = SigningPolicy::default().with_limits(limits);
        let policy = match arguments.layer {
            Layer::Strict => strict,
            Layer::AmbiguousTexts => strict.danger_sign_ambiguous_texts(),
        };
        sign_json(&body, &key, &policy).map_err(|error| Failure::caused("not signed", &error))
    };
    match signed {
        Ok(signature) if arguments.json => print_json(&Signed::new(signature))?,
        Ok(signature) => print_line(&signature.to_base64())?,
        Err(refusal) => {
            eprintln!("ecommpay: {refusal}");
            return Ok(Outcome::No);
        }
    }
    Ok(Outcome::Yes)
}
