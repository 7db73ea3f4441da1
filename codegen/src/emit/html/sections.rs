//! The points in sections: one for each Modbus table and group, one for each array.

use std::fmt::Write as _;

use super::Page;
use super::columns::{self, Column};
use super::text::{pairs, text};
use crate::emit::item::{Family, Item, Part};
use crate::emit::language::in_language;
use crate::model::{Array, Element, Group, Point, Table, UNGROUPED};

impl Page<'_> {
    pub(super) fn sections(&self, out: &mut String) {
        let device = self.device;
        let mut number = 0_usize;
        for table in Table::ALL {
            // Tables of one kind below each other have their columns at the same places.
            let of_table = device.points.iter().filter(|point| point.array.is_none() && point.table == table);
            let columns = columns::of_points(self, &of_table.collect::<Vec<_>>());
            for (number_of_group, group) in self.groups().into_iter().enumerate() {
                let single = device.points.iter().filter(|point| point.array.is_none() && point.table == table);
                let items: Vec<Item<'_>> = single.filter(|point| is_in(point, group)).map(Item::single).collect();
                if items.is_empty() {
                    continue;
                }
                let heading = match group {
                    Some(group) => format!("{}: {}", table.title(), self.group_title(group)),
                    None => table.title().to_owned(),
                };
                number = number.saturating_add(1);
                open_section(number, number_of_group, &heading, &columns, out);
                out.push_str("<tbody>");
                for item in &items {
                    self.row(&columns, item.point, item, None, out);
                }
                out.push_str("</tbody></table></section>");
            }
        }
        let groups = self.groups().len();
        for (index, family) in Family::all(device).iter().enumerate() {
            number = number.saturating_add(1);
            let heading = self.array_title(family.array);
            let points: Vec<&Point> = family.items.iter().flat_map(Item::points).collect();
            let columns = columns::of_points(self, &points);
            open_section(number, groups.saturating_add(index), &heading, &columns, out);
            self.elements(&columns, family, out);
            out.push_str("</table></section>");
        }
    }

    /// The groups that have points of no array, the points without one last.
    fn groups(&self) -> Vec<Option<&Group>> {
        let single =
            |group: Option<&Group>| self.device.points.iter().any(|point| point.array.is_none() && is_in(point, group));
        let groups = self.device.groups.iter().map(Some);
        groups.chain(std::iter::once(None)).filter(|group| single(*group)).collect()
    }

    /// A title in all languages.
    fn group_title(&self, group: &Group) -> String {
        self.languages.label(&group.title, pairs(&group.translations))
    }

    /// Titles of what can be chosen as a group, as HTML, in the language the page opens in.
    pub(super) fn group_titles(&self) -> Vec<String> {
        let opened = Some(self.languages.opened());
        let title = |group: Option<&Group>| {
            text(group.map_or(UNGROUPED, |group| in_language(&group.title, &group.translations, opened)))
        };
        let plain = self.groups().into_iter().map(title);
        let arrays = Family::all(self.device);
        let arrays =
            arrays.iter().map(|family| text(in_language(&family.array.label, &family.array.translations, opened)));
        plain.chain(arrays).collect()
    }

    /// The points of an array, below each element's name where an element has several.
    fn elements(&self, columns: &[&Column], family: &Family<'_>, out: &mut String) {
        let bare = family.items.iter().all(Item::is_bare);
        if bare {
            out.push_str("<tbody>");
        }
        for (index, element) in family.array.elements.iter().enumerate() {
            let having: Vec<(&Item<'_>, &Part<'_>, &Point)> = family
                .items
                .iter()
                .filter_map(|item| {
                    let part = item.part.as_ref()?;
                    Some((item, part, (*part.points.get(index)?)?))
                })
                .collect();
            if having.is_empty() {
                continue;
            }
            if !bare {
                let heading = self.element_title(family.array, element);
                let columns = columns.len().saturating_add(1);
                let _ =
                    write!(out, "<tbody><tr class=\"element\"><th scope=\"rowgroup\" colspan=\"{columns}\">{heading}");
            }
            for (item, part, point) in having {
                self.row(columns, point, item, Some((part, element)), out);
            }
            if !bare {
                out.push_str("</tbody>");
            }
        }
        if bare {
            out.push_str("</tbody>");
        }
    }

    /// `Heat pump 1 to 10`.
    fn array_title(&self, array: &Array) -> String {
        let label = self.languages.label(&array.label, pairs(&array.translations));
        match (array.elements.first(), array.elements.last()) {
            (Some(first), Some(last)) if first.number != last.number => {
                format!("{label} {} to {}", first.number, last.number)
            }
            (Some(only), _) => format!("{label} {}", only.number),
            (None, _) => label,
        }
    }

    /// The vendor's name of an element; in a further language that of the array and the number.
    fn element_title(&self, array: &Array, element: &Element) -> String {
        let translated: Vec<(&str, String)> =
            pairs(&array.translations).map(|(language, label)| (language, in_place(array, element, label))).collect();
        self.languages.label(&element.label, translated.iter().map(|(language, label)| (*language, label.as_str())))
    }
}

/// Whether a point is in a group, or in none.
fn is_in(point: &Point, group: Option<&Group>) -> bool {
    point.group.as_ref() == group.map(|group| &group.title)
}

fn open_section(number: usize, group: usize, heading: &str, columns: &[&Column], out: &mut String) {
    let widths: Vec<&str> = columns.iter().map(|column| column.width).collect();
    let _ = write!(
        out,
        "<section data-g=\"{group}\" style=\"--cols:{}\"><h2 id=\"page-s{number}\">{heading}</h2>\
         <table aria-labelledby=\"page-s{number}\"><thead><tr>",
        widths.join(" "),
    );
    for column in columns {
        let _ = write!(out, "<th scope=\"col\"{}>{}", column.attributes, column.header);
    }
    out.push_str("<th scope=\"col\">Details</thead>");
}

/// The element's label with the array's label in another language: `Värmepump 3 (A3)` of `Heat pump 3 (A3)`.
fn in_place(array: &Array, element: &Element, label: &str) -> String {
    match element.label.strip_prefix(array.label.as_str()) {
        Some(rest) => format!("{label}{rest}"),
        None => format!("{label} {}", element.number),
    }
}
