//! What is measured.

/// One operation, done by several implementations.
pub struct Group {
    /// Its name on the command line.
    pub name: &'static str,
    /// What is counted, as the table calls it.
    pub operation: &'static str,
    /// How often a round of the loop does it.
    pub per_round: u64,
    /// The figure that butter is to reach, in instructions.
    pub target: Option<f64>,
    /// The first is written by hand: the others' time is told as a ratio to it.
    pub cases: &'static [Case],
}

/// One implementation of it.
pub struct Case {
    /// Who does it.
    pub name: &'static str,
    /// Prepares whatever the loop needs, and gives the loop.
    pub prepare: fn() -> Rounds,
}

/// A loop that goes round as often as it is told. It is called through a pointer, so each is a piece of code of its own.
pub type Rounds = Box<dyn FnMut(u64)>;
