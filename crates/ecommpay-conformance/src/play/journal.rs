//! The journal of a play: who saw what, in one order, and which steps that proves.
//!
//! Merchant and customer write what they do at the moment they do it. Just before each of their
//! entries, and again at the end, the platform's timeline is read and what is new in it is written
//! down. So an entry of the platform stands after everything that was written when it was not there
//! yet, and before everything that was written when it was.

use std::fmt;

use crate::fixtures::{By, Evidence, Step};

/// One thing that somebody saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) evidence: Evidence,
    pub(super) detail: String,
}

impl fmt::Display for Entry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.evidence)?;
        if !self.detail.is_empty() {
            write!(formatter, " ({})", self.detail)?;
        }
        Ok(())
    }
}

/// What came of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StepResult {
    /// All its evidence was seen, in order.
    Seen,
    /// Something was never seen.
    Missing {
        /// What.
        evidence: Evidence,
    },
    /// It began before a step that must begin earlier.
    OutOfOrder {
        /// The step that must begin earlier.
        before: u32,
    },
    /// The platform keeps no timeline, and nobody else can see this step.
    NotObservable,
}

impl StepResult {
    /// Whether the step is no reason to fail.
    #[must_use]
    pub fn passed(&self) -> bool {
        matches!(self, StepResult::Seen | StepResult::NotObservable)
    }
}

impl fmt::Display for StepResult {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StepResult::Seen => formatter.write_str("seen"),
            StepResult::Missing { evidence } => write!(formatter, "never seen by the {evidence}"),
            StepResult::OutOfOrder { before } => {
                write!(formatter, "began before step {before} had begun")
            }
            StepResult::NotObservable => formatter.write_str("not observable from outside"),
        }
    }
}

/// A step with what became of it.
#[derive(Debug, Clone)]
pub struct StepReport {
    number: u32,
    text: String,
    result: StepResult,
    evidence: Vec<String>,
}

impl StepReport {
    /// Number in the list of the seed.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// What happens in this step.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What became of it.
    #[must_use]
    pub fn result(&self) -> &StepResult {
        &self.result
    }

    /// What showed it: who, the event, and what else is to know.
    #[must_use]
    pub fn evidence(&self) -> &[String] {
        &self.evidence
    }
}

/// Entries so far and the steps they are held against.
#[derive(Debug)]
pub(super) struct Journal {
    steps: Vec<Step>,
    timeline: Timeline,
    entries: Vec<Entry>,
    reported: Vec<StepReport>,
}

/// Whether the platform tells what it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Timeline {
    Kept,
    NotKept,
}

/// Where a step begins in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begin {
    NotYet,
    NotObservable,
    At(usize),
}

impl Journal {
    pub(super) fn new(steps: &[Step], timeline: Timeline) -> Self {
        Journal {
            steps: steps.to_vec(),
            timeline,
            entries: Vec::new(),
            reported: Vec::new(),
        }
    }

    /// A journal of the same platform with nothing in it.
    pub(super) fn afresh(&self, steps: &[Step]) -> Self {
        Journal::new(steps, self.timeline)
    }

    pub(super) fn write(&mut self, evidence: Evidence, detail: impl Into<String>) {
        self.entries.push(Entry {
            evidence,
            detail: detail.into(),
        });
    }

    /// The steps that have been seen since the last call, in the order of their numbers.
    pub(super) fn newly_seen(&mut self) -> Vec<StepReport> {
        let seen = self
            .open_steps()
            .filter(|step| {
                step.after()
                    .into_iter()
                    .all(|before| self.begin(before) != Begin::NotYet)
            })
            .map(|step| self.judge(step))
            .filter(|report| report.result == StepResult::Seen)
            .collect();
        self.keep(seen)
    }

    /// The steps that nothing was reported about yet, at the end of the play.
    pub(super) fn rest(&mut self) -> Vec<StepReport> {
        let rest = self.open_steps().map(|step| self.judge(step)).collect();
        self.keep(rest)
    }

