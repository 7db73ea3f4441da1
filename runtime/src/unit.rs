//! One device on a bus: requests that read and write it, and their results.

pub(crate) mod blocks;
pub(crate) mod detect;
pub(crate) mod held;
pub(crate) mod image;
pub(crate) mod keep_alive;
pub(crate) mod limits;
pub(crate) mod memory;
mod pieces;
pub(crate) mod poll;
pub(crate) mod read;
pub(crate) mod readings;
pub(crate) mod sequence;
pub(crate) mod snapshot;
pub(crate) mod write;

use core::fmt;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::bus::Bus;
use crate::device::{Detect, DeviceInfo};
use crate::error::{Exception, ReadError};
use crate::plan::{Cost, Learnt, Pieces, Plan, Span, Whose};
use crate::point::table::Table;
use crate::point::value::Value;
use crate::point::{Point, PointInfo, Readable, Trigger, Writable};
pub use crate::unit::detect::DetectDevice;
use crate::unit::held::{deciding, scaling};
pub use crate::unit::keep_alive::KeepAlive;
pub use crate::unit::limits::{DeviceLimits, ReadLimits};
pub(crate) use crate::unit::memory::UnitMemory;
pub use crate::unit::poll::{PollSet, Poller, Polling, Reading};
pub use crate::unit::read::{
    Group, PointSet, Read, ReadBits, ReadElement, ReadGroup, ReadSet, ReadSnapshot, ReadWords, RequestFuture, group,
};
pub use crate::unit::sequence::WriteSequence;
pub use crate::unit::snapshot::{Absence, Absences, ElementReadings, Readings, Snapshot};
pub use crate::unit::write::{Assignment, Write, WriteSet};

/// One device on a bus: typed access to its points, raw access to its addresses. Cheap to clone.
///
/// Every method here that reads or writes returns a request value. `.await` sends it; before that, nothing is sent.
///
/// ```no_run
/// # use std::time::Duration;
/// # use modbus_bindgen_runtime::point::{Point, ReadWrite};
/// # use modbus_bindgen_runtime::Bus;
/// # async fn example(bus: Bus, SUPPLY: Point<Option<f64>>, SETPOINT: Point<f64, ReadWrite>) -> Result<(), Box<dyn std::error::Error>> {
/// let unit = bus.unit(1);
///
/// // Points, as generated code has them: both in as few requests as possible.
/// let (supply, setpoint) = unit.read((SUPPLY, SETPOINT)).await?;
/// unit.write_point(SETPOINT, setpoint + 0.5).timeout(Duration::from_secs(2)).await?;
///
/// // Registers without a point, by protocol address.
/// let words = unit.read_holding(100, 2).await?;
/// unit.write_register(104, 1).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Unit {
    bus: Bus,
    memory: Arc<UnitMemory>,
    device: Option<&'static DeviceInfo>,
    address_offset: i32,
    id: u8,
    /// The unit id of points that do not name one.
    home: u8,
    /// The variant of the device, where it was detected or set.
    variant: Option<&'static str>,
    /// For a reading in progress: whether it has had its turn.
    turn: Option<Arc<AtomicBool>>,
}

impl AsRef<Self> for Unit {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl Unit {
    pub(crate) fn new(bus: Bus, id: u8) -> Self {
        let memory = bus.memory(id);
        Self { bus, memory, device: None, address_offset: 0, id, home: id, variant: None, turn: None }
    }

    /// With what is known about the device: how much it takes in one request, which write functions it has, and which
    /// other addresses a request may read. Without it, the protocol's limits apply, and only what is asked for is read.
    #[must_use]
    pub fn with_device(mut self, device: &'static DeviceInfo) -> Self {
        self.device = Some(device);
        self
    }

    /// With an offset added to every address before it is sent, for devices whose registers are mapped elsewhere: by a
    /// gateway, or because several identical devices share a unit id. Errors and readings keep the addresses of the
    /// device's document.
    #[must_use]
    pub fn with_address_offset(mut self, offset: i32) -> Self {
        self.address_offset = offset;
        self
    }

    /// As this variant of the device, named as in its document. Points that the variant does not have are never read;
    /// reading one fails with [`ReadErrorKind::NotVisible`](crate::ReadErrorKind::NotVisible).
    #[must_use]
    pub fn with_variant(mut self, variant: &'static str) -> Self {
        self.variant = Some(variant);
        self
    }

