//! The columns, in the order of the JSON Schema.

/// What a cell of a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A text, as it is.
    Text,
    /// A whole number.
    Integer,
    /// Whole numbers with blanks between them: `84 83`.
    Words,
    /// Whole numbers with semicolons between them.
    Integers,
    /// `true`, or nothing.
    Flag,
    /// Texts with semicolons between them.
    Texts,
    /// `0=Off;1=On`.
    Labels,
    /// `0.01`, `1/3`, or `@pow10:40` for a register that holds the power of ten.
    Scale,
    /// `21.5`, or `@60000` for a register that holds it.
    Limit,
    /// JSON.
    Json,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    /// Key of the model; of limits with the key within: `limits.min`.
    pub(crate) key: &'static str,
    /// Language, where the column holds one of several: `sv` of `labels.sv`.
    pub(crate) language: Option<String>,
    /// What its cells hold.
    pub(crate) form: Form,
}

impl Column {
    /// What stands in the header: `labels.sv`.
    pub(crate) fn header(&self) -> String {
        match &self.language {
            Some(language) => format!("{}.{language}", self.key),
            None => self.key.to_owned(),
        }
    }
}

/// Keys that have a column for each language besides the first.
const BY_LANGUAGE: [&str; 3] = ["labels", "value_labels", "bit_labels"];

/// Every column once. Those by language are there as often as there are further languages.
const COLUMNS: [(&str, Form); 45] = [
    ("id", Form::Text),
    ("group", Form::Text),
    ("array", Form::Json),
    ("label", Form::Text),
    ("labels", Form::Text),
    ("description", Form::Text),
    ("aliases", Form::Texts),
    ("role", Form::Text),
    ("table", Form::Text),
    ("address", Form::Integer),
    ("words", Form::Words),
    ("bit_range", Form::Json),
    ("access", Form::Text),
    ("write_functions", Form::Text),
    ("raw_type", Form::Text),
    ("byte_swapped", Form::Flag),
    ("type", Form::Text),
    ("type_name", Form::Text),
    ("encoding", Form::Text),
    ("packing", Form::Text),
    ("scale", Form::Scale),
    ("offset", Form::Text),
    ("unit", Form::Text),
    ("values", Form::Labels),
    ("value_labels", Form::Labels),
    ("values_if", Form::Json),
    ("bits", Form::Labels),
    ("bit_labels", Form::Labels),
    ("limits.min", Form::Limit),
    ("limits.max", Form::Limit),
    ("limits.step", Form::Limit),
    ("default", Form::Text),
    ("available_if", Form::Json),
    ("optional", Form::Flag),
    ("not_available", Form::Integers),
    ("keep_alive_s", Form::Integer),
    ("read_side_effect", Form::Flag),
    ("persistent", Form::Text),
    ("unit_id", Form::Integer),
    ("variants", Form::Texts),
    ("detect", Form::Json),
    ("notes", Form::Texts),
    ("details", Form::Json),
    ("corrections", Form::Json),
    ("sources", Form::Json),
];

/// All columns of a table in these further languages.
pub(crate) fn all(languages: &[String]) -> Vec<Column> {
    let columns = COLUMNS.iter().flat_map(|(key, form)| {
        let column = move |language: Option<&String>| Column { key, language: language.cloned(), form: *form };
        match BY_LANGUAGE.contains(key) {
            true => languages.iter().map(|language| column(Some(language))).collect(),
            false => vec![column(None)],
        }
    });
    columns.collect()
}

/// The columns of a header; `None` where it is not exactly that of a canonical table.
pub(crate) fn recognise(header: &[String]) -> Option<Vec<Column>> {
    let languages: Vec<String> =
        header.iter().filter_map(|cell| cell.strip_prefix("labels.")).map(str::to_owned).collect();
    let mut columns = all(&languages);
    // Tables of older versions lack some.
    let is_there = |column: &Column| header.iter().any(|cell| cell == column.key);
    columns.retain(|column| !["detect", "write_functions"].contains(&column.key) || is_there(column));
    columns.iter().map(Column::header).eq(header.iter().cloned()).then_some(columns)
}
