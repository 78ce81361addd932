//! The camera of the customer's phone.

/// The text of the one QR code in a picture of the whole window.
pub(crate) fn scan(picture: &[u8]) -> String {
    let picture = image::load_from_memory(picture).expect("a PNG").to_luma8();
    let mut prepared = rqrr::PreparedImage::prepare(picture);
    let grids = prepared.detect_grids();
    assert_eq!(grids.len(), 1, "QR codes in the window");
    let (_, text) = grids[0].decode().expect("a readable QR code");
    text
}
