//! What each code means: with an example of what is wrong, one of what is right, and what to do.

/// One file per stage, as the codes are numbered; each code is a heading.
const STAGES: [&str; 7] = [
    include_str!("explain/files.md"),
    include_str!("explain/manifest.md"),
    include_str!("explain/rows.md"),
    include_str!("explain/registers.md"),
    include_str!("explain/types.md"),
    include_str!("explain/model.md"),
    include_str!("explain/lock.md"),
];

/// What a code means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// `E0310`
    pub code: &'static str,
    /// What has happened, in a few words.
    pub title: &'static str,
    /// What it means, an example of what is wrong, one of what is right, and what to do. Markdown, fit to be read as
    /// it is.
    pub text: &'static str,
}

impl Explanation {
    /// What to do, as the explanation ends with it; one line.
    #[must_use]
    pub fn remedy(&self) -> Option<String> {
        let (_, remedy) = self.text.rsplit_once("\n\nWhat to do: ")?;
        let remedy = remedy.trim_end_matches('.').replace('\n', " ");
        let mut characters = remedy.chars();
        let first: String = characters.next()?.to_lowercase().collect();
        Some(first + characters.as_str())
    }
}

/// The explanation of a code, in whatever case it is written.
#[must_use]
pub fn explain(code: &str) -> Option<Explanation> {
    all().find(|explanation| explanation.code.eq_ignore_ascii_case(code.trim()))
}

/// All explanations, by stage and number.
pub fn all() -> impl Iterator<Item = Explanation> {
    STAGES.into_iter().flat_map(sections)
}

/// The heading of each stage, and what its codes mean.
pub fn stages() -> impl Iterator<Item = (&'static str, Vec<Explanation>)> {
    STAGES.into_iter().map(|stage| {
        let title = stage.lines().next().unwrap_or_default().trim_start_matches("# ");
        (title, sections(stage).collect())
    })
}

fn sections(stage: &'static str) -> impl Iterator<Item = Explanation> {
    stage.split("\n## ").skip(1).filter_map(|section| {
        let (head, text) = section.split_once('\n')?;
        let (code, title) = head.trim().split_once(": ")?;
        Some(Explanation { code, title, text: text.trim() })
    })
}
