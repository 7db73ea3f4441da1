//! A page of a device's points that a vendor can publish: one file with its styles and its script, which reads without the
//! script and asks the network for nothing.

mod columns;
mod details;
mod diagram;
mod map;
mod mbpoll;
mod plan;
mod row;
mod sections;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

pub use self::plan::{Change, Changes, Plan, Request, UnitPlan};

use self::text::{Languages, comment, text};
use super::{language, path, words};
use crate::model::{Access, Device, Point, Role, Table};

const SKELETON: &str = include_str!("page.html");
const STYLE: &str = concat!(include_str!("style.css"), include_str!("table.css"), include_str!("print.css"));
const SCRIPT: &str =
    concat!(include_str!("search.js"), include_str!("page.js"), include_str!("decode.js"), include_str!("decoder.js"));

/// What a page shows besides the model.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// The language it opens in, where the labels are there in it.
    pub language: Option<&'a str>,
    /// The requests that reading all points takes, for the map.
    pub plan: Option<&'a Plan>,
    /// What changed since an older table.
    pub changes: Option<&'a Changes>,
    /// What a device held, as text, by identifier.
    pub values: Option<&'a BTreeMap<String, String>>,
}

/// The device as an HTML page.
#[must_use]
pub fn html(device: &Device, options: &Options<'_>) -> String {
    Page::new(device, options).render()
}

/// What is printed, and what its parts have to know of the whole.
struct Page<'a> {
    device: &'a Device,
    options: &'a Options<'a>,
    languages: Languages<'a>,
    /// The points that their lowest address leads to: of those that share it, the first.
    first_at: BTreeSet<&'a str>,
    /// Points that are parts of the same words.
    sharing: BTreeMap<Words<'a>, Vec<&'a Point>>,
    changes: BTreeMap<&'a str, Vec<&'a Change>>,
}

/// Unit id, table and addresses.
type Words<'a> = (Option<u8>, Table, &'a [u16]);

impl<'a> Page<'a> {
    fn new(device: &'a Device, options: &'a Options<'a>) -> Self {
        let mut sharing: BTreeMap<Words<'a>, Vec<&Point>> = BTreeMap::new();
        for point in device.points.iter().filter(|point| point.bit_range.is_some()) {
            sharing.entry((point.unit_id, point.table, &point.words)).or_default().push(point);
        }
        // Of points at several unit ids, those at the device's own come first.
        let (own, other): (Vec<&Point>, Vec<&Point>) = device.points.iter().partition(|point| point.unit_id.is_none());
        let mut taken = BTreeSet::new();
        let first_at = own.into_iter().chain(other).filter(|point| taken.insert((point.table, point.address())));
        let first_at = first_at.map(|point| point.id.as_str()).collect();
        let mut changes: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
        for change in options.changes.iter().flat_map(|changes| &changes.changes) {
            if let Some(id) = &change.id {
                changes.entry(id).or_default().push(change);
            }
        }
        let languages = Languages::of(device, options.language);
        Self { device, options, languages, first_at, sharing, changes }
    }

    fn render(&self) -> String {
        let mut out = String::new();
        let mut rest = SKELETON;
        while let Some((before, after)) = rest.split_once("{{") {
            out.push_str(before);
            let Some((name, after)) = after.split_once("}}") else { break };
            self.fill(name, &mut out);
            rest = after;
        }
        out.push_str(rest);
        out
    }

    /// One of the places that the skeleton leaves open.
    fn fill(&self, name: &str, out: &mut String) {
        let device = self.device;
        match name {
            "mark" => out.push_str(&comment(&path::inputs(device).join(", "))),
            "inputs" => out.push_str(&text(&path::inputs(device).join(", "))),
            "opened" => out.push_str(&text(self.languages.opened())),
            "name" => out.push_str(&text(&device.name)),
            "unit" => out.push_str(&device.link.unit_id.to_string()),
            "maker" => paragraph("maker", device.manufacturer.as_deref(), out),
            "description" => paragraph("lead", device.description.as_deref(), out),
            "facts" => self.facts(out),
            "languages_style" => self.language_rules(out),
            "languages" => self.language_switch(out),
            "filters" => self.filters(out),
            "map" => out.push_str(&map::map(device, self.options.plan)),
            "changes" => self.changes(out),
            "sections" => self.sections(out),
            "style" => out.push_str(STYLE),
            "script" => out.push_str(SCRIPT),
            _ => {}
        }
    }

    fn facts(&self, out: &mut String) {
        let facts = words::facts(self.device).into_iter().filter(|(name, _)| *name != "Manufacturer");
        for (name, fact) in facts {
            // On a narrow page two stand beside each other, but for the long ones.
            let class = if fact.len() > 40 { " class=\"wide\"" } else { "" };
            let _ = write!(out, "<div{class}><dt>{name}</dt><dd>{}</dd></div>", text(&fact));
        }
    }

