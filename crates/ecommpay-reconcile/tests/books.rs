//! Random books of a platform and a shop: every difference is told once, and nothing else.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers as well"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ecommpay_client::Client;
use ecommpay_data_api::DataToken;
use ecommpay_inbox::contract::samples;
use ecommpay_inbox::doubles::MemoryInbox;
use ecommpay_inbox::{Inbox, LeaseRequest, Moment};
use ecommpay_model::Timestamp;
use ecommpay_reconcile::{Comparison, Difference, Differs, Missing, Period, Summary};
use ecommpay_signature::json::Limits;
use ecommpay_signature::{SecretKey, SignaturePlace, SigningPolicy, signed_body};
use ecommpay_transport::doubles::AnswerWith;
use ecommpay_transport::{Reply, Request};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{PROJECT, SECRET, START, merchant_of};

const TOKEN_SECRET: &str = "the key of the token";
/// The period that is compared, in seconds after the start.
const FROM: i64 = 100;
const UNTIL: i64 = 116;

/// How the two sides see one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    Alike,
    ByPlatformAlone,
    ByShopAlone,
    OtherStatus,
    OtherAmount,
    OtherCurrency,
    OtherType,
    OtherStatusAndAmount,
    /// The shop knows a state of the period; the platform has a later one, of the next period.
    ChangedSince,
    /// Of another period on both sides.
    AlikeEarlier,
    /// The shop alone has it, in another period.
    ByShopAloneEarlier,
}

use Seen::{
    Alike, AlikeEarlier, ByPlatformAlone, ByShopAlone, ByShopAloneEarlier, ChangedSince,
    OtherAmount, OtherCurrency, OtherStatus, OtherStatusAndAmount, OtherType,
};

#[derive(Debug, Clone)]
struct Case {
    id: u64,
    payment: u8,
    /// Seconds after the beginning of the period.
    second: i64,
    seen: Seen,
}

/// One side's entry.
#[derive(Debug, Clone)]
struct Entry {
    id: u64,
    payment: String,
    kind: &'static str,
    status: &'static str,
    amount: i64,
    currency: &'static str,
    changed: i64,
}

impl Case {
    fn entry(&self) -> Entry {
        Entry {
            id: self.id,
            payment: format!("p-{}", self.payment),
            kind: "sale",
            status: "success",
            amount: 1000,
            currency: "CNY",
            changed: FROM + self.second,
        }
    }

    fn by_platform(&self) -> Option<Entry> {
        let mut entry = self.entry();
        match self.seen {
            ByShopAlone | ByShopAloneEarlier => return None,
            ChangedSince => entry.changed = UNTIL + 1 + self.second,
            AlikeEarlier => entry.changed = FROM - 1 - self.second,
            _ => {}
        }
        Some(entry)
    }

    fn by_shop(&self) -> Option<Entry> {
        let mut entry = self.entry();
        match self.seen {
            ByPlatformAlone => return None,
            OtherStatus => entry.status = "processing",
            OtherAmount => entry.amount = 999,
            OtherCurrency => entry.currency = "USD",
            OtherType => entry.kind = "refund",
            OtherStatusAndAmount => (entry.status, entry.amount) = ("decline", 1),
            ChangedSince => entry.status = "awaiting redirect result",
            AlikeEarlier | ByShopAloneEarlier => entry.changed = FROM - 1 - self.second,
            Alike | ByShopAlone => {}
        }
        Some(entry)
    }
}

fn date(second: i64) -> String {
    let time = Timestamp::from_unix_seconds(START + second).unwrap();
    time.to_rfc3339()
}

fn seconds_of(text: &Value) -> i64 {
    let (day, time) = text.as_str().unwrap().split_once(' ').unwrap();
    let time: Timestamp = format!("{day}T{time}Z").parse().unwrap();
    time.unix_seconds() - START
}

/// How the Data API takes the end of an interval, of which no description tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    Included,
    LeftOut,
}

