//! Findings about single values and names.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::{Findings, Reason};
use crate::document::{Document, Purpose};
use crate::json::{Limits, Number, PathTokens, Step, SyntaxError, Text, Token, path_at};
use crate::php_oddities::integer_slot;

/// Lists from this length on are ordered differently by bytes.
const LONG_LIST: usize = 11;

pub(super) fn find(
    document: &Document<'_>,
    purpose: Purpose,
    findings: &mut Findings,
) -> Result<(), SyntaxError> {
    let bytes = document.text.as_bytes();
    let mut walk = Walk {
        tokens: PathTokens::new(bytes, &Limits::UNBOUNDED)?,
        purpose,
        overwritten: &document.overwritten,
        renumbers: document.marks.renumbers(),
        findings,
        open: Vec::new(),
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
    let duplicate = walk.tokens.noted_duplicate();
    if let Some(offset) = duplicate {
        findings.add(Reason::DuplicateName, || path_at(bytes, offset));
    }
    Ok(())
}

/// A container that is open.
#[derive(Default)]
struct Open<'a> {
    names: BTreeSet<Cow<'a, str>>,
    elements: usize,
}

struct Walk<'a, 'd> {
    tokens: PathTokens<'a>,
    purpose: Purpose,
    /// Where values begin that have no line, in rising order.
    overwritten: &'d [usize],
    /// Whether names that read as integers are numbered anew.
    renumbers: bool,
    findings: &'d mut Findings,
    open: Vec<Open<'a>>,
    /// Whether a container below the top level has been met.
    nested: bool,
}

impl<'a> Walk<'a, '_> {
    fn report(&mut self, reason: Reason) {
        self.findings.add(reason, || self.tokens.path());
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
        if let [_] = self.tokens.steps() {
            let container = matches!(value, Token::ObjectStart | Token::ListStart);
            match name {
                "" if container => self.report(Reason::EmptyPrefix),
                "0" if container => self.report(Reason::ZeroPrefix),
                _ if self.renumbers && !container && integer_slot(name).is_some() => {
                    self.report(Reason::RenumberedName);
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
        if self
            .overwritten
            .binary_search(&self.tokens.offset())
            .is_ok()
        {
            self.report(Reason::CollidingPaths);
        }
        match value {
            Token::ObjectStart | Token::ListStart => self.container(value),
            Token::Number(number) => self.number(number),
            Token::Null => self.report(Reason::Null),
            Token::String(text) => self.text(&text.to_str()),
            _ => {}
        }
        self.tokens.enter(value);
    }

    fn container(&mut self, start: &Token<'a>) {
        if self.tokens.steps().is_empty() {
            if matches!(start, Token::ListStart) {
                self.report(Reason::TopLevelList);
            }
        } else if !self.nested {
            self.nested = true;
            self.report(Reason::Nested);
        }
        self.open.push(Open::default());
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
        for name in &open.names {
            let mut shorter = name.match_indices('_').map(|(at, _)| &name[..at]);
            if shorter.any(|name| open.names.contains(name)) {
                self.findings.add(Reason::UnderscorePair, || {
                    let mut path = self.tokens.path();
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(name);
                    path
                });
            }
        }
    }
}
