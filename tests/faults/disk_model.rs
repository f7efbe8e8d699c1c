//! What a disk may hold after the power failed: a model of a file system that keeps no promise but those of fsync(2).
//!
//! Of what was written to a file since its last fsync every sector may be there or not, each by itself; the names in the folder
//! change in their order, and only an fsync of the folder makes sure of them.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use fastrand::Rng;

/// One call that was recorded, as `shim.c` writes it.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// `O`pened, `W`ritten, `S`ynced, `T`runcated, `U`nlinked; `N`: a request left; `A`: something was said on stdout.
    pub what: u8,
    pub process: u64,
    inode: u64,
    /// Where it was written, the new size, the flags of an open, or the port that a request went to.
    pub at: u64,
    pub bytes: &'a [u8],
}

/// Reads a trace.
pub fn records(mut trace: &[u8]) -> Vec<Record<'_>> {
    /// Five words of the machine.
    const HEAD: usize = 40;
    let mut all = Vec::new();
    while trace.len() >= HEAD {
        let word = |n: usize| u64::from_ne_bytes(trace[n * 8..(n + 1) * 8].try_into().expect("eight bytes"));
        let [what, process, inode, at, length] = [0, 1, 2, 3, 4].map(word);
        let length = usize::try_from(length).expect("a length");
        let what = u8::try_from(what).expect("a letter");
        all.push(Record { what, process, inode, at, bytes: &trace[HEAD..HEAD + length] });
        trace = &trace[HEAD + length..];
    }
    assert!(trace.is_empty(), "the trace ends within a record");
    all
}

#[derive(Clone, Copy)]
enum Change<'a> {
    Write { at: usize, bytes: &'a [u8] },
    Truncate { size: usize },
}

/// A file: what is surely on the disk, and what happened since.
#[derive(Default)]
struct File<'a> {
    durable: Vec<u8>,
    pending: Vec<Change<'a>>,
}

/// A folder with its files, as they are while the system runs.
pub struct Disk<'a> {
    folder: String,
    files: Vec<File<'a>>,
    /// The file behind an inode; `None`: the folder itself.
    inodes: HashMap<u64, Option<usize>>,
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
    /// Names that came (with their file) or went, since the folder was last synced.
    pending_names: Vec<(String, Option<usize>)>,
    /// A disk that lies: an fsync of a file does nothing.
    pub is_lying: bool,
    /// No other files are looked at than those that are there.
    has_all: bool,
}

impl<'a> Disk<'a> {
    pub fn new(folder: &Path) -> Disk<'a> {
        Disk {
            folder: folder.to_str().expect("a plain path").to_owned(),
            files: Vec::new(),
            inodes: HashMap::new(),
            names: BTreeMap::new(),
            durable_names: BTreeMap::new(),
            pending_names: Vec::new(),
            is_lying: false,
            has_all: false,
        }
    }

    /// Of these files alone, by their names, which are there from the beginning: what is done to others is not looked at.
    #[allow(dead_code, reason = "made for servers")]
    pub fn of(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Disk<'a> {
        let mut disk = Disk::new(Path::new("/"));
        for (name, durable) in files {
            disk.names.insert(name.clone(), disk.files.len());
            disk.files.push(File { durable, pending: Vec::new() });
        }
        disk.durable_names.clone_from(&disk.names);
        disk.has_all = true;
        disk
    }

    /// What the call did.
    pub fn apply(&mut self, record: &Record<'a>) {
        let at = usize::try_from(record.at).expect("an offset");
        let path = || String::from_utf8(record.bytes.to_vec()).expect("a plain path");
        match record.what {
            b'O' => self.open(record.inode, path()),
            b'W' => self.change(record, Change::Write { at, bytes: record.bytes }),
            b'T' => self.change(record, Change::Truncate { size: at }),
            b'S' => self.sync(record.inode),
            b'U' => self.unlink(path()),
            _ => {}
        }
    }

    fn open(&mut self, inode: u64, path: String) {
        if path == self.folder {
            self.inodes.insert(inode, None);
            return;
        }
        if let Some(file) = self.names.get(&path) {
            // The same file again; numbers of inodes come back after a removal, names tell.
            self.inodes.insert(inode, Some(*file));
            return;
        }
        if self.has_all {
            // It may have the number of one that went.
            self.inodes.remove(&inode);
            return;
        }
        let file = self.files.len();
        self.files.push(File::default());
        self.inodes.insert(inode, Some(file));
        self.names.insert(path.clone(), file);
        self.pending_names.push((path, Some(file)));
    }

    fn unlink(&mut self, path: String) {
        if self.names.remove(&path).is_some() {
            self.pending_names.push((path, None));
        }
    }

    fn change(&mut self, record: &Record<'_>, change: Change<'a>) {
        match self.inodes.get(&record.inode) {
            Some(file) => self.files[file.expect("nobody writes into a folder")].pending.push(change),
            None => assert!(self.has_all, "a file that nobody opened"),
        }
    }

    fn sync(&mut self, inode: u64) {
        match self.inodes.get(&inode).copied() {
            Some(Some(_)) if self.is_lying => {}
            Some(Some(file)) => self.files[file].settle(),
            None => assert!(self.has_all, "a file that nobody opened"),
            Some(None) => {
                for (name, file) in self.pending_names.drain(..) {
                    rename(&mut self.durable_names, &name, file);
                }
            }
        }
    }

    /// The files that are there after the power failed now, by their names.
    pub fn after_a_crash(&self, dice: &mut Rng) -> BTreeMap<String, Vec<u8>> {
        let mut names = self.durable_names.clone();
        let kept = dice.usize(..=self.pending_names.len());
        for (name, file) in &self.pending_names[..kept] {
            rename(&mut names, name, *file);
        }
        names.into_iter().map(|(name, file)| (name, self.files[file].after_a_crash(dice))).collect()
    }
}

