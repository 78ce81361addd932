//! What a run found: one row per case, a table for people, JSON for programs, and the closing line.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// Everything a run found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    passed: usize,
    failed: usize,
    rows: Vec<Row>,
    not_in_scope_yet: Vec<String>,
}

/// One case and its result.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    sections: Vec<String>,
    case: String,
    #[serde(flatten)]
    verdict: Verdict,
    #[serde(skip)]
    weight: Weight,
}

/// Passed, or why not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "result", content = "reason", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// As it should be.
    Passed,
    /// What was expected and what was found.
    Failed(String),
}

/// Whether a row has a line of its own in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    /// A line for each.
    Case,
    /// One of many of its kind: those that passed share a line.
    OneOfMany,
}

impl Verdict {
    /// Passed if there is no failure.
    #[must_use]
    pub fn from_result(result: Result<(), String>) -> Self {
        match result {
            Ok(()) => Verdict::Passed,
            Err(reason) => Verdict::Failed(reason),
        }
    }

    /// Whether it passed.
    #[must_use]
    pub fn passed(&self) -> bool {
        matches!(self, Verdict::Passed)
    }
}

impl Row {
    /// A case with a line of its own; the first section is the one the table shows.
    pub fn new(sections: &[String], case: impl Into<String>, result: Result<(), String>) -> Self {
        Row {
            sections: sections.to_vec(),
            case: case.into(),
            verdict: Verdict::from_result(result),
            weight: Weight::Case,
        }
    }

    /// One of many cases of a kind, such as a line of a vector file.
    pub fn one_of_many(group: &str, case: impl Into<String>, result: Result<(), String>) -> Self {
        Row {
            weight: Weight::OneOfMany,
            ..Row::new(&[group.to_owned()], case, result)
        }
    }

    /// The sections the case belongs to, or the group it is one of.
    #[must_use]
    pub fn sections(&self) -> &[String] {
        &self.sections
    }

    /// Name of the case.
    #[must_use]
    pub fn case(&self) -> &str {
        &self.case
    }

    /// Its result.
    #[must_use]
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    fn section(&self) -> &str {
        self.sections.first().map_or("", String::as_str)
    }
}

impl Report {
    /// A report on these rows.
    #[must_use]
    pub fn new(rows: Vec<Row>) -> Self {
        let passed = rows.iter().filter(|row| row.verdict.passed()).count();
        Report {
            passed,
            failed: rows.len() - passed,
            rows,
            not_in_scope_yet: Vec::new(),
        }
    }

    /// Names sections that wait for a part of the project that is not built yet; they count for
    /// nothing.
    #[must_use]
    pub fn with_not_in_scope_yet(mut self, sections: Vec<String>) -> Self {
        self.not_in_scope_yet = sections;
        self
    }

    /// How many cases passed.
    #[must_use]
    pub fn passed(&self) -> usize {
        self.passed
    }

    /// How many cases failed.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.failed
    }

    /// All rows, in the order of the run.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The rows that failed.
    pub fn failures(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| !row.verdict.passed())
    }

    /// The last line of every run: `N passed, N failed`.
    #[must_use]
    pub fn closing_line(&self) -> String {
        format!("{} passed, {} failed", self.passed, self.failed)
    }

    /// Lines of the table: section, case, result, and below it the reason.
    fn lines(&self) -> Vec<(&str, String, &Verdict)> {
        let mut many: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for row in self
            .rows
            .iter()
            .filter(|row| row.weight == Weight::OneOfMany)
        {
            let (passed, all) = many.entry(row.section()).or_default();
            *passed += usize::from(row.verdict.passed());
            *all += 1;
        }
        let mut lines = Vec::new();
        for row in &self.rows {
            if row.weight == Weight::OneOfMany
                && let Some((passed, all)) = many.remove(row.section())
                && passed > 0
            {
                lines.push((
                    row.section(),
                    format!("{passed} of {all}"),
                    &Verdict::Passed,
                ));
            }
            if row.weight == Weight::Case || !row.verdict.passed() {
                lines.push((row.section(), row.case.clone(), &row.verdict));
            }
        }
        lines
    }
}

/// The table and the closing line.
impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.lines();
        let width = |texts: &mut dyn Iterator<Item = &str>| {
            texts.map(|text| text.chars().count()).max().unwrap_or(0)
        };
        let sections = width(&mut lines.iter().map(|(section, _, _)| *section));
        let cases = width(&mut lines.iter().map(|(_, case, _)| case.as_str()));
        let mut before = "";
        for (section, case, verdict) in lines {
            // A section is written once; the lines below it belong to it.
            let shown = if section == before { "" } else { section };
            before = section;
            let result = if verdict.passed() { "passed" } else { "FAILED" };
            writeln!(formatter, "{shown:<sections$}  {case:<cases$}  {result}")?;
            if let Verdict::Failed(reason) = verdict {
                for line in reason.lines() {
                    writeln!(formatter, "{:sections$}    {line}", "")?;
                }
            }
        }
        if !self.not_in_scope_yet.is_empty() {
            writeln!(formatter, "\nnot in scope yet (counts for nothing):")?;
            for section in &self.not_in_scope_yet {
                writeln!(formatter, "  {section}")?;
            }
        }
        writeln!(formatter, "\n{}", self.closing_line())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed() -> Result<(), String> {
        Err("expected a\n     got b".to_owned())
    }

    #[test]
    fn the_table_groups_sections_and_shows_reasons() {
        let sections = ["002 / Testing".to_owned()];
        let report = Report::new(vec![
            Row::new(&sections, "first", Ok(())),
            Row::new(&sections, "second", failed()),
            Row::one_of_many("vectors", "a", Ok(())),
            Row::one_of_many("vectors", "b", failed()),
            Row::one_of_many("vectors", "c", Ok(())),
        ])
        .with_not_in_scope_yet(vec!["002 / Analysis".to_owned()]);
        let expected = "\
002 / Testing  first   passed
               second  FAILED
                 expected a
                      got b
vectors        2 of 3  passed
               b       FAILED
                 expected a
                      got b

not in scope yet (counts for nothing):
  002 / Analysis

3 passed, 2 failed
";
        assert_eq!(report.to_string(), expected);
    }

    #[test]
    fn json_names_each_case() {
        let report = Report::new(vec![Row::new(&["s".to_owned()], "c", failed())]);
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["failed"], 1);
        assert_eq!(json["rows"][0]["result"], "failed");
        assert_eq!(json["rows"][0]["sections"][0], "s");
    }
}
