//! The domain: tasks, their states, what an attempt can end in and what follows from it.
//!
//! Everything here is pure. It reads no clock, opens no file, starts no thread and cannot fail; what is hard to test lives
//! on the floors above.

pub mod filter;
pub mod lane;
pub mod outcome;
pub mod retry;
pub mod route;
pub mod state;
pub mod task;

pub use filter::{DeadLetterFilter, DeadLetterOrder, Filter, Order};
pub use lane::{Bucket, ClosedReason, Lane, LaneOrder, LaneWord, Rate};
pub use outcome::{ErrorType, Failure, LaneNotice, Outcome, Reply};
pub use retry::{Backoff, Budget, Fate, OnUnknown, RetryPolicy, STARVED_FOR};
pub use route::{ExtractError, MessagePlaces, Pattern, Place, Routes, Served, TaskRoute};
pub use state::{DeadLetterState, State};
pub use task::{
    Attempt, DeadLetter, DeadLetterId, Due, Enqueued, Message, NewTask, Payload, Priority, Task, TaskId, WorkerId,
};
