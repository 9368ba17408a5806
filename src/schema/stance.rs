//! Labels and probability distributions over them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The position toward a target that a sentence expresses or reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stance {
    /// Criticises, opposes, fears, portrays as wrong.
    Against,
    /// Bears on the target without a position.
    Neutral,
    /// Supports, praises, sides with.
    Favor,
}

impl Stance {
    /// In the order of every array over stances.
    pub const ALL: [Stance; 3] = [Self::Against, Self::Neutral, Self::Favor];

    /// −1, 0 or 1.
    #[must_use]
    pub fn sign(self) -> i8 {
        self as i8 - 1
    }

    /// As written in labels and records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Against => "against",
            Self::Neutral => "neutral",
            Self::Favor => "favor",
        }
    }
}

impl fmt::Display for Stance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Stance {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|stance| stance.name() == name)
            .ok_or_else(|| format!("unknown label '{name}'; one of against, neutral, favor"))
    }
}

/// What a claim was given: a stance, or "undecided" where the model is not sure enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Label {
    /// As [`Stance::Against`].
    Against,
    /// As [`Stance::Neutral`].
    Neutral,
    /// As [`Stance::Favor`].
    Favor,
    /// The best probability is under the model's threshold.
    Undecided,
}

impl Label {
    /// The stance, unless undecided.
    #[must_use]
    pub fn stance(self) -> Option<Stance> {
        match self {
            Self::Against => Some(Stance::Against),
            Self::Neutral => Some(Stance::Neutral),
            Self::Favor => Some(Stance::Favor),
            Self::Undecided => None,
        }
    }
}

impl From<Stance> for Label {
    fn from(stance: Stance) -> Self {
        match stance {
            Stance::Against => Self::Against,
            Stance::Neutral => Self::Neutral,
            Stance::Favor => Self::Favor,
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.stance().map_or("undecided", Stance::name))
    }
}

/// A distribution over [`Stance::ALL`]; sums to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Probabilities {
    /// Of [`Stance::Against`].
    pub against: f64,
    /// Of [`Stance::Neutral`].
    pub neutral: f64,
    /// Of [`Stance::Favor`].
    pub favor: f64,
}

impl Probabilities {
    /// In the order of [`Stance::ALL`].
    #[must_use]
    pub fn to_array(self) -> [f64; 3] {
        [self.against, self.neutral, self.favor]
    }

    /// The most probable stance and its probability; ties go to neutral, then to the first.
    #[must_use]
    pub fn best(self) -> (Stance, f64) {
        let mut best = (Stance::Neutral, self.neutral);
        for (stance, p) in Stance::ALL.into_iter().zip(self.to_array()) {
            if p > best.1 {
                best = (stance, p);
            }
        }
        best
    }

    /// Expected net stance, favor − against, in −1..=1.
    #[must_use]
    pub fn expected(self) -> f64 {
        self.favor - self.against
    }
}

impl From<[f64; 3]> for Probabilities {
    fn from([against, neutral, favor]: [f64; 3]) -> Self {
        Self { against, neutral, favor }
    }
}
