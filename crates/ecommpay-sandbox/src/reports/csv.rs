//! Reports as CSV (RFC 4180, UTF-8, commas): row by row, so that a report may be longer than the
//! memory.

use super::columns::{Cell, Column};
use crate::platform::reporting::ReportedOperation;

/// The line with the names.
pub(super) fn header(columns: &[&Column]) -> Vec<u8> {
    lines([columns.iter().map(|column| column.name.to_owned())])
}

/// One line per operation.
pub(super) fn rows(columns: &[&Column], operations: &[ReportedOperation]) -> Vec<u8> {
    lines(operations.iter().map(|operation| {
        columns
            .iter()
            .map(move |column| text_of(column.cell(operation)))
    }))
}

fn lines<Line: IntoIterator<Item = String>>(lines: impl IntoIterator<Item = Line>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for line in lines {
        // Writing to memory does not fail, and every line has as many fields as the first.
        let _ = writer.write_record(line);
    }
    writer.into_inner().unwrap_or_default()
}

fn text_of(cell: Cell) -> String {
    match cell {
        Cell::Text(text) => harmless(text),
        Cell::Number(number) => number.to_string(),
        Cell::Time(time) => time.report_date(),
        Cell::Nothing => String::new(),
    }
}

/// A text that a spreadsheet would take for a formula gets an apostrophe in front.
fn harmless(text: String) -> String {
    if super::looks_like_formula(&text) {
        format!("'{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text() {
        for formula in [
            "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=\"a,b\"",
        ] {
            let line = lines([[text_of(formula.into())]]);
            let mut reader = ::csv::ReaderBuilder::new()
                .has_headers(false)
                .from_reader(&*line);
            let record = reader.records().next().unwrap().unwrap();
            assert_eq!(&record[0], format!("'{formula}"), "{formula:?}");
        }
    }

    #[test]
    fn other_texts_stay_as_they_are() {
        for text in [
            "order 1",
            "a=b",
            "1-2",
            "\"quoted\", with comma\nand line",
            "",
        ] {
            let line = lines([[text_of(text.into()), "x".to_owned()]]);
            let mut reader = ::csv::ReaderBuilder::new()
                .has_headers(false)
                .from_reader(&*line);
            assert_eq!(&reader.records().next().unwrap().unwrap()[0], text);
        }
    }

    #[test]
    fn negative_numbers_stay_numbers() {
        assert_eq!(text_of(Cell::Number(-5)), "-5");
    }
}
