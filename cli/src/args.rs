//! The command line.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};
use modbus_bindgen::diagnostic::explain;

use crate::live::args::{ReadArgs, WriteArgs};
use crate::live::discover::DiscoverArgs;
use crate::live::record::RecordArgs;
use crate::live::restore::RestoreArgs;
use crate::live::simulate::SimulateArgs;
use crate::live::verify::VerifyArgs;

/// Typed Rust, documentation and data from a vendor's Modbus register table.
#[derive(Debug, Parser)]
#[command(
    name = "modbus-bindgen",
    version,
    before_help = "Example: modbus-bindgen check registers/device.toml",
    after_help = EXIT_STATUS
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_STATUS: &str = "Exit status: 0 done; 1 the input or the device is at fault, or --check found a difference; \
                           2 the command line is at fault.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Generates Rust
    Generate(GenerateArgs),
    /// Checks tables and manifests
    Check(CheckArgs),
    /// Proposes a manifest for a spreadsheet or CSV file
    Init(InitArgs),
    /// Records the public identifiers of a manifest, so that they stay when labels change
    Lock(LockArgs),
    /// Shows what a new revision of a table changes
    Diff(DiffArgs),
    /// Writes register documentation as Markdown or HTML
    Docs(DocsArgs),
    /// Writes the model for other tools
    Export(ExportArgs),
    /// Reads values from a device
    Read(ReadArgs),
    /// Writes values to a device
    Write(WriteArgs),
    /// Compares a table with a device
    Verify(VerifyArgs),
    /// Records everything a device holds into a file
    Record(RecordArgs),
    /// Writes the settings of a recorded device back
    Restore(RestoreArgs),
    /// Simulates a device, over TCP or on a serial port
    Simulate(SimulateArgs),
    /// Finds the devices on a line or at a host, and the table that fits
    Discover(DiscoverArgs),
    /// Prints completions for a shell
    Completions(CompletionsArgs),
    /// Prints the manual page, or writes one for each command
    Man(ManArgs),
}

#[derive(Debug, Args)]
#[command(before_help = "Example: modbus-bindgen completions bash > /etc/bash_completion.d/modbus-bindgen")]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
#[command(before_help = "Example: modbus-bindgen man --out-dir /usr/share/man/man1")]
pub(crate) struct ManArgs {
    /// Write a page for each command into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) out_dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(before_help = "Example: modbus-bindgen generate registers/device.toml --out src/device.rs")]
pub(crate) struct GenerateArgs {
    /// Manifests to read
    #[arg(required = true, value_name = "MANIFEST")]
    pub(crate) manifests: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) target: TargetArgs,

    /// Write a whole package into this folder
    #[arg(long = "crate", value_name = "DIR", group = "target")]
    pub(crate) package: Option<PathBuf>,

    /// Generate only the points, without device handle and readings: for programs without std
    #[arg(long)]
    pub(crate) points_only: bool,

    /// Where the package finds the runtime, instead of crates.io
    #[arg(long, value_name = "PATH", requires = "package")]
    pub(crate) runtime_path: Option<PathBuf>,

    /// Write nothing; fail if the output differs from the existing file
    #[arg(long, requires = "target")]
    pub(crate) check: bool,
}

/// Where several outputs can go.
#[derive(Debug, Args)]
pub(crate) struct TargetArgs {
    /// Write this file
    #[arg(long, value_name = "FILE", group = "target")]
    pub(crate) out: Option<PathBuf>,

    /// Write one file for each manifest into this folder, named after the manifest, or after its folder where that is
    /// called device.toml
    #[arg(long, value_name = "DIR", group = "target")]
    pub(crate) out_dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(before_help = "Example: modbus-bindgen check registers/device.toml")]
pub(crate) struct CheckArgs {
    /// Manifests to read
    #[arg(required_unless_present = "explain", value_name = "MANIFEST")]
    pub(crate) manifests: Vec<PathBuf>,

    /// Fail on these, too: warnings, or a code (W0622); may be repeated
    #[arg(long, value_name = "WHAT")]
    pub(crate) deny: Vec<Deny>,

    /// Write the entries with only one possible answer into the manifest; with =ask, ask for the others on the terminal
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "certain",
          hide_possible_values = true, conflicts_with = "format")]
    pub(crate) fix: Option<FixMode>,

    /// Show every diagnostic separately; by default those with the same cause are shown once, with a list of the others
    #[arg(long)]
    pub(crate) all: bool,

    /// Print the diagnostics for a program
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<CheckFormat>,

    /// Show how each table was understood: its columns, the rows that are used and those that are not
    #[arg(long, conflicts_with = "format")]
    pub(crate) verbose: bool,

    /// Explain a code (E0310), and what to do; reads no manifest
    #[arg(long, value_name = "CODE", conflicts_with_all = ["manifests", "deny", "format", "fix"])]
    pub(crate) explain: Option<String>,
}

