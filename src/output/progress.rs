//! Progress on stderr, for people who wait longer than a second.

use std::fmt;
use std::io;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle, TermLike};

use super::stream::Stderr;
use super::terminal;

/// What is over sooner than this never shows a bar.
const APPEARS_AFTER: Duration = Duration::from_secs(1);
/// How often the bar moves by itself.
const TICK: Duration = Duration::from_millis(125);
/// How often it is drawn at most, in Hz.
const DRAWS_PER_S: u8 = 12;

/// On a narrower terminal the counts alone have room.
const BAR_COLUMNS_MIN: u16 = 60;

const TEMPLATE_BAR: &str = "{prefix} [{bar:20}] {human_pos}/{human_len} {speed} {eta}";
const TEMPLATE_COUNT: &str = "{prefix} {spinner} {human_pos} {speed} {elapsed}";
const TEMPLATE_NARROW: &str = "{prefix} {spinner} {human_pos} {speed}";

/// The progress of one piece of work. It vanishes when it is finished or dropped. Shared by threads.
pub struct Progress {
    bar: ProgressBar,
    /// The thread that shows the bar once it is worth showing; it ends when its channel closes.
    curtain: Option<(Sender<()>, thread::JoinHandle<()>)>,
}

impl Progress {
    /// Counts, and shows nothing.
    pub(super) fn hidden() -> Progress {
        Progress { bar: ProgressBar::hidden(), curtain: None }
    }

    /// Shows itself among `bars` after a second.
    pub(super) fn shown(bars: &MultiProgress, columns: u16, total: Option<u64>, what: &'static str) -> Progress {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        let template = match total {
            _ if columns < BAR_COLUMNS_MIN => TEMPLATE_NARROW,
            Some(_) => TEMPLATE_BAR,
            None => TEMPLATE_COUNT,
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.with_key("speed", write_speed).progress_chars("=> "));
        }
        bar.set_prefix(what);
        // Nothing is ever sent: that the channel closes is the message.
        let (finished, waiting) = bounded::<()>(0);
        let (bars, shown) = (bars.clone(), bar.clone());
        let curtain = thread::Builder::new().name("progress".to_owned()).spawn(move || {
            if waiting.recv_timeout(APPEARS_AFTER) == Err(RecvTimeoutError::Timeout) {
                bars.add(shown).enable_steady_tick(TICK);
            }
        });
        // Without a thread there is no bar; the work does not depend on it.
        Progress { bar, curtain: curtain.ok().map(|thread| (finished, thread)) }
    }

    /// `n` more are done.
    pub fn inc(&self, n: u64) {
        self.bar.inc(n);
    }

    /// The work is over: the bar vanishes.
    pub fn finish(self) {
        drop(self);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((finished, thread)) = self.curtain.take() {
            drop(finished);
            // A panic in that thread has cost the bar only.
            let _ = thread.join();
        }
        self.bar.finish_and_clear();
    }
}

fn write_speed(state: &ProgressState, out: &mut dyn fmt::Write) {
    // indicatif hands in a buffer in memory: writing to it cannot fail.
    let _ = match state.per_sec() {
        speed if speed < 10.0 => write!(out, "{speed:.1}/s"),
        speed => write!(out, "{speed:.0}/s"),
    };
}

/// The bars of one run; they draw through the same lock as everything else on stderr.
pub(super) fn bars(stderr: &Stderr, columns: u16) -> MultiProgress {
    let canvas = Box::new(Canvas { stderr: stderr.clone(), columns });
    MultiProgress::with_draw_target(ProgressDrawTarget::term_like_with_hz(canvas, DRAWS_PER_S))
}

/// stderr as indicatif sees it. Nothing here ever fails: indicatif panics when a terminal goes away under a bar.
struct Canvas {
    stderr: Stderr,
    /// Where the terminal does not tell its width any more.
    columns: u16,
}

impl fmt::Debug for Canvas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Canvas").field("columns", &self.columns).finish_non_exhaustive()
    }
}

impl Canvas {
    fn put(&self, text: &str) -> io::Result<()> {
        self.stderr.draw(text);
        Ok(())
    }

    /// A cursor movement of ECMA-48; none by 0, which terminals would read as 1.
    fn travel(&self, n: usize, direction: char) -> io::Result<()> {
        if n == 0 { Ok(()) } else { self.put(&format!("\x1b[{n}{direction}")) }
    }
}

impl TermLike for Canvas {
    fn width(&self) -> u16 {
        terminal::stderr_columns().unwrap_or(self.columns)
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.travel(n, 'A')
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.travel(n, 'B')
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.travel(n, 'C')
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.travel(n, 'D')
    }

    fn write_line(&self, line: &str) -> io::Result<()> {
        self.put(&format!("{line}\n"))
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.put(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.put("\r\x1b[2K")
    }

    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}
