//! Findings about single values and names.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Finding, MOST_FINDINGS, Reason};
use crate::document::{Document, Purpose};
use crate::json::{Limits, Number, PathTokens, Step, SyntaxError, Text, Token, path_at};
use crate::php_oddities::integer_slot;

/// Lists from this length on are ordered differently by bytes.
const LONG_LIST: usize = 11;

pub(super) fn find(document: &Document<'_>, purpose: Purpose) -> Result<Vec<Finding>, SyntaxError> {
    let bytes = document.text.as_bytes();
    let mut walk = Walk {
        tokens: PathTokens::new(bytes, &Limits::UNBOUNDED)?,
        purpose,
        findings: Vec::new(),
        open: Vec::new(),
        integer_names: Vec::new(),
        nested: false,
    };
    while let Some(token) = walk.tokens.next()? {
        match token {
            Token::Key(key) => walk.member(&key)?,
            Token::ObjectEnd | Token::ListEnd => walk.leave(),
            value => {
                if let Some(open) = walk.open.last_mut() {
                    open.elements += 1;
                }
                walk.value(&value);
            }
        }
    }
    let Walk {
        tokens,
        mut findings,
        integer_names,
        nested,
        ..
    } = walk;
    if nested {
        findings.extend(
            integer_names
                .into_iter()
                .map(|path| Finding::new(Reason::RenumberedName, path)),
        );
    }
    if let Some(offset) = tokens.noted_duplicate() {
        findings.push(Finding::new(Reason::DuplicateName, path_at(bytes, offset)));
    }
    Ok(findings)
}

/// A container that is open.
#[derive(Default)]
struct Open<'a> {
    names: BTreeSet<Cow<'a, str>>,
    elements: usize,
}

struct Walk<'a> {
    tokens: PathTokens<'a>,
    purpose: Purpose,
    findings: Vec<Finding>,
    open: Vec<Open<'a>>,
    /// Paths of scalars at the top level whose names read as integers.
    integer_names: Vec<String>,
    /// Whether a container below the top level has been met.
    nested: bool,
}

impl<'a> Walk<'a> {
    fn report(&mut self, reason: Reason) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(Finding::new(reason, self.tokens.path()));
        }
    }

    fn member(&mut self, key: &Text<'a>) -> Result<(), SyntaxError> {
        let name = key.to_str();
        let Some(value) = self.tokens.next()? else {
            return Ok(());
        };
        if name == "frame_mode" {
            return self.tokens.skip_rest(&value);
        }
        if name == "signature" {
            self.signature(&value);
            if self.purpose == Purpose::Checking && !matches!(value, Token::Null) {
                return self.tokens.skip_rest(&value);
            }
        }
        self.name(&name, &value);
        if let Some(open) = self.open.last_mut() {
            open.names.insert(name);
        }
        self.value(&value);
        Ok(())
    }

    fn signature(&mut self, value: &Token<'a>) {
        match value {
            Token::Null => self.report(Reason::SignatureNull),
            Token::String(_) => {}
            _ => self.report(Reason::SignatureNotText),
        }
        let steps = self.tokens.steps();
        let in_list = steps.iter().any(|step| matches!(step, Step::Element(_)));
        let in_place = match steps {
            [_] => true,
            [Step::Member(Some(outer)), _] => outer.is("general"),
            _ => false,
        };
        if in_list {
            self.report(Reason::SignatureInList);
        }
        match self.purpose {
            Purpose::Signing => self.report(Reason::SignatureBeforeSigning),
            Purpose::Checking if !in_place => self.report(Reason::SecondSignature),
            Purpose::Checking => {}
        }
    }

    fn name(&mut self, name: &str, value: &Token<'a>) {
        let container = matches!(value, Token::ObjectStart | Token::ListStart);
        if self.tokens.steps().len() == 1 {
            let few = self.integer_names.len() < MOST_FINDINGS;
            match name {
                "" if container => self.report(Reason::EmptyPrefix),
                "0" if container => self.report(Reason::ZeroPrefix),
                _ if !container && few && integer_slot(name).is_some() => {
                    self.integer_names.push(self.tokens.path());
                }
                _ => {}
            }
        }
        if name
            .bytes()
            .any(|byte| matches!(byte, b'\t'..=b'\r' | b' '))
        {
            self.report(Reason::BlankInName);
        }
        if name.contains(':') {
            self.report(Reason::ColonInName);
        }
        if name == "__proto__" {
            self.report(Reason::ProtoName);
        }
        if name.chars().any(char::is_uppercase) {
            self.report(Reason::UpperCaseInName);
        }
    }

    fn value(&mut self, value: &Token<'a>) {
        match value {
            Token::ObjectStart | Token::ListStart => {
                if let [_] = self.tokens.steps() {
                    if !self.nested {
                        self.report(Reason::Nested);
                    }
                    self.nested = true;
                } else if self.tokens.steps().is_empty() && matches!(value, Token::ListStart) {
                    self.report(Reason::TopLevelList);
                }
                self.open.push(Open::default());
            }
            Token::Number(number) => self.number(number),
            Token::Null => self.report(Reason::Null),
            Token::String(text) => self.text(&text.to_str()),
            _ => {}
        }
        self.tokens.enter(value);
    }

    fn number(&mut self, number: &Number<'_>) {
        /// Doubles hold every integer up to this one.
        const EXACT_IN_DOUBLES: u64 = 1 << 53;
        if !number.is_integer_literal() {
            self.report(Reason::Double);
            return;
        }
        match number.to_i64() {
            None => self.report(Reason::IntegerBeyond64Bits),
            Some(integer) if integer.unsigned_abs() > EXACT_IN_DOUBLES => {
                self.report(Reason::IntegerBeyond53Bits);
            }
            Some(_) => {}
        }
    }

    fn text(&mut self, text: &str) {
        if text.contains([';', ':']) {
            self.report(Reason::SeparatorInValue);
        }
        let word = text.trim();
        if word.eq_ignore_ascii_case("true") || word.eq_ignore_ascii_case("false") {
            self.report(Reason::BooleanText);
        }
    }

    fn leave(&mut self) {
        let Some(open) = self.open.pop() else { return };
        if open.elements >= LONG_LIST {
            self.report(Reason::LongList);
        }
        let pairs = open.names.iter().filter(|name| {
            let mut shorter = name.match_indices('_').map(|(at, _)| &name[..at]);
            shorter.any(|name| open.names.contains(name))
        });
        let container = self.tokens.path();
        for name in pairs.take(MOST_FINDINGS.saturating_sub(self.findings.len())) {
            let mut path = container.clone();
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(name);
            self.findings
                .push(Finding::new(Reason::UnderscorePair, path));
        }
    }
}
