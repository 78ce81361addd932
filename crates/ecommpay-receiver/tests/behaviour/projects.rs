//! Several projects, each with its keys.

use ecommpay_callback::CallbackError;
use ecommpay_clock::doubles::HandClock;
use ecommpay_receiver::{CallbackReader, Projects, Refusal};

use crate::support::{head, keys, project, signed};

/// 201 and 202 have keys of their own; 203 shares that of 202.
fn reader() -> CallbackReader {
    let projects = Projects::new(project(201), keys("key-1"))
        .with_project(project(202), keys("key-2"))
        .and_then(|projects| projects.with_project(project(203), keys("key-2")))
        .unwrap();
    CallbackReader::new(projects).clock(HandClock::new())
}

fn project_of(body: Vec<u8>) -> Result<u32, Refusal> {
    let received = reader().read_whole(&head(), body)?;
    Ok(received.project_id().value())
}

const WRONG: Refusal = Refusal::Unverified(CallbackError::WrongSignature);

#[test]
fn the_body_names_its_project() {
    for (body, secret, expected) in [
        (
            r#"{"project_id":201,"payment":{"id":"a"}}"#,
            "key-1",
            Ok(201),
        ),
        (
            r#"{"project_id":"202","payment":{"id":"a"}}"#,
            "key-2",
            Ok(202),
        ),
        (
            r#"{"general":{"project_id":203},"token":"t"}"#,
            "key-2",
            Ok(203),
        ),
        (
            r#"{"project_id":201,"payment":{"id":"a"}}"#,
            "key-2",
            Err(WRONG),
        ),
        (
            r#"{"project_id":204,"payment":{"id":"a"}}"#,
            "key-1",
            Err(Refusal::UnknownProject(project(204))),
        ),
    ] {
        assert_eq!(
            project_of(signed(body, secret)),
            expected,
            "{body} {secret}"
        );
    }
}

#[test]
fn a_body_without_a_project_is_of_the_one_whose_keys_fit() {
    let body = r#"{"payment":{"id":"a"}}"#;
    assert_eq!(project_of(signed(body, "key-1")), Ok(201));
    assert_eq!(
        project_of(signed(body, "key-2")),
        Err(Refusal::ProjectUnclear)
    );
    assert_eq!(project_of(signed(body, "key-3")), Err(WRONG));
    let odd = r#"{"project_id":"none","payment":{"id":"a"}}"#;
    assert_eq!(project_of(signed(odd, "key-1")), Ok(201));
    assert_eq!(Refusal::ProjectUnclear.status(), 400);
}

#[test]
fn a_name_twice_is_refused_and_chooses_nothing() {
    let body = r#"{"project_id":202,"project_id":201,"payment":{"id":"a"}}"#;
    let refused = project_of(signed(body, "key-1")).unwrap_err();
    assert!(matches!(
        refused,
        Refusal::Unverified(CallbackError::DuplicateKey { .. })
    ));
}

#[test]
fn an_address_for_one_project_uses_its_keys_alone() {
    let body = || signed(r#"{"payment":{"id":"a"}}"#, "key-2");
    let received = reader().read_whole(&head().for_project(project(203)), body());
    assert_eq!(received.unwrap().project_id(), project(203));
    let refused = reader().read_whole(&head().for_project(project(201)), body());
    assert_eq!(refused.unwrap_err(), WRONG);
    let refused = reader()
        .read_whole(&head().for_project(project(999)), body())
        .unwrap_err();
    assert_eq!(
        (refused.status(), refused),
        (404, Refusal::UnknownProject(project(999)))
    );
}

#[test]
fn the_only_project_takes_what_its_key_has_signed() {
    let reader = CallbackReader::new(Projects::new(project(201), keys("key-1")));
    let foreign = signed(r#"{"project_id":7,"payment":{"id":"a"}}"#, "key-1");
    let received = reader.read_whole(&head(), foreign).unwrap();
    assert_eq!(
        received.project_id(),
        project(201),
        "the order guard compares the two"
    );
}

#[test]
fn a_project_is_named_once() {
    let twice = Projects::new(project(201), keys("a")).with_project(project(201), keys("b"));
    assert!(twice.unwrap_err().to_string().contains("201"));
}
