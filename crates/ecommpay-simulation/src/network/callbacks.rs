//! Callbacks of the platform to the shop.

use std::rc::Rc;
use std::time::Duration;

use ecommpay_clock::Clock as _;
use ecommpay_sandbox::{CallbackAnswer, DueCallback};
use tokio::sync::oneshot;

use super::{strikes, way};
use crate::executor::Process;
use crate::faults::Fault;
use crate::time::within;
use crate::world::World;

/// How long the platform waits for the shop's answer.
const PLATFORM_WAITS: Duration = Duration::from_secs(15);

/// Brings a callback to the shop and the answer back, as far as the network lets it.
pub(crate) async fn carry_callback(world: Rc<World>, callback: DueCallback) {
    let number = callback.number;
    let answer = exchange(&world, callback.body).await;
    world.note(format_args!("network: callback {number} -> {answer:?}"));
    world.at_platform(|platform, now| platform.callback_answered(now, number, answer));
}

async fn exchange(world: &Rc<World>, body: Vec<u8>) -> CallbackAnswer {
    if !world.plan.callbacks_arrive {
        return no_answer("wrong address");
    }
    if strikes(world, Fault::Forged) {
        let forged = forge(world, &body);
        bring_apart(world, forged, Sender::Forger, way(world));
    }
    if strikes(world, Fault::Duplicated) {
        let late = way(world);
        bring_apart(world, body.clone(), Sender::Platform, late);
    }
    world.clock.sleep(way(world)).await;
    if strikes(world, Fault::Lost) {
        world.clock.sleep(PLATFORM_WAITS).await;
        return no_answer("lost");
    }
    if strikes(world, Fault::GatewayError) {
        return CallbackAnswer::Status(502);
    }
    let arrived = bring(world, body, Sender::Platform);
    let Some(status) = within(&world.clock, PLATFORM_WAITS, arrived).await else {
        return no_answer("too slow");
    };
    let Some(status) = status else {
        return no_answer("connection closed");
    };
    world.clock.sleep(way(world)).await;
    if strikes(world, Fault::ReplyLost) || strikes(world, Fault::ReplyCut) {
        return no_answer("answer lost");
    }
    CallbackAnswer::Status(status)
}

fn no_answer(reason: &str) -> CallbackAnswer {
    CallbackAnswer::NoAnswer(reason.to_owned())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sender {
    Platform,
    Forger,
}

/// Hands a callback to the shop's process; nothing if it is down or dies before it has answered.
async fn bring(world: &Rc<World>, body: Vec<u8>, sender: Sender) -> Option<u16> {
    let shop = world.shop()?;
    let (answer, answered) = oneshot::channel();
    let witness = Rc::clone(world);
    world.spawner.spawn(Process::Shop, async move {
        let status = shop.receive(body.clone()).await;
        // At the very moment at which the answer leaves the shop, and without a pause before it.
        match sender {
            Sender::Platform if status == 200 => witness.acknowledged(&body),
            Sender::Platform => {}
            Sender::Forger => witness.answered_forger(status),
        }
        let _ = answer.send(status);
    });
    answered.await.ok()
}

/// Brings one more, of which the platform knows nothing.
fn bring_apart(world: &Rc<World>, body: Vec<u8>, sender: Sender, late: Duration) {
    let world_of_copy = Rc::clone(world);
    world.spawner.spawn(Process::World, async move {
        world_of_copy.clock.sleep(late).await;
        world_of_copy.note(format_args!("network: one more callback, from {sender:?}"));
        bring(&world_of_copy, body, sender).await;
    });
}

/// The callback with one digit changed: of an amount, a date, an id, or the signature.
fn forge(world: &World, body: &[u8]) -> Vec<u8> {
    let mut forged = body.to_vec();
    let digits: Vec<usize> = (0..forged.len())
        .filter(|at| forged[*at].is_ascii_digit())
        .collect();
    if !digits.is_empty() {
        let at = digits[world.chances.network.place(digits.len())];
        forged[at] = if forged[at] == b'9' {
            b'8'
        } else {
            forged[at] + 1
        };
    }
    forged
}
