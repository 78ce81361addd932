//! Images: bytes recognised by their content, never by what they claim to be, and addresses of
//! images.

use std::fmt::{self, Display, Formatter};

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::address::{Address, AddressProblem, PlainHttp};

/// Most bytes an image may have, decoded: 256 KiB, as much as a whole callback.
pub const IMAGE_LIMIT: usize = 256 * 1024;

/// A PNG, JPEG, GIF or WebP image that may stand in a page.
///
/// The kind is told by the first bytes. SVG is refused: it is a document with scripts and links,
/// not a picture.
#[derive(Clone, PartialEq, Eq)]
pub struct RasterImage {
    kind: ImageKind,
    bytes: Vec<u8>,
}

impl RasterImage {
    /// Takes the bytes of an image file.
    ///
    /// # Errors
    /// [`ImageProblem`] if there are more than [`IMAGE_LIMIT`] bytes or they are none of the four
    /// kinds.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, ImageProblem> {
        let bytes = bytes.into();
        if bytes.len() > IMAGE_LIMIT {
            return Err(ImageProblem::TooLarge);
        }
        let kind = ImageKind::of(&bytes).ok_or(ImageProblem::Kind)?;
        Ok(Self { kind, bytes })
    }

    /// Reads Base64, bare or as a `data:` URI.
    ///
    /// Line breaks and missing padding are forgiven. What the URI says of the kind is not read:
    /// the platform has printed `data:image//png`.
    ///
    /// # Errors
    /// [`ImageProblem`] if it is not Base64, or what it decodes to is refused by [`new`](Self::new).
    pub fn from_base64(text: &str) -> Result<Self, ImageProblem> {
        let text = text.trim_ascii();
        let encoded = match text.split_at_checked(5) {
            Some((scheme, uri)) if scheme.eq_ignore_ascii_case("data:") => {
                uri.split_once(";base64,").ok_or(ImageProblem::NotBase64)?.1
            }
            _ => text,
        };
        if encoded.len() > IMAGE_LIMIT * 2 {
            return Err(ImageProblem::TooLarge);
        }
        let encoded: Vec<u8> = encoded
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect();
        let bytes = FORGIVING
            .decode(encoded)
            .map_err(|_| ImageProblem::NotBase64)?;
        Self::new(bytes)
    }

    /// What kind of image it is.
    #[must_use]
    pub const fn kind(&self) -> ImageKind {
        self.kind
    }

    /// The image file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The image as a `data:` URI with the kind it really has.
    #[must_use]
    pub fn to_data_uri(&self) -> String {
        format!(
            "data:{};base64,{}",
            self.kind.media_type(),
            STANDARD.encode(&self.bytes)
        )
    }
}

const FORGIVING: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl fmt::Debug for RasterImage {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "RasterImage({:?}, {} bytes)",
            self.kind,
            self.bytes.len()
        )
    }
}

/// The checked `http` or `https` address of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageUrl(Address);

impl ImageUrl {
    pub(crate) fn check(text: &str, plain_http: PlainHttp) -> Result<Self, AddressProblem> {
        Address::check(text, plain_http).map(Self)
    }

    /// The address as it was received.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Scheme, host and port, for the `img-src` of a content security policy.
    #[must_use]
    pub fn origin(&self) -> String {
        self.0.origin()
    }
}

/// Kinds of image that a page may show.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImageKind {
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF, of 1987 or 1989.
    Gif,
    /// WebP.
    WebP,
}

impl ImageKind {
    fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if bytes.starts_with(b"\xff\xd8\xff") {
            Some(Self::Jpeg)
        } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
            Some(Self::Gif)
        } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            Some(Self::WebP)
        } else {
            None
        }
    }

    /// The media type, such as `image/png`.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
        }
    }
}

/// Why an image is not shown.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageProblem {
    /// The text is neither Base64 nor a `data:` URI with Base64.
    NotBase64,
    /// It has more than [`IMAGE_LIMIT`] bytes.
    TooLarge,
    /// It is not PNG, JPEG, GIF or WebP by its first bytes.
    Kind,
}

impl Display for ImageProblem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotBase64 => f.write_str("the image must be Base64, bare or in a data URI"),
            Self::TooLarge => write!(f, "the image must have at most {IMAGE_LIMIT} bytes"),
            Self::Kind => {
                f.write_str("the image must be PNG, JPEG, GIF or WebP by its first bytes")
            }
        }
    }
}

impl std::error::Error for ImageProblem {}

#[cfg(test)]
mod tests {
    use super::{IMAGE_LIMIT, ImageKind, ImageProblem, RasterImage};

    /// A GIF of one pixel, and the same in Base64 by coreutils.
    const GIF: &[u8] =
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\
        \x01\x00\x01\x00\x00\x02\x02D\x01\x00;";
    const GIF_BASE64: &str = "R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=";

    #[test]
    fn base64_is_read_bare_and_from_every_data_uri_that_was_seen() {
        for text in [
            GIF_BASE64.to_owned(),
            GIF_BASE64.trim_end_matches('=').to_owned(),
            format!("{}\r\n{}\n", &GIF_BASE64[..20], &GIF_BASE64[20..]),
            format!("data:image/gif;base64,{GIF_BASE64}"),
            format!("data:image//png;base64,{GIF_BASE64}"),
            format!("DATA:image/png;charset=utf-8;base64,{GIF_BASE64}"),
        ] {
            let image = RasterImage::from_base64(&text).unwrap();
            assert_eq!(image.kind(), ImageKind::Gif, "{text}");
            assert_eq!(image.bytes(), GIF, "{text}");
            assert_eq!(
                image.to_data_uri(),
                format!("data:image/gif;base64,{GIF_BASE64}")
            );
        }
    }

    #[test]
    fn kinds_are_told_by_content() {
        let kind = |bytes: &[u8]| RasterImage::new(bytes).map(|image| image.kind());
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n...."), Ok(ImageKind::Png));
        assert_eq!(kind(b"\xff\xd8\xff\xe0"), Ok(ImageKind::Jpeg));
        assert_eq!(kind(b"RIFF\x04\0\0\0WEBPVP8 "), Ok(ImageKind::WebP));
        for foreign in [
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".as_slice(),
            b"<?xml version=\"1.0\"?><svg/>",
            b"RIFF\x04\0\0\0WAVE",
            b"<html>",
            b"",
        ] {
            assert_eq!(kind(foreign), Err(ImageProblem::Kind));
        }
    }

    #[test]
    fn what_is_not_base64_or_too_large_is_refused() {
        for text in [
            "data:image/svg+xml,<svg/>",
            "https://a.example/qr.png",
            "a",
            "%%%%",
        ] {
            assert_eq!(
                RasterImage::from_base64(text),
                Err(ImageProblem::NotBase64),
                "{text}"
            );
        }
        let large = "A".repeat(IMAGE_LIMIT * 2 + 1);
        assert_eq!(
            RasterImage::from_base64(&large),
            Err(ImageProblem::TooLarge)
        );
        assert_eq!(
            RasterImage::new(vec![0; IMAGE_LIMIT + 1]),
            Err(ImageProblem::TooLarge)
        );
    }
}