fn rename(names: &mut BTreeMap<String, usize>, name: &str, file: Option<usize>) {
    match file {
        Some(file) => names.insert(name.to_owned(), file),
        None => names.remove(name),
    };
}

impl File<'_> {
    fn settle(&mut self) {
        for change in self.pending.drain(..) {
            perform(&mut self.durable, change);
        }
    }

    fn after_a_crash(&self, dice: &mut Rng) -> Vec<u8> {
        let mut content = self.durable.clone();
        // What came before a truncation that is on the disk is there as well, or is gone with it.
        let cuts = self.pending.iter().enumerate().filter(|(_, change)| matches!(change, Change::Truncate { .. }));
        let cuts = cuts.map(|(place, _)| place).collect::<Vec<_>>();
        let begin = match dice.usize(..=cuts.len()) {
            0 => 0,
            kept => cuts[kept - 1] + 1,
        };
        self.pending[..begin].iter().for_each(|change| perform(&mut content, *change));
        let end = cuts.iter().copied().find(|cut| *cut >= begin).unwrap_or(self.pending.len());
        let writes = &self.pending[begin..end];
        match dice.u8(..6) {
            0 => {}
            1 => writes.iter().for_each(|change| perform(&mut content, *change)),
            2 => writes[..dice.usize(..=writes.len())].iter().for_each(|change| perform(&mut content, *change)),
            3 => scatter(&mut content, writes, 4096, dice),
            _ => scatter(&mut content, writes, 512, dice),
        }
        content
    }
}

fn perform(content: &mut Vec<u8>, change: Change<'_>) {
    match change {
        Change::Write { at, bytes } => {
            content.resize(content.len().max(at + bytes.len()), 0);
            content[at..at + bytes.len()].copy_from_slice(bytes);
        }
        Change::Truncate { size } => content.resize(size, 0),
    }
}

/// Of the writes to each sector the first so many are there: a number of its own for every sector.
fn scatter(content: &mut Vec<u8>, writes: &[Change<'_>], sector: usize, dice: &mut Rng) {
    let mut pieces: BTreeMap<usize, Vec<(usize, &[u8])>> = BTreeMap::new();
    for change in writes {
        let Change::Write { at, bytes } = change else { unreachable!("truncations are boundaries") };
        let (mut at, mut rest) = (*at, *bytes);
        while !rest.is_empty() {
            let (piece, more) = rest.split_at(rest.len().min(sector - at % sector));
            pieces.entry(at / sector).or_default().push((at, piece));
            at += piece.len();
            rest = more;
        }
    }
    for pieces in pieces.into_values() {
        for (at, bytes) in &pieces[..dice.usize(..=pieces.len())] {
            perform(content, Change::Write { at: *at, bytes });
        }
    }
}
