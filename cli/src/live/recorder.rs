//! Reads registers as they are, whatever they mean, into an image.

use std::collections::{BTreeMap, BTreeSet};

use modbus_bindgen_runtime::{
    Absence, DeviceImage, DeviceInfo, ImageCell, Kind, LinkInfo, PointInfo, PointSpec, RawType, ReadErrorKind, Role,
    Table, TransactionError, Unit,
};

use super::progress::Progress;
use crate::failure::Failure;

/// After so many requests in a row that nobody answered, whoever answered before is asked.
const PATIENCE: usize = 3;

/// Which registers are read.
pub(crate) struct Recorder {
    /// The device, with registers in place of points.
    device: &'static DeviceInfo,
    registers: Vec<&'static PointInfo>,
    /// Not asked, because reading them changes the device: unit id, where it is another one, and address.
    skipped: BTreeSet<Place>,
}

/// Unit id, where a point has one of its own, table and address.
type Place = (Option<u8>, Table, u16);

impl Recorder {
    /// All that a device has: its points, visible or not, what it says about them, and what is reserved.
    pub(crate) fn of_all(device: &'static DeviceInfo) -> Self {
        let reserved = device
            .reserved
            .iter()
            .flat_map(|(table, first, last)| (*first..=*last).map(move |address| (None, *table, vec![address])));
        Self::new(device, device.points(), true, reserved)
    }

    /// Some points, and what the device says about their values; not their limits.
    pub(crate) fn of_points(device: &'static DeviceInfo, points: impl IntoIterator<Item = &'static PointInfo>) -> Self {
        Self::new(device, points, false, [])
    }

    fn new(
        device: &'static DeviceInfo,
        points: impl IntoIterator<Item = &'static PointInfo>,
        has_limits: bool,
        more: impl IntoIterator<Item = (Option<u8>, Table, Vec<u16>)>,
    ) -> Self {
        // Also those of points that are not wanted: a block must not cross them.
        let changing = device.points().filter(|info| info.has_read_side_effect());
        let changing: BTreeSet<Place> =
            changing.flat_map(|info| info.words().iter().map(|word| (info.unit_id(), info.table(), *word))).collect();
        let mut wanted: BTreeSet<(Option<u8>, Table, Vec<u16>)> = more.into_iter().collect();
        for info in points.into_iter().filter(|info| info.role() == Role::Value && info.access().is_readable()) {
            let unit = info.unit_id();
            let mut words = info.words().to_vec();
            words.sort_unstable();
            wanted.insert((unit, info.table(), words));
            // What the device says about the point.
            let limits = info
                .limit_registers()
                .filter(|_| has_limits)
                .into_iter()
                .flat_map(|limits| [limits.min, limits.max, limits.step]);
            let own_table = limits.flatten().chain(info.scale_register()).map(|address| (info.table(), address));
            let bit = info.available_if().map(|bit| (bit.table, bit.register));
            let lists = info.values_if().iter().map(|list| (list.table, list.register));
            wanted.extend(own_table.chain(bit).chain(lists).map(|(table, address)| (unit, table, vec![address])));
        }
        let mut skipped = BTreeSet::new();
        wanted.retain(|(unit, table, words)| {
            let hit = |word: &u16| changing.contains(&(*unit, *table, *word));
            let span = words.first().copied().unwrap_or_default()..=words.last().copied().unwrap_or_default();
            let is_hit = span.clone().any(|word| hit(&word));
            if is_hit {
                skipped.extend(words.iter().map(|word| (*unit, *table, *word)));
            }
            !is_hit
        });
        // A word that is read with others need not be read by itself.
        let whole: BTreeSet<Place> = wanted
            .iter()
            .filter(|(_, _, words)| words.len() > 1)
            .flat_map(|(unit, table, words)| words.iter().map(|word| (*unit, *table, *word)))
            .collect();
        wanted.retain(|(unit, table, words)| match words.as_slice() {
            [word] => !whole.contains(&(*unit, *table, *word)),
            _ => true,
        });
        let registers: Vec<&'static PointInfo> =
            wanted.into_iter().map(|(unit, table, words)| register(unit, table, words, false)).collect();
        let mut all = registers.clone();
        all.extend(changing.iter().map(|(unit, table, word)| register(*unit, *table, vec![*word], true)));
        let device = Box::leak(Box::new(DeviceInfo { points: vec![&*all.leak()].leak(), ..device.clone() }));
        Self { device, registers, skipped }
    }

    /// Reads them. `unit` says where the device is, and what a request may cross.
    pub(crate) async fn record(&self, unit: &Unit, what: &str) -> Result<DeviceImage, Failure> {
        self.record_with(unit, |steps| Progress::new(what, steps)).await
    }

    /// The same, as a part of something that shows how far it is.
    pub(crate) async fn record_quietly(&self, unit: &Unit) -> Result<DeviceImage, Failure> {
        self.record_with(unit, |_| Progress::hidden()).await
    }

