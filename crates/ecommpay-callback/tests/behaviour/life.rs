//! A platform in miniature: random but truthful lives of one payment, written as the documents a
//! merchant would receive, with what is true at the end.

use proptest::prelude::*;
use serde_json::{Value, json};

/// What the platform sends: a callback, or the answer to a status request.
#[derive(Debug, Clone)]
pub(crate) enum Document {
    Callback(Value),
    StatusAnswer(Value),
}

/// What is true once everything of a life has happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Truth {
    pub(crate) standing: &'static str,
    pub(crate) paid: Option<i64>,
    pub(crate) returned: i64,
    pub(crate) refunds_taken_back: usize,
}

#[derive(Debug, Clone)]
pub(crate) enum Ending {
    /// Paid; the number is what was paid, which need not be what was asked for.
    Success(i64),
    Decline,
    Canceled,
    /// Refused before it began; the merchant gave up.
    Refused,
    StillOpen,
}

#[derive(Debug, Clone)]
pub(crate) struct RefundPlan {
    /// Share of what is left, in percent; 100 gives back everything.
    pub(crate) percent: i64,
    pub(crate) result: RefundResult,
    pub(crate) kind: &'static str,
    pub(crate) shows_processing: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefundResult {
    Success,
    Decline,
    Open,
    /// Given back, then the refund itself taken back.
    Reversed,
}

/// Everything that decides a life.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) asked: i64,
    pub(crate) refused_before: usize,
    pub(crate) intermediates: Vec<&'static str>,
    pub(crate) ending: Ending,
    pub(crate) refunds: Vec<RefundPlan>,
    /// Seconds between two events; 0 puts everything into one second.
    pub(crate) pace: i64,
    /// After which events somebody asked for the status.
    pub(crate) asked_status: Vec<bool>,
}

pub(crate) fn plan() -> impl Strategy<Value = Plan> {
    let intermediate = prop::sample::select(vec![
        "processing",
        "awaiting redirect result",
        "awaiting customer action",
        "awaiting clarification",
        "awaiting customer",
    ]);
    let ending = prop_oneof![
        6 => (1_i64..2_000_000).prop_map(Ending::Success),
        2 => Just(Ending::Decline),
        1 => Just(Ending::Canceled),
        1 => Just(Ending::Refused),
        1 => Just(Ending::StillOpen),
    ];
    let result = prop::sample::select(vec![
        RefundResult::Success,
        RefundResult::Success,
        RefundResult::Decline,
        RefundResult::Open,
        RefundResult::Reversed,
    ]);
    let refund = (
        1_i64..=100,
        result,
        prop::sample::select(vec!["refund", "reversal"]),
        any::<bool>(),
    )
        .prop_map(|(percent, result, kind, shows_processing)| RefundPlan {
            // every third or so gives back all there is
            percent: if percent > 66 { 100 } else { percent },
            result,
            kind,
            shows_processing,
        });
    (
        1_i64..2_000_000,
        0_usize..3,
        prop::collection::vec(intermediate, 0..4),
        ending,
        prop::collection::vec(refund, 0..5),
        0_i64..3,
        prop::collection::vec(prop::bool::weighted(0.2), 24),
    )
        .prop_map(
            |(asked, refused_before, intermediates, ending, refunds, pace, asked_status)| Plan {
                asked,
                refused_before,
                intermediates,
                ending,
                refunds,
                pace,
                asked_status,
            },
        )
}

/// The platform's own record of the payment while a plan is played.
struct Platform<'a> {
    plan: &'a Plan,
    clock: i64,
    events: usize,
    status: &'static str,
    sum: i64,
    operations: Vec<Value>,
    documents: Vec<Document>,
}

/// Plays a plan and gives the documents in the order the platform made them.
pub(crate) fn play(plan: &Plan) -> (Vec<Document>, Truth) {
    let platform = Platform {
        plan,
        clock: 1_551_283_285,
        events: 0,
        status: "processing",
        sum: plan.asked,
        operations: Vec::new(),
        documents: Vec::new(),
    };
    platform.run()
}

