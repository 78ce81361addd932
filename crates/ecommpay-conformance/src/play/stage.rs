//! One play from beginning to end: sets the stage and lets the customer act.

use std::time::Duration;

use ecommpay_callback::CallbackVerifier;
use ecommpay_client::Client;
use ecommpay_gate::Merchant;
use ecommpay_model::ProjectId;
use ecommpay_payment_page::Origin;
use ecommpay_signature::{KeyRing, SecretKey};
use tokio::sync::mpsc::UnboundedSender;

use super::PlayError;
use super::browser::Browser;
use super::control::{Clock, Control};
use super::environment::{Credentials, Environment, PlayProject};
use super::goods::Goods;
use super::journal::StepReport;
use super::notes::Notes;
use super::shop::{Shop, ShopPlan, listen};
use crate::fixtures::{Flow, HandOff, Interface, Outcome, Step};

/// How often time may be let pass before something that must come counts as missing.
const PATIENCE: u32 = 60;
/// How long one such while lasts on a clock that goes by itself.
const WHILE: Duration = Duration::from_millis(500);

/// Everything one play needs.
#[derive(Debug)]
pub(super) struct Stage<'a> {
    pub(super) flow: &'a Flow,
    pub(super) notes: Notes,
    pub(super) shop: Shop,
    pub(super) browser: Browser,
    pub(super) credentials: Credentials,
    pub(super) payment: String,
    control: Option<Control>,
}

impl<'a> Stage<'a> {
    /// Opens the shop and makes its project known to the platform.
    pub(super) async fn set(
        flow: &'a Flow,
        environment: &Environment,
        reports: UnboundedSender<StepReport>,
    ) -> Result<Self, PlayError> {
        let (listener, local) = listen(environment.listen).await?;
        let origin = environment.announced.clone().unwrap_or(local);
        let control = environment.control.clone();
        let credentials = match environment.project() {
            PlayProject::Known(credentials) => credentials,
            PlayProject::New(credentials) => {
                let control = control
                    .as_ref()
                    .ok_or_else(|| PlayError::new("there is no control API"))?;
                let callback_url = format!("{origin}/callback");
                control
                    .add_project(&credentials, &callback_url, flow)
                    .await
                    .map_err(PlayError::new)?;
                credentials
            }
        };
        let project = credentials.project;
        let payment = format!("{}-{}", flow.name(), unique());
        let goods = Goods::of(flow, project, &payment)?;
        // A refund flow begins after the purchase; until then nothing is held against its steps.
        let first: &[Step] = if flow.interface() == Interface::Refund {
            &[]
        } else {
            flow.steps()
        };
        let notes = Notes::new(first, reports, control.clone(), project, &payment);
        let plan = ShopPlan {
            client: client(environment, &credentials)?,
            verifier: CallbackVerifier::new(KeyRing::new(key(&credentials)?)),
            key: key(&credentials)?,
            page: Origin::danger_plain_http(&environment.page)
                .map_err(|error| PlayError::of("the origin of Payment Page", &error))?,
            interface: flow.interface(),
            hand_off: flow.hand_off(),
            goods,
            notes: notes.clone(),
        };
        Ok(Stage {
            flow,
            notes,
            shop: Shop::open(plan, listener, origin)?,
            browser: Browser::new(environment.transport.clone()),
            credentials,
            payment,
            control,
        })
    }

    /// Plays the flow.
    pub(super) async fn act(&self) -> Result<(), PlayError> {
        match self.flow.interface() {
            Interface::PaymentPage => self.buy_on_page().await?,
            Interface::Gate => self.buy_over_gate(self.flow.outcome()).await?,
            Interface::Refund => {
                self.buy_over_gate(Outcome::Success).await?;
                self.notes.begin(self.flow.steps()).await;
                self.ask_for_refund().await?;
            }
        }
        self.notes.look().await;
        self.shop.ask_status().await
    }

    /// Lets time pass until the customer's next step is known. If the platform asks for data
    /// meanwhile, the shop supplies it.
    pub(super) async fn wait_for_next_step(&self) -> Result<(), PlayError> {
        for _ in 0..PATIENCE {
            self.shop.supply_wanted_data().await?;
            if let Some(hand_off) = self.shop.hands_over_by().await {
                return self.is_the_hand_off_of_the_flow(hand_off);
            }
            self.let_time_pass().await?;
        }
        Err(PlayError::new(
            "no callback with data for handing the customer over came",
        ))
    }

    /// A project that is not the play's own hands customers over in its own way.
    fn is_the_hand_off_of_the_flow(&self, found: HandOff) -> Result<(), PlayError> {
        let expected = self.flow.hand_off();
        if found == expected {
            return Ok(());
        }
        Err(PlayError::new(format!(
            "the project hands over by {found}, the flow by {expected}"
        )))
    }

    /// Lets time pass until a result has come by callback.
    pub(super) async fn wait_for_result(&self) -> Result<(), PlayError> {
        for _ in 0..PATIENCE {
            if self.shop.results().await > 0 {
                return Ok(());
            }
            self.let_time_pass().await?;
        }
        Err(PlayError::new("no callback with a result came"))
    }

    /// Lets the bank make its invoice and tells where its page is: a customer knows that from the
    /// instruction, a play asks the sandbox.
    pub(super) async fn wait_for_bank(&self) -> Result<String, PlayError> {
        let Some(control) = &self.control else {
            return Err(PlayError::new(
                "only a sandbox tells where the page of its bank is",
            ));
        };
        for _ in 0..PATIENCE {
            let view = control
                .payment(self.credentials.project, &self.payment)
                .await
                .map_err(PlayError::new)?;
            if let Some(address) = view.emulator_url {
                return Ok(address);
            }
            self.let_time_pass().await?;
        }
        Err(PlayError::new("the bank made no invoice"))
    }

    /// A while: a second on a clock that is turned, half a second or the next callback on one that
    /// goes by itself.
    pub(super) async fn let_time_pass(&self) -> Result<(), PlayError> {
        match self.turned_clock() {
            Some(control) => control.advance(1).await.map_err(PlayError::new),
            None => {
                // Whether a callback came or the while is over, the caller looks again.
                let _ = tokio::time::timeout(WHILE, self.shop.change()).await;
                Ok(())
            }
        }
    }

    /// Half an hour less a second passes.
    pub(super) async fn let_almost_half_an_hour_pass(&self) -> Result<(), PlayError> {
        match self.turned_clock() {
            Some(control) => control.advance(30 * 60 - 1).await.map_err(PlayError::new),
            None => Err(PlayError::new(
                "the clock of this platform can't be turned by half an hour",
            )),
        }
    }

    fn turned_clock(&self) -> Option<&Control> {
        self.control
            .as_ref()
            .filter(|control| control.clock() == Clock::Turned)
    }
}

fn client(environment: &Environment, credentials: &Credentials) -> Result<Client, PlayError> {
    let project = ProjectId::new(credentials.project)
        .map_err(|error| PlayError::of("the project", &error))?;
    Client::builder(Merchant::new(project, KeyRing::new(key(credentials)?)))
        .base_url(&environment.gate)
        .transport(environment.transport.clone())
        .build()
        .map_err(|error| PlayError::of("the client can't be made", &error))
}

fn key(credentials: &Credentials) -> Result<SecretKey, PlayError> {
    SecretKey::new(&credentials.secret).map_err(|error| PlayError::of("the secret", &error))
}

/// Makes payments of different runs differ on a platform that remembers them.
fn unique() -> String {
    use std::hash::{BuildHasher as _, RandomState};
    format!("{:016x}", RandomState::new().hash_one("payment"))
}
