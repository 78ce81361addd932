//! Requests of the shop to Gate: a transport whose other end is the simulated network.

use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use ecommpay_clock::Clock as _;
use ecommpay_transport::{FailureKind, FailureStage, Reply, Request, Transport, TransportError};
use tokio::sync::oneshot;

use super::{strikes, way};
use crate::executor::Process;
use crate::faults::Fault;
use crate::world::World;

/// How long nobody waits for an answer any more.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

type Outcome = Result<Reply, TransportError>;

/// A request that has left the shop, and where its answer is waited for.
#[derive(Debug)]
pub(crate) struct Sent {
    request: Request,
    answer: oneshot::Sender<Outcome>,
}

/// The shop's end of the network; clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wire(Arc<Mutex<Vec<Sent>>>);

impl Wire {
    /// What was sent since the last look.
    pub(crate) fn take(&self) -> Vec<Sent> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, request: Request) -> Outcome {
        let (answer, outcome) = oneshot::channel();
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Sent { request, answer });
        // The network answers everything; if it did not, nobody could know how far the request got.
        let unknown = || TransportError::new(FailureStage::MaybeSent, FailureKind::Other);
        outcome.await.unwrap_or_else(|_| Err(unknown()))
    }
}

/// Brings a request to the platform and the answer back, as far as the network lets it. It goes on
/// when the sender is gone.
pub(crate) async fn carry_request(world: Rc<World>, sent: Sent) {
    let Sent { request, answer } = sent;
    let outcome = exchange(&world, &request).await;
    world.note(format_args!(
        "network: {} -> {}",
        path(&request),
        told(&outcome)
    ));
    // The shop may have been killed meanwhile.
    let _ = answer.send(outcome);
}

async fn exchange(world: &Rc<World>, request: &Request) -> Outcome {
    world.clock.sleep(way(world)).await;
    if strikes(world, Fault::Refused) {
        return failure(FailureStage::BeforeSend, FailureKind::Connect);
    }
    if strikes(world, Fault::Lost) {
        return silence(world, request).await;
    }
    if strikes(world, Fault::GatewayError) {
        return Ok(Reply::new(502, "<html>Bad Gateway</html>"));
    }
    if strikes(world, Fault::Duplicated) {
        let (copy, world_of_copy) = (request.clone(), Rc::clone(world));
        let late = way(world);
        world.spawner.spawn(Process::World, async move {
            world_of_copy.clock.sleep(late).await;
            world_of_copy.note(format_args!("network: a second {}", path(&copy)));
            drop(at_the_platform(&world_of_copy, &copy));
        });
        if world.chances.network.happens(500) {
            // Now either may be the first.
            world.clock.sleep(way(world)).await;
        }
    }
    let reply = at_the_platform(world, request);
    world.clock.sleep(way(world)).await;
    if strikes(world, Fault::ReplyLost) {
        return silence(world, request).await;
    }
    if strikes(world, Fault::ReplyCut) {
        let cut = TransportError::new(FailureStage::ReplyUnreadable, FailureKind::Reset);
        return Err(cut.with_http_status(reply.status()));
    }
    if strikes(world, Fault::GatewayError) {
        return Ok(Reply::new(504, "<html>Gateway Time-out</html>"));
    }
    Ok(reply)
}

/// The platform handles the request.
fn at_the_platform(world: &Rc<World>, request: &Request) -> Reply {
    let reply = world
        .at_platform(|platform, now| platform.gate(now, path(request), request.body().to_vec()));
    Reply::new(reply.status, reply.body).with_header("content-type", "application/json")
}

/// No answer: the transport's own time-out ends the wait.
async fn silence(world: &World, request: &Request) -> Outcome {
    let limit = request.total_timeout().unwrap_or(LONGEST_WAIT);
    world.clock.sleep(limit).await;
    failure(FailureStage::MaybeSent, FailureKind::ReadTimeout)
}

fn failure(stage: FailureStage, kind: FailureKind) -> Outcome {
    Err(TransportError::new(stage, kind))
}

fn path(request: &Request) -> &str {
    let url = request.url();
    let host = url.find("://").map_or(0, |at| at + 3);
    url[host..].find('/').map_or("/", |at| &url[host + at..])
}

fn told(outcome: &Outcome) -> String {
    match outcome {
        Ok(reply) => format!("HTTP {}", reply.status()),
        Err(error) => error.to_string(),
    }
}
