//! QR codes as PNG.

use fast_qr::QRBuilder;

/// Pixels of a PNG's side for one module of the code, and modules of white around it.
const SCALE: usize = 8;
const QUIET: usize = 4;

/// The code as a PNG; empty when the text does not fit into any code.
pub(crate) fn png(text: &str) -> Vec<u8> {
    let Ok(code) = QRBuilder::new(text).build() else {
        return Vec::new();
    };
    let side = (code.size + 2 * QUIET) * SCALE;
    let mut pixels = vec![255_u8; side * side];
    for (index, pixel) in pixels.iter_mut().enumerate() {
        let (row, column) = (index / side / SCALE, index % side / SCALE);
        let inside = QUIET..QUIET + code.size;
        if inside.contains(&row)
            && inside.contains(&column)
            && code[row - QUIET][column - QUIET].value()
        {
            *pixel = 0;
        }
    }
    encode(&pixels, side).unwrap_or_default()
}

fn encode(pixels: &[u8], side: usize) -> Result<Vec<u8>, png::EncodingError> {
    let side = u32::try_from(side).unwrap_or(0);
    let mut image = Vec::new();
    let mut encoder = png::Encoder::new(&mut image, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(image)
}
