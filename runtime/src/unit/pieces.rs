//! Reading a value whose words lie too far apart for one request.

use tokio::time::Instant;

use crate::error::{InvalidRequest, ReadErrorKind};
use crate::plan::Span;
use crate::point::PointInfo;
use crate::unit::Unit;
use crate::unit::blocks::{Attempts, PlanResult};
use crate::unit::image::Image;

impl Unit {
    /// Reads a value whose words no single request holds.
    pub(crate) async fn read_apart(
        &self,
        info: &'static PointInfo,
        pieces: &[Span],
        deadline: Option<Instant>,
        result: &mut PlanResult,
    ) -> Result<(), (Span, ReadErrorKind)> {
        match self.read_pieces(info, pieces, deadline).await {
            Ok(words) => {
                result.image.push_apart(info, words);
                result.is_answered = true;
                Ok(())
            }
            Err((span, kind)) => self.missed(span, kind, result),
        }
    }

    /// The words of a value in its own order: each piece, then the one with the most significant word again. Where that has
    /// changed, the others are of another value, and are read once more.
    pub(crate) async fn read_pieces(
        &self,
        info: &'static PointInfo,
        pieces: &[Span],
        deadline: Option<Instant>,
    ) -> Result<Vec<u16>, (Span, ReadErrorKind)> {
        const ROUNDS: usize = 2;
        let read = async |span: Span| {
            let words = self.read_span(span, Attempts::AsConfigured, deadline).await.map_err(|kind| (span, kind))?;
            self.accept(span);
            Ok(words)
        };
        let whole = Span::of(info).unwrap_or(Span::at((info.table(), 0)));
        let Some((first, others)) = pieces.split_first() else {
            return Err((whole, ReadErrorKind::Invalid(InvalidRequest::words_of(info))));
        };
        let mut highest = read(*first).await?;
        for _ in 0..ROUNDS {
            let mut image = Image::default();
            for span in others {
                image.push(*span, &read(*span).await?);
            }
            let again = read(*first).await?;
            if again == highest {
                image.push(*first, &again);
                let words = info.words().iter().map(|address| image.word(info.table(), *address));
                let words: Option<Vec<u16>> = words.collect();
                return words.ok_or((whole, ReadErrorKind::Invalid(InvalidRequest::words_of(info))));
            }
            highest = again;
        }
        Err((*first, ReadErrorKind::Unsteady))
    }
}