    /// The variant of the device, where it is known.
    #[inline]
    #[must_use]
    pub fn variant(&self) -> Option<&'static str> {
        self.variant
    }

    /// Reads the register that tells the variant.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub async fn read_detecting(&self, detect: &Detect, timeout: Option<Duration>) -> Result<u16, ReadError> {
        read::read_word(self, detect.table, detect.register, timeout).await
    }

    /// The unit id (the slave address of a serial line).
    #[inline]
    #[must_use]
    pub fn id(&self) -> u8 {
        self.id
    }

    /// The bus it is on.
    #[inline]
    #[must_use]
    pub fn bus(&self) -> &Bus {
        &self.bus
    }

    /// What is known about the device.
    #[inline]
    #[must_use]
    pub fn device(&self) -> Option<&'static DeviceInfo> {
        self.device
    }

    /// The offset added to every address.
    #[inline]
    #[must_use]
    pub fn address_offset(&self) -> i32 {
        self.address_offset
    }

    /// Whether both address the same device in the same way.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let device = |unit: &Self| unit.device.map(core::ptr::from_ref);
        self.bus.is_same(&other.bus)
            && (self.id, self.address_offset, self.variant, device(self))
                == (other.id, other.address_offset, other.variant, device(other))
    }

    /// The unit that a point is at, which may differ from the device's own.
    pub(crate) fn of_point(&self, info: &PointInfo) -> Self {
        self.with_id(self.id_of(info))
    }

    /// The unit id that a point is at.
    pub(crate) fn id_of(&self, info: &PointInfo) -> u8 {
        info.unit_id().unwrap_or(self.home)
    }

    /// Points of the same device at another unit id of the same bus.
    pub(crate) fn with_id(&self, id: u8) -> Self {
        let memory = if id == self.id { Arc::clone(&self.memory) } else { self.bus.memory(id) };
        Self { bus: self.bus.clone(), memory, id, turn: self.turn.clone(), ..*self }
    }

    /// For several requests that belong together: after the first one they do not wait behind all others each time.
    pub(crate) fn in_one_turn(&self) -> Self {
        Self { turn: Some(Arc::default()), ..self.clone() }
    }

    /// Whether this request continues something that has had its turn.
    pub(crate) fn goes_on(&self) -> bool {
        self.turn.as_ref().is_some_and(|turn| turn.swap(true, Ordering::Relaxed))
    }

    /// The unit id of points that do not name one.
    pub(crate) const fn home(&self) -> u8 {
        self.home
    }

    /// The id, where it is not the device's own.
    pub(crate) fn other_id(&self) -> Option<u8> {
        Some(self.id).filter(|id| *id != self.home)
    }

    pub(crate) fn memory(&self) -> &UnitMemory {
        &self.memory
    }

    /// What was learnt of the unit, with the exceptions it refused with.
    pub(crate) fn learnt(&self) -> (Learnt, Vec<(Span, Option<Exception>)>) {
        self.learnt_on(self.bus.connections(self.id))
    }

    /// As [`Unit::learnt`], on a certain connection.
    pub(crate) fn learnt_on(&self, connection: u64) -> (Learnt, Vec<(Span, Option<Exception>)>) {
        let (learnt, refused) = self.memory.learnt(self.address_offset, connection);
        let (whose, held) = (Whose { home: Some(self.home), unit: Some(self.id) }, learnt.held.of(self.variant));
        (Learnt { held, whose, ..learnt }, refused)
    }

    pub(crate) fn cost(&self) -> Cost {
        self.bus.cost_of(self.id)
    }

    /// Reads one point. The device is always asked, even if it refused the point before.
    #[inline]
    pub fn read_point<T: Value, A: Readable>(&self, point: Point<T, A>) -> Read<T> {
        Read::new(self.clone(), Some(point.info()))
    }

    /// Reads a point that not every element of its array has. For `None`, nothing is sent, and awaiting it fails with
    /// [`ReadErrorKind::NoSuchElement`](crate::ReadErrorKind::NoSuchElement).
    #[inline]
    pub fn read_point_of<T: Value, A: Readable>(&self, point: Option<Point<T, A>>) -> Read<T> {
        Read::new(self.clone(), point.map(Point::info))
    }

    /// Reads everything that can be read of one element of an array, in the fewest requests; `element` is its index.
    /// Points that the device refuses are missing.
    pub fn read_element<R: ElementReadings>(&self, element: usize) -> ReadElement<R> {
        ReadElement::new(self.clone(), element)
    }

    /// Reads the limits that the device holds for a point: in one request if they are neighbours.
    #[inline]
    pub fn read_limits<T, A>(&self, point: impl Into<Option<Point<T, A>>>) -> ReadLimits {
        ReadLimits::new(self.clone(), point.into().map(Point::info))
    }

    /// Reads several points, as a tuple or an array of handles, in the fewest requests. A point without a value is an
    /// error, unless its type is an `Option` and the raw value says that there is none. A [`group`](group()) is read as
    /// a struct, in which points that the device refuses are missing.
    pub fn read<S: PointSet>(&self, points: S) -> ReadSet<S> {
        ReadSet::new(self.clone(), points)
    }

    /// Reads a struct of points, in the fewest requests. Points that the device refuses are missing from it.
    pub fn read_group<R: Readings>(&self) -> ReadGroup<R> {
        ReadGroup::new(self.clone())
    }

    /// Reads points that are only known at run time, in the fewest requests. Points that the device refuses are
    /// missing.
    pub fn read_points(&self, points: impl IntoIterator<Item = &'static PointInfo>) -> ReadSnapshot {
        ReadSnapshot::new(self.clone(), points.into_iter().collect())
    }

    /// The requests that read these points. Points that the unit refused before or does not have, and write-only
    /// points, are left out. Not included are requests that ask whether the unit has a point, and points whose reading
    /// changes the device, which take one request each.
    #[must_use]
    pub fn plan<'a>(&self, points: impl IntoIterator<Item = &'a PointInfo>) -> Plan {
        let mut whole = Plan::nothing();
        for (unit, points) in self.by_unit(points.into_iter().filter(|info| info.is_read())) {
            let (mut learnt, _) = unit.learnt();
            let (mut wanted, mut alone, mut apart) = (Vec::new(), Vec::new(), Vec::new());
            for info in points.into_iter().filter(|info| !learnt.held.hides(info)) {
                match Plan::pieces(info, unit.device, &learnt) {
                    Some(Pieces::Apart(pieces)) => apart.push(pieces),
                    Some(Pieces::Whole(span)) if info.has_read_side_effect() => alone.push(span),
                    whole => wanted.extend(whole.iter().flat_map(Pieces::iter)),
                }
                wanted.extend(deciding(info).chain(scaling(info)).map(Span::at));
            }
            learnt.refused.extend(alone);
            let mut plan = Plan::with_learnt(wanted, unit.device, unit.cost(), &learnt);
            plan.add_apart(&apart, unit.cost());
            whole.extend(unit.other_id(), plan);
        }
        whole
    }

    /// Points by the unit they are at: first the device's own, also where it has none of them.
    pub(crate) fn by_unit<'a>(
        &self,
        points: impl IntoIterator<Item = &'a PointInfo>,
    ) -> Vec<(Self, Vec<&'a PointInfo>)> {
        let mut units = vec![(self.with_id(self.home), Vec::new())];
        for info in points {
            let id = self.id_of(info);
            match units.iter_mut().find(|(unit, _)| unit.id == id) {
                Some((_, points)) => points.push(info),
                None => units.push((self.with_id(id), vec![info])),
            }
        }
        units
    }

    /// Writes one point, after checking that the device has a raw value for the value and allows it.
    #[inline]
    pub fn write_point<T: Value, A: Writable>(&self, point: Point<T, A>, value: T::Present) -> Write {
        Write::assignment(self.clone(), point.to(value))
    }

    /// Writes a point that not every element of its array has. For `None`, nothing is sent, and awaiting it fails with
    /// [`InvalidValue::NoSuchElement`](crate::InvalidValue::NoSuchElement).
    #[inline]
    pub fn write_point_of<T: Value, A: Writable>(&self, point: Option<Point<T, A>>, value: T::Present) -> Write {
        match point {
            Some(point) => self.write_point(point, value),
            None => Write::no_such_element(self.clone()),
        }
    }

    /// Writes several points, in the given order; neighbouring points that follow each other share a request.
    pub fn write(&self, assignments: impl IntoIterator<Item = Assignment>) -> WriteSet {
        WriteSet::new(self.clone(), assignments.into_iter().collect())
    }

    /// Gives a command, by writing its trigger value.
    pub fn trigger<T>(&self, point: Point<T, Trigger>) -> Write {
        Write::assignment(self.clone(), Assignment::trigger(point.info()))
    }

    /// Forgets what the device said about its limits, which points it has, and which codes apply, so that it is asked
    /// again when that is needed next. Otherwise its answers are kept until the connection is made again, the unit
    /// comes back after silence, or one of these registers is written or read by itself on this bus. Applies to all
    /// handles to this unit.
    pub fn refresh_limits(&self) {
        self.memories().for_each(|memory| memory.forget_held());
    }

    /// What was learnt about this unit, and about other units that points of the device are at.
    fn memories(&self) -> impl Iterator<Item = Arc<UnitMemory>> + '_ {
        let points = self.device.into_iter().flat_map(DeviceInfo::points);
        let ids: BTreeSet<u8> = points.filter_map(PointInfo::unit_id).chain([self.id]).collect();
        ids.into_iter().map(|id| self.bus.memory(id))
    }

    /// As [`Unit::trigger`], for a command that not every element of its array has.
    pub fn trigger_of<T>(&self, point: Option<Point<T, Trigger>>) -> Write {
        match point {
            Some(point) => self.trigger(point),
            None => Write::no_such_element(self.clone()),
        }
    }

    /// Gives a command that takes a parameter, by writing the parameter.
    pub fn command<T: Value>(&self, point: impl Into<Option<Point<T, Trigger>>>, value: T::Present) -> Write {
        match point.into() {
            Some(point) => Write::assignment(self.clone(), Assignment::command(point, value)),
            None => Write::no_such_element(self.clone()),
        }
    }

    /// Forgets what the device refused, so that it is asked again, and in large blocks again. Applies to all handles to
    /// this unit.
    pub fn forget_refusals(&self) {
        self.memories().for_each(|memory| memory.forget());
    }

    /// Reads coils (function 1): at most 2,000, or what the device takes.
    pub fn read_coils(&self, address: u16, count: u16) -> ReadBits {
        ReadBits::new(self.clone(), Table::Coil, address, count)
    }

    /// Reads discrete inputs (function 2): at most 2,000, or what the device takes.
    pub fn read_discrete_inputs(&self, address: u16, count: u16) -> ReadBits {
        ReadBits::new(self.clone(), Table::DiscreteInput, address, count)
    }

    /// Reads holding registers (function 3): at most 125, or what the device takes.
    pub fn read_holding(&self, address: u16, count: u16) -> ReadWords {
        ReadWords::range(self.clone(), Table::HoldingRegister, address, count)
    }

    /// Reads input registers (function 4): at most 125, or what the device takes.
    pub fn read_input(&self, address: u16, count: u16) -> ReadWords {
        ReadWords::range(self.clone(), Table::InputRegister, address, count)
    }

    /// Writes one coil (function 5).
    pub fn write_coil(&self, address: u16, value: bool) -> Write {
        Write::coil(self.clone(), address, value)
    }

    /// Writes one holding register (function 6).
    pub fn write_register(&self, address: u16, value: u16) -> Write {
        Write::register(self.clone(), address, value)
    }

    /// Writes coils (function 15): at most 1,968.
    pub fn write_coils(&self, address: u16, values: impl Into<Arc<[bool]>>) -> Write {
        Write::coils(self.clone(), address, values.into())
    }

    /// Writes holding registers (function 16): at most 123.
    pub fn write_registers(&self, address: u16, values: impl Into<Arc<[u16]>>) -> Write {
        Write::registers(self.clone(), address, values.into())
    }
}

impl fmt::Debug for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Unit");
        out.field("bus", &self.bus).field("id", &self.id);
        if let Some(device) = self.device {
            out.field("device", &device.name);
        }
        if self.address_offset != 0 {
            out.field("address_offset", &self.address_offset);
        }
        out.finish_non_exhaustive()
    }
}
