//! The suite for adapters finds an adapter that does something wrong: a suite that cannot fail shows
//! nothing.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers as well"
)]

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, post};
use ecommpay_axum::{Answer, request_head, response_of};
use ecommpay_model::ProjectId;
use ecommpay_receiver::RequestHead;
use ecommpay_receiver::contract::{Shop, bodies, extracting, sources, storing};

/// What an adapter does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// None: the laws hold on the same adapter.
    None,
    AnswersFirst,
    AlwaysAnswers200,
    LeavesHeadersOut,
    ReadsNoHeaders,
    KnowsNoPeer,
    BelievesTheSender,
    ForgetsTheProject,
    TakesAnyMethod,
    CallsTheHandlerAnyway,
    EatsTheBody,
}

use Fault::{
    AlwaysAnswers200, AnswersFirst, BelievesTheSender, CallsTheHandlerAnyway, EatsTheBody,
    ForgetsTheProject, KnowsNoPeer, LeavesHeadersOut, ReadsNoHeaders, TakesAnyMethod,
};

type Adapter = State<(Fault, Shop)>;

async fn callback(State((fault, shop)): Adapter, request: Request) -> Response {
    let is_for_202 = request.uri().path().ends_with("/202");
    let answering = async move {
        let (parts, body) = request.into_parts();
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .unwrap()
            .0
            .ip();
        let forwarded = parts
            .headers
            .get("x-forwarded-for")
            .and_then(|it| it.to_str().ok());
        let first = forwarded.and_then(|it| it.split(',').next()?.parse().ok());
        let headers = parts
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()));
        let mut head = match fault {
            ReadsNoHeaders => RequestHead::new(Some(peer), []),
            KnowsNoPeer => RequestHead::new(None, headers),
            BelievesTheSender => RequestHead::new(first.or(Some(peer)), headers),
            _ => request_head(&parts),
        };
        if is_for_202 && fault != ForgetsTheProject {
            head = head.for_project(ProjectId::new(202).unwrap());
        }
        let body = if fault == EatsTheBody {
            Body::empty()
        } else {
            body
        };
        shop.receiver.receive(&head, body.into_data_stream()).await
    };
    if fault == AnswersFirst {
        tokio::spawn(answering);
        return StatusCode::OK.into_response();
    }
    let answer = answering.await;
    match fault {
        AlwaysAnswers200 => answer.text().to_owned().into_response(),
        LeavesHeadersOut => {
            let status = StatusCode::from_u16(answer.status()).unwrap();
            (status, answer.text().to_owned()).into_response()
        }
        _ => response_of(&answer),
    }
}

async fn verified(State((fault, shop)): Adapter, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if fault == CallsTheHandlerAnyway {
        to_bytes(body, usize::MAX).await.unwrap();
        return "201 order-8".into_response();
    }
    let read = shop
        .reader
        .read(&request_head(&parts), body.into_data_stream())
        .await;
    match read {
        Ok(received) => Shop::text_of(&received).into_response(),
        Err(refusal) => response_of(&Answer::refusing(&refusal)),
    }
}

fn adapter(fault: Fault) -> impl AsyncFnOnce(Shop) -> SocketAddr {
    async move |shop: Shop| {
        let callbacks = if fault == TakesAnyMethod {
            any(callback)
        } else {
            post(callback)
        };
        let routes = Router::new()
            .route("/callback", callbacks.clone())
            .route("/callback/202", callbacks)
            .route("/verified", post(verified))
            .with_state((fault, shop));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = routes.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        address
    }
}

/// The law fails with the fault, and holds without.
macro_rules! breaks {
    ($($fault:ident breaks $group:ident::$law:ident;)+) => { $(
        let broken = $group::$law(adapter(Fault::$fault)).await;
        assert!(broken.is_err(), "{} does not notice {:?}", stringify!($law), Fault::$fault);
        let kept = $group::$law(adapter(Fault::None)).await;
        assert!(kept.is_ok(), "{kept:?}");
    )+ };
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_fault_breaks_a_law() {
    breaks! {
        AnswersFirst breaks storing::nothing_is_answered_before_the_store_is_done;
        AnswersFirst breaks storing::while_the_store_is_down_the_platform_is_told_to_come_again;
        AlwaysAnswers200 breaks bodies::a_forged_body_is_400_in_plain_text;
        AlwaysAnswers200 breaks bodies::a_body_that_is_too_long_is_413;
        AlwaysAnswers200 breaks bodies::a_body_that_is_too_slow_is_408;
        AlwaysAnswers200 breaks bodies::an_empty_body_is_400;
        AlwaysAnswers200 breaks storing::callbacks_follow_one_another_on_a_connection;
        LeavesHeadersOut breaks bodies::a_forged_body_is_400_in_plain_text;
        LeavesHeadersOut breaks storing::while_the_store_is_down_the_platform_is_told_to_come_again;
        ReadsNoHeaders breaks bodies::what_is_not_json_is_415;
        ReadsNoHeaders breaks sources::behind_a_proxy_the_sender_is_found_and_cannot_lie;
        KnowsNoPeer breaks sources::the_address_of_the_connection_is_kept;
        KnowsNoPeer breaks sources::strangers_are_403;
        BelievesTheSender breaks sources::the_address_of_the_connection_is_kept;
        BelievesTheSender breaks sources::behind_a_proxy_the_sender_is_found_and_cannot_lie;
        ForgetsTheProject breaks storing::several_projects_have_several_keys;
        TakesAnyMethod breaks bodies::other_methods_are_405;
        CallsTheHandlerAnyway breaks extracting::a_handler_is_given_a_verified_callback;
        CallsTheHandlerAnyway breaks extracting::a_handler_is_not_called_for_a_forged_one;
        CallsTheHandlerAnyway breaks extracting::the_limits_hold_for_a_handler_too;
        EatsTheBody breaks storing::a_callback_is_stored_and_answered_200;
        EatsTheBody breaks bodies::chunks_make_a_body;
        EatsTheBody breaks bodies::a_body_that_breaks_off_is_not_stored;
    }
}
