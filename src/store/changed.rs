//! What an order did, and what may have been done before it; and who gave it.

/// What an order changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// How many tasks.
    pub tasks: u64,
    /// Those of them of which any attempt may have left: they may have been sent already.
    pub doubtful: u64,
}

/// Who gave an order, as the audit log has it.
pub(super) fn actor() -> String {
    format!("uid {} pid {}", rustix::process::getuid().as_raw(), std::process::id())
}

impl std::ops::AddAssign for Changed {
    fn add_assign(&mut self, more: Changed) {
        self.tasks += more.tasks;
        self.doubtful += more.doubtful;
    }
}
