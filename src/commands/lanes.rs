//! Which way out a task takes, by the settings.

use crate::config::Config;
use crate::error::Error;
use crate::queue::{Lane, Message, Routes, Task};

/// The ways out that the settings know.
pub struct Lanes {
    routes: Routes,
}

impl Lanes {
    pub fn new(config: &Config) -> Lanes {
        Lanes { routes: config.routes() }
    }

    /// The lane that serves a task with this `task_func`; `None`: the settings have none, and it waits.
    pub fn lane_of(&self, task_func: &str) -> Option<String> {
        self.routes.lane_of(task_func).map(|served| served.lane.to_string())
    }

    /// The message in `args` and `kwargs` of a row that another program wrote; `None` if smsctl's own columns hold it, or if
    /// nothing there is one.
    pub fn foreign_message(&self, task: &Task) -> Option<Message> {
        if task.recipient.is_some() {
            return None;
        }
        let places = self.routes.lane_of(&task.task_func)?.route?.message.as_ref()?;
        places.extract(task.args.as_deref(), task.kwargs.as_deref()).ok()
    }

    /// Whether the settings have this lane.
    fn has(&self, lane: &str) -> bool {
        self.routes.lanes().any(|known| known.to_string() == lane)
    }

    /// The `task_func` words that `word` means, out of those `known`: all that take the lane of this name (a bare name is a
    /// gateway), or the one that `word` is itself.
    ///
    /// # Errors
    /// `word` is no lane, neither of the settings nor of a task, and no `task_func` of a task.
    pub fn task_funcs(&self, word: &str, known: &[String]) -> Result<Vec<String>, Error> {
        let lane = Lane::parse(word).map(|lane| lane.to_string());
        let takes = |func: &&String| *func == word || Some(*func) == lane.as_ref() || self.lane_of(func) == lane;
        let funcs: Vec<String> = match &lane {
            Some(_) => known.iter().filter(takes).cloned().collect(),
            None => known.iter().filter(|func| *func == word).cloned().collect(),
        };
        if funcs.is_empty() && !lane.is_some_and(|lane| self.has(&lane)) {
            return Err(Error::no_lane(word, &self.names(known)));
        }
        Ok(funcs)
    }

    fn names(&self, known: &[String]) -> Vec<String> {
        let tasks = known.iter().filter_map(|func| Lane::in_row(func)).map(|lane| lane.to_string());
        let mut names: Vec<String> = self.routes.lanes().map(Lane::to_string).chain(tasks).collect();
        names.sort();
        names.dedup();
        names
    }
}
