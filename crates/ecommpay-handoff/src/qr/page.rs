//! A page with a QR code, the time that is left and the texts that come with it.

use std::fmt::Write as _;
use std::time::Duration;

use ecommpay_html::{HtmlPage, ImageSources, PageContent, PageLanguage, PageOptions, escape};

use crate::qr::{Qr, QrStep};

pub(super) fn write(step: &QrStep, remaining: Option<Duration>, options: &PageOptions) -> HtmlPage {
    let words = Words::of(options.page_language());
    let mut main = format!("<h1>{}</h1>\n<p>{}</p>\n", words.heading, words.how);
    let over = remaining.is_some_and(|remaining| remaining.as_secs() == 0);
    let class = if over { "code over" } else { "code" };
    let images = write_code(&mut main, step.qr(), class, words.code);
    if let Some(remaining) = remaining {
        write_deadline(&mut main, remaining, &words);
    }
    write_information(&mut main, step);
    // Writing into a String cannot fail.
    let _ = writeln!(main, "<p class=\"faint\">{}</p>", words.after);
    let content = PageContent::new(words.heading, main).images(images);
    let content = if remaining.is_some() {
        content.script(COUNT_DOWN)
    } else {
        content
    };
    content.page(options)
}

fn write_code(main: &mut String, qr: &Qr, class: &str, name: &str) -> ImageSources {
    let (picture, images) = match qr {
        Qr::Text(code) => (
            format!(
                "<div role=\"img\" aria-label=\"{}\">{}</div>",
                escape(name),
                code.svg()
            ),
            ImageSources::None,
        ),
        Qr::Image(image) => (
            image_element(&image.to_data_uri(), name),
            ImageSources::Data,
        ),
        Qr::Url(url) => (
            image_element(url.as_str(), name),
            ImageSources::Origin(url.origin()),
        ),
    };
    let _ = writeln!(main, "<div class=\"{class}\" id=\"code\">{picture}</div>");
    images
}

fn image_element(source: &str, name: &str) -> String {
    format!("<img src=\"{}\" alt=\"{}\">", escape(source), escape(name))
}

/// Without scripts the line says how long the code is valid; with them it counts down.
fn write_deadline(main: &mut String, remaining: Duration, words: &Words) {
    let seconds = remaining.as_secs();
    let line = if seconds == 0 {
        words.over.to_owned()
    } else {
        words.valid.replace("{time}", &spoken(seconds, words))
    };
    let _ = writeln!(
        main,
        "<p class=\"deadline\" id=\"deadline\" role=\"timer\" data-seconds=\"{seconds}\" \
         data-valid=\"{}\" data-over=\"{}\">{}</p>",
        escape(words.valid),
        escape(words.over),
        escape(&line)
    );
}

fn write_information(main: &mut String, step: &QrStep) {
    if step.information().is_empty() {
        return;
    }
    main.push_str("<dl>\n");
    for information in step.information() {
        let _ = writeln!(
            main,
            "<div><dt>{}</dt><dd>{}</dd></div>",
            escape(information.title()),
            escape(information.text())
        );
    }
    main.push_str("</dl>\n");
}

/// `600` as `10 min`, `3725` as `1 h 2 min 5 s`.
fn spoken(seconds: u64, words: &Words) -> String {
    [
        (seconds / 3600, words.hours),
        (seconds / 60 % 60, words.minutes),
        (seconds % 60, words.seconds),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, unit)| format!("{count}\u{a0}{unit}"))
    .collect::<Vec<_>>()
    .join(" ")
}

/// Counts by the browser's steady clock: setting the time of day does not disturb it.
const COUNT_DOWN: &str = "\
const line = document.getElementById('deadline');
const end = performance.now() + Number(line.dataset.seconds) * 1000;
const two = (number) => String(number).padStart(2, '0');
const show = () => {
  const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
  if (left === 0) {
    line.textContent = line.dataset.over;
    document.getElementById('code').classList.add('over');
    clearInterval(timer);
    return;
  }
  const hours = Math.floor(left / 3600);
  const rest = two(Math.floor(left / 60) % 60) + ':' + two(left % 60);
  line.textContent = line.dataset.valid.replace('{time}', hours ? hours + ':' + rest : rest);
};
const timer = setInterval(show, 500);
show();
";

struct Words {
    heading: &'static str,
    how: &'static str,
    code: &'static str,
    valid: &'static str,
    over: &'static str,
    after: &'static str,
    hours: &'static str,
    minutes: &'static str,
    seconds: &'static str,
}

impl Words {
    const fn of(language: PageLanguage) -> Self {
        match language {
            PageLanguage::Russian => Self {
                heading: "Оплата по QR-коду",
                how: "Откройте приложение кошелька на телефоне и наведите камеру на код.",
                code: "QR-код для оплаты",
                valid: "Код действует ещё {time}",
                over: "Срок действия кода истёк. Если вы ещё не заплатили, вернитесь в магазин и начните заново.",
                after: "После оплаты магазин узнает о ней сам. Эту страницу можно закрыть.",
                hours: "ч",
                minutes: "мин",
                seconds: "с",
            },
            PageLanguage::Chinese => Self {
                heading: "扫码付款",
                how: "请打开手机上的钱包应用，扫描下方二维码。",
                code: "付款二维码",
                valid: "二维码剩余有效时间：{time}",
                over: "二维码已过期。如果尚未付款，请返回商店重新发起付款。",
                after: "付款完成后，商店会自动收到通知，您可以关闭此页面。",
                hours: "小时",
                minutes: "分",
                seconds: "秒",
            },
            // English also stands in for a language added to the pages before it is added here.
            _ => Self {
                heading: "Scan the code to pay",
                how: "Open the wallet application on your phone and point its camera at the code.",
                code: "QR code for the payment",
                valid: "The code is valid for {time}",
                over: "The code is no longer valid. If you have not paid yet, go back to the shop and start again.",
                after: "The shop is told as soon as you have paid. You can close this page then.",
                hours: "h",
                minutes: "min",
                seconds: "s",
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PageLanguage, Words, spoken};

    #[test]
    fn time_is_spoken_in_the_units_it_has() {
        let words = Words::of(PageLanguage::English);
        assert_eq!(spoken(600, &words), "10\u{a0}min");
        assert_eq!(spoken(59, &words), "59\u{a0}s");
        assert_eq!(spoken(3725, &words), "1\u{a0}h 2\u{a0}min 5\u{a0}s");
    }
}