    /// All reports so far, by number of the step.
    pub(super) fn reports(&self) -> Vec<StepReport> {
        let mut reports = self.reported.clone();
        reports.sort_by_key(StepReport::number);
        reports
    }

    fn open_steps(&self) -> impl Iterator<Item = &Step> {
        let reported = |number| self.reported.iter().any(|report| report.number == number);
        self.steps
            .iter()
            .filter(move |step| !reported(step.number()))
    }

    fn keep(&mut self, new: Vec<StepReport>) -> Vec<StepReport> {
        self.reported.extend(new.iter().cloned());
        new
    }

    fn judge(&self, step: &Step) -> StepReport {
        let (result, places) = match self.places(step) {
            Err(evidence) => (StepResult::Missing { evidence }, Vec::new()),
            Ok(places) => match places.first() {
                None => (StepResult::NotObservable, places),
                Some(begin) => match self.later_than(*begin, &step.after()) {
                    Some(before) => (StepResult::OutOfOrder { before }, places),
                    None => (StepResult::Seen, places),
                },
            },
        };
        StepReport {
            number: step.number(),
            text: step.text().to_owned(),
            result,
            evidence: places
                .iter()
                .map(|place| self.entries[*place].to_string())
                .collect(),
        }
    }

    /// The first of these steps that began at this place or later. One that never began is missing,
    /// which is reported with that step.
    fn later_than(&self, place: usize, steps: &[u32]) -> Option<u32> {
        let late = |number: &u32| matches!(self.begin(*number), Begin::At(begin) if begin >= place);
        steps.iter().copied().find(late)
    }

    /// Where the first observable evidence of a step stands.
    fn begin(&self, number: u32) -> Begin {
        let step = self.steps.iter().find(|step| step.number() == number);
        let mut observable = step
            .into_iter()
            .flat_map(Step::evidence)
            .filter(|it| self.observes(it));
        match observable.next() {
            None => Begin::NotObservable,
            Some(evidence) => {
                let place = self
                    .entries
                    .iter()
                    .position(|entry| entry.evidence == *evidence);
                place.map_or(Begin::NotYet, Begin::At)
            }
        }
    }

    fn observes(&self, evidence: &Evidence) -> bool {
        evidence.by != By::Platform || self.timeline == Timeline::Kept
    }

