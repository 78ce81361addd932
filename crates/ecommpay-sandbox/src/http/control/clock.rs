//! The sandbox's clock: asked, moved on, stopped.

use std::time::Duration;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Shared;
use super::answer::{Json, Refusal};
use crate::platform::moment::Moment;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(clock, set_clock))
        .routes(routes!(advance_clock))
        .routes(routes!(pause_clock))
}

/// The sandbox's time.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ClockAnswer {
    /// As the platform prints dates: `YYYY-MM-DDThh:mm:ss+0000`.
    now: String,
    /// Seconds since the Unix epoch.
    unix_seconds: i64,
    kind: ClockName,
    /// Whether time goes by itself.
    runs: bool,
}

/// Which time the sandbox lives in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ClockName {
    /// The machine's time, plus what was added.
    Real,
    /// Moves only when it is told.
    Virtual,
}

impl ClockAnswer {
    pub(super) fn of(shared: &Shared) -> Self {
        let now = shared.store.now();
        Self {
            now: now.platform_date(),
            unix_seconds: now.unix_seconds(),
            kind: if shared.store.is_virtual() {
                ClockName::Virtual
            } else {
                ClockName::Real
            },
            runs: shared.store.clock_runs(),
        }
    }
}

/// Tells the time.
#[utoipa::path(get, path = "/clock", tag = "clock", responses((status = 200, body = ClockAnswer)))]
async fn clock(State(shared): State<Shared>) -> Json<ClockAnswer> {
    Json(ClockAnswer::of(&shared))
}

/// How far to move on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AdvanceClock {
    seconds: u64,
}

/// Moves the clock on. Callbacks due until then are sent and answered before this is answered.
#[utoipa::path(post, path = "/clock/advance", tag = "clock", request_body = AdvanceClock,
    responses((status = 200, body = ClockAnswer), Refusal))]
async fn advance_clock(
    State(shared): State<Shared>,
    Json(AdvanceClock { seconds }): Json<AdvanceClock>,
) -> Result<Json<ClockAnswer>, Refusal> {
    move_clock(&shared, Duration::from_secs(seconds)).await
}

/// Where to move to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetClock {
    /// A date and time with offset, not before the sandbox's time.
    #[schema(example = "2026-01-01T12:00:00Z")]
    now: String,
}

/// Moves the clock on to an instant. It does not go back.
#[utoipa::path(post, path = "/clock", tag = "clock", request_body = SetClock,
    responses((status = 200, body = ClockAnswer), Refusal))]
async fn set_clock(
    State(shared): State<Shared>,
    Json(SetClock { now: wanted }): Json<SetClock>,
) -> Result<Json<ClockAnswer>, Refusal> {
    let now = shared.store.now();
    match Moment::parse(&wanted) {
        Some(wanted) if wanted >= now => move_clock(&shared, wanted.since(now)).await,
        Some(_) => Err(Refusal::bad("now: the clock does not go back")),
        None => Err(Refusal::bad("now: must be a date and time with offset")),
    }
}

async fn move_clock(shared: &Shared, by: Duration) -> Result<Json<ClockAnswer>, Refusal> {
    shared.courier.advance(by).await?;
    Ok(Json(ClockAnswer::of(shared)))
}

/// Whether time is to stand still.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PauseClock {
    paused: bool,
}

/// Stops the time, or lets it go on from where it stands. A virtual clock stands still anyway.
#[utoipa::path(post, path = "/clock/pause", tag = "clock", request_body = PauseClock,
    responses((status = 200, body = ClockAnswer), Refusal))]
async fn pause_clock(
    State(shared): State<Shared>,
    Json(PauseClock { paused }): Json<PauseClock>,
) -> Result<Json<ClockAnswer>, Refusal> {
    if !paused && shared.store.is_virtual() {
        let rule = "paused: a virtual clock never goes by itself";
        return Err(Refusal::bad(rule));
    }
    shared.store.pause_clock(paused).await?;
    Ok(Json(ClockAnswer::of(&shared)))
}