/// How far manifests are fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FixMode {
    /// What can have one answer only is written
    Certain,
    /// The rest is asked
    Ask,
}

/// What fails besides errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deny {
    Warnings,
    Code(&'static str),
}

impl FromStr for Deny {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("warnings") {
            return Ok(Self::Warnings);
        }
        let known = explain::explain(text).map(|explanation| explanation.code);
        known.map(Self::Code).ok_or_else(|| "neither `warnings` nor a code as diagnostics show it".to_owned())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// A list with an object for each manifest
    Json,
    /// SARIF 2.1.0, which code hosts and editors read
    Sarif,
}

#[derive(Debug, Args)]
#[command(before_help = "Example: modbus-bindgen init vendor.xlsx --out registers/device.toml")]
pub(crate) struct InitArgs {
    /// The vendor's file
    #[arg(value_name = "SPREADSHEET")]
    pub(crate) spreadsheet: PathBuf,

    /// Write this file, in the folder of the spreadsheet or one above it; otherwise the manifest goes to stdout
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,

    /// Overwrite an existing file
    #[arg(long, requires = "out")]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
#[command(before_help = "Example: modbus-bindgen lock registers/device.toml --check")]
pub(crate) struct LockArgs {
    /// Manifest or table; the lock is next to it
    #[arg(value_name = "MANIFEST")]
    pub(crate) manifest: PathBuf,

    /// Write nothing; fail if a public item is not locked
    #[arg(long)]
    pub(crate) check: bool,

    /// Replace these locked identifiers by new ones from the labels; all if none is named
    #[arg(long, value_name = "ID", num_args = 0.., conflicts_with = "check")]
    pub(crate) rename: Option<Vec<String>>,
}

#[derive(Debug, Args)]
#[command(before_help = "Example: modbus-bindgen diff git:HEAD~1:registers/device.toml registers/device.toml")]
pub(crate) struct DiffArgs {
    /// The old revision: a manifest, a table, an exported model (.json), or git:REV:PATH of one of them
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,

    /// The new revision, in the same forms
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,

    /// Form of the changes
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: DiffFormat,

    /// Fail if a change is at least this severe
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<FailOn>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For a person
    Text,
    /// A changelog
    Md,
    /// For a program
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Patch,
    Minor,
    Major,
}

#[derive(Debug, Args)]
#[command(before_help = "Example: modbus-bindgen docs registers/device.toml --format html --out device.html")]
pub(crate) struct DocsArgs {
    /// Manifests to read
    #[arg(required = true, value_name = "MANIFEST")]
    pub(crate) manifests: Vec<PathBuf>,

    /// Form of the tables
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: DocsFormat,

    /// Language of the labels (sv), if the table has them; default: the manifest's first language
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) lang: Option<String>,

    /// Show the values of a device recorded with `record`
    #[arg(long, value_name = "IMAGE")]
    pub(crate) values: Option<PathBuf>,

    /// With --format html, mark what changed since this manifest, table, exported model, or git:REV:PATH of one
    #[arg(long, value_name = "OLD")]
    pub(crate) since: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) target: TargetArgs,

    /// Write nothing; fail if the output differs from the existing file
    #[arg(long, requires = "target")]
    pub(crate) check: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DocsFormat {
    /// Tables as GitHub shows them
    Md,
    /// One file to open in a browser or to publish: search, filters, a map of the addresses, a decoder
    Html,
}

#[derive(Debug, Args)]
#[command(before_help = "Example: modbus-bindgen export registers/device.toml --format json --out device.json")]
pub(crate) struct ExportArgs {
    /// Manifest to read
    #[arg(value_name = "MANIFEST")]
    pub(crate) manifest: PathBuf,

    /// Form of the model
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: ExportFormat,

    /// Write this file
    #[arg(long, value_name = "FILE", group = "target")]
    pub(crate) out: Option<PathBuf>,

    /// Address of the device in the network, for targets that need one; a placeholder otherwise
    #[arg(long, value_name = "HOST[:PORT]")]
    pub(crate) host: Option<String>,

    /// Name of the device in the target; the manifest's otherwise
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,

    /// Points, arrays or patterns, named as `read` does; all otherwise
    #[arg(long, value_name = "POINT", num_args = 1..)]
    pub(crate) points: Vec<String>,

    /// Language of the labels (sv), if the table has them; default: the manifest's first language
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) lang: Option<String>,

    /// Write nothing; fail if the output differs from the existing file
    #[arg(long, requires = "target")]
    pub(crate) check: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// The model, for other programs
    Json,
    /// A table with every key of the model; reading it gives the same model
    Csv,
    /// The same as a workbook
    Xlsx,
    /// A Python module for modbus-connection
    ModbusConnection,
    /// A package of Home Assistant
    HomeAssistant,
    /// Configuration of `ESPHome`
    Esphome,
    /// Configuration of Telegraf
    Telegraf,
    /// A device template of Loxone Config
    Loxone,
    /// A Thing Description of the Web of Things
    Wot,
}
