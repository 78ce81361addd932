//! The address exactly as the platform's own PHP library makes it, without any policy.
//!
//! For conformance tests and diagnostics. It signs whatever it is given, ambiguous or not; programs
//! of merchants want [`Opening`](crate::Opening) instead.

use ecommpay_signature::json::{Limits, Number, SyntaxError, Token, Tokens};
use ecommpay_signature::{SecretKey, exact};

use crate::query::{encode, encode_pair};

/// The string that is signed for these parameters.
///
/// # Errors
/// [`SyntaxError`] if the text is not strict JSON.
pub fn string_to_sign(params_json: &str) -> Result<String, SyntaxError> {
    exact::canonical(params_json.as_bytes())
}

/// The address for parameters given as a JSON object, in the order of its members.
///
/// `base` is joined as it stands: a slash at its end stays, and doubles. A parameter `signature` is
/// signed and sent along in front of the real one. `frame_mode` is sent and not signed. `null` is
/// signed and not sent. Members of objects and lists are named `a[b]`.
///
/// ```
/// use ecommpay_payment_page::exact;
/// use ecommpay_signature::SecretKey;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let params = r#"{"project_id":100,"interface_type":"{\"id\":23}","payment_id":"test payment id",
///     "payment_description":"B&W"}"#;
/// let url = exact::url(params, "https://paymentpage.ecommpay.com", &SecretKey::new("secret")?)?;
/// assert!(url.ends_with("&payment_description=B%26W&signature=97JFQpAyJ4HPfGVedJh0M1MqQDOFt\
///     %2FMCbdh8VrsT7DdRyTBDAF2mvUOsDANx1ZPfbvZg0%2BVUbF43xJnq0jEeLA%3D%3D"));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`SyntaxError`] if the text is not strict JSON, names a member twice, or is a scalar.
pub fn url(params_json: &str, base: &str, key: &SecretKey) -> Result<String, SyntaxError> {
    let signature = exact::sign(params_json.as_bytes(), key)?;
    let query = query(params_json)?;
    let mut signed = String::new();
    encode_pair("signature", &signature.to_base64(), &mut signed);
    Ok(format!("{base}/payment?{query}&{signed}"))
}

/// The parameters as the platform's language builds a query of them.
fn query(params_json: &str) -> Result<String, SyntaxError> {
    // As deep as that language reads, 511 containers, which bounds the recursion below.
    let mut tokens = Tokens::new(params_json.as_bytes(), &Limits::PLATFORM)?;
    let mut query = String::new();
    if let Some(first) = tokens.next()? {
        append(first, None, &mut tokens, &mut query)?;
    }
    Ok(query)
}

/// Appends the value that begins with `first`, under its encoded `name`; at the top it has none.
fn append(
    first: Token<'_>,
    name: Option<&str>,
    tokens: &mut Tokens<'_>,
    query: &mut String,
) -> Result<(), SyntaxError> {
    match first {
        Token::ObjectStart => {
            while let Some(Token::Key(key)) = tokens.next()? {
                let member = member_name(name, &key.to_str());
                if let Some(value) = tokens.next()? {
                    append(value, Some(&member), tokens, query)?;
                }
            }
        }
        Token::ListStart => {
            let mut index = 0_usize;
            while let Some(element) = tokens
                .next()?
                .filter(|token| !matches!(token, Token::ListEnd))
            {
                append(
                    element,
                    Some(&member_name(name, &index.to_string())),
                    tokens,
                    query,
                )?;
                index += 1;
            }
        }
        Token::String(text) => append_pair(name, &text.to_str(), query),
        Token::Number(number) => append_pair(name, &printed(&number)?, query),
        Token::Bool(flag) => append_pair(name, if flag { "1" } else { "0" }, query),
        // What is left is `null`, which is left out.
        _ => {}
    }
    Ok(())
}

/// `name` at the top, `outer[name]` inside, with the brackets encoded.
fn member_name(outer: Option<&str>, name: &str) -> String {
    let mut member = outer.unwrap_or_default().to_owned();
    let (open, close) = if outer.is_some() {
        ("%5B", "%5D")
    } else {
        ("", "")
    };
    member.push_str(open);
    encode(name, &mut member);
    member.push_str(close);
    member
}

fn append_pair(name: Option<&str>, text: &str, query: &mut String) {
    if !query.is_empty() {
        query.push('&');
    }
    query.push_str(name.unwrap_or_default());
    query.push('=');
    encode(text, query);
}

/// A number as it is signed. The signature core prints doubles, so it is asked for this one.
fn printed(number: &Number<'_>) -> Result<String, SyntaxError> {
    if let Some(integer) = number.to_i64() {
        return Ok(integer.to_string());
    }
    let alone = exact::canonical(format!("{{\"n\":{}}}", number.text()).as_bytes())?;
    Ok(alone.trim_start_matches("n:").to_owned())
}
