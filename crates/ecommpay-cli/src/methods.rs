//! `ecommpay methods`: what each method can do, from the method crates' own data.

use ecommpay_gate::methods_table;

use crate::outcome::{Failure, Outcome, print_line};

/// Prints the table that `docs/METHODS.md` is made of.
pub(crate) fn run() -> Result<Outcome, Failure> {
    let methods = [
        ecommpay_alipay::CAPABILITIES,
        ecommpay_alfa_click::CAPABILITIES,
        ecommpay_wallet_partner::CAPABILITIES,
    ];
    print_line("# What the methods can do\n")?;
    print_line(
        "Made by `cargo xtask codegen` from the constants `CAPABILITIES` of the method crates.\n",
    )?;
    print_line(methods_table(&methods).trim_end())?;
    Ok(Outcome::Yes)
}
