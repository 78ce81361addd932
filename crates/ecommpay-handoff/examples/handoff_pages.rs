//! Writes every page of the hand-off as an HTML file, to be looked at in a browser.
//!
//! `cargo run -p ecommpay-handoff --example handoff_pages -- target/pages`
//!
//! The forms lead to `example.com` and are sent as soon as they are opened; the QR codes are those
//! of the seeds. The nonce is fixed here, which is fine for files and for nothing else.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ecommpay_handoff::{
    AlfaClickInstruction, HtmlPage, Logo, NextStep, Nonce, PageLanguage, PageOptions, QrCode,
};
use ecommpay_model::{DisplayItem, DisplayKind, Json, RedirectData};

fn main() -> Result<(), Box<dyn Error>> {
    let folder: PathBuf = std::env::args_os()
        .nth(1)
        .unwrap_or("target/pages".into())
        .into();
    std::fs::create_dir_all(&folder)?;
    for (name, language) in [
        ("en", PageLanguage::English),
        ("ru", PageLanguage::Russian),
        ("zh", PageLanguage::Chinese),
    ] {
        let options = PageOptions::new(Nonce::from_random_bytes([0x5a; 16])).language(language);
        write(&folder, &format!("form-{name}"), &form()?.page(&options))?;
        for (kind, step) in qr_steps()? {
            write(&folder, &format!("qr-{kind}-{name}"), &step.page(&options))?;
        }
        let (_, step) = qr_steps()?.swap_remove(0);
        let over = step.page_with_remaining(Duration::ZERO, &options);
        write(&folder, &format!("qr-over-{name}"), &over)?;
        if language != PageLanguage::Chinese {
            let page = instruction(language)?.page(&options);
            write(&folder, &format!("instruction-{name}"), &page)?;
        }
    }
    eprintln!("open the files in {}", folder.display());
    Ok(())
}

fn write(folder: &Path, name: &str, page: &HtmlPage) -> std::io::Result<()> {
    std::fs::write(folder.join(format!("{name}.html")), page.html())
}

/// Alipay's form of seeds 000 and 002.
fn form() -> Result<ecommpay_handoff::PostForm, Box<dyn Error>> {
    let mut data = RedirectData::new("POST", "https://example.com:443/payment/otoSoft/v3/h5.html");
    data.body.insert("order_no", Json::from("29895000000582"));
    data.body.insert("amount", Json::from("13.00"));
    match NextStep::from_redirect(&data)? {
        NextStep::Form(form) => Ok(form),
        other => Err(format!("POST gave {other:?}").into()),
    }
}

/// The code of seeds 000 and 002 in two of the three ways to pass it; the third is an address.
fn qr_steps() -> Result<Vec<(&'static str, ecommpay_handoff::QrStep)>, Box<dyn Error>> {
    let text = "weixin://wxpay/bizpayurl?pr=dMrSpJG";
    let png = base64(&QrCode::new(text)?.png(8)?);
    let passed = [
        ("text", DisplayKind::QrData, text.to_owned()),
        ("image", DisplayKind::QrImage, png),
    ];
    let mut steps = Vec::new();
    for (name, kind, data) in passed {
        let items = [
            DisplayItem::new(kind, "QR code", data),
            DisplayItem::new(DisplayKind::AdditionalInformation, "QR Code Timeout", "600"),
            DisplayItem::new(DisplayKind::AdditionalInformation, "Amount", "10.00 CNY"),
            DisplayItem::new(DisplayKind::AdditionalInformation, "Order", "580"),
        ];
        match NextStep::from_display(&items)? {
            Some(NextStep::Qr(step)) => steps.push((name, step)),
            other => return Err(format!("a QR object gave {other:?}").into()),
        }
    }
    Ok(steps)
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn instruction(language: PageLanguage) -> Result<AlfaClickInstruction, Box<dyn Error>> {
    let instruction = AlfaClickInstruction::new(Logo::from_bytes(stand_in_logo()?)?);
    Ok(match language {
        PageLanguage::Russian => instruction
            .detail("Заказ", "X03936")
            .detail("Сумма", "100,00 ₽"),
        _ => instruction
            .detail("Order", "X03936")
            .detail("Amount", "100.00 RUB"),
    }
    .return_address("https://shop.example/orders/X03936")?)
}

/// A red field of 160 × 48: the method's own logo is not ours to keep here.
fn stand_in_logo() -> Result<Vec<u8>, Box<dyn Error>> {
    let (width, height) = (160, 48);
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let pixels = [0xd9, 0x2b, 0x2b].repeat((width * height) as usize);
    encoder.write_header()?.write_image_data(&pixels)?;
    Ok(file)
}
