//! Arguments of the commands that talk to a device.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use modbus_bindgen_runtime::{Gaps, Parity, UnitIds};

/// Which device, and in which language.
#[derive(Debug, Args)]
pub(crate) struct DeviceArgs {
    /// Manifest of the device, or its table if the headers are well known
    #[arg(value_name = "MANIFEST")]
    pub(crate) manifest: PathBuf,

    /// Model or firmware, if the table has several; default: detected from the device
    #[arg(long, value_name = "NAME")]
    pub(crate) variant: Option<String>,

    /// Language of labels and values (sv), if the table has them; default: the manifest's first language
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) lang: Option<String>,
}

#[derive(Debug, Args)]
#[command(before_help = "Example: modbus-bindgen read registers/device.toml --tcp 192.168.1.40")]
pub(crate) struct ReadArgs {
    #[command(flatten)]
    pub(crate) device: DeviceArgs,

    #[arg(
        value_name = "POINT",
        help = "Identifiers, or patterns such as hot_water* and heat_pump[*].status; default: all that can be read"
    )]
    pub(crate) points: Vec<String>,

    #[command(flatten)]
    pub(crate) link: LinkArgs,

    /// Print the read requests and their cost, and send nothing; needs no device
    #[arg(long, conflicts_with_all = ["watch", "image"])]
    pub(crate) plan: bool,

    /// Read again every so many seconds (default: 2) until interrupted; a terminal is updated in place, with a mark at
    /// what changed
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "2", require_equals = false,
          value_parser = seconds, conflicts_with = "image")]
    pub(crate) watch: Option<Duration>,

    /// Output format; with --watch, json and csv print a line for each reading
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: ReadFormat,
}

#[derive(Debug, Args)]
#[command(before_help = "Example: modbus-bindgen write registers/device.toml set_point 21.5 --tcp 192.168.1.40")]
pub(crate) struct WriteArgs {
    #[command(flatten)]
    pub(crate) device: DeviceArgs,

    #[arg(
        required = true,
        value_name = "POINT VALUE",
        allow_negative_numbers = true,
        help = "Points and values, in order: mode Auto set_point 21.5; a command without a parameter takes no value"
    )]
    pub(crate) assignments: Vec<String>,

    #[command(flatten)]
    pub(crate) link: LinkArgs,

    /// Print the requests with their words, and send nothing; needs no device
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Write without asking
    #[arg(long)]
    pub(crate) yes: bool,

    /// Print in a format for programs
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<LiveFormat>,
}

/// Where the device is.
#[derive(Debug, Default, Args)]
pub(crate) struct LinkArgs {
    /// Connect over Modbus TCP; default port: the manifest's, or 502
    #[arg(long, value_name = "HOST[:PORT]", group = "link")]
    pub(crate) tcp: Option<String>,

    /// Connect over this serial port, with the manifest's settings unless others are given
    #[arg(long, value_name = "PATH", group = "link")]
    pub(crate) rtu: Option<String>,

    /// Connect to a serial converter that carries RTU over TCP; the serial settings are those of the line behind it
    #[arg(long, value_name = "HOST:PORT", group = "link")]
    pub(crate) rtu_over_tcp: Option<String>,

    /// Take a file that the record command wrote, instead of a device
    #[arg(long, value_name = "FILE", group = "link")]
    pub(crate) image: Option<PathBuf>,

    /// Unit id, if it differs from the manifest's
    #[arg(long, value_name = "N")]
    pub(crate) unit: Option<u8>,

    /// Bits per second of the serial port
    #[arg(long, value_name = "RATE", conflicts_with_all = ["tcp", "image"],
          value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) baud: Option<u32>,

    /// Parity of the serial port
    #[arg(long, value_name = "PARITY", conflicts_with_all = ["tcp", "image"])]
    pub(crate) parity: Option<ParityArg>,

    /// Stop bits of the serial port
    #[arg(long, value_name = "N", conflicts_with_all = ["tcp", "image"],
          value_parser = clap::value_parser!(u8).range(1..=2))]
    pub(crate) stop_bits: Option<u8>,

    /// Over Modbus TCP, accept replies from these units, whichever was asked: any, or ids separated by commas
    #[arg(long, value_name = "IDS", conflicts_with_all = ["rtu", "rtu_over_tcp", "image"], value_parser = unit_ids)]
    pub(crate) accept_unit_ids: Option<UnitIds>,

    /// Over Modbus TCP, accept replies with any transaction id; the connection then follows the rules of a serial line
    #[arg(long, conflicts_with_all = ["rtu", "rtu_over_tcp", "image"])]
    pub(crate) ignore_transaction_ids: bool,

    /// Time the device takes to begin its answer, for plans; default: the manifest's, or measured
    #[arg(long, value_name = "MS")]
    pub(crate) turnaround_ms: Option<u32>,

    /// Whether a request may also read addresses that the table does not list: never, learn, or how many in a row
    #[arg(long, value_name = "GAPS", value_parser = gaps)]
    pub(crate) gaps: Option<Gaps>,

    /// How long the device may take to answer a request, not counting the time on the line; default: 1
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) timeout: Option<Duration>,

    /// How often an unanswered read is repeated; default: 1
    #[arg(long, value_name = "N")]
    pub(crate) retries: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ParityArg {
    None,
    Odd,
    Even,
}

impl From<ParityArg> for Parity {
    fn from(parity: ParityArg) -> Self {
        match parity {
            ParityArg::None => Self::None,
            ParityArg::Odd => Self::Odd,
            ParityArg::Even => Self::Even,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LiveFormat {
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReadFormat {
    /// For people
    Table,
    /// For programs
    Json,
    /// A line for each reading, a column for each point
    Csv,
}

pub(crate) fn unit_ids(text: &str) -> Result<UnitIds, String> {
    if text == "any" {
        return Ok(UnitIds::ANY);
    }
    let ids: Option<Vec<u8>> = text.split(',').map(|id| id.trim().parse().ok()).collect();
    ids.map(|ids| UnitIds::of(&ids))
        .ok_or_else(|| "expected `any`, or ids from 0 to 255 separated by commas".to_owned())
}

fn gaps(text: &str) -> Result<Gaps, String> {
    match text {
        "never" => Ok(Gaps::Never),
        "learn" => Ok(Gaps::Learn),
        count => count
            .parse()
            .map(|count| if count == 0 { Gaps::Never } else { Gaps::UpTo(count) })
            .map_err(|_| "expected `never`, `learn`, or a number of addresses".to_owned()),
    }
}

pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.filter(|duration| !duration.is_zero()).ok_or_else(|| "expected a number of seconds above 0".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_gaps() {
        assert_eq!(unit_ids("any"), Ok(UnitIds::ANY));
        assert_eq!(unit_ids("0, 255"), Ok(UnitIds::of(&[0, 255])));
        assert_eq!((gaps("learn"), gaps("0"), gaps("9")), (Ok(Gaps::Learn), Ok(Gaps::Never), Ok(Gaps::UpTo(9))));
        for text in ["", "256", "1-2", "all"] {
            assert!(unit_ids(text).is_err() && gaps(&format!("{text}x")).is_err(), "{text}");
        }
    }

    #[test]
    fn seconds_are_above_zero() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for text in ["0", "-1", "NaN", "1e300", "soon"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
