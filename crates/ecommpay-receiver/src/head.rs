//! What of a request is looked at before its body.

use std::net::IpAddr;

use ecommpay_model::ProjectId;

/// The address and the headers of a request, as far as they matter for a callback.
///
/// ```
/// use ecommpay_receiver::RequestHead;
///
/// let headers = [
///     ("Content-Type", b"application/json".as_slice()),
///     ("User-Agent", b"anything"),
/// ];
/// let head = RequestHead::new(Some("192.0.2.7".parse()?), headers);
/// # let _ = head;
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Debug, Clone)]
pub struct RequestHead<'h> {
    pub(crate) peer: Option<IpAddr>,
    pub(crate) project_id: Option<ProjectId>,
    pub(crate) content_length: Option<u64>,
    pub(crate) content_types: Vec<&'h [u8]>,
    pub(crate) content_encodings: Vec<&'h [u8]>,
    pub(crate) x_forwarded_for: Vec<&'h [u8]>,
    pub(crate) forwarded: Vec<&'h [u8]>,
}

impl<'h> RequestHead<'h> {
    /// The head of a request: the address at the other end of the connection, if the framework knows
    /// it, and all header lines in their order. Names in any case; lines that do not matter are
    /// skipped.
    pub fn new<'n>(
        peer: Option<IpAddr>,
        headers: impl IntoIterator<Item = (&'n str, &'h [u8])>,
    ) -> Self {
        let mut head = Self {
            peer,
            project_id: None,
            content_length: None,
            content_types: Vec::new(),
            content_encodings: Vec::new(),
            x_forwarded_for: Vec::new(),
            forwarded: Vec::new(),
        };
        for (name, value) in headers {
            let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
            if is("content-type") {
                head.content_types.push(value);
            } else if is("content-encoding") {
                head.content_encodings.push(value);
            } else if is("content-length") {
                head.content_length = std::str::from_utf8(value)
                    .ok()
                    .and_then(|text| text.trim().parse().ok());
            } else if is("x-forwarded-for") {
                head.x_forwarded_for.push(value);
            } else if is("forwarded") {
                head.forwarded.push(value);
            }
        }
        head
    }

    /// The head of a request to an address that only callbacks of this project are sent to. Its keys
    /// are used whatever the body says.
    #[must_use]
    pub fn for_project(mut self, project_id: ProjectId) -> Self {
        self.project_id = Some(project_id);
        self
    }
}
