//! What an order did, and what may have been done before it.

/// What an order changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// How many tasks.
    pub tasks: u64,
    /// Those of them of which any attempt may have left: they may have been sent already.
    pub doubtful: u64,
}

impl std::ops::AddAssign for Changed {
    fn add_assign(&mut self, more: Changed) {
        self.tasks += more.tasks;
        self.doubtful += more.doubtful;
    }
}
