//! Reports as XLSX. Rows go through temporary files of the library to the reader, so that a report
//! may be longer than the memory.

use std::io::{self, Write};

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::columns::{Cell, Column};
use crate::platform::reporting::ReportedOperation;

/// Rows that fit on one sheet, with its header.
const SHEET_ROWS: u32 = 1_048_576;
/// Characters that fit into one cell.
const CELL_CHARACTERS: usize = 32_767;

struct Formats {
    header: Format,
    time: Format,
    /// Text that would be a formula if somebody typed it.
    quoted: Format,
}

/// Takes the rows from `next`, which waits for them, and writes the whole file to `to`.
///
/// When a sheet is full, the next one goes on.
///
/// # Errors
/// What `to` or the temporary files say.
pub(super) fn write(
    columns: &[&Column],
    mut next: impl FnMut() -> Option<Vec<ReportedOperation>>,
    to: impl Write + Send,
) -> io::Result<()> {
    write_sheets(columns, &mut next, to, SHEET_ROWS).map_err(io::Error::other)
}

fn write_sheets(
    columns: &[&Column],
    next: &mut dyn FnMut() -> Option<Vec<ReportedOperation>>,
    to: impl Write + Send,
    sheet_rows: u32,
) -> Result<(), XlsxError> {
    let formats = Formats {
        header: Format::new().set_bold(),
        time: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss \"UTC\""),
        quoted: Format::new().set_quote_prefix(),
    };
    let mut workbook = Workbook::new();
    let mut rows = std::iter::from_fn(next).flatten().peekable();
    let mut number = 1;
    loop {
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        begin_sheet(sheet, number, columns, &formats)?;
        for row in 1..sheet_rows {
            let Some(operation) = rows.next() else {
                break;
            };
            for (place, column) in (0..).zip(columns) {
                put(sheet, row, place, column.cell(&operation), &formats)?;
            }
        }
        if rows.peek().is_none() {
            return workbook.save_to_writer(to);
        }
        number += 1;
    }
}

fn begin_sheet(
    sheet: &mut Worksheet,
    number: u32,
    columns: &[&Column],
    formats: &Formats,
) -> Result<(), XlsxError> {
    sheet.set_name(format!("Operations {number}"))?;
    sheet.set_freeze_panes(1, 0)?;
    for (place, column) in (0..).zip(columns) {
        sheet.set_column_width(place, 22)?;
        sheet.write_string_with_format(0, place, column.name, &formats.header)?;
    }
    Ok(())
}

fn put(
    sheet: &mut Worksheet,
    row: u32,
    place: u16,
    cell: Cell,
    formats: &Formats,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Text(text) => {
            let text = shortened(text);
            if super::looks_like_formula(&text) {
                sheet.write_string_with_format(row, place, text, &formats.quoted)?;
            } else {
                sheet.write_string(row, place, text)?;
            }
        }
        Cell::Number(number) => {
            sheet.write_number(row, place, number_of(number))?;
        }
        Cell::Time(time) => {
            let time = ExcelDateTime::from_timestamp(time.unix_seconds())?;
            sheet.write_datetime_with_format(row, place, &time, &formats.time)?;
        }
        Cell::Nothing => {}
    }
    Ok(())
}

/// Spreadsheets know doubles only: exact up to 2^53, which no documented amount reaches.
#[expect(
    clippy::cast_precision_loss,
    reason = "the format has no other numbers"
)]
fn number_of(number: i64) -> f64 {
    number as f64
}

