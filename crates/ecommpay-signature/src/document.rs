//! Reading a document once, from raw bytes to the lines of its canonical string.
//!
//! This is the whole road of an ordinary document: one walk over its tokens, then one sort. Where a
//! document needs more, because names repeat, are empty, or read as numbers at the top level, the
//! platform's language has its own ways; these are in [`php_oddities`],
//! entered from [`read`] only.

use alloc::string::String;
use alloc::vec::Vec;

use crate::entries::{Entries, LinePath, Span};
use crate::json::{
    Duplicates, Kind, Limits, SyntaxError, SyntaxRule, Text, Token, TokenBuffers, Tokens,
};
use crate::marks::Marks;
use crate::natural;
use crate::php_oddities;
use crate::siblings::Before;
use crate::written::{Doubles, push_doubled, push_index, write_scalar};

/// Whether a document is to be signed or has come with a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be signed: nothing is removed.
    Signing,
    /// Signed by somebody: members named `signature` are removed unless they are `null`.
    Checking,
}

/// How a document is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Manner {
    pub(crate) purpose: Purpose,
    pub(crate) doubles: Doubles,
    pub(crate) limits: Limits,
    pub(crate) duplicates: Duplicates,
}

/// What is known of a document beside its lines.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    pub(crate) text: &'a str,
    pub(crate) marks: Marks,
    pub(crate) signature: Found<'a>,
    /// Where values begin that have no line, because a later one has the same path.
    pub(crate) overwritten: Vec<usize>,
    /// End of the top level, if that is an object.
    pub(crate) end: Option<ObjectEnd>,
    /// End of the member `general`, if that is an object.
    pub(crate) general_end: Option<ObjectEnd>,
}

/// The closing bracket of an object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ObjectEnd {
    pub(crate) offset: usize,
    pub(crate) empty: bool,
}

/// What stands in the place of the signature.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Found<'a> {
    /// No member, or `null`: the next place counts.
    #[default]
    Nothing,
    /// A value that means "no signature": empty, `"0"`, `0`, `false`.
    Blank,
    /// A value that is no text.
    Foreign,
    /// A text.
    Text(Text<'a>),
}

impl<'a> Found<'a> {
    pub(crate) fn from_token(token: &Token<'a>) -> Self {
        match token {
            Token::Null => Self::Nothing,
            Token::Bool(false) => Self::Blank,
            Token::Number(number) if number.to_f64() == 0.0 => Self::Blank,
            Token::String(text) if text.is_empty() || text.is("0") => Self::Blank,
            Token::String(text) => Self::Text(*text),
            _ => Self::Foreign,
        }
    }

    /// The signature that counts: `general.signature` only where the top level has none.
    pub(crate) fn or_in_general(self, general: Self) -> Self {
        if let Self::Nothing = self {
            general
        } else {
            self
        }
    }
}

/// Memory that is kept from one document to the next.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) entries: Entries,
    prefix: String,
    open: Vec<Frame>,
    tokens: TokenBuffers,
}

/// Room for these is made at once; more is made as it is needed.
const USUAL_PATH_BYTES: usize = 128;
const USUAL_DEPTH: usize = 8;

