//! Points that moved, and blocks of neighbours that moved by the same distance.

use super::pairing::{Entry, distance};
use crate::model::Table;

/// Neighbours that moved together are a block from this many on.
const BLOCK: usize = 3;

/// Points that moved, by their places among the pairs.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Move {
    /// One of them.
    Point(usize),
    /// Neighbours, in order of their old addresses.
    Block { pairs: Vec<usize>, by: i32 },
}

/// Unit id, table of the old place, the same of the new one, and the distance.
type Way = (Option<u8>, Table, Option<u8>, Table, i32);

/// Whether a point is somewhere else: at another unit id, in another table, at other addresses or bits.
pub(super) fn is_moved(old: &Entry<'_>, new: &Entry<'_>) -> bool {
    let low = |entry: &Entry<'_>| entry.place.3.map_or(0, |(low, _)| low);
    let spread = |entry: &Entry<'_>| {
        let mut offsets = super::compare::order(entry.point);
        offsets.sort_unstable();
        offsets
    };
    (old.place.0, old.place.1, old.place.2, low(old)) != (new.place.0, new.place.1, new.place.2, low(new))
        || old.point.words.len() == new.point.words.len() && spread(old) != spread(new)
}

/// The moves among pairs of points; a block is of neighbours, of the points that both revisions have.
pub(super) fn moves(pairs: &[(&Entry<'_>, &Entry<'_>)]) -> Vec<Move> {
    let mut order: Vec<usize> = (0..pairs.len()).collect();
    order.sort_by_key(|at| pairs.get(*at).map(|(old, _)| (old.place, old.point.access.key())));
    let mut moves = Vec::new();
    let mut block: (Option<Way>, Vec<usize>) = (None, Vec::new());
    for at in order {
        let Some((old, new)) = pairs.get(at) else { continue };
        let is_block = old.place.3 == new.place.3;
        let way: Way = (old.place.0, old.place.1, new.place.0, new.place.1, distance(old, new));
        let moved = is_moved(old, new);
        if moved && is_block && block.0 == Some(way) {
            block.1.push(at);
            continue;
        }
        finish(&mut block, &mut moves);
        if moved {
            match is_block {
                true => block = (Some(way), vec![at]),
                false => moves.push(Move::Point(at)),
            }
        }
    }
    finish(&mut block, &mut moves);
    moves
}

fn finish(block: &mut (Option<Way>, Vec<usize>), moves: &mut Vec<Move>) {
    let (way, pairs) = std::mem::take(block);
    match way {
        Some((.., by)) if pairs.len() >= BLOCK => moves.push(Move::Block { pairs, by }),
        _ => moves.extend(pairs.into_iter().map(Move::Point)),
    }
}
