//! Something to watch: a temporary directory, and a thread that works in it.

use crate::output::say;
use butter::Eventfd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{env, fs, io, process};

/// The directory is removed when this is dropped.
pub struct Demo {
    pub directory: PathBuf,
    /// What the thread adds to when it is done, and so wakes the loop.
    pub done: Arc<Eventfd>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Demo {
    pub fn new() -> io::Result<Demo> {
        let directory = env::temp_dir().join(format!("watch-{}", process::id()));
        fs::create_dir(&directory)?;
        Ok(Demo { directory, done: Arc::new(Eventfd::new()?), thread: None })
    }

    pub fn start(&mut self) {
        let (directory, done) = (self.directory.clone(), self.done.clone());
        self.thread = Some(thread::spawn(move || {
            let result = work(&directory);
            done.add(1)?;
            result
        }));
    }
}

fn work(directory: &Path) -> io::Result<()> {
    let pause = || thread::sleep(Duration::from_millis(100));
    let (draft, letter, folder) = (directory.join("draft"), directory.join("letter"), directory.join("folder"));

    fs::write(&draft, "Dear reader,\n")?;
    pause();
    fs::rename(&draft, &letter)?;
    pause();
    // The file may be there before anybody can watch the directory. It is not missed.
    fs::create_dir(&folder)?;
    fs::File::create(folder.join("at once"))?;
    pause();
    fs::rename(&letter, folder.join("letter"))?;
    pause();
    fs::rename(&folder, directory.join("archive"))?;
    fs::remove_file(directory.join("archive/letter"))
}

impl Drop for Demo {
    fn drop(&mut self) {
        match self.thread.take().map(JoinHandle::join) {
            None | Some(Ok(Ok(()))) => {}
            Some(Ok(Err(error))) => say(format_args!("{}: {error}", self.directory.display())),
            Some(Err(_)) => say("the thread panicked"),
        }
        if let Err(error) = fs::remove_dir_all(&self.directory) {
            say(format_args!("{}: {error}", self.directory.display()));
        }
    }
}