/// A Data API with these books; it checks what it is asked.
fn answer(books: &[Entry], ends: Ends, request: &Request) -> Reply {
    let asked: Value = serde_json::from_slice(request.body()).unwrap();
    let rows: Vec<Value> = if request.url().ends_with("/operations/get") {
        assert_eq!(
            (&asked["tz"], &asked["project_id"]),
            (&json!("+00:00"), &json!([PROJECT]))
        );
        let interval = &asked["interval"];
        let (from, to) = (seconds_of(&interval["from"]), seconds_of(&interval["to"]));
        assert!(FROM <= from && from < to && to <= UNTIL, "{interval}");
        let is_of = |it: &&Entry| match ends {
            Ends::Included => (from..=to).contains(&it.changed),
            Ends::LeftOut => (from..to).contains(&it.changed),
        };
        let mut found: Vec<_> = books.iter().filter(is_of).collect();
        found.sort_by_key(|it| std::cmp::Reverse((it.changed, it.id)));
        let number = |name: &str| usize::try_from(asked[name].as_u64().unwrap()).unwrap();
        let page = found
            .into_iter()
            .skip(number("offset"))
            .take(number("limit"));
        let row = |it: &Entry| {
            json!({
                "project_id": PROJECT.to_string(), "operation_id": it.id.to_string(),
                "payment_id": it.payment, "operation_type": it.kind, "operation_status": it.status,
                "operation_created_at": date(it.changed), "operation_completed_at": date(it.changed),
                "sum_initial": {"amount": it.amount, "currency": it.currency},
            })
        };
        page.map(row).collect()
    } else {
        let of_payment = books.iter().filter(|it| asked["payment_id"] == it.payment);
        let row = |it: &Entry| {
            json!({
                "operation_id": it.id.to_string(), "operation_type": it.kind,
                "operation_created_at": date(it.changed), "operation_completed_at": date(it.changed),
                "amount": it.amount, "currency": it.currency, "arn": "", "rrn": "",
            })
        };
        of_payment.map(row).collect()
    };
    let key = SecretKey::new(TOKEN_SECRET).unwrap();
    let policy = SigningPolicy::default().with_limits(Limits::STRICT.with_values(10_000));
    let body = json!({ "operations": rows });
    Reply::new(
        200,
        signed_body(&body, SignaturePlace::TopLevel, &key, &policy).unwrap(),
    )
}

async fn shop_with(books: &[Entry]) -> MemoryInbox {
    let inbox = MemoryInbox::new();
    let at = |second: i64| Moment::from_unix_millis((START + second) * 1000);
    for entry in books {
        let sum = json!({"amount": entry.amount, "currency": entry.currency});
        let date = date(entry.changed);
        let body = json!({
            "project_id": PROJECT,
            "payment": {"id": entry.payment, "status": "success", "date": date, "sum": sum},
            "operation": {"id": entry.id, "type": entry.kind, "status": entry.status, "date": date,
                "sum_initial": sum},
        });
        let arrival = samples::signed(&body.to_string(), at(entry.changed)).unwrap();
        inbox.put(arrival).await.unwrap();
    }
    let now = at(UNTIL);
    loop {
        let request = LeaseRequest::new("books", 100, Duration::from_secs(60));
        let leased = inbox.lease(now, request).await.unwrap();
        if leased.is_empty() {
            return inbox;
        }
        for one in leased {
            let learned = samples::learned(&one).unwrap();
            inbox.acknowledge(one.lease(), now, learned).await.unwrap();
        }
    }
}

async fn compare(cases: &[Case], ends: Ends, page: u32) -> (Summary, Vec<Difference>) {
    let books: Vec<Entry> = cases.iter().filter_map(Case::by_platform).collect();
    let shop: Vec<Entry> = cases.iter().filter_map(Case::by_shop).collect();
    compare_with(&shop, page, move |request| answer(&books, ends, request)).await
}

async fn compare_with(
    shop: &[Entry],
    page: u32,
    data_api: impl Fn(&Request) -> Reply + Send + Sync + 'static,
) -> (Summary, Vec<Difference>) {
    let token = DataToken::new("a-token", SecretKey::new(TOKEN_SECRET).unwrap()).unwrap();
    let client = Client::builder(merchant_of(PROJECT, SECRET))
        .transport(AnswerWith::new(move |request| Ok(data_api(&request))))
        .base_url("http://127.0.0.1:9")
        .data_base_url("http://127.0.0.1:9/v1")
        .data_token(token)
        .build()
        .unwrap();
    let time = |second: i64| Timestamp::from_unix_seconds(START + second).unwrap();
    let period = Period::new(time(FROM), time(UNTIL)).unwrap();
    let mut found = Vec::new();
    let comparison = Comparison::new(Arc::new(shop_with(shop).await), client).page(page);
    let summary = comparison
        .compare(period, |difference| found.push(difference))
        .await
        .unwrap();
    (summary, found)
}

/// What is told of an operation, in short.
fn told(difference: &Difference) -> (u64, String) {
    let id = difference.place().unwrap().operation_id.value();
    let text = match difference {
        Difference::Missing {
            missing: Missing::Payment,
            ..
        } => "no payment".to_owned(),
        Difference::Missing { .. } => "no operation".to_owned(),
        Difference::Extra { .. } => "extra".to_owned(),
        Difference::Differing { differs, .. } => format!("{differs:?}"),
        other => panic!("{other:?}"),
    };
    (id, text)
}

