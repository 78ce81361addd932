//! A customer who presses anything on Payment Page at any time: a payment begins only by a
//! confirmation, a result stays, and the shop's script is never told something twice or anew.

use ecommpay_signature::{SecretKey, exact};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value};

use super::world::{PROJECT, SECRET, World};
use crate::config::{ClarificationSettings, HandoffKind, Method, MethodSettings, ProjectMode};
use crate::platform::emulator::{Choice, Choose, PressPay, Return, SignIn};
use crate::platform::page::parameters::Parameters;
use crate::platform::page::{
    AnswerOnPage, ChooseAgain, ChooseMethod, EnterLogin, OpenPage, PageEvent, PageState, ShowPage,
};
use crate::platform::payment::PaymentKey;

/// What the customer may do; pages are numbered in the order of their opening.
#[derive(Debug, Clone)]
enum Step {
    Open { id: usize, framed: bool },
    Method { page: usize, method: Method },
    Login { page: usize, login: &'static str },
    Answer { page: usize, zip: &'static str },
    Again { page: usize },
    Show { page: usize },
    Pay { id: usize },
    SignIn { id: usize },
    Act { id: usize, success: bool },
    Leave { id: usize },
    Pass { seconds: u64 },
}

const IDS: [&str; 2] = ["a", "b"];

fn step() -> impl Strategy<Value = Step> {
    let id = 0..IDS.len();
    let page = 0..3_usize;
    let method = prop::sample::select(&[Method::Alipay, Method::AlfaClick][..]);
    let login = prop::sample::select(&["u_customer", " ", "other"][..]);
    let zip = prop::sample::select(&["100000", "", "far too long for a postal code"][..]);
    prop_oneof![
        3 => (id.clone(), any::<bool>()).prop_map(|(id, framed)| Step::Open { id, framed }),
        4 => (page.clone(), method).prop_map(|(page, method)| Step::Method { page, method }),
        3 => (page.clone(), login).prop_map(|(page, login)| Step::Login { page, login }),
        3 => (page.clone(), zip).prop_map(|(page, zip)| Step::Answer { page, zip }),
        1 => page.clone().prop_map(|page| Step::Again { page }),
        3 => page.prop_map(|page| Step::Show { page }),
        1 => id.clone().prop_map(|id| Step::Pay { id }),
        2 => id.clone().prop_map(|id| Step::SignIn { id }),
        3 => (id.clone(), any::<bool>()).prop_map(|(id, success)| Step::Act { id, success }),
        1 => id.prop_map(|id| Step::Leave { id }),
        3 => prop_oneof![0..3_u64, 600..2000_u64].prop_map(|seconds| Step::Pass { seconds }),
    ]
}

fn world() -> World {
    World::new(|project| {
        let asks = ClarificationSettings::new(["customer.zip"]);
        let qr = MethodSettings::of(Method::Alipay)
            .handoff(HandoffKind::QrText)
            .clarification(asks);
        project.mode(ProjectMode::Live).method(Method::Alipay, qr)
    })
}

fn opening(id: &str, framed: bool) -> OpenPage {
    let signed = [
        ("project_id", PROJECT.to_string()),
        ("payment_id", id.to_owned()),
        ("payment_amount", "1000".to_owned()),
        ("payment_currency", "USD".to_owned()),
        ("customer_id", "customer1".to_owned()),
        ("language_code", "zh".to_owned()),
        ("best_before", "2026-01-01T02:00:00Z".to_owned()),
        ("merchant_success_url", "http://shop.example/".to_owned()),
    ];
    let members: Map<String, Value> = signed
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.as_str().into()))
        .collect();
    let key = SecretKey::new(SECRET).unwrap();
    let signature = exact::sign(&serde_json::to_vec(&members).unwrap(), &key).unwrap();
    let mut pairs: Vec<(String, String)> = signed
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec();
    pairs.push(("signature".to_owned(), signature.to_base64()));
    if framed {
        pairs.push(("frame_mode".to_owned(), "iframe".to_owned()));
    }
    OpenPage {
        parameters: Parameters::new(pairs),
        accept_language: None,
    }
}

/// One opened page as the browser remembers it.
struct Opened {
    session: String,
    id: usize,
    framed: bool,
    events: Vec<PageEvent>,
    scene: &'static str,
}

struct Walk {
    world: World,
    pages: Vec<Opened>,
}