/// Reads `bytes` and leaves the lines of its canonical string, in order, in `memory`.
pub(crate) fn read<'a>(
    bytes: &'a [u8],
    manner: &Manner,
    memory: &mut Memory,
) -> Result<Document<'a>, SyntaxError> {
    memory.entries.clear();
    memory.entries.make_room(bytes.len());
    memory.prefix.clear();
    memory.prefix.reserve(USUAL_PATH_BYTES);
    memory.prefix.push(';');
    memory.open.clear();
    memory.open.reserve(USUAL_DEPTH);
    let mut buffers = core::mem::take(&mut memory.tokens);
    buffers.make_room(USUAL_DEPTH);
    let mut walk = Walk {
        tokens: Tokens::reusing(bytes, &manner.limits, manner.duplicates, buffers)?,
        manner,
        entries: &mut memory.entries,
        prefix: &mut memory.prefix,
        open: &mut memory.open,
        marks: Marks::NONE,
        signature: Found::Nothing,
        general_signature: Found::Nothing,
        end: None,
        general_end: None,
    };
    let walked = walk.document();
    let mut document = Document {
        text: walk.tokens.text(),
        marks: walk.marks,
        signature: walk.signature.or_in_general(walk.general_signature),
        overwritten: Vec::new(),
        end: walk.end,
        general_end: walk.general_end,
    };
    if walk.tokens.noted_duplicate().is_some() {
        document.marks |= Marks::DUPLICATE;
    }
    memory.tokens = walk.tokens.into_buffers();
    walked?;
    let entries = &mut memory.entries;
    if document.marks.odd_entries() {
        let oddities = php_oddities::read(bytes, manner, entries)?;
        document.signature = oddities.signature;
        document.overwritten = oddities.overwritten;
    } else if document.marks.odd_order() {
        entries.order_by(php_oddities::compare);
    } else if document.marks.holds_any(Marks::COLON_IN_NAME) {
        // Where a name ends does not show in the paths.
        entries.order_by(natural::compare);
    }
    Ok(document)
}

/// Where a value stands.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// Length of the prefix without the name of the value.
    outside: usize,
    /// Whether there are digits in the name.
    digits: bool,
    /// Whether it is a member, not an element.
    member: bool,
    /// Whether it is the member `general` of the top level.
    general: bool,
}

impl Place {
    const TOP: Self = Self {
        outside: 0,
        digits: false,
        member: false,
        general: false,
    };
}

impl Place {
    fn path<'p>(&self, prefix: &'p str) -> LinePath<'p> {
        LinePath {
            text: prefix,
            outside: self.outside,
            digits: self.digits,
            member: self.member,
        }
    }
}

/// A container that is open.
#[derive(Debug, Clone, Copy)]
struct Frame {
    place: Place,
    /// Members or elements so far.
    count: usize,
    list: bool,
    before: Before,
}

struct Walk<'a, 'm> {
    tokens: Tokens<'a>,
    manner: &'m Manner,
    entries: &'m mut Entries,
    /// A semicolon, and each name on the way to the innermost open container with a colon behind it.
    prefix: &'m mut String,
    open: &'m mut Vec<Frame>,
    marks: Marks,
    signature: Found<'a>,
    general_signature: Found<'a>,
    end: Option<ObjectEnd>,
    general_end: Option<ObjectEnd>,
}

