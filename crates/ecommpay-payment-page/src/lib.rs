//! Opening the hosted payment form: signed URL, form post, widget configuration.
