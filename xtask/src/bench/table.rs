//! The table of measurements: read from lines of JSON, printed, written into the document.

use serde_json::{Value, json};

use crate::command::root;

const DOCUMENT: &str = "docs/PERFORMANCE.md";
const BEGIN: &str = "<!-- table: written by `cargo xtask bench` -->\n";
const END: &str = "<!-- end of the table -->";

/// One line of the table.
pub(super) struct Row(Value);

pub(super) fn read(lines: &str) -> Result<Vec<Row>, String> {
    lines
        .lines()
        .map(|line| serde_json::from_str(line).map(Row))
        .collect::<Result<_, _>>()
        .map_err(|error| format!("a row of the benches: {error}"))
}

impl Row {
    pub(super) fn letter(&self) -> &str {
        self.0["row"].as_str().unwrap_or_default()
    }

    pub(super) fn missed(&self) -> bool {
        self.reaches("must") == Some(false)
    }

    /// What is judged: the ratio, or the figure itself where there is no bound.
    fn judged(&self) -> f64 {
        let figure = self.0["bound"]["ratio"]
            .as_f64()
            .or(self.0["ours"].as_f64());
        figure.unwrap_or(f64::NAN)
    }

    /// Whether a goal is reached, if there is one.
    fn reaches(&self, goal: &str) -> Option<bool> {
        let goal = &self.0[goal];
        let at_most = goal["at_most"].as_f64().map(|most| self.judged() <= most);
        at_most.or_else(|| {
            goal["at_least"]
                .as_f64()
                .map(|least| self.judged() >= least)
        })
    }

    fn verdict(&self) -> &'static str {
        match (self.reaches("must"), self.reaches("stretch")) {
            (Some(true), Some(true)) => "stretch",
            (Some(true), _) => "must",
            (Some(false), _) => "MISSED",
            (None, _) => "",
        }
    }

    fn goal(&self, goal: &str) -> String {
        let goal = &self.0[goal];
        let shown = |name: &str, sign| {
            let value = goal[name].as_f64()?;
            // Without a bound the goal is a figure of the row's own kind.
            let text = if self.0["bound"].is_null() {
                self.figure(&goal[name])
            } else {
                value.to_string()
            };
            Some(format!("{sign} {text}"))
        };
        shown("at_most", "≤")
            .or_else(|| shown("at_least", "≥"))
            .unwrap_or_default()
    }

    fn figure(&self, value: &Value) -> String {
        let Some(value) = value.as_f64() else {
            return String::new();
        };
        match self.0["unit"].as_str() {
            Some("ns") if value >= 1e9 => format!("{:.2} s", value / 1e9),
            Some("ns") if value >= 1e6 => format!("{:.2} ms", value / 1e6),
            Some("ns") => format!("{:.2} µs", value / 1e3),
            Some("") | None => format!("{value}"),
            Some(unit) => format!("{value:.0} {unit}"),
        }
    }

    fn markdown(&self) -> String {
        let bound = match self.0["bound"]["name"].as_str() {
            Some(name) => format!("{}: {name}", self.figure(&self.0["bound"]["value"])),
            None => String::new(),
        };
        let ratio = self.0["bound"]["ratio"]
            .as_f64()
            .map(|ratio| format!("{ratio:.2}"));
        [
            self.letter(),
            self.0["what"].as_str().unwrap_or_default(),
            &self.figure(&self.0["ours"]),
            &bound,
            &ratio.unwrap_or_default(),
            &self.goal("must"),
            &self.goal("stretch"),
            self.verdict(),
        ]
        .join(" | ")
    }
}

pub(super) fn json(rows: &[Row]) -> Value {
    let with_verdict = |row: &Row| {
        let mut value = row.0.clone();
        value["verdict"] = json!(row.verdict());
        value
    };
    rows.iter().map(with_verdict).collect()
}

pub(super) fn markdown(rows: &[Row]) -> String {
    let mut lines = vec![
        "| | what | ours | bound | ratio | must | stretch | verdict |".to_owned(),
        "|---|---|---|---|---|---|---|---|".to_owned(),
    ];
    lines.extend(rows.iter().map(|row| format!("| {} |", row.markdown())));
    lines.join("\n")
}

/// Puts the table into its place in the document.
pub(super) fn write_document(rows: &[Row]) -> Result<(), String> {
    let path = root().join(DOCUMENT);
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{DOCUMENT}: {error}"))?;
    let replaced = with_table(&text, &markdown(rows))
        .ok_or(format!("{DOCUMENT} has no place for the table"))?;
    std::fs::write(&path, replaced).map_err(|error| format!("{DOCUMENT}: {error}"))
}

fn with_table(text: &str, table: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{table}\n{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str = r#"{"row":"b","what":"verify","ours":6000.0,"unit":"ns","bound":{"name":"bare","value":3000.0,"ratio":2.0},"must":{"at_most":2.1},"stretch":{"at_most":1.6}}
{"row":"c","what":"send","ours":70.0,"unit":"/s","bound":{"name":"hyper","value":100.0,"ratio":0.7},"must":{"at_least":0.8},"stretch":null}
{"row":"b","what":"allocations","ours":0.0,"unit":"","bound":null,"must":{"at_most":0.0},"stretch":null}"#;

    #[test]
    fn a_row_is_judged_by_its_ratio_or_by_itself() {
        let rows = read(LINES).unwrap();
        let verdicts: Vec<&str> = rows.iter().map(Row::verdict).collect();
        assert_eq!(verdicts, ["must", "MISSED", "must"]);
        let missed: Vec<bool> = rows.iter().map(Row::missed).collect();
        assert_eq!(missed, [false, true, false]);
    }

    #[test]
    fn the_table_replaces_the_one_before() {
        let rows = read(LINES).unwrap();
        let text = format!("before\n{BEGIN}old\n{END}\nafter\n");
        let written = with_table(&text, &markdown(&rows)).unwrap();
        assert!(written.starts_with("before\n") && written.ends_with("\nafter\n"));
        assert!(!written.contains("old"));
        let line = "| b | verify | 6.00 µs | 3.00 µs: bare | 2.00 | ≤ 2.1 | ≤ 1.6 | must |";
        assert!(written.contains(line), "{written}");
        assert_eq!(with_table("no place", "table"), None);
    }

    #[test]
    fn a_goal_without_a_bound_has_the_unit_of_its_row() {
        let line = r#"{"row":"h","what":"start","ours":7e6,"unit":"ns","bound":null,"must":{"at_most":5e7},"stretch":null}"#;
        let table = markdown(&read(line).unwrap());
        let shown = "| h | start | 7.00 ms |  |  | ≤ 50.00 ms |  | must |";
        assert!(table.contains(shown), "{table}");
    }
}
