//! The page of Alfa-Click's second scenario: the shop itself tells the customer how to pay.

use std::fmt::Write as _;

use ecommpay_html::{HtmlPage, ImageSources, PageContent, PageLanguage, PageOptions, escape};

use crate::address::{Address, AddressProblem, PlainHttp};
use crate::image::{ImageProblem, ImageUrl, RasterImage};

/// The customer is to pay an invoice in the bank, or to answer the bank's SMS.
///
/// Some projects take Alfa-Click payments without a redirect. No callback says so: the shop knows
/// its scenario from its account manager and shows this page as soon as the sale was accepted
/// (seed 001, "Проведение оплаты через Gate с отображением инструкции", step 6). The invoice is
/// valid for 7 days, and the method's logo must be shown, so it is asked for here.
///
/// The page speaks Russian and English; in any other language it speaks English.
///
/// ```
/// use ecommpay_handoff::{AlfaClickInstruction, Logo, Nonce, PageLanguage, PageOptions};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let random = [7; 16];
/// let instruction = AlfaClickInstruction::new(Logo::from_url("https://shop.example/alfa-click.svg")?)
///     .detail("Заказ", "X03936")
///     .detail("Сумма", "100,00 RUB");
/// let options = PageOptions::new(Nonce::from_random_bytes(random)).language(PageLanguage::Russian);
/// assert!(instruction.page(&options).html().contains("7 дней"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlfaClickInstruction {
    logo: Logo,
    details: Vec<(String, String)>,
    return_address: Option<Address>,
}

impl AlfaClickInstruction {
    /// An instruction under the logo of Alfa-Click.
    #[must_use]
    pub const fn new(logo: Logo) -> Self {
        Self {
            logo,
            details: Vec::new(),
            return_address: None,
        }
    }

    /// Adds a line such as the order number or the sum, in the customer's language.
    #[must_use]
    pub fn detail(mut self, title: impl Into<String>, text: impl Into<String>) -> Self {
        self.details.push((title.into(), text.into()));
        self
    }

    /// Adds a link back to the shop: `https`, or `http` on a loopback host.
    ///
    /// # Errors
    /// [`AddressProblem`] if a customer may not be sent there.
    pub fn return_address(mut self, address: &str) -> Result<Self, AddressProblem> {
        self.return_address = Some(Address::check(address, PlainHttp::LoopbackOnly)?);
        Ok(self)
    }

    /// Writes the page.
    #[must_use]
    pub fn page(&self, options: &PageOptions) -> HtmlPage {
        // The page's language is what it speaks, not what was asked for.
        let options = match options.page_language() {
            PageLanguage::Russian => options.clone(),
            _ => options.clone().language(PageLanguage::English),
        };
        let words = Words::of(options.page_language());
        let (source, images) = match &self.logo {
            Logo::Url(url) => (url.as_str().to_owned(), ImageSources::Origin(url.origin())),
            Logo::Image(image) => (image.to_data_uri(), ImageSources::Data),
        };
        let mut main = String::new();
        // Writing into a String cannot fail.
        let _ = write!(
            main,
            "<img class=\"logo\" src=\"{}\" alt=\"{}\">\n<h1>{}</h1>\n<p>{}</p>\n",
            escape(&source),
            words.method,
            words.heading,
            words.intro
        );
        self.write_details(&mut main);
        let _ = write!(main, "<section>\n<h2>{}</h2>\n<ol>\n", words.bank);
        for step in words.steps {
            let _ = writeln!(main, "<li>{step}</li>");
        }
        let _ = write!(
            main,
            "</ol>\n</section>\n<section>\n<h2>{}</h2>\n<p>{}</p>\n</section>\n\
             <p class=\"deadline\">{}</p>\n<p class=\"faint\">{}</p>\n",
            words.sms, words.answer, words.deadline, words.after
        );
        if let Some(address) = &self.return_address {
            let _ = writeln!(
                main,
                "<a class=\"button\" href=\"{}\">{}</a>",
                escape(address.as_str()),
                words.back
            );
        }
        PageContent::new(words.heading, main)
            .images(images)
            .page(&options)
    }

    fn write_details(&self, main: &mut String) {
        if self.details.is_empty() {
            return;
        }
        main.push_str("<dl>\n");
        for (title, text) in &self.details {
            let _ = writeln!(
                main,
                "<div><dt>{}</dt><dd>{}</dd></div>",
                escape(title),
                escape(text)
            );
        }
        main.push_str("</dl>\n");
    }
}

/// The logo of a payment method; the merchant has it from the platform or the bank.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Logo {
    /// A picture on a server of the shop; SVG is fine there.
    Url(ImageUrl),
    /// A picture that is written into the page.
    Image(RasterImage),
}

impl Logo {
    /// The logo at an `https` address, or an `http` one on a loopback host.
    ///
    /// # Errors
    /// [`AddressProblem`] if a browser may not be sent there.
    pub fn from_url(address: &str) -> Result<Self, AddressProblem> {
        ImageUrl::check(address, PlainHttp::LoopbackOnly).map(Self::Url)
    }

    /// The logo as the bytes of a PNG, JPEG, GIF or WebP file.
    ///
    /// # Errors
    /// [`ImageProblem`] if it is none of these or larger than 256 KiB.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Result<Self, ImageProblem> {
        RasterImage::new(bytes).map(Self::Image)
    }
}

struct Words {
    method: &'static str,
    heading: &'static str,
    intro: &'static str,
    bank: &'static str,
    steps: [&'static str; 3],
    sms: &'static str,
    answer: &'static str,
    deadline: &'static str,
    after: &'static str,
    back: &'static str,
}

impl Words {
    const fn of(language: PageLanguage) -> Self {
        match language {
            PageLanguage::Russian => Self {
                method: "Альфа-Клик",
                heading: "Оплатите счёт в Альфа-Клике",
                intro: "Банк выставит вам счёт на эту покупку. Оплатить его можно двумя способами.",
                bank: "В интернет-банке",
                steps: [
                    "Войдите в Альфа-Клик на сайте банка или в его приложении.",
                    "Найдите новый счёт среди счетов на оплату.",
                    "Сверьте магазин и сумму и подтвердите оплату.",
                ],
                sms: "По SMS",
                answer: "Если банк прислал вам SMS об этом счёте, ответьте на него так, как в нём сказано.",
                deadline: "Счёт действует 7 дней.",
                after: "Когда счёт будет оплачен, магазин узнает об этом сам. Эту страницу можно закрыть.",
                back: "Вернуться в магазин",
            },
            // English stands in for every other language.
            _ => Self {
                method: "Alfa-Click",
                heading: "Pay the invoice in Alfa-Click",
                intro: "The bank issues you an invoice for this purchase. There are two ways to pay it.",
                bank: "In the online bank",
                steps: [
                    "Sign in to Alfa-Click on the bank's site or in its application.",
                    "Find the new invoice among the invoices to be paid.",
                    "Compare the shop and the amount, then confirm the payment.",
                ],
                sms: "By SMS",
                answer: "If the bank sends you an SMS about this invoice, answer it in the way it says.",
                deadline: "The invoice is valid for 7 days.",
                after: "The shop is told as soon as the invoice is paid. You can close this page.",
                back: "Back to the shop",
            },
        }
    }
}