impl Platform<'_> {
    fn run(mut self) -> (Vec<Document>, Truth) {
        for attempt in 0..self.plan.refused_before {
            self.refuse(attempt);
        }
        if matches!(self.plan.ending, Ending::Refused) {
            self.refuse(9);
            return (
                self.documents,
                Truth {
                    standing: "error",
                    paid: None,
                    returned: 0,
                    refunds_taken_back: 0,
                },
            );
        }
        for status in &self.plan.intermediates {
            self.status = status;
            self.operation(100, "sale", status, self.plan.asked, None);
        }
        let open = self.plan.intermediates.last().copied();
        match self.plan.ending {
            Ending::Success(paid) => {
                (self.status, self.sum) = ("success", paid);
                self.operation(100, "sale", "success", self.plan.asked, Some("0"));
                self.refunds(paid)
            }
            Ending::Decline => {
                self.status = "decline";
                self.operation(100, "sale", "decline", self.plan.asked, Some("20105"));
                self.end("declined")
            }
            Ending::Canceled => {
                self.status = "canceled";
                self.operation(101, "cancel", "success", self.plan.asked, Some("0"));
                self.end("cancelled")
            }
            Ending::StillOpen | Ending::Refused => match open {
                Some(_) => self.end("open"),
                None if self.plan.refused_before > 0 => self.end("error"),
                None => self.end("unknown"),
            },
        }
    }

    fn end(self, standing: &'static str) -> (Vec<Document>, Truth) {
        (
            self.documents,
            Truth {
                standing,
                paid: None,
                returned: 0,
                refunds_taken_back: 0,
            },
        )
    }

    fn refunds(mut self, paid: i64) -> (Vec<Document>, Truth) {
        for (number, refund) in self.plan.refunds.iter().enumerate() {
            let id = 200 + 10 * i64::try_from(number).unwrap();
            let share = (self.sum * refund.percent / 100).max(1);
            if refund.shows_processing || refund.result == RefundResult::Open {
                self.operation(id, refund.kind, "processing", share, Some("9999"));
            }
            match refund.result {
                RefundResult::Open => {}
                RefundResult::Success | RefundResult::Reversed if self.sum >= share => {
                    let before = (self.status, self.sum);
                    self.sum -= share;
                    self.status = match (self.sum, refund.kind) {
                        (0, "refund") => "refunded",
                        (0, _) => "reversed",
                        (_, "refund") => "partially refunded",
                        (_, _) => "partially reversed",
                    };
                    self.operation(id, refund.kind, "success", share, Some("0"));
                    if refund.result == RefundResult::Reversed {
                        // Taking a refund back is an event of a later second in every life here:
                        // within one second nothing on the wire tells it from the refund.
                        self.clock += 1;
                        (self.status, self.sum) = before;
                        self.operation(id + 1, "refund reverse", "success", share, Some("0"));
                        self.clock += 1;
                    }
                }
                _ => self.operation(id, refund.kind, "decline", share, Some("3283")),
            }
        }
        let returned = paid - self.sum;
        let standing = match (returned, self.sum) {
            (0, _) => "paid",
            (_, 0) => "refunded",
            _ => "partially refunded",
        };
        let refunds_taken_back = self
            .plan
            .refunds
            .iter()
            .filter(|it| it.result == RefundResult::Reversed)
            .count();
        (
            self.documents,
            Truth {
                standing,
                paid: Some(paid),
                returned,
                refunds_taken_back,
            },
        )
    }

    fn date(&self) -> String {
        date(self.clock)
    }

    fn payment(&self) -> Value {
        json!({
            "id": "life-1", "type": "purchase", "status": self.status, "date": self.date(),
            "method": "alipay", "sum": {"amount": self.sum, "currency": "CNY"}, "description": "",
        })
    }

    fn refuse(&mut self, attempt: usize) {
        let errors =
            json!([{"code": "2305", "message": format!("attempt {attempt}"), "field": "currency"}]);
        self.documents.push(Document::Callback(json!({
            "project_id": 201,
            "payment": {"id": "life-1", "status": "error", "date": self.date()},
            "errors": errors,
        })));
        self.tick();
    }

    fn operation(&mut self, id: i64, kind: &str, status: &str, amount: i64, code: Option<&str>) {
        let operation = json!({
            "id": id, "type": kind, "status": status,
            "date": self.date(), "created_date": self.date(),
            "request_id": format!("request-{id}"),
            "sum_initial": {"amount": amount, "currency": "CNY"},
            "sum_converted": {"amount": amount, "currency": "CNY"},
            "code": code.unwrap_or("9999"), "message": "as the registry says",
        });
        let mut callback =
            json!({"project_id": 201, "payment": self.payment(), "operation": operation});
        match status {
            "awaiting redirect result" => {
                let url = format!("https://example.com/{}", self.events);
                callback["redirect_data"] = json!({"method": "GET", "url": url, "body": []});
            }
            "awaiting customer action" => {
                let data = format!("weixin://{}", self.events);
                callback["display_data"] =
                    json!([{"type": "qr_data", "title": "QR code", "data": data}]);
            }
            "awaiting clarification" => {
                callback["clarification_fields"] = json!({"customer": ["last_name"]});
            }
            _ => {}
        }
        self.operations.retain(|known| known["id"] != id);
        self.operations.push(operation);
        self.documents.push(Document::Callback(callback));
        if self
            .plan
            .asked_status
            .get(self.events)
            .copied()
            .unwrap_or(false)
        {
            self.documents.push(Document::StatusAnswer(json!({
                "project_id": 201, "payment": self.payment(), "operations": self.operations,
            })));
        }
        self.tick();
    }

    fn tick(&mut self) {
        self.events += 1;
        self.clock += self.plan.pace;
    }
}

/// The platform's form of a time on 27 or 28 February 2019; lives are short.
fn date(unix_seconds: i64) -> String {
    let into_day = unix_seconds - 1_551_225_600; // 2019-02-27T00:00:00Z
    let (day, second) = (27 + into_day / 86_400, into_day % 86_400);
    format!(
        "2019-02-{day:02}T{:02}:{:02}:{:02}+0000",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}
