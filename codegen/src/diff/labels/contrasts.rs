//! Words that exclude each other: a label with one of a line is not the label with another of it.

/// Each line holds words of which a thing is at most one.
const LINES: [&[&str]; 37] = [
    &[
        "outdoor", "indoor", "room", "outside", "inside", "ambient", "supply", "return", "brine", "exhaust", "extract",
        "tank",
    ],
    &["in", "out"],
    &["inlet", "outlet"],
    &["input", "output"],
    &["incoming", "outgoing"],
    &["import", "export"],
    &["imported", "exported"],
    &["charge", "discharge"],
    &["charging", "discharging"],
    &["charged", "discharged"],
    &["buy", "sell"],
    &["min", "max", "average", "avg", "mean"],
    &["minimum", "maximum", "average", "mean"],
    &["minimal", "maximal"],
    &["lower", "upper"],
    &["low", "high"],
    &["lowest", "highest"],
    &["first", "second", "third", "fourth"],
    &["primary", "secondary"],
    &["left", "right"],
    &["top", "bottom", "middle"],
    &["heating", "cooling", "ventilation"],
    &["hot", "cold"],
    &["warm", "cold"],
    &["day", "night"],
    &["day", "week", "month", "year", "hour", "minute", "second", "millisecond"],
    &["daily", "weekly", "monthly", "yearly", "hourly"],
    &["today", "yesterday", "total"],
    &["start", "stop", "end"],
    &["on", "off"],
    &["open", "closed", "close"],
    &["enable", "disable"],
    &["enabled", "disabled"],
    &["active", "reactive", "apparent"],
    &[
        "voltage",
        "current",
        "power",
        "energy",
        "frequency",
        "temperature",
        "pressure",
        "flow",
        "humidity",
        "speed",
        "level",
    ],
    &["positive", "negative"],
    &["increase", "decrease"],
];

/// Whether the words exclude each other.
pub(super) fn exclude(one: &str, other: &str) -> bool {
    one != other && LINES.iter().any(|line| line.contains(&one) && line.contains(&other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_line_exclude_each_other() {
        assert!(exclude("inlet", "outlet"));
        assert!(!exclude("inlet", "inlet"));
        assert!(!exclude("inlet", "temperature"));
    }
}
