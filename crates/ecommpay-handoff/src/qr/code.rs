//! A text drawn as a QR code, in SVG or PNG.

use std::fmt::{self, Formatter};
use std::ops::RangeInclusive;

use fast_qr::convert::Builder as _;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::{ECL, QRBuilder, QRCode};

use crate::qr::QrProblem;

/// Most bytes a text may have: what the largest code holds with the lowest error correction.
pub const TEXT_LIMIT: usize = 2953;

/// Sizes in which a PNG can be drawn, in pixels for each module.
pub const PNG_SCALES: RangeInclusive<u32> = 1..=32;

/// Light modules around the code; scanners need four.
const QUIET_ZONE: usize = 4;

/// A QR code that holds a text in UTF-8.
///
/// ```
/// use ecommpay_handoff::QrCode;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let code = QrCode::new("weixin://wxpay/bizpayurl?pr=dMrSpJG")?;
/// assert!(code.svg().starts_with("<svg "));
/// assert!(code.png(8)?.starts_with(b"\x89PNG"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct QrCode {
    text: String,
    drawn: Box<QRCode>,
}

impl QrCode {
    /// Draws a text, with medium error correction where it fits and low where it does not.
    ///
    /// # Errors
    /// [`QrProblem`] if the text is empty or longer than [`TEXT_LIMIT`] bytes.
    pub fn new(text: impl Into<String>) -> Result<Self, QrProblem> {
        let text = text.into();
        if text.is_empty() {
            return Err(QrProblem::EmptyText);
        }
        let too_long = QrProblem::TextTooLong { bytes: text.len() };
        if text.len() > TEXT_LIMIT {
            return Err(too_long);
        }
        let draw = |level| QRBuilder::new(text.as_bytes()).ecl(level).build();
        let drawn = draw(ECL::M)
            .or_else(|_| draw(ECL::L))
            .map_err(|_| too_long)?;
        Ok(Self {
            text,
            drawn: Box::new(drawn),
        })
    }

    /// The text inside the code.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Modules on each side, with the quiet zone of four.
    #[must_use]
    pub fn modules(&self) -> usize {
        self.drawn.size + 2 * QUIET_ZONE
    }

    /// An SVG element without a size of its own, black on white; it has no script, style or link.
    #[must_use]
    pub fn svg(&self) -> String {
        SvgBuilder::default().margin(QUIET_ZONE).to_str(&self.drawn)
    }

    /// A PNG file, black on white, `scale` pixels for each module.
    ///
    /// # Errors
    /// [`QrProblem::Scale`] if `scale` is not in [`PNG_SCALES`].
    pub fn png(&self, scale: u32) -> Result<Vec<u8>, QrProblem> {
        let outside = QrProblem::Scale { asked: scale };
        if !PNG_SCALES.contains(&scale) {
            return Err(outside);
        }
        let side = u32::try_from(self.modules()).map_err(|_| outside.clone())? * scale;
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, side, side);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(&self.pixels(scale)))
            // A vector takes every byte; only a picture of 2^32 bytes would be refused.
            .map_err(|_| outside)?;
        Ok(file)
    }

    /// Rows of pixels, eight to a byte, the leftmost in the highest bit; 1 is white.
    fn pixels(&self, scale: u32) -> Vec<u8> {
        let scale = scale as usize;
        let side = self.modules();
        let mut image = Vec::with_capacity((side * scale).div_ceil(8) * side * scale);
        for y in 0..side {
            let mut row = vec![0_u8; (side * scale).div_ceil(8)];
            for pixel in (0..side * scale).filter(|pixel| !self.is_dark(pixel / scale, y)) {
                row[pixel / 8] |= 0x80 >> (pixel % 8);
            }
            for _ in 0..scale {
                image.extend_from_slice(&row);
            }
        }
        image
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        let inside = QUIET_ZONE..QUIET_ZONE + self.drawn.size;
        inside.contains(&x)
            && inside.contains(&y)
            && self.drawn[y - QUIET_ZONE][x - QUIET_ZONE].value()
    }
}

impl PartialEq for QrCode {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for QrCode {}

/// The text is a way to pay, so `Debug` shows its length.
impl fmt::Debug for QrCode {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "QrCode({} bytes, {} modules)",
            self.text.len(),
            self.modules()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{QrCode, TEXT_LIMIT};
    use crate::qr::QrProblem;

    /// What a scanner of another make reads from the picture.
    fn scanned(png: &[u8]) -> String {
        let picture = image::load_from_memory(png).unwrap().to_luma8();
        let mut prepared = rqrr::PreparedImage::prepare(picture);
        let grids = prepared.detect_grids();
        assert_eq!(grids.len(), 1);
        grids[0].decode().unwrap().1
    }

    #[test]
    fn a_scanner_reads_the_seeds_text_from_the_png() {
        let text = "weixin://wxpay/bizpayurl?pr=dMrSpJG";
        let code = QrCode::new(text).unwrap();
        for scale in [2, 4, 9] {
            assert_eq!(scanned(&code.png(scale).unwrap()), text);
        }
    }

    #[test]
    fn a_scanner_reads_other_alphabets_and_long_texts() {
        for text in [
            "0123456789".repeat(3),
            "HTTPS://QR.ALIPAY.COM/FKX0".to_owned(),
            "支付宝 оплата ✓".to_owned(),
            "https://qr.example/".to_owned() + &"a1B2".repeat(150),
        ] {
            let code = QrCode::new(text.as_str()).unwrap();
            assert_eq!(scanned(&code.png(4).unwrap()), text);
        }
    }

    #[test]
    fn the_longest_text_fits_and_one_more_byte_is_refused() {
        let longest = QrCode::new("é".repeat(TEXT_LIMIT / 2) + "a").unwrap();
        assert_eq!(longest.text().len(), TEXT_LIMIT);
        assert_eq!(
            QrCode::new("a".repeat(TEXT_LIMIT + 1)),
            Err(QrProblem::TextTooLong {
                bytes: TEXT_LIMIT + 1
            })
        );
        assert_eq!(QrCode::new(""), Err(QrProblem::EmptyText));
    }

    #[test]
    fn the_picture_has_a_quiet_zone_and_the_size_asked_for() {
        let code = QrCode::new("a").unwrap();
        // Version 1 has 21 modules a side.
        assert_eq!(code.modules(), 29);
        let picture = image::load_from_memory(&code.png(3).unwrap())
            .unwrap()
            .to_luma8();
        assert_eq!(picture.dimensions(), (87, 87));
        let frame = (0..87).flat_map(|at| [(at, 0), (at, 11), (at, 75), (0, at), (11, at)]);
        assert!(
            frame
                .into_iter()
                .all(|(x, y)| picture.get_pixel(x, y).0 == [255])
        );
        assert_eq!(picture.get_pixel(12, 12).0, [0]);
    }

    #[test]
    fn scales_out_of_range_are_refused() {
        let code = QrCode::new("a").unwrap();
        for asked in [0, 33, u32::MAX] {
            assert_eq!(code.png(asked), Err(QrProblem::Scale { asked }));
        }
    }

    #[test]
    fn the_svg_has_a_path_and_nothing_that_acts() {
        let svg = QrCode::new("weixin://wxpay/bizpayurl?pr=dMrSpJG")
            .unwrap()
            .svg();
        assert!(svg.starts_with("<svg viewBox=\"0 0 "));
        assert!(svg.ends_with("</svg>"));
        for acting in ["<script", "href", "style", "onload", "<image", "weixin"] {
            assert!(!svg.contains(acting), "{acting}");
        }
    }
}
