//! A library for a machine without an operating system, as far as the linker is concerned.
//!
//! Its panic handler is the only one the graph may hold; std would bring a second. It is built, and
//! never run.

#![no_std]

extern crate alloc;

use core::alloc::{GlobalAlloc, Layout};
use core::panic::PanicInfo;

use ecommpay_signature::{KeyRing, SecretKey, SigningPolicy, Verifier, explain, lint, sign_json};

struct NoMemory;

// SAFETY: no memory is handed out, so that none can be used wrongly.
unsafe impl GlobalAlloc for NoMemory {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        core::ptr::null_mut()
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static NO_MEMORY: NoMemory = NoMemory;

#[panic_handler]
fn stop(_: &PanicInfo<'_>) -> ! {
    loop {}
}

/// Reaches into every part of the crate, so that every part of it is built for linking.
#[unsafe(no_mangle)]
pub extern "C" fn no_std_check() -> bool {
    let Ok(key) = SecretKey::new("secret") else {
        return false;
    };
    let body = b"{}".as_slice();
    let signed = sign_json(body, &key, &SigningPolicy::default()).is_ok();
    let explained = explain::callback(body, &key).is_ok() && lint::request(body).is_ok();
    let verified = Verifier::new(KeyRing::new(key)).verify(body).is_ok();
    signed && explained && verified
}
