//! Section 2: from bytes to a document.

use super::Value;

/// Decodes a document, or says nothing about what is wrong with it.
pub fn decode(bytes: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut parser = Parser { rest: text };
    parser.blanks();
    let value = parser.value(1)?;
    parser.blanks();
    let container = matches!(value, Value::List(_) | Value::Object(_));
    (parser.rest.is_empty() && container).then_some(value)
}

struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn eat(&mut self, what: &str) -> bool {
        match self.rest.strip_prefix(what) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn next(&mut self) -> Option<char> {
        let character = self.rest.chars().next()?;
        self.rest = &self.rest[character.len_utf8()..];
        Some(character)
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if self.eat("null") {
            Some(Value::Null)
        } else if self.eat("true") {
            Some(Value::Bool(true))
        } else if self.eat("false") {
            Some(Value::Bool(false))
        } else if self.eat("\"") {
            self.string().map(Value::Text)
        } else if self.eat("[") {
            if depth > 511 { None } else { self.list(depth) }
        } else if self.eat("{") {
            if depth > 511 {
                None
            } else {
                self.object(depth)
            }
        } else {
            self.number()
        }
    }

    fn list(&mut self, depth: usize) -> Option<Value> {
        let mut elements = Vec::new();
        self.blanks();
        if self.eat("]") {
            return Some(Value::List(elements));
        }
        loop {
            self.blanks();
            elements.push(self.value(depth + 1)?);
            self.blanks();
            if self.eat("]") {
                return Some(Value::List(elements));
            }
            if !self.eat(",") {
                return None;
            }
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        let mut members: Vec<(String, Value)> = Vec::new();
        self.blanks();
        if self.eat("}") {
            return Some(Value::Object(members));
        }
        loop {
            self.blanks();
            if !self.eat("\"") {
                return None;
            }
            let key = self.string()?;
            self.blanks();
            if !self.eat(":") {
                return None;
            }
            self.blanks();
            let value = self.value(depth + 1)?;
            // The last value counts, whole, in the position of the first occurrence.
            match members.iter_mut().find(|(earlier, _)| *earlier == key) {
                Some(member) => member.1 = value,
                None => members.push((key, value)),
            }
            self.blanks();
            if self.eat("}") {
                return Some(Value::Object(members));
            }
            if !self.eat(",") {
                return None;
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        let mut string = String::new();
        loop {
            match self.next()? {
                '"' => return Some(string),
                '\0'..='\u{1F}' => return None,
                '\\' => match self.next()? {
                    '"' => string.push('"'),
                    '\\' => string.push('\\'),
                    '/' => string.push('/'),
                    'b' => string.push('\u{8}'),
                    'f' => string.push('\u{C}'),
                    'n' => string.push('\n'),
                    'r' => string.push('\r'),
                    't' => string.push('\t'),
                    'u' => {
                        let first = self.hexadecimal()?;
                        if (0xD800..=0xDBFF).contains(&first) {
                            if !self.eat("\\u") {
                                return None;
                            }
                            let second = self.hexadecimal()?;
                            if !(0xDC00..=0xDFFF).contains(&second) {
                                return None;
                            }
                            let code = (first - 0xD800) * 0x400 + (second - 0xDC00) + 0x10000;
                            string.push(char::from_u32(code)?);
                        } else {
                            // A lone low surrogate is no character.
                            string.push(char::from_u32(first)?);
                        }
                    }
                    _ => return None,
                },
                other => string.push(other),
            }
        }
    }

    fn hexadecimal(&mut self) -> Option<u32> {
        let mut number = 0;
        for _ in 0..4 {
            number = number * 16 + self.next()?.to_digit(16)?;
        }
        Some(number)
    }

    fn number(&mut self) -> Option<Value> {
        let mut literal = String::new();
        if self.eat("-") {
            literal.push('-');
        }
        let whole = self.digits(&mut literal);
        if whole == 0 || (whole > 1 && literal.trim_start_matches('-').starts_with('0')) {
            return None;
        }
        let mut integer = true;
        if self.eat(".") {
            integer = false;
            literal.push('.');
            if self.digits(&mut literal) == 0 {
                return None;
            }
        }
        if self.eat("e") || self.eat("E") {
            integer = false;
            literal.push('e');
            if self.eat("-") {
                literal.push('-');
            } else {
                self.eat("+");
            }
            if self.digits(&mut literal) == 0 {
                return None;
            }
        }
        if integer && let Ok(integer) = literal.parse::<i64>() {
            return Some(Value::Integer(integer));
        }
        literal.parse().ok().map(Value::Double)
    }

    fn digits(&mut self, literal: &mut String) -> usize {
        let before = literal.len();
        while let Some('0'..='9') = self.rest.chars().next() {
            literal.extend(self.next());
        }
        literal.len() - before
    }
}