impl<'a> Walk<'a, '_> {
    fn document(&mut self) -> Result<(), SyntaxError> {
        match self.tokens.step()? {
            Kind::ObjectStart => self.enter(Place::TOP, false),
            Kind::ListStart => {
                self.marks |= Marks::TOP_LIST;
                self.enter(Place::TOP, true);
            }
            _ => {
                // A scalar; say what comes after it first if that is no JSON.
                while self.tokens.step()? != Kind::DocumentEnd {}
                return Err(SyntaxError::new(0, SyntaxRule::TopLevelScalar));
            }
        }
        loop {
            match self.tokens.step()? {
                Kind::Key => {
                    let key = self.tokens.string();
                    self.member(&key)?;
                }
                Kind::ObjectEnd | Kind::ListEnd => self.leave(),
                Kind::DocumentEnd => return Ok(()),
                element => self.element(element)?,
            }
        }
    }

    fn enter(&mut self, place: Place, list: bool) {
        self.open.push(Frame {
            place,
            count: 0,
            list,
            before: self.entries.before(),
        });
    }

    fn leave(&mut self) {
        let Some(frame) = self.open.pop() else { return };
        if !frame.list {
            self.entries.end_object(frame.before);
        }
        if frame.place.member {
            self.entries
                .end_member(frame.before, &frame.place.path(self.prefix));
        }
        self.prefix.truncate(frame.place.outside);
        let end = ObjectEnd {
            offset: self.tokens.offset(),
            empty: frame.count == 0,
        };
        if frame.place.general && !frame.list {
            self.general_end = Some(end);
        }
        if self.open.is_empty() && !frame.list {
            self.end = Some(end);
        }
    }

    /// Counts a member or element; says how many there were before.
    fn count(&mut self) -> usize {
        self.open.last_mut().map_or(0, |frame| {
            frame.count += 1;
            frame.count - 1
        })
    }

    fn member(&mut self, key: &Text<'a>) -> Result<(), SyntaxError> {
        self.count();
        let value = self.tokens.step_to_value()?;
        if key.is("frame_mode") {
            self.marks |= Marks::FRAME_MODE;
            return self.skip_rest(value);
        }
        if key.is("signature") {
            if let Some(value) = self.tokens.token(value) {
                self.note_signature(&value);
            }
            if self.manner.purpose == Purpose::Checking && value != Kind::Null {
                return self.skip_rest(value);
            }
        }
        let outside = self.prefix.len();
        let marks = self.push_name(key);
        self.marks |= marks;
        let top = self.open.len() == 1;
        if top {
            self.mark_top_level(key, value);
        }
        let place = Place {
            outside,
            digits: marks.holds_any(Marks::DIGIT_IN_NAME),
            member: true,
            general: top && key.is("general"),
        };
        self.value(value, place)
    }

    /// Steps over the rest of a value.
    fn skip_rest(&mut self, value: Kind) -> Result<(), SyntaxError> {
        match value {
            Kind::ObjectStart | Kind::ListStart => self.tokens.skip_container(),
            _ => Ok(()),
        }
    }

    fn push_name(&mut self, key: &Text<'a>) -> Marks {
        let name = key.to_str();
        let marks = Marks::of_name(&name);
        if marks.holds_any(Marks::COLON_IN_NAME) {
            push_doubled(self.prefix, &name);
        } else {
            self.prefix.push_str(&name);
        }
        self.prefix.push(':');
        marks
    }

    fn element(&mut self, value: Kind) -> Result<(), SyntaxError> {
        let index = self.count();
        let outside = self.prefix.len();
        push_index(self.prefix, index);
        self.prefix.push(':');
        let place = Place {
            outside,
            digits: true,
            member: false,
            general: false,
        };
        self.value(value, place)
    }

    /// A value whose path is the whole prefix.
    fn value(&mut self, value: Kind, place: Place) -> Result<(), SyntaxError> {
        if matches!(value, Kind::ObjectStart | Kind::ListStart) {
            self.enter(place, value == Kind::ListStart);
            return Ok(());
        }
        let offset = self.tokens.offset();
        let text = match self.tokens.written_as_signed(value) {
            Some((start, bytes)) => Span::of_document(start, bytes),
            None => {
                let Some(scalar) = self.tokens.token(value) else {
                    return Ok(());
                };
                let (text, marks) =
                    write_scalar(self.entries, offset, &scalar, self.manner.doubles);
                self.marks |= marks;
                text
            }
        };
        let limit = self.manner.limits.canonical_bytes();
        self.entries
            .push(&place.path(self.prefix), text, limit)
            .map_err(|rule| SyntaxError::new(offset, rule))?;
        self.prefix.truncate(place.outside);
        Ok(())
    }

    fn mark_top_level(&mut self, key: &Text<'a>, value: Kind) {
        if matches!(value, Kind::ObjectStart | Kind::ListStart) {
            self.marks |= Marks::TOP_CONTAINER;
            if key.is("") || key.is("0") {
                self.marks |= Marks::VANISHING_PREFIX;
            }
        } else if php_oddities::integer_slot(&key.to_str()).is_some() {
            self.marks |= Marks::INTEGER_NAME;
        }
    }

    fn note_signature(&mut self, value: &Token<'a>) {
        let found = Found::from_token(value);
        match self.open.as_slice() {
            [_] => {
                self.marks |= Marks::SIGNATURE;
                self.signature = found;
            }
            [_, frame] if frame.place.general && !frame.list => {
                self.marks |= Marks::SIGNATURE;
                self.general_signature = found;
            }
            _ => self.marks |= Marks::STRAY_SIGNATURE,
        }
    }
}