    /// Where the step's evidence stands in the journal, each after the one before; or what is
    /// missing. Evidence of a platform without a timeline is passed over.
    fn places(&self, step: &Step) -> Result<Vec<usize>, Evidence> {
        let mut places = Vec::new();
        let mut from = 0;
        for evidence in step
            .evidence()
            .iter()
            .filter(|evidence| self.observes(evidence))
        {
            let found = self.entries[from..]
                .iter()
                .position(|entry| entry.evidence == *evidence);
            let place = from + found.ok_or_else(|| evidence.clone())?;
            places.push(place);
            from = place + 1;
        }
        Ok(places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(json: &str) -> Vec<Step> {
        serde_json::from_str(json).unwrap()
    }

    fn two_steps() -> Vec<Step> {
        steps(
            r#"[{"number": 1, "text": "send", "evidence": [{"by": "merchant", "event": "sent"}]},
                {"number": 2, "text": "receive", "evidence": [
                    {"by": "platform", "event": "received"}, {"by": "merchant", "event": "answered"}]}]"#,
        )
    }

    fn play(steps: &[Step], events: &[(By, &str)]) -> Vec<StepResult> {
        let mut journal = Journal::new(steps, Timeline::Kept);
        for (by, event) in events {
            journal.write(Evidence::new(*by, *event), "");
        }
        journal
            .rest()
            .into_iter()
            .map(|report| report.result)
            .collect()
    }

    #[test]
    fn steps_in_order_are_seen() {
        let events = [
            (By::Merchant, "sent"),
            (By::Platform, "received"),
            (By::Merchant, "answered"),
        ];
        assert_eq!(
            play(&two_steps(), &events),
            [StepResult::Seen, StepResult::Seen]
        );
    }

    #[test]
    fn a_step_is_missing_when_one_of_its_witnesses_is_silent() {
        let missing = StepResult::Missing {
            evidence: Evidence::new(By::Merchant, "answered"),
        };
        let events = [(By::Merchant, "sent"), (By::Platform, "received")];
        assert_eq!(play(&two_steps(), &events), [StepResult::Seen, missing]);
    }

    #[test]
    fn a_step_before_its_turn_is_out_of_order() {
        let events = [
            (By::Platform, "received"),
            (By::Merchant, "sent"),
            (By::Merchant, "answered"),
        ];
        let expected = [StepResult::Seen, StepResult::OutOfOrder { before: 1 }];
        assert_eq!(play(&two_steps(), &events), expected);
    }

    #[test]
    fn witnesses_of_a_step_come_in_their_order() {
        let events = [
            (By::Merchant, "sent"),
            (By::Merchant, "answered"),
            (By::Platform, "received"),
        ];
        let missing = StepResult::Missing {
            evidence: Evidence::new(By::Merchant, "answered"),
        };
        assert_eq!(play(&two_steps(), &events), [StepResult::Seen, missing]);
    }

    #[test]
    fn independent_steps_may_come_in_any_order() {
        let independent = steps(
            r#"[{"number": 1, "text": "a", "evidence": [{"by": "merchant", "event": "a"}]},
                {"number": 2, "text": "b", "evidence": [{"by": "merchant", "event": "b"}]},
                {"number": 3, "after": [1], "text": "c", "evidence": [{"by": "merchant", "event": "c"}]}]"#,
        );
        let events = [
            (By::Merchant, "a"),
            (By::Merchant, "c"),
            (By::Merchant, "b"),
        ];
        assert_eq!(play(&independent, &events), [const { StepResult::Seen }; 3]);
    }

    #[test]
    fn steps_are_reported_once_and_as_soon_as_they_are_complete() {
        let mut journal = Journal::new(&two_steps(), Timeline::Kept);
        journal.write(Evidence::new(By::Merchant, "sent"), "");
        assert_eq!(journal.newly_seen().len(), 1);
        assert!(journal.newly_seen().is_empty());
        journal.write(Evidence::new(By::Platform, "received"), "");
        journal.write(Evidence::new(By::Merchant, "answered"), "");
        assert_eq!(journal.newly_seen()[0].number(), 2);
        assert!(journal.rest().is_empty());
    }

    #[test]
    fn a_step_waits_for_the_steps_that_must_begin_earlier() {
        let mut journal = Journal::new(&two_steps(), Timeline::Kept);
        journal.write(Evidence::new(By::Platform, "received"), "");
        journal.write(Evidence::new(By::Merchant, "answered"), "");
        assert!(journal.newly_seen().is_empty());
        journal.write(Evidence::new(By::Merchant, "sent"), "");
        assert_eq!(journal.newly_seen()[0].number(), 1);
        assert_eq!(
            journal.rest()[0].result(),
            &StepResult::OutOfOrder { before: 1 }
        );
    }

    #[test]
    fn without_a_timeline_the_platform_proves_nothing_and_blocks_nothing() {
        let only_platform = steps(
            r#"[{"number": 1, "text": "a", "evidence": [{"by": "platform", "event": "a"}]},
                {"number": 2, "text": "b", "evidence": [{"by": "merchant", "event": "b"}]}]"#,
        );
        let mut journal = Journal::new(&only_platform, Timeline::NotKept);
        journal.write(Evidence::new(By::Merchant, "b"), "");
        let results: Vec<_> = journal
            .rest()
            .into_iter()
            .map(|report| report.result)
            .collect();
        assert_eq!(results, [StepResult::NotObservable, StepResult::Seen]);
    }
}