impl Walk {
    fn status(&self, id: usize) -> Option<&'static str> {
        let key = PaymentKey::new(PROJECT, IDS[id]);
        let payment = self.world.platform.payment(&key)?;
        Some(payment.status.name())
    }

    fn token(&self, id: usize) -> String {
        let key = PaymentKey::new(PROJECT, IDS[id]);
        let payment = self.world.platform.payment(&key);
        payment.map_or_else(String::new, |payment| payment.token.clone())
    }

    fn session(&self, page: usize) -> String {
        let page = self.pages.get(page);
        page.map_or_else(String::new, |page| page.session.clone())
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Open { id, framed } => {
                let opened = self.world.apply(opening(IDS[*id], *framed));
                assert_eq!(
                    opened.is_ok(),
                    self.status(*id).is_none(),
                    "an unused id opens"
                );
                if let Ok(view) = opened {
                    self.pages.push(Opened {
                        session: view.session,
                        id: *id,
                        framed: *framed,
                        events: view.events,
                        scene: "",
                    });
                }
            }
            Step::Method { page, method } => {
                let (session, method) = (self.session(*page), method.code().to_owned());
                self.world.apply(ChooseMethod { session, method });
            }
            Step::Login { page, login } => {
                let (session, login) = (self.session(*page), (*login).to_owned());
                self.world.apply(EnterLogin { session, login });
            }
            Step::Answer { page, zip } => {
                let session = self.session(*page);
                let members = vec![("customer.zip".to_owned(), (*zip).to_owned())];
                self.world.apply(AnswerOnPage { session, members });
            }
            Step::Again { page } => {
                let session = self.session(*page);
                self.world.apply(ChooseAgain { session });
            }
            Step::Show { page } => {
                let session = self.session(*page);
                self.world.apply(ShowPage { session });
            }
            Step::Pay { id } => {
                let token = self.token(*id);
                self.world.apply(PressPay { token });
            }
            Step::SignIn { id } => {
                let (token, login) = (self.token(*id), "u_customer".to_owned());
                self.world.apply(SignIn { token, login });
            }
            Step::Act { id, success } => {
                let choice = match success {
                    true => Choice::Success,
                    false => Choice::Decline,
                };
                let (token, last_name) = (self.token(*id), "Zhang".to_owned());
                self.world.apply(Choose {
                    token,
                    choice,
                    last_name,
                });
            }
            Step::Leave { id } => {
                let token = self.token(*id);
                self.world.apply(Return { token });
            }
            Step::Pass { seconds } => {
                self.world.pass(*seconds);
            }
        }
    }

    /// Looks at every page and holds it against what it was before.
    fn check(&mut self) {
        for page in &mut self.pages {
            let session = page.session.clone();
            let question = PageState {
                session: session.clone(),
            };
            let scene = self.world.platform.ask(question, self.world.now);
            let view = self.world.apply(ShowPage { session }).unwrap();
            assert_eq!(
                scene,
                Some(view.scene_name()),
                "the script and the page agree"
            );
            if page.scene == "result" {
                assert_eq!(view.scene_name(), "result", "a result stays");
            }
            page.scene = view.scene_name();
            assert!(
                view.events.starts_with(&page.events),
                "what was told is not changed"
            );
            assert!(page.framed || view.events.is_empty());
            page.events = view.events;
            let results = page.events.iter().filter(|event| {
                matches!(
                    event.message,
                    "epframe.payment_success" | "epframe.payment_fail"
                )
            });
            let told = results.count();
            assert_eq!(told, usize::from(page.framed && page.scene == "result"));
        }
    }
}

proptest! {
    #[test]
    fn pages_keep_their_word(steps in vec(step(), 1..60)) {
        let mut walk = Walk { world: world(), pages: Vec::new() };
        for step in &steps {
            let before: Vec<_> = (0..IDS.len()).map(|id| walk.status(id)).collect();
            walk.take(step);
            for (id, before) in before.into_iter().enumerate() {
                let begun = before.is_none() && walk.status(id).is_some();
                let confirms = match step {
                    Step::Method { page, .. } | Step::Login { page, .. } => Some(*page),
                    _ => None,
                };
                let by = confirms.and_then(|page| walk.pages.get(page)).map(|page| page.id);
                prop_assert!(!begun || by == Some(id), "begun by {step:?}");
            }
            walk.check();
        }
        // One payment has one page that knows it.
        for id in IDS {
            let key = PaymentKey::new(PROJECT, id);
            if let Some(payment) = walk.world.platform.payment(&key) {
                let own = walk.pages.iter().filter(|page| payment.belongs_to_page(&page.session));
                prop_assert_eq!(own.count(), 1);
            }
        }
    }
}