    async fn record_with(&self, unit: &Unit, progress: impl Fn(usize) -> Progress) -> Result<DeviceImage, Failure> {
        let link = unit.device().map_or_else(|| self.device.link.clone(), |device| device.link.clone());
        let unit = unit.clone().with_device(self.with_link(link));
        let mut recording = Recording { image: DeviceImage::new(self.device.name), home: self.device.link.unit_id };
        for (own, table, address) in &self.skipped {
            let cell = ImageCell::Skipped("read_side_effect".to_owned());
            recording.image.set(own.unwrap_or(recording.home), *table, *address, cell);
        }
        let requests = self.by_request(&unit);
        let mut progress = progress(requests.len());
        let (mut unanswered, mut silent_in_a_row, mut answered) = (Vec::new(), 0_usize, None);
        for registers in &requests {
            match unit.read_points(registers.iter().copied()).await {
                Ok(snapshot) => {
                    silent_in_a_row = 0;
                    for info in registers {
                        match snapshot.raw(info) {
                            Some(words) => {
                                recording.words(info, &words);
                                answered = Some(*info);
                            }
                            None if !recording.absence(info, snapshot.absence(info)) => unanswered.push(*info),
                            None => answered = answered.or(Some(*info)),
                        }
                    }
                }
                Err(error) => {
                    silent_in_a_row = silent_in_a_row.saturating_add(1);
                    let gone = is_of_connection(error.kind()) || (silent_in_a_row >= PATIENCE && answered.is_none());
                    if gone {
                        return Err(Failure::Message(error.to_string()));
                    }
                    unanswered.extend(registers.iter().copied());
                }
            }
            progress.step();
        }
        let Some(answered) = answered else {
            return Err(Failure::Message(format!("unit {} did not answer any request", unit.id())));
        };
        progress.more(unanswered.len());
        self.ask_one_by_one(&unit, &unanswered, answered, &mut recording, &mut progress).await?;
        Ok(recording.image)
    }

    /// What was not answered for together with others: whether it is itself silent.
    async fn ask_one_by_one(
        &self,
        unit: &Unit,
        registers: &[&'static PointInfo],
        answered: &'static PointInfo,
        recording: &mut Recording,
        progress: &mut Progress,
    ) -> Result<(), Failure> {
        let mut silent_in_a_row = 0_usize;
        for info in registers {
            match unit.read_points([*info]).await {
                Ok(snapshot) => match snapshot.raw(info) {
                    Some(words) => {
                        silent_in_a_row = 0;
                        recording.words(info, &words);
                    }
                    None => {
                        if !recording.absence(info, snapshot.absence(info)) {
                            recording.all(info, &ImageCell::Silent);
                        }
                    }
                },
                Err(error) if is_of_connection(error.kind()) => return Err(Failure::Message(error.to_string())),
                Err(_) => {
                    silent_in_a_row = silent_in_a_row.saturating_add(1);
                    recording.all(info, &ImageCell::Silent);
                }
            }
            progress.step();
            if silent_in_a_row >= PATIENCE {
                silent_in_a_row = 0;
                // Or has the whole device gone away?
                unit.forget_refusals();
                unit.read_points([answered]).await.map_err(|error| Failure::Message(error.to_string()))?;
            }
        }
        Ok(())
    }

    fn with_link(&self, link: LinkInfo) -> &'static DeviceInfo {
        Box::leak(Box::new(DeviceInfo { link, ..self.device.clone() }))
    }

    /// The registers, by the request that reads them.
    fn by_request(&self, unit: &Unit) -> Vec<Vec<&'static PointInfo>> {
        let plan = unit.plan(self.registers.iter().copied());
        // By their first address: the last one, and what is in between.
        let mut requests: BTreeMap<Place, (u16, Vec<&'static PointInfo>)> = BTreeMap::new();
        for request in plan.requests() {
            let last = request.address().saturating_add(request.count().saturating_sub(1));
            requests.insert((request.unit_id(), request.table(), request.address()), (last, Vec::new()));
        }
        let mut beside = Vec::new();
        for info in &self.registers {
            let Some((first, last)) = info.span() else { continue };
            let own = info.unit_id().filter(|id| *id != unit.id());
            let from = (own, info.table(), 0)..=(own, info.table(), first);
            match requests.range_mut(from).next_back() {
                Some((_, (end, registers))) if last <= *end => registers.push(*info),
                // Longer than a request may be, or at a unit id that is the device's own.
                _ => beside.push(vec![*info]),
            }
        }
        requests.into_values().map(|(_, registers)| registers).filter(|list| !list.is_empty()).chain(beside).collect()
    }
}

fn is_of_connection(kind: &ReadErrorKind) -> bool {
    match kind {
        ReadErrorKind::Transaction(error) => {
            matches!(error.last(), TransactionError::Transport { .. } | TransactionError::Closed)
        }
        _ => false,
    }
}

/// Registers as they are, read together.
fn register(unit_id: Option<u8>, table: Table, words: Vec<u16>, read_side_effect: bool) -> &'static PointInfo {
    let (raw, kind) = if table.is_bit() { (RawType::Bool, Kind::Bool) } else { (RawType::Bytes, Kind::Bytes) };
    let spec = PointSpec { table, raw, kind, unit_id, read_side_effect, ..PointSpec::DEFAULT };
    PointInfo::new(spec).with_words(words).leak()
}

/// What was found so far.
struct Recording {
    image: DeviceImage,
    home: u8,
}

impl Recording {
    fn words(&mut self, info: &PointInfo, words: &[u16]) {
        for (address, word) in info.words().iter().zip(words) {
            let unit = info.unit_id().unwrap_or(self.home);
            self.image.set(unit, info.table(), *address, ImageCell::Word(*word));
        }
    }

    fn all(&mut self, info: &PointInfo, cell: &ImageCell) {
        for address in info.words() {
            let unit = info.unit_id().unwrap_or(self.home);
            // What answered as a part of something else is there.
            if self.image.word(unit, info.table(), *address).is_none() {
                self.image.set(unit, info.table(), *address, cell.clone());
            }
        }
    }

    /// Whether it says what the device answered.
    fn absence(&mut self, info: &PointInfo, absence: Option<Absence>) -> bool {
        match absence {
            Some(Absence::Refused(exception) | Absence::Busy(exception)) => {
                self.all(info, &ImageCell::Exception(exception.code.code()));
                true
            }
            Some(Absence::TooLong) => {
                self.all(info, &ImageCell::Skipped("too_long".to_owned()));
                true
            }
            _ => false,
        }
    }
}