fn shortened(text: String) -> String {
    if text.chars().count() <= CELL_CHARACTERS {
        return text;
    }
    let mut short: String = text.chars().take(CELL_CHARACTERS - 1).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, DataType, Reader as _, Xlsx};

    use super::super::samples::operation;
    use super::*;

    fn read(
        columns: &[&str],
        rows: Vec<ReportedOperation>,
        sheet_rows: u32,
    ) -> Vec<Vec<Vec<Data>>> {
        let columns: Vec<&Column> = columns
            .iter()
            .map(|name| Column::named(name).unwrap())
            .collect();
        let mut portions = rows
            .chunks(2)
            .map(<[ReportedOperation]>::to_vec)
            .collect::<Vec<_>>()
            .into_iter();
        let mut file = Vec::new();
        write_sheets(&columns, &mut || portions.next(), &mut file, sheet_rows).unwrap();
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(file)).unwrap();
        let sheets = book.worksheets().into_iter();
        sheets
            .map(|(_, range)| range.rows().map(<[Data]>::to_vec).collect())
            .collect()
    }

    #[test]
    fn cells_have_the_kind_of_their_values() {
        let columns = [
            "payment_id",
            "operation_id",
            "sum_initial.amount",
            "operation_completed_at",
            "customer_id",
        ];
        let sheets = read(&columns, vec![operation("p & <q>", "")], SHEET_ROWS);
        let [header, row] = &sheets[0][..] else {
            panic!("{sheets:?}");
        };
        let names: Vec<_> = header
            .iter()
            .map(|cell| cell.as_string().unwrap())
            .collect();
        assert_eq!(names, columns);
        assert_eq!(row[0], Data::String("p & <q>".to_owned()));
        // An id is a text: a spreadsheet's number would lose its last digit.
        assert_eq!(row[1], Data::String("9007199254740993".to_owned()));
        assert_eq!(row[2].as_f64(), Some(1000.0));
        // 2026-01-31 is day 46053 of the spreadsheet's calendar.
        let noon = 46_053.5 + 30.0 / 86_400.0;
        let Data::DateTime(completed) = &row[3] else {
            panic!("{row:?}");
        };
        assert!((completed.as_f64() - noon).abs() < 1e-9, "{completed}");
        assert!(row.get(4).is_none_or(DataType::is_empty), "{row:?}");
    }

    #[test]
    fn formulas_stay_texts() {
        let texts = [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "=HYPERLINK(\"http://elsewhere.example\")",
        ];
        let rows = texts.iter().map(|text| operation("p", text)).collect();
        let columns = [Column::named("payment_description").unwrap()];
        let mut rows = Some(rows);
        let mut file = Vec::new();
        write_sheets(&columns, &mut || rows.take(), &mut file, SHEET_ROWS).unwrap();
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(file)).unwrap();
        let sheet = book.sheet_names()[0].clone();
        assert!(book.worksheet_formula(&sheet).unwrap().is_empty());
        let range = book.worksheet_range(&sheet).unwrap();
        let found: Vec<_> = range.rows().skip(1).map(|row| row[0].to_string()).collect();
        assert_eq!(found, texts);
    }

    #[test]
    fn a_full_sheet_is_followed_by_another() {
        let rows = (1..=5)
            .map(|number| operation(&format!("p{number}"), ""))
            .collect();
        let sheets = read(&["payment_id"], rows, 3);
        let texts: Vec<Vec<String>> = sheets
            .iter()
            .map(|rows| rows.iter().map(|row| row[0].to_string()).collect())
            .collect();
        let expected = [
            vec!["payment_id", "p1", "p2"],
            vec!["payment_id", "p3", "p4"],
            vec!["payment_id", "p5"],
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn sheets_that_are_full_at_the_end_leave_no_empty_one() {
        let rows = (1..=4)
            .map(|number| operation(&format!("p{number}"), ""))
            .collect();
        assert_eq!(read(&["payment_id"], rows, 3).len(), 2);
        assert_eq!(read(&["payment_id"], Vec::new(), 3).len(), 1);
    }

    #[test]
    fn a_text_that_is_too_long_for_a_cell_ends_with_a_mark() {
        let long = "é".repeat(CELL_CHARACTERS + 1);
        let short = shortened(long.clone());
        assert_eq!(short.chars().count(), CELL_CHARACTERS);
        assert!(short.ends_with('…') && long.starts_with(short.trim_end_matches('…')));
        assert_eq!(shortened("x".to_owned()), "x");
    }
}
