//! What came, as a row that is sent to the server: a batch is one value, an array of such rows.
//!
//! An array for each column would cost the server a table of its own in memory for each.

use std::error::Error;

use bytes::{BufMut as _, BytesMut};
use ecommpay_inbox::{Filing, payment_key};
use tokio_postgres::types::{Field, IsNull, Kind, ToSql, Type, WrongType, to_sql_checked};

use crate::put::Content;
use crate::{rows, text};

/// How many columns the type `ecommpay_inbox_arrival` has.
const COLUMNS: usize = 12;

/// A content in the columns of the type `ecommpay_inbox_arrival`.
#[derive(Debug)]
pub(crate) struct ArrivalRow<'a> {
    /// Its place in the batch, or its number where that is known.
    pub(crate) place: i64,
    pub(crate) content: &'a Content<'a>,
}

impl ToSql for ArrivalRow<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        let Kind::Composite(fields) = ty.kind() else {
            return Err(WrongType::new::<Self>(ty.clone()).into());
        };
        let arrival = self.content.first;
        let payment = arrival.payment_id().map(|id| text::stored(id.as_str()));
        let key = arrival.payment_id().and_then(|id| {
            let key = payment_key(id);
            (key != id.as_str()).then_some(key)
        });
        let one_date;
        let many_dates;
        let dates: &[u8] = match *self.content.dates {
            [date] => {
                one_date = date.to_be_bytes();
                &one_date
            }
            _ => {
                many_dates = Filing::bytes_of(self.content.dates.iter().copied());
                &many_dates
            }
        };
        let values: [&(dyn ToSql + Sync); COLUMNS] = [
            &self.place,
            &self.content.dates.first(),
            &rows::kind_number(arrival.kind()),
            &self.content.project(),
            &payment,
            &key.as_deref().map(text::stored),
            &arrival.received_at().unix_millis(),
            &arrival.remote_address(),
            &arrival.key_index().map(i64::from),
            &dates,
            &arrival.digest().as_slice(),
            &arrival.bytes(),
        ];
        write_row(fields, &values, out)?;
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        matches!(ty.kind(), Kind::Composite(fields) if fields.len() == COLUMNS)
    }

    to_sql_checked!();
}

/// Writes a row as `record_recv` of the server reads it: the number of its columns, then the type, the
/// length in bytes and the value of each. A length of -1 stands for NULL.
fn write_row(
    fields: &[Field],
    values: &[&(dyn ToSql + Sync)],
    out: &mut BytesMut,
) -> Result<(), Box<dyn Error + Sync + Send>> {
    out.put_i32(i32::try_from(fields.len())?);
    for (field, value) in fields.iter().zip(values) {
        out.put_u32(field.type_().oid());
        let at = out.len();
        out.put_i32(-1);
        if let IsNull::No = value.to_sql_checked(field.type_(), out)? {
            let value_at = at + size_of::<i32>();
            let length = i32::try_from(out.len() - value_at)?;
            out[at..value_at].copy_from_slice(&length.to_be_bytes());
        }
    }
    Ok(())
}