/// The same by the way the books were made.
fn expected(cases: &[Case]) -> BTreeMap<u64, String> {
    let is_known = |payment: u8| {
        cases
            .iter()
            .any(|it| it.payment == payment && it.by_shop().is_some())
    };
    let all = cases.iter().filter_map(|case| {
        let differs = |list: &[Differs]| format!("{list:?}");
        let text = match case.seen {
            Alike | ChangedSince | AlikeEarlier | ByShopAloneEarlier => return None,
            ByPlatformAlone if is_known(case.payment) => "no operation".to_owned(),
            ByPlatformAlone => "no payment".to_owned(),
            ByShopAlone => "extra".to_owned(),
            OtherStatus => differs(&[Differs::Status]),
            OtherAmount => differs(&[Differs::Amount]),
            OtherCurrency => differs(&[Differs::Currency]),
            OtherType => differs(&[Differs::Type]),
            OtherStatusAndAmount => differs(&[Differs::Status, Differs::Amount]),
        };
        Some((case.id, text))
    });
    all.collect()
}

fn cases() -> impl Strategy<Value = Vec<Case>> {
    let seen = prop_oneof![
        6 => Just(Alike),
        1 => Just(ByPlatformAlone),
        1 => Just(ByShopAlone),
        1 => Just(OtherStatus),
        1 => Just(OtherAmount),
        1 => Just(OtherCurrency),
        1 => Just(OtherType),
        1 => Just(OtherStatusAndAmount),
        1 => Just(ChangedSince),
        1 => Just(AlikeEarlier),
        1 => Just(ByShopAloneEarlier),
    ];
    // Half of the operations in one second, so that some seconds do not fit a page.
    let second = prop_oneof![Just(7_i64), 0..(UNTIL - FROM)];
    proptest::collection::vec((0..12_u8, second, seen), 0..24).prop_map(|list| {
        let numbered = (1..).zip(list);
        numbered
            .map(|(id, (payment, second, seen))| Case {
                id,
                payment,
                second,
                seen,
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_difference_is_told_once_and_nothing_else(
        cases in cases(),
        ends in prop_oneof![Just(Ends::Included), Just(Ends::LeftOut)],
        page in 1..7_u32,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (summary, found) = runtime.block_on(compare(&cases, ends, page));
        let all: Vec<_> = found.iter().map(told).collect();
        let each: BTreeMap<_, _> = all.iter().cloned().collect();
        prop_assert_eq!(all.len(), each.len(), "each once");
        prop_assert_eq!(each, expected(&cases));

        let count = |wanted: &dyn Fn(&Case) -> bool| {
            u64::try_from(cases.iter().filter(|it| wanted(it)).count()).unwrap()
        };
        let is_outside = |case: &Case| matches!(case.seen, AlikeEarlier | ByShopAloneEarlier);
        let by_platform =
            |case: &Case| !is_outside(case) && !matches!(case.seen, ByShopAlone | ChangedSince);
        prop_assert_eq!(summary.platform_operations, count(&by_platform));
        let by_shop = |case: &Case| !is_outside(case) && case.seen != ByPlatformAlone;
        prop_assert_eq!(summary.shop_operations, count(&by_shop));
        prop_assert_eq!(summary.alike, count(&|case| case.seen == Alike));
        prop_assert_eq!(summary.elsewhere, count(&|case| case.seen == ChangedSince));
        let told = summary.missing + summary.extra + summary.differing;
        prop_assert_eq!(told, u64::try_from(all.len()).unwrap());
        prop_assert_eq!(summary.is_clean(), all.is_empty());
    }
}

/// While a list is read, its operations change and leave it, and those behind them move up.
#[tokio::test]
async fn operations_that_change_meanwhile_hide_no_other() {
    let cases: Vec<Case> = (1..=16)
        .map(|id| Case {
            id,
            payment: 0,
            second: i64::try_from(id).unwrap() - 1,
            seen: ByPlatformAlone,
        })
        .collect();
    let books: Vec<Entry> = cases.iter().filter_map(Case::by_platform).collect();
    for page in 1..=16_u32 {
        let books = Arc::new(Mutex::new(books.clone()));
        let changing = Arc::clone(&books);
        let (_, found) = compare_with(&[], page, move |request| {
            let mut books = changing.lock().unwrap();
            let reply = answer(&books, Ends::Included, request);
            // After each answer the newest operation of the period changes.
            let newest = books.iter_mut().filter(|it| it.changed < UNTIL);
            if let Some(newest) = newest.max_by_key(|it| it.changed) {
                newest.changed = UNTIL + 10;
            }
            reply
        })
        .await;
        let told: BTreeSet<u64> = found.iter().map(|it| told(it).0).collect();
        let books = books.lock().unwrap();
        let unchanged = books.iter().filter(|it| it.changed < UNTIL);
        for entry in unchanged {
            assert!(
                told.contains(&entry.id),
                "page of {page}: {told:?} {books:?}"
            );
        }
    }
}
