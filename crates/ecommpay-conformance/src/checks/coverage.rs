//! Every section of a seed that asks for behaviour has a case, and every diagram all its steps.

use std::collections::HashSet;

use super::compare::{Differences, chain};
use crate::fixtures::{Asks, Diagram, Flow, ReadFlow, Section};
use crate::report::Row;

/// The rows in the order of the seeds, groups of our own last.
///
/// A section that has no row of its own gets one: it counts the cases elsewhere that belong to it
/// as well, names the section of another seed that is the same, or fails.
pub(crate) fn in_order_of_seeds(mut rows: Vec<Row>, sections: &[Section]) -> Vec<Row> {
    let first = |row: &Row| row.sections().first().cloned().unwrap_or_default();
    let own: HashSet<String> = rows.iter().map(first).collect();
    let more: Vec<Row> = sections
        .iter()
        .filter(|section| section.asks == Asks::Behaviour && !own.contains(&section.section))
        .map(|section| elsewhere(section, &rows))
        .collect();
    rows.extend(more);
    // Stable: cases of a section stay in the order of the checks.
    rows.sort_by_key(|row| {
        let first = first(row);
        sections
            .iter()
            .position(|section| section.section == first)
            .unwrap_or(sections.len())
    });
    rows
}

/// One row for a section whose cases stand elsewhere.
fn elsewhere(section: &Section, rows: &[Row]) -> Row {
    let name = section.same_as.as_ref().unwrap_or(&section.section);
    let belongs = |row: &&Row| row.sections().contains(name);
    let cases = rows.iter().filter(belongs).count();
    let failed = rows
        .iter()
        .filter(belongs)
        .filter(|row| !row.verdict().passed())
        .count();
    let case = match &section.same_as {
        Some(other) => format!("{cases} cases of {other}"),
        None => format!("{cases} cases of other sections"),
    };
    let result = match (cases, failed) {
        (0, _) => Err("no case belongs to this section".to_owned()),
        (_, 0) => Ok(()),
        (_, failed) => Err(format!("{failed} of them failed")),
    };
    Row::new(std::slice::from_ref(&section.section), case, result)
}

/// Every numbered list is there with all of its steps, in all the ways it is played, and every file
/// of a flow is readable.
pub(crate) fn check_diagrams(diagrams: &[Diagram], flows: &[ReadFlow]) -> Vec<Row> {
    let unreadable = flows.iter().filter_map(|(name, flow)| {
        let problem = chain(flow.as_ref().err()?);
        Some(Row::new(
            &["flows".to_owned()],
            format!("flow {name}"),
            Err(problem),
        ))
    });
    let whole = diagrams.iter().map(|diagram| {
        let case = format!("diagram {}…, {} steps", diagram.flows, diagram.steps);
        Row::new(
            std::slice::from_ref(&diagram.section),
            case,
            check_diagram(diagram, flows),
        )
    });
    whole.chain(unreadable).collect()
}

fn check_diagram(diagram: &Diagram, flows: &[ReadFlow]) -> Result<(), String> {
    let mut differences = Differences::default();
    let readable = flows.iter().filter_map(|(_, flow)| flow.as_ref().ok());
    let own: Vec<&Flow> = readable
        .filter(|flow| flow.name().starts_with(&diagram.flows))
        .collect();
    differences.compare("flows", diagram.ways, own.len());
    for flow in own {
        differences.compare(
            &format!("steps of {}", flow.name()),
            diagram.steps,
            flow.steps().len(),
        );
        differences.compare(
            &format!("section of {}", flow.name()),
            &diagram.section,
            flow.section(),
        );
    }
    differences.into_result()
}

/// Sections that wait for a part of the project that is not built yet.
pub(crate) fn not_in_scope_yet(sections: &[Section]) -> Vec<String> {
    sections
        .iter()
        .filter(|section| section.asks == Asks::Later)
        .map(|section| section.section.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sections() -> Vec<Section> {
        serde_json::from_str(
            r#"[{"section": "1", "asks": "behaviour"},
                {"section": "2", "asks": "behaviour"},
                {"section": "3", "asks": "nothing"},
                {"section": "4", "asks": "behaviour", "same_as": "1"}]"#,
        )
        .unwrap()
    }

    fn row(sections: &[&str], result: Result<(), String>) -> Row {
        let sections: Vec<String> = sections.iter().map(|name| (*name).to_owned()).collect();
        Row::new(&sections, "case", result)
    }

    #[test]
    fn sections_without_cases_of_their_own_point_elsewhere() {
        let rows = in_order_of_seeds(vec![row(&["1", "2"], Ok(()))], &sections());
        let cases: Vec<&str> = rows.iter().map(Row::case).collect();
        assert_eq!(cases, ["case", "1 cases of other sections", "1 cases of 1"]);
        assert!(rows.iter().all(|row| row.verdict().passed()));
    }

    #[test]
    fn a_section_without_any_case_fails() {
        let rows = in_order_of_seeds(vec![row(&["1"], Ok(()))], &sections());
        let failed: Vec<&Row> = rows.iter().filter(|row| !row.verdict().passed()).collect();
        assert_eq!(failed.len(), 1);
        assert_eq!(failed[0].sections(), ["2"]);
    }

    #[test]
    fn a_section_elsewhere_fails_with_its_cases() {
        let rows = in_order_of_seeds(vec![row(&["1", "2"], Err("no".to_owned()))], &sections());
        assert!(rows.iter().all(|row| !row.verdict().passed()));
    }
}
