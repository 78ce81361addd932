//! Who may send callbacks, with and without proxies of one's own.

use ecommpay_receiver::{CallbackReader, ForwardingHeader, Networks, Refusal, RequestHead};

use crate::support::{callback, reader};

const PLATFORM: &str = "198.51.100.17";
const STRANGER: &str = "203.0.113.5";
const PROXY: &str = "10.0.0.1";

fn guarded() -> CallbackReader {
    reader().allow_only(Networks::parse(["198.51.100.0/24", "2001:db8::/32"]).unwrap())
}

fn behind_proxies() -> CallbackReader {
    let proxies = Networks::parse(["10.0.0.0/8"]).unwrap();
    guarded().behind_proxies(proxies, ForwardingHeader::XForwardedFor)
}

fn read(reader: &CallbackReader, peer: &str, forwarded: Option<&str>) -> Result<String, Refusal> {
    let forwarded = forwarded.map(|value| ("x-forwarded-for", value.as_bytes()));
    let head = RequestHead::new(peer.parse().ok(), forwarded);
    let received = reader.read_whole(&head, callback("order-1"))?;
    Ok(received
        .remote_address()
        .map_or_else(String::new, |it| it.to_string()))
}

#[test]
fn only_the_networks_on_the_list_may_send() {
    for peer in [PLATFORM, "2001:db8::1", "::ffff:198.51.100.17"] {
        assert!(read(&guarded(), peer, None).is_ok(), "{peer}");
    }
    for peer in [STRANGER, "2001:db9::1", "::1", "::ffff:203.0.113.5"] {
        let refused = read(&guarded(), peer, None).unwrap_err();
        assert_eq!(
            (refused.status(), refused),
            (403, Refusal::SourceNotAllowed),
            "{peer}"
        );
    }
}

#[test]
fn a_header_makes_nobody_the_platform() {
    assert!(
        read(&guarded(), STRANGER, Some(PLATFORM)).is_err(),
        "no proxies are set"
    );
    assert!(
        read(&behind_proxies(), STRANGER, Some(PLATFORM)).is_err(),
        "not by a proxy"
    );
    let appended = format!("{PLATFORM}, {STRANGER}");
    assert!(
        read(&behind_proxies(), PROXY, Some(&appended)).is_err(),
        "what a proxy has appended"
    );
    let appended = format!("{PLATFORM}, {STRANGER}, 10.0.0.2");
    assert!(
        read(&behind_proxies(), PROXY, Some(&appended)).is_err(),
        "two proxies"
    );
    assert!(read(&behind_proxies(), PROXY, Some("198.51.100.17, unknown")).is_err());
    assert!(
        read(&behind_proxies(), PROXY, None).is_err(),
        "a proxy that says nothing"
    );
}

#[test]
fn behind_proxies_the_platform_is_found_and_written_down() {
    assert_eq!(
        read(&behind_proxies(), PROXY, Some(PLATFORM)),
        Ok(PLATFORM.to_owned())
    );
    let appended = format!("{STRANGER}, {PLATFORM}:4711, 10.0.0.2");
    assert_eq!(
        read(&behind_proxies(), PROXY, Some(&appended)),
        Ok(PLATFORM.to_owned())
    );
    assert_eq!(
        read(&behind_proxies(), PLATFORM, None),
        Ok(PLATFORM.to_owned()),
        "directly"
    );
}

#[test]
fn without_a_list_everybody_may_send_and_the_address_is_written_down() {
    assert_eq!(
        read(&reader(), "::ffff:203.0.113.5", None),
        Ok(STRANGER.to_owned())
    );
    assert_eq!(
        read(&reader(), STRANGER, Some(PLATFORM)),
        Ok(STRANGER.to_owned())
    );
}

#[test]
fn a_list_needs_the_address_of_the_connection() {
    let head = RequestHead::new(None, []);
    let refused = guarded()
        .read_whole(&head, callback("order-1"))
        .unwrap_err();
    assert_eq!((refused.status(), refused), (500, Refusal::SourceUnknown));
    assert!(reader().read_whole(&head, callback("order-1")).is_ok());
}
