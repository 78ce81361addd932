//! Alipay's QR codes: text, picture, address of a picture, and their life.

use std::time::Duration;

use crate::support::{A_SECOND, ALIPAY_SALE, Merchant, alipay_sale};
use base64::Engine as _;
use ecommpay_sandbox::{HandoffKind, Method};
use serde_json::{Value, json};

async fn display_data(kind: HandoffKind) -> (Merchant, Value) {
    let shop = Merchant::with(|project| project.handoff(Method::Alipay, kind)).await;
    shop.gate(ALIPAY_SALE, alipay_sale("p", 1000)).await;
    shop.advance(A_SECOND).await;
    let callback = shop.callback();
    assert_eq!(callback["payment"]["status"], "awaiting customer action");
    assert_eq!(callback["operation"]["status"], "awaiting customer action");
    assert!(callback.get("redirect_data").is_none());
    let items = callback["display_data"].clone();
    assert_eq!(
        items[1],
        json!({"type": "add_info", "title": "QR Code Timeout", "data": "600"})
    );
    (shop, items[0].clone())
}

/// Reads a QR code from a PNG with libraries that had no part in drawing it.
fn scan(picture: &[u8]) -> String {
    let mut reader = png::Decoder::new(std::io::Cursor::new(picture))
        .read_info()
        .unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    let (width, height) = (info.width as usize, info.height as usize);
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1);
    grids[0].decode().unwrap().1
}

async fn pays(shop: &Merchant, address: &str) {
    let page = shop.page(address).await;
    assert_eq!(page.status, 200);
    let path = address.strip_prefix(shop.sandbox.uri()).unwrap();
    let page = shop.form(path, &[("result", "success")]).await;
    assert_eq!(
        page.status, 200,
        "there is nowhere to return to from another device"
    );
    shop.advance(A_SECOND).await;
    assert_eq!(shop.callback()["payment"]["status"], "success");
}

#[tokio::test]
async fn as_text() {
    let (shop, item) = display_data(HandoffKind::QrText).await;
    assert_eq!(
        (&item["type"], &item["title"]),
        (&json!("qr_data"), &json!("QR code"))
    );
    pays(&shop, item["data"].as_str().unwrap()).await;
}

#[tokio::test]
async fn as_a_picture() {
    let (shop, item) = display_data(HandoffKind::QrImage).await;
    assert_eq!(item["type"], "qr_img");
    let picture = base64::engine::general_purpose::STANDARD
        .decode(item["data"].as_str().unwrap())
        .unwrap();
    pays(&shop, &scan(&picture)).await;
}

#[tokio::test]
async fn as_the_address_of_a_picture() {
    let (shop, item) = display_data(HandoffKind::QrUrl).await;
    assert_eq!(item["type"], "qr_url");
    let picture = shop.bytes(item["data"].as_str().unwrap()).await;
    pays(&shop, &scan(&picture)).await;
}

#[tokio::test]
async fn a_code_can_be_too_old() {
    let (shop, item) = display_data(HandoffKind::QrText).await;
    let address = item["data"].as_str().unwrap();
    shop.advance(Duration::from_secs(600)).await;
    assert!(shop.page(address).await.body.contains("no longer valid"));
    let path = address.strip_prefix(shop.sandbox.uri()).unwrap();
    assert!(
        shop.form(path, &[("result", "success")])
            .await
            .body
            .contains("no longer valid")
    );
    // Nobody paid: the threshold time declines.
    shop.advance(Duration::from_secs(24 * 60 * 60)).await;
    let result = shop.callback();
    assert_eq!(result["payment"]["status"], "decline");
    assert_eq!(result["operation"]["code"], "20602");
}
