//! What happens, as it happens: Server-Sent Events.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use tokio::sync::broadcast::Receiver;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Shared;
use super::answer::{Query, Refusal};
use super::clock::ClockAnswer;
use crate::store::Notice;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(events))
}

/// Which events are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EventsWanted {
    /// Only events of this project; those of the clock come in any case.
    project: Option<u32>,
}

/// Streams what happens. `payment` and `callback` carry one step of a payment's timeline, the
/// second when it is about a callback; `clock` tells how the clock was turned, and is the first
/// event of every stream.
///
/// The past is not told: `Last-Event-ID` is not honoured, so read again what you show when a stream
/// begins. A reader who falls 256 events behind is dropped.
#[utoipa::path(get, path = "/events", tag = "events", params(EventsWanted),
    responses((status = 200, content_type = "text/event-stream", body = String), Refusal))]
async fn events(
    State(shared): State<Shared>,
    Query(wanted): Query<EventsWanted>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refusal> {
    let reader = Reader {
        notices: shared.store.notices(),
        project: wanted.project,
        begun: false,
        shared,
    };
    let events = stream::unfold(reader, |mut reader| async {
        let event = reader.next().await?;
        Some((Ok(event), reader))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

struct Reader {
    shared: Shared,
    notices: Receiver<Arc<Notice>>,
    project: Option<u32>,
    begun: bool,
}

impl Reader {
    /// The next event; `None` when the sandbox ends or the reader was too slow.
    async fn next(&mut self) -> Option<Event> {
        if !self.begun {
            self.begun = true;
            return clock(&self.shared);
        }
        loop {
            match &*self.notices.recv().await.ok()? {
                Notice::ClockTurned => return clock(&self.shared),
                Notice::Step(step) if self.project.is_none_or(|id| id == step.project) => {
                    let name = if step.about_callback {
                        "callback"
                    } else {
                        "payment"
                    };
                    return Event::default().event(name).json_data(step).ok();
                }
                Notice::Step(_) => {}
            }
        }
    }
}

fn clock(shared: &Shared) -> Option<Event> {
    let clock = ClockAnswer::of(shared);
    Event::default().event("clock").json_data(clock).ok()
}
