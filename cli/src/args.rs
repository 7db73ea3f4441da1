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

const EXIT_STATUS: &str = "Exit status: 0 success; 1 error in the input or the device, or --check found a difference; \
                           2 error in the command line.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Generates Rust
    Generate(GenerateArgs),
    /// Checks tables and manifests
    Check(CheckArgs),
    /// Proposes a manifest for a spreadsheet or CSV file
    Init(InitArgs),
    /// Records the public identifiers of a manifest, so that new labels do not change them
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
    /// Simulates a device over TCP or on a serial port
    Simulate(SimulateArgs),
    /// Finds the devices on a serial line or at a host, and the table that fits each
    Discover(DiscoverArgs),
    /// Prints completions for a shell
    Completions(CompletionsArgs),
    /// Prints the manual page, or writes a page for each command
    Man(ManArgs),
}

#[derive(Debug, Args)]
#[command(before_help = "Example: modbus-bindgen completions bash > /etc/bash_completion.d/modbus-bindgen")]
pub(crate) struct CompletionsArgs {
    /// Shell to print completions for
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

    /// Generate only the points, without device handle and readings, for programs without std
    #[arg(long)]
    pub(crate) points_only: bool,

    /// Take the runtime from this folder instead of crates.io
    #[arg(long, value_name = "PATH", requires = "package")]
    pub(crate) runtime_path: Option<PathBuf>,

    /// Write nothing; fail if the existing file differs from the output
    #[arg(long, requires = "target")]
    pub(crate) check: bool,
}

/// Where outputs go.
#[derive(Debug, Args)]
pub(crate) struct TargetArgs {
    /// Write this file
    #[arg(long, value_name = "FILE", group = "target")]
    pub(crate) out: Option<PathBuf>,

    /// Write one file for each manifest into this folder, named after the manifest, or after the manifest's folder if
    /// the manifest is called device.toml
    #[arg(long, value_name = "DIR", group = "target")]
    pub(crate) out_dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(before_help = "Example: modbus-bindgen check registers/device.toml")]
pub(crate) struct CheckArgs {
    /// Manifests to read
    #[arg(required_unless_present = "explain", value_name = "MANIFEST")]
    pub(crate) manifests: Vec<PathBuf>,

    /// Also fail on this: warnings, or a code such as W0622; can be repeated
    #[arg(long, value_name = "WHAT")]
    pub(crate) deny: Vec<Deny>,

    /// Write entries with only one possible answer into the manifest; with =ask, ask for the others on the terminal
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "certain",
          hide_possible_values = true, conflicts_with = "format")]
    pub(crate) fix: Option<FixMode>,

    /// Show every diagnostic separately; by default those with the same cause are shown once, with a list of the others
    #[arg(long)]
    pub(crate) all: bool,

    /// Print the diagnostics in a format for programs
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<CheckFormat>,

    /// Show how each table was understood: its columns, the rows that are used and the rows that are not
    #[arg(long, conflicts_with = "format")]
    pub(crate) verbose: bool,

    /// Explain a code such as E0310, and what to do; reads no manifest
    #[arg(long, value_name = "CODE", conflicts_with_all = ["manifests", "deny", "format", "fix"])]
    pub(crate) explain: Option<String>,
}

/// How far manifests are fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FixMode {
    /// Write entries that have only one possible answer
    Certain,
    /// Ask for the others
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
        known.map(Self::Code).ok_or_else(|| "neither `warnings` nor a code such as W0622".to_owned())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// A list with one object for each manifest
    Json,
    /// SARIF 2.1.0, for code hosts and editors
    Sarif,
}

#[derive(Debug, Args)]
#[command(before_help = "Example: modbus-bindgen init vendor.xlsx --out registers/device.toml")]
pub(crate) struct InitArgs {
    /// The vendor's spreadsheet or CSV file
    #[arg(value_name = "SPREADSHEET")]
    pub(crate) spreadsheet: PathBuf,

    /// Write this file; default: print the manifest
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,

    /// Overwrite an existing file
    #[arg(long, requires = "out")]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
#[command(before_help = "Example: modbus-bindgen lock registers/device.toml --check")]
pub(crate) struct LockArgs {
    /// Manifest or table; the lock file is next to it
    #[arg(value_name = "MANIFEST")]
    pub(crate) manifest: PathBuf,

    /// Write nothing; fail if a public item is not in the lock file
    #[arg(long)]
    pub(crate) check: bool,

    /// Replace these locked identifiers with new ones made from the labels; all of them if none is named
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

    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: DiffFormat,

    /// Fail if a change is at least this severe
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<FailOn>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For people
    Text,
    /// A changelog in Markdown
    #[value(alias = "markdown")]
    Md,
    /// For programs
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

    /// Output format
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: DocsFormat,

    /// Language of the labels (sv), if the table has them; default: the manifest's first language
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) lang: Option<String>,

    /// Show the values of a device, from a file that the record command wrote
    #[arg(long, value_name = "IMAGE")]
    pub(crate) values: Option<PathBuf>,

    /// With --format html, mark what changed since this manifest, table, exported model, or git:REV:PATH of one
    #[arg(long, value_name = "OLD")]
    pub(crate) since: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) target: TargetArgs,

    /// Write nothing; fail if the existing file differs from the output
    #[arg(long, requires = "target")]
    pub(crate) check: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DocsFormat {
    /// Markdown tables as GitHub shows them
    #[value(alias = "markdown")]
    Md,
    /// One page for a browser: search, filters, a map of the addresses, a decoder
    Html,
}

#[derive(Debug, Args)]
#[command(before_help = "Example: modbus-bindgen export registers/device.toml --format json --out device.json")]
pub(crate) struct ExportArgs {
    /// Manifest to read
    #[arg(value_name = "MANIFEST")]
    pub(crate) manifest: PathBuf,

    /// Output format
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: ExportFormat,

    /// Write this file
    #[arg(long, value_name = "FILE", group = "target")]
    pub(crate) out: Option<PathBuf>,

    /// Network address of the device, for formats that need one; default: a placeholder
    #[arg(long, value_name = "HOST[:PORT]")]
    pub(crate) host: Option<String>,

    /// Name of the device in the output; default: the manifest's
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,

    /// Points, arrays or patterns, named as for the read command; default: all
    #[arg(long, value_name = "POINT", num_args = 1..)]
    pub(crate) points: Vec<String>,

    /// Language of the labels (sv), if the table has them; default: the manifest's first language
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) lang: Option<String>,

    /// Write nothing; fail if the existing file differs from the output
    #[arg(long, requires = "target")]
    pub(crate) check: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// The model, for other programs
    Json,
    /// A table with every key of the model; reading it gives the same model
    Csv,
    /// The same table as an Excel workbook
    Xlsx,
    /// A Python module for modbus-connection
    ModbusConnection,
    /// A Home Assistant package
    HomeAssistant,
    #[value(help = "ESPHome configuration")]
    Esphome,
    /// Telegraf configuration
    Telegraf,
    /// A device template for Loxone Config
    Loxone,
    /// A Thing Description (Web of Things)
    Wot,
}
