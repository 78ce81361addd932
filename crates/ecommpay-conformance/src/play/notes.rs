//! The journal as merchant and customer share it: one entry at a time, with the platform's timeline
//! read before each.

use std::sync::Arc;

use tokio::sync::Mutex;
use tokio::sync::mpsc::UnboundedSender;

use super::control::Control;
use super::journal::{Journal, StepReport, Timeline};
use crate::fixtures::{By, Evidence, Step};

/// Writes into the journal and tells of each step as soon as it is seen.
#[derive(Debug, Clone)]
pub(super) struct Notes(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    journal: Journal,
    platform: Option<Platform>,
    reports: UnboundedSender<StepReport>,
    /// The first time that the timeline could not be read.
    problem: Option<String>,
}

/// Where the timeline of this play's payment is read, and how much of it is known.
#[derive(Debug)]
struct Platform {
    control: Control,
    project: u32,
    payment: String,
    known: usize,
}

impl Notes {
    pub(super) fn new(
        steps: &[Step],
        reports: UnboundedSender<StepReport>,
        control: Option<Control>,
        project: u32,
        payment: &str,
    ) -> Self {
        let timeline = if control.is_some() {
            Timeline::Kept
        } else {
            Timeline::NotKept
        };
        Notes(Arc::new(Mutex::new(Inner {
            journal: Journal::new(steps, timeline),
            platform: control.map(|control| Platform {
                control,
                project,
                payment: payment.to_owned(),
                known: 0,
            }),
            reports,
            problem: None,
        })))
    }

    /// Writes what somebody has seen or is about to do.
    pub(super) async fn write(&self, by: By, event: &str, detail: impl Into<String>) {
        let mut inner = self.0.lock().await;
        inner.read_timeline().await;
        inner.journal.write(Evidence::new(by, event), detail);
        inner.tell();
    }

    /// Reads the timeline without writing anything else.
    pub(super) async fn look(&self) {
        let mut inner = self.0.lock().await;
        inner.read_timeline().await;
        inner.tell();
    }

    /// Forgets everything so far and begins with these steps: what came before was a preparation.
    pub(super) async fn begin(&self, steps: &[Step]) {
        let mut inner = self.0.lock().await;
        inner.read_timeline().await;
        inner.journal = inner.journal.afresh(steps);
    }

    /// Reads the timeline for the last time and judges every step.
    pub(super) async fn finish(&self) -> (Vec<StepReport>, Option<String>) {
        let mut inner = self.0.lock().await;
        inner.read_timeline().await;
        inner.tell();
        for report in inner.journal.rest() {
            // Nobody listens any more if the play was given up.
            let _ = inner.reports.send(report);
        }
        (inner.journal.reports(), inner.problem.take())
    }
}

impl Inner {
    async fn read_timeline(&mut self) {
        let Some(platform) = &mut self.platform else {
            return;
        };
        match platform
            .control
            .payment(platform.project, &platform.payment)
            .await
        {
            Ok(view) => {
                for entry in view.timeline.iter().skip(platform.known) {
                    let evidence = Evidence::new(By::Platform, entry.event.as_str());
                    self.journal.write(evidence, entry.detail.as_str());
                }
                platform.known = view.timeline.len();
            }
            Err(problem) => {
                self.problem.get_or_insert(problem);
            }
        }
    }

    fn tell(&mut self) {
        for report in self.journal.newly_seen() {
            let _ = self.reports.send(report);
        }
    }
}
