//! Merged cells: which text covers a place where none stands.

use std::collections::BTreeMap;
use std::fmt;

use super::limits::Fault;
use crate::source::column_letters;

/// A rectangle of merged cells. The text stands in its first row and column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Region {
    /// Counted from one.
    pub(crate) first_row: u32,
    pub(crate) last_row: u32,
    /// Counted from zero.
    pub(crate) first_column: usize,
    pub(crate) last_column: usize,
}

impl Region {
    /// Its columns among the first `width`.
    pub(super) fn columns(&self, width: usize) -> std::ops::Range<usize> {
        self.first_column..self.last_column.saturating_add(1).min(width)
    }
}

impl fmt::Display for Region {
    /// `A2:B3`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (column_letters(self.first_column), column_letters(self.last_column));
        write!(f, "{first}{}:{last}{}", self.first_row, self.last_row)
    }
}

/// The merged cells of a sheet, found by any place in them.
#[derive(Debug, Clone, Default)]
pub(super) struct Regions {
    /// By column and first row; a region stands in each of its columns.
    columns: BTreeMap<usize, BTreeMap<u32, Region>>,
}

impl Regions {
    /// The regions of a sheet that holds something in its first `width` columns only.
    /// Those that overlap are an error: who reads them has to choose which text a place shows.
    pub(super) fn new(regions: impl IntoIterator<Item = Region>, width: usize) -> Result<Self, Fault> {
        let mut columns: BTreeMap<usize, BTreeMap<u32, Region>> = BTreeMap::new();
        for region in regions {
            for column in region.columns(width) {
                let known = columns.entry(column).or_default();
                let before = known.range(..=region.last_row).next_back();
                if let Some((_, other)) = before.filter(|(_, other)| other.last_row >= region.first_row)
                    && *other != region
                {
                    return Err(Fault::broken(format!("its merged cells {other} and {region} overlap")));
                }
                known.insert(region.first_row, region);
            }
        }
        Ok(Self { columns })
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// The region that has this row and column in it.
    pub(super) fn at(&self, row: u32, column: usize) -> Option<&Region> {
        // Regions do not overlap, so that the nearest above is the only one that can reach down to the row.
        let (_, region) = self.columns.get(&column)?.range(..=row).next_back()?;
        (region.last_row >= row).then_some(region)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_found_by_any_of_its_places() {
        let tall = Region { first_row: 2, last_row: 9, first_column: 0, last_column: 0 };
        let wide = Region { first_row: 4, last_row: 4, first_column: 1, last_column: 900 };
        let regions = Regions::new([tall, wide], 4).unwrap();
        for (row, column, found) in [
            (1, 0, None),
            (2, 0, Some(&tall)),
            (9, 0, Some(&tall)),
            (10, 0, None),
            (4, 0, Some(&tall)),
            (4, 1, Some(&wide)),
            (4, 3, Some(&wide)),
            (4, 4, None),
            (5, 1, None),
        ] {
            assert_eq!(regions.at(row, column), found, "row {row}, column {column}");
        }
    }
    #[test]
    fn regions_that_overlap_are_refused() {
        let region =
            |first_row, last_row, first_column, last_column| Region { first_row, last_row, first_column, last_column };
        let fault = |regions: &[Region]| Regions::new(regions.iter().copied(), 9).err();
        let (tall, wide) = (region(1, 3, 0, 1), region(2, 2, 1, 4));
        assert_eq!(fault(&[tall, wide]), Some(Fault::broken("its merged cells A1:B3 and B2:E2 overlap")));
        assert_eq!(fault(&[wide, tall]), Some(Fault::broken("its merged cells B2:E2 and A1:B3 overlap")));
        // The same one twice says nothing else.
        assert_eq!(fault(&[tall, tall, region(4, 9, 0, 8), region(1, 3, 2, 8)]), None);
    }
}
