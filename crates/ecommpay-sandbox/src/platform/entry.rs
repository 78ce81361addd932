//! What a journal keeps: every command that may have changed the platform.

use serde::{Deserialize, Serialize};

use super::batch::UploadRefunds;
use super::dashboard_refund::RefundInDashboard;
use super::data_api::{DataRequest, PutDataToken, ReportFraud, RevokeDataToken};
use super::deliveries::{Delivered, Resend};
use super::dispute::MarkDisputed;
use super::emulator::{Arrive, Choose, PressPay, Return, SignIn};
use super::faults::{AddFault, ClearFaults, MeetRequest, RemoveFault};
use super::gate::GateRequest;
use super::link::{MakeLink, OpenLink, StopLink};
#[cfg(any(feature = "db", test))]
use super::moment::Moment;
use super::page::{AnswerOnPage, ChooseAgain, ChooseMethod, EnterLogin, OpenPage, ShowPage};
use super::project_settings::ChangeProject;
use super::trigger::Trigger;
#[cfg(any(feature = "db", test))]
use super::{Command as _, Platform};
use super::{ListenAt, PutProject};

macro_rules! entries {
    ($($command:ident,)*) => {
        /// A command as a journal keeps it.
        #[derive(Debug, Clone, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub(crate) enum Entry {
            $($command($command),)*
        }

        #[cfg(any(feature = "db", test))]
        impl Entry {
            /// Carries the command out once more; nobody waits for the reply.
            pub(crate) fn repeat(self, platform: &mut Platform, now: Moment) {
                platform.pass_time(now);
                match self {
                    $(Self::$command(command) => drop(command.apply(platform, now)),)*
                }
            }
        }

        $(impl From<$command> for Entry {
            fn from(command: $command) -> Self {
                Self::$command(command)
            }
        })*
    };
}

entries! {
    ListenAt,
    PutProject,
    GateRequest,
    OpenPage,
    ChooseMethod,
    ChooseAgain,
    EnterLogin,
    AnswerOnPage,
    ShowPage,
    Arrive,
    PressPay,
    SignIn,
    Choose,
    Return,
    Delivered,
    Resend,
    AddFault,
    RemoveFault,
    ClearFaults,
    MeetRequest,
    ChangeProject,
    RefundInDashboard,
    Trigger,
    MakeLink,
    OpenLink,
    StopLink,
    DataRequest,
    PutDataToken,
    RevokeDataToken,
    ReportFraud,
    MarkDisputed,
    UploadRefunds,
}
