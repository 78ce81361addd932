//! The camera of the customer's phone: reads a QR code from a PNG picture.

use png::{ColorType, Transformations};

/// The text of the first code in the picture.
pub(super) fn scan(picture: &[u8]) -> Result<String, String> {
    let (width, height, grey) = grey_points(picture)?;
    let brightness = |x: usize, y: usize| grey.get(y * width + x).copied().unwrap_or(u8::MAX);
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, brightness);
    let grids = prepared.detect_grids();
    let grid = grids.first().ok_or("there is no QR code in the picture")?;
    match grid.decode() {
        Ok((_, text)) => Ok(text),
        Err(error) => Err(format!("the QR code can't be read: {error}")),
    }
}

/// Width, height and one byte of brightness for each point.
fn grey_points(picture: &[u8]) -> Result<(usize, usize, Vec<u8>), String> {
    let unreadable = |error: png::DecodingError| format!("the picture is no readable PNG: {error}");
    let mut decoder = png::Decoder::new(std::io::Cursor::new(picture));
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(unreadable)?;
    let size = reader
        .output_buffer_size()
        .ok_or("the picture is too large")?;
    let mut points = vec![0; size];
    let info = reader.next_frame(&mut points).map_err(unreadable)?;
    let channels = match info.color_type {
        ColorType::Grayscale => 1,
        ColorType::GrayscaleAlpha => 2,
        ColorType::Rgb => 3,
        ColorType::Rgba => 4,
        ColorType::Indexed => {
            return Err("the picture has colours that were not resolved".to_owned());
        }
    };
    // QR codes are black and white: the first channel is as good as any.
    let grey = points
        .chunks(channels)
        .filter_map(|point| point.first().copied())
        .collect();
    let side = |length: u32| usize::try_from(length).map_err(|error| error.to_string());
    Ok((side(info.width)?, side(info.height)?, grey))
}

#[cfg(test)]
mod tests {
    use ecommpay_handoff::QrCode;

    use super::scan;

    #[test]
    fn reads_what_our_own_codes_say() {
        let text = "https://example.com/pay?order=29895000000582&name=%E4%B9%8B";
        let picture = QrCode::new(text).unwrap().png(6).unwrap();
        assert_eq!(scan(&picture).as_deref(), Ok(text));
    }

    #[test]
    fn a_picture_without_a_code_is_refused() {
        assert!(scan(b"no picture").is_err());
    }
}
