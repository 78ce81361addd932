//! What is wrong with a form, next to the field that is at fault.

use axum::http::StatusCode;

use super::control::Problem;

/// How refusals of a query or a body begin before the member is named.
const BEGINNINGS: [&str; 2] = [
    "Failed to deserialize query string: ",
    "Failed to deserialize the JSON body into the target type: ",
];

/// The refusal of a form; empty when nothing was refused.
#[derive(Debug, Default, Clone)]
pub(super) struct FormProblem {
    field: String,
    message: String,
}

impl FormProblem {
    /// Reads `field: rule`, as the control API says it. `fields` are the form's; a refusal of
    /// anything else is told above the form.
    pub(super) fn of(problem: &Problem, fields: &[&str]) -> Self {
        let message = essence(&problem.message);
        let named = message.split_once(": ");
        let named = named.map(|(field, rule)| (field.trim_start_matches("payment."), rule));
        let known = named.filter(|(field, _)| fields.contains(field));
        match known {
            Some((field, rule)) => Self {
                field: field.to_owned(),
                message: rule.to_owned(),
            },
            None => Self {
                field: String::new(),
                message: message.to_owned(),
            },
        }
    }

    /// Reads the first of several faults `… object.member …`; `members` names the field of each.
    pub(super) fn of_members(problem: &Problem, members: &[(&str, &str)]) -> Self {
        let known = members
            .iter()
            .find(|(member, _)| problem.message.contains(member));
        Self {
            field: known.map_or("", |(_, field)| field).to_owned(),
            message: problem.message.clone(),
        }
    }

    /// What is wrong with this field.
    pub(super) fn at(&self, field: &str) -> Option<&str> {
        (!self.message.is_empty() && self.field == field).then_some(&self.message)
    }

    /// What is wrong with the form as a whole.
    pub(super) fn general(&self) -> Option<&str> {
        self.at("")
    }
}

/// The member and its rule, without where in a body or query they were met.
fn essence(message: &str) -> &str {
    let inside = BEGINNINGS
        .iter()
        .find_map(|beginning| message.strip_prefix(beginning));
    let Some(inside) = inside else {
        return message;
    };
    match inside.rsplit_once(" at line ") {
        Some((rule, place)) if place.contains(" column ") => rule,
        _ => inside,
    }
}

/// One entry of a list to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) name: String,
}

/// Entries that are named by their values.
pub(super) fn choices(values: &[&str]) -> Vec<Choice> {
    values
        .iter()
        .map(|value| Choice {
            value: (*value).to_owned(),
            name: (*value).to_owned(),
        })
        .collect()
}

/// Entries whose names are not their values.
pub(super) fn named(entries: &[(&str, &str)]) -> Vec<Choice> {
    entries
        .iter()
        .map(|(value, name)| Choice {
            value: (*value).to_owned(),
            name: (*name).to_owned(),
        })
        .collect()
}

/// A form that cannot be sent on.
pub(super) fn refusal(text: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_stands_at_its_field_or_above_the_form() {
        let problem = |text: &str| {
            let problem = Problem::new(StatusCode::BAD_REQUEST, text);
            FormProblem::of(&problem, &["amount"])
        };
        let at_field = problem("amount: must be above 0");
        assert_eq!(at_field.at("amount"), Some("must be above 0"));
        assert_eq!(at_field.general(), None);
        let elsewhere = problem("link: is no longer valid");
        assert_eq!(elsewhere.at("amount"), None);
        assert_eq!(elsewhere.general(), Some("link: is no longer valid"));
        let body = "Failed to deserialize the JSON body into the target type: \
                    amount: must be a number at line 1 column 20";
        assert_eq!(problem(body).at("amount"), Some("must be a number"));
        let members = [("payment.amount", "amount")];
        let gate = problem("payment.amount").message;
        let fault = Problem::new(StatusCode::BAD_REQUEST, format!("2004 {gate} is required"));
        let told = FormProblem::of_members(&fault, &members);
        assert_eq!(told.at("amount"), Some("2004 payment.amount is required"));
        assert_eq!(FormProblem::default().general(), None);
    }
}
