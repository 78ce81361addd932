//! How the form opens and where the customer goes afterwards: section 5.4 of the notes on the
//! Payment Page.

use ecommpay_model::WebUrl;

use super::{TEXT, parameters};
use crate::Opening;
use crate::choices::{ReturnButton, ReturnMode, Switch, TokenizeReturnMode};
use crate::rule::Rule;

parameters! {
    /// `id` of the element that receives the form as a frame; up to 255.
    target_element: Text, TEXT;
    /// Open the form as a page of its own.
    redirect: Switch;
    /// Open the form as a page of its own on mobile devices.
    redirect_on_mobile: Switch;
    /// Close the modal window by a click beside it; off if absent.
    close_on_missclick: Switch;
    /// Further CSS class of the modal window; up to 255.
    css_modal_wrap: Text, TEXT;
    /// Automatic return after success, without a result page.
    redirect_success_url: WebUrl;
    /// Automatic return after a decline, without a result page.
    redirect_fail_url: WebUrl;
    /// Return from the provider's page, where the method has it switched on.
    redirect_return_url: WebUrl;
    /// Automatic return after a card was saved.
    redirect_tokenize_url: WebUrl;
    /// Where `redirect_success_url` opens.
    redirect_success_mode: ReturnMode;
    /// Where `redirect_fail_url` opens.
    redirect_fail_mode: ReturnMode;
    /// Where `redirect_tokenize_url` opens.
    redirect_tokenize_mode: TokenizeReturnMode;
    /// Return by a button of the result page after success.
    merchant_success_url: WebUrl;
    /// Return by a button of the result page after a decline.
    merchant_fail_url: WebUrl;
    /// Return by a button of the form before the payment is made.
    merchant_return_url: WebUrl;
    /// When the result page has the button of `merchant_success_url`.
    merchant_success_enabled: ReturnButton;
    /// When the result page has the button of `merchant_fail_url`.
    merchant_fail_enabled: ReturnButton;
    /// When the form has the button of `merchant_return_url`.
    merchant_return_enabled: ReturnButton;
    /// Where `merchant_success_url` opens.
    merchant_success_redirect_mode: ReturnMode;
    /// Where `merchant_fail_url` opens.
    merchant_fail_redirect_mode: ReturnMode;
    /// Where `merchant_return_url` opens.
    merchant_return_redirect_mode: ReturnMode;
    /// † As `merchant_success_enabled`, for `redirect_success_url`.
    redirect_success_enabled: ReturnButton;
    /// † As `merchant_fail_enabled`, for `redirect_fail_url`.
    redirect_fail_enabled: ReturnButton;
}

impl Opening {
    /// Origin of the form where it is not the one that the browser library comes from (`baseUrl`).
    ///
    /// Only the library reads it, and in this spelling.
    #[must_use]
    pub fn base_url(self, origin: impl Into<WebUrl>) -> Self {
        self.set("baseUrl", origin.into().into(), Rule::Any)
    }
}
