//! What the customer must see next: redirect, form, QR code or instruction.
