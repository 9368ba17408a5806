//! A folder to work in, and the program to run there.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

pub struct Work {
    folder: TempDir,
}

impl Work {
    pub fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Copies a folder of the project here.
    pub fn copy(&self, from: impl AsRef<Path>, to: &str) -> &Self {
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            self.write(&format!("{to}/{}", entry.file_name().to_str().unwrap()), fs::read(entry.path()).unwrap());
        }
        self
    }

    /// Runs the program in the folder: exit status, standard output, standard error with the folder's own path cut.
    pub fn run(&self, arguments: &str) -> (i32, String, String) {
        let output = Command::cargo_bin("standpunt")
            .unwrap()
            .args(arguments.split_whitespace())
            .current_dir(&self.folder)
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(self.folder.path().to_str().unwrap(), "");
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    /// Starts the program in the folder and lets it run.
    pub fn start(&self, arguments: &str) -> std::process::Child {
        std::process::Command::new(assert_cmd::cargo::cargo_bin!("standpunt"))
            .args(arguments.split_whitespace())
            .current_dir(&self.folder)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Runs the program, which must end with `status`; returns standard error.
    pub fn fails(&self, arguments: &str, status: i32) -> String {
        let (found, _, error) = self.run(arguments);
        assert_eq!(found, status, "{error}");
        error
    }

    /// Names in the folder, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(&self.folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}
