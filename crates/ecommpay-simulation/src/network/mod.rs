//! The simulated network between shop and platform: everything on it may be late, lost, cut or there
//! twice.

mod callbacks;
mod requests;

use std::time::Duration;

pub(crate) use self::callbacks::carry_callback;
pub(crate) use self::requests::{Wire, carry_request};

use crate::faults::Fault;
use crate::world::World;

/// How long something is on its way.
fn way(world: &World) -> Duration {
    let chance = &world.chances.network;
    if !strikes(world, Fault::Delayed) {
        return chance.time(Duration::from_millis(5), Duration::from_millis(200));
    }
    let most = [5, 120, 2400][chance.place(3)];
    chance.time(Duration::from_millis(200), Duration::from_secs(most))
}

fn strikes(world: &World, fault: Fault) -> bool {
    world.weather.strikes(fault, &world.chances.network)
}
