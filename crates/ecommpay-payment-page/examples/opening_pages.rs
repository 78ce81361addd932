//! Writes the two pages that open the Payment Page as HTML files, to be looked at in a browser.
//!
//! `cargo run -p ecommpay-payment-page --example opening_pages -- target/pages [ORIGIN]`
//!
//! With the address of a sandbox as ORIGIN the files open its form. The secret and the nonce are
//! fixed here, which is fine for files and for nothing else.

use std::error::Error;
use std::path::PathBuf;

use ecommpay_html::escape;
use ecommpay_model::{Currency, CustomerId, Money, PaymentId, ProjectId};
use ecommpay_payment_page::{Nonce, Opening, Origin, PageOptions};
use ecommpay_signature::SecretKey;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder: PathBuf = arguments.next().unwrap_or("target/pages".to_owned()).into();
    let origin = match arguments.next() {
        Some(address) => Origin::new(&address)?,
        None => Origin::payment_page(),
    };
    std::fs::create_dir_all(&folder)?;

    let signed = Opening::alipay(
        ProjectId::new(120)?,
        PaymentId::new("580")?,
        Money::new(1000, Currency::CNY)?,
        CustomerId::new("customer1")?,
    )
    .preselect()
    .payment_description("<Tea> & \"cake\"")
    .sign(&SecretKey::new("secret")?)?;

    let nonce = Nonce::from_random_bytes([0x5a; 16]);
    let form = signed.form_page(&origin, &PageOptions::new(nonce.clone()))?;
    std::fs::write(folder.join("opening-form.html"), form.html())?;

    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; \
         frame-src {source}; base-uri 'none'",
        source = origin.source()
    );
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n<title>Shop</title>\n\
         </head>\n<body>\n<h1>Your order</h1>\n{}</body>\n</html>\n",
        escape(&policy),
        signed
            .widget_snippet(&origin, &nonce)
            .label("Pay 10.00 CNY")
    );
    std::fs::write(folder.join("opening-widget.html"), page)?;
    eprintln!("open the files in {}", folder.display());
    Ok(())
}
