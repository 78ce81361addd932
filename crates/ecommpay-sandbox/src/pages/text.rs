//! The visible text of Payment Page in English, Russian and Chinese.

use crate::config::Method;
use crate::platform::page::parameters::Language;

/// All sentences of Payment Page.
#[derive(Debug)]
pub(crate) struct PageText {
    pub(crate) title: &'static str,
    pub(crate) sandbox: &'static str,
    pub(crate) amount: &'static str,
    pub(crate) payment: &'static str,
    pub(crate) pay_before: &'static str,
    pub(crate) choose: &'static str,
    pub(crate) pay_with: &'static str,
    pub(crate) withheld: &'static str,
    pub(crate) login_title: &'static str,
    pub(crate) login: &'static str,
    pub(crate) login_forgotten: &'static str,
    pub(crate) go_on: &'static str,
    pub(crate) redirect: &'static str,
    pub(crate) scan: &'static str,
    pub(crate) qr_alt: &'static str,
    pub(crate) seconds_left: &'static str,
    pub(crate) instruction: [&'static str; 3],
    pub(crate) valid_until: &'static str,
    pub(crate) open_bank: &'static str,
    pub(crate) waiting: &'static str,
    pub(crate) check_now: &'static str,
    pub(crate) paid: &'static str,
    pub(crate) declined: &'static str,
    pub(crate) back_to_shop: &'static str,
    pub(crate) time_over: &'static str,
    pub(crate) refused: &'static str,
    pub(crate) cannot_open: &'static str,
    alipay: &'static str,
    alfa_click: &'static str,
    wallet_partner: &'static str,
}

impl PageText {
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::Russian => &RUSSIAN,
            Language::Chinese => &CHINESE,
        }
    }

    pub(crate) fn method(&self, method: &Method) -> &'static str {
        match method {
            Method::Alipay => self.alipay,
            Method::AlfaClick => self.alfa_click,
            Method::WalletPartner => self.wallet_partner,
        }
    }
}

static ENGLISH: PageText = PageText {
    title: "Payment",
    sandbox: "Sandbox. This is not the ecommpay platform, and no money moves.",
    amount: "Amount",
    payment: "Payment",
    pay_before: "Pay before (UTC)",
    choose: "Choose how to pay",
    pay_with: "Pay with",
    withheld: "Not offered here",
    login_title: "Your Alfa-Click login",
    login: "Login",
    login_forgotten: "Please enter your login.",
    go_on: "Continue",
    redirect: "You will finish the payment on the page of",
    scan: "Scan the code with the wallet app to pay.",
    qr_alt: "QR code of the payment",
    seconds_left: "seconds left",
    instruction: [
        "Sign in to Alfa-Click, the internet bank.",
        "Find the invoice of this shop among the invoices to pay.",
        "Pay it, or answer the text message that the bank has sent you.",
    ],
    valid_until: "The invoice is valid until",
    open_bank: "Open the emulated bank",
    waiting: "Please wait. The result of the payment is on its way.",
    check_now: "Check now",
    paid: "The payment was successful.",
    declined: "The payment was declined.",
    back_to_shop: "Return to the shop",
    time_over: "The time for this payment is over.",
    refused: "The payment could not be started",
    cannot_open: "The payment page cannot be opened",
    alipay: "Alipay",
    alfa_click: "Alfa-Click",
    wallet_partner: "Indian wallets",
};

static RUSSIAN: PageText = PageText {
    title: "Оплата",
    sandbox: "Песочница. Это не платформа ecommpay, деньги не списываются.",
    amount: "Сумма",
    payment: "Платёж",
    pay_before: "Оплатить до (UTC)",
    choose: "Выберите способ оплаты",
    pay_with: "Оплатить через",
    withheld: "Здесь недоступно",
    login_title: "Ваш логин в «Альфа-Клик»",
    login: "Логин",
    login_forgotten: "Пожалуйста, введите логин.",
    go_on: "Продолжить",
    redirect: "Оплата завершится на странице",
    scan: "Отсканируйте код в приложении кошелька, чтобы заплатить.",
    qr_alt: "QR-код платежа",
    seconds_left: "секунд осталось",
    instruction: [
        "Войдите в интернет-банк «Альфа-Клик».",
        "Найдите счёт этого магазина среди счетов на оплату.",
        "Оплатите его или ответьте на СМС, отправленное банком.",
    ],
    valid_until: "Счёт действителен до",
    open_bank: "Открыть эмулятор банка",
    waiting: "Подождите, пожалуйста: мы ждём результата оплаты.",
    check_now: "Проверить сейчас",
    paid: "Оплата прошла успешно.",
    declined: "Оплата отклонена.",
    back_to_shop: "Вернуться в магазин",
    time_over: "Время на оплату истекло.",
    refused: "Не удалось начать оплату",
    cannot_open: "Не удалось открыть платёжную страницу",
    alipay: "Alipay",
    alfa_click: "Альфа-Клик",
    wallet_partner: "Кошельки Индии",
};

static CHINESE: PageText = PageText {
    title: "付款",
    sandbox: "沙盒环境。这不是 ecommpay 平台，不会发生资金划转。",
    amount: "金额",
    payment: "付款编号",
    pay_before: "请在此时间前付款（UTC）",
    choose: "请选择付款方式",
    pay_with: "使用以下方式付款：",
    withheld: "此处不可用",
    login_title: "您的 Alfa-Click 登录名",
    login: "登录名",
    login_forgotten: "请输入登录名。",
    go_on: "继续",
    redirect: "您将在以下页面完成付款：",
    scan: "请使用钱包应用扫描二维码付款。",
    qr_alt: "付款二维码",
    seconds_left: "秒后失效",
    instruction: [
        "登录 Alfa-Click 网上银行。",
        "在待付账单中找到本商店的账单。",
        "支付该账单，或回复银行发送的短信。",
    ],
    valid_until: "账单有效期至",
    open_bank: "打开模拟银行",
    waiting: "请稍候，正在等待付款结果。",
    check_now: "立即查询",
    paid: "付款成功。",
    declined: "付款被拒绝。",
    back_to_shop: "返回商店",
    time_over: "付款时间已过。",
    refused: "无法开始付款",
    cannot_open: "无法打开付款页面",
    alipay: "支付宝",
    alfa_click: "Alfa-Click",
    wallet_partner: "印度电子钱包",
};