    /// Which elements are hidden in which language.
    fn language_rules(&self, out: &mut String) {
        for language in self.languages.all().iter().map(|language| text(language)) {
            let _ = write!(
                out,
                "[data-lang=\"{language}\"] [lang]:not([lang=\"{language}\"],[data-l~=\"{language}\"]){{display:none}}"
            );
        }
    }

    fn language_switch(&self, out: &mut String) {
        let [_, _, ..] = self.languages.all() else { return };
        out.push_str("<div class=\"switch js-only\" role=\"group\" aria-label=\"Language of the labels\">");
        for language in self.languages.all() {
            let _ = write!(
                out,
                "<button type=\"button\" data-language=\"{0}\" aria-pressed=\"{1}\"><bdi>{2}</bdi></button>",
                text(language),
                *language == self.languages.opened(),
                text(language::name(language)),
            );
        }
        out.push_str("</div>");
    }

    /// A list to choose from for each thing that points differ in.
    fn filters(&self, out: &mut String) {
        let device = self.device;
        let tables = Table::ALL.iter().filter(|table| device.points.iter().any(|point| point.table == **table));
        let tables: Vec<(String, String)> =
            tables.map(|table| (row::table_key(*table).to_owned(), table.title().to_owned())).collect();
        select("table", "Table", "All tables", &tables, out);
        let has = |keep: fn(&Point) -> bool| device.points.iter().any(keep);
        let kinds = [
            ("r", "Readable", has(|point| point.access.reads())),
            ("w", "Writable", has(|point| point.access.writes())),
            ("ro", "Read only", has(|point| point.access == Access::Read)),
            ("c", "Commands", has(|point| matches!(point.role, Role::Command { .. }))),
        ];
        let kinds: Vec<(String, String)> = kinds
            .iter()
            .filter(|(.., any)| *any)
            .map(|(key, title, _)| ((*key).to_owned(), (*title).to_owned()))
            .collect();
        select("access", "Access", "Any access", &kinds, out);
        let groups = self.group_titles().into_iter().enumerate();
        let groups: Vec<(String, String)> = groups.map(|(index, title)| (index.to_string(), title)).collect();
        select("group", "Group", "All groups", &groups, out);
        let units: BTreeSet<&str> = device.points.iter().filter_map(|point| point.unit.as_deref()).collect();
        let units: Vec<(String, String)> = units.iter().map(|unit| (text(unit), text(unit))).collect();
        select("unit", "Unit", "Any unit", &units, out);
        let ids: BTreeSet<u8> =
            device.points.iter().map(|point| point.unit_id.unwrap_or(device.link.unit_id)).collect();
        let ids: Vec<(String, String)> = ids.iter().map(|id| (id.to_string(), format!("Unit id {id}"))).collect();
        select("unit-id", "Unit id", "All unit ids", &ids, out);
        let variants = device.variants.iter().enumerate();
        let variants: Vec<(String, String)> = variants.map(|(index, name)| (index.to_string(), text(name))).collect();
        select("variant", "Model", "All models", &variants, out);
        if self.options.changes.is_some() {
            let changed = [("changed".to_owned(), "Changed".to_owned())];
            out.push_str(&choice("changed", "Changes", "Changed or not", &changed));
        }
    }

    /// What changed, as a list.
    fn changes(&self, out: &mut String) {
        let Some(changes) = self.options.changes else { return };
        let count = changes.changes.len();
        let _ = write!(
            out,
            "<details class=\"panel\" id=\"page-changes\"{}><summary><h2>Changes since {}</h2> <span>{}</span></summary>",
            if count <= 12 { " open" } else { "" },
            text(&changes.since),
            match count {
                0 => "none".to_owned(),
                count => count.to_string(),
            },
        );
        out.push_str("<ul class=\"changes\">");
        for change in &changes.changes {
            let _ = write!(out, "<li><b class=\"tag\">{}</b> ", text(&change.kind));
            let known = change.id.as_deref().filter(|id| self.device.points.iter().any(|point| point.id == *id));
            if let Some(id) = known {
                let _ = write!(out, "<a href=\"#{0}\"><code>{0}</code></a> ", text(id));
            }
            let _ = write!(out, "{}</li>", text(&change.text));
        }
        out.push_str("</ul></details>");
    }
}

fn paragraph(class: &str, said: Option<&str>, out: &mut String) {
    if let Some(said) = said {
        // Writing to a string cannot fail.
        let _ = write!(out, "<p class=\"{class}\">{}</p>", text(said));
    }
}

/// A list to choose from, where there is a choice.
fn select(key: &str, title: &str, all: &str, options: &[(String, String)], out: &mut String) {
    if let [_, _, ..] = options {
        out.push_str(&choice(key, title, all, options));
    }
}

fn choice(key: &str, title: &str, all: &str, options: &[(String, String)]) -> String {
    let mut out = format!("<select data-filter=\"{key}\" aria-label=\"{title}\"><option value=\"\">{all}</option>");
    for (value, shown) in options {
        let _ = write!(out, "<option value=\"{value}\">{shown}</option>");
    }
    out.push_str("</select>");
    out
}
