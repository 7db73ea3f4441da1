//! The requests that reading takes, by unit id.

use std::collections::BTreeSet;

use modbus_bindgen::emit::html;
use modbus_bindgen::model;
use modbus_bindgen_runtime::{DeviceInfo, Plan, PointInfo, Table};

use super::args::LinkArgs;
use super::select::{self, Selected};
use super::{block_on, connect, device};
use crate::failure::Failure;

/// What one unit is asked.
pub(crate) struct UnitPlan {
    pub(crate) id: u8,
    pub(crate) plan: Plan,
    /// Whether the device is asked before which of the points it has.
    pub(crate) asks: bool,
    /// How many points are read by themselves, because reading them changes the device.
    pub(crate) alone: usize,
    /// Those that have more registers than one request takes, and are not read.
    pub(crate) too_long: Vec<&'static PointInfo>,
}

/// The link as people write it, and the requests for each unit. Needs the runtime that the bus is made in.
pub(crate) fn by_unit(args: &LinkArgs, device: &'static DeviceInfo, selected: &[Selected]) -> (String, Vec<UnitPlan>) {
    let (bus, link) = connect::planning_only(args, device);
    let own = args.unit.unwrap_or(device.link.unit_id);
    let unit_of = |info: &PointInfo| info.unit_id().unwrap_or(own);
    let units: BTreeSet<u8> = selected.iter().map(|selected| unit_of(selected.info)).collect();
    let plans = units.into_iter().map(|id| {
        let points: Vec<&'static PointInfo> =
            selected.iter().map(|selected| selected.info).filter(|info| unit_of(info) == id).collect();
        UnitPlan {
            id,
            plan: bus.unit(id).with_device(device).plan(points.iter().copied()),
            asks: points.iter().any(|info| info.available_if().is_some()),
            alone: points.iter().filter(|info| info.has_read_side_effect()).count(),
            too_long: points.iter().copied().filter(|info| is_too_long(info, device)).collect(),
        }
    });
    (link, plans.collect())
}

fn is_too_long(info: &PointInfo, device: &DeviceInfo) -> bool {
    let link = &device.link;
    let most = if info.table().is_bit() { link.max_read_bits } else { link.max_read_registers };
    // Words that lie apart are read in pieces.
    info.words().len() > usize::from(most)
}

/// The requests that reading everything takes, for a page.
pub(crate) fn for_page(model: &model::Device) -> Result<html::Plan, Failure> {
    let device = device::device(model, None);
    let selected = select::to_read(device, &[])?;
    block_on(async {
        let (link, units) = by_unit(&LinkArgs::default(), device, &selected);
        Ok(html::Plan { link, units: units.iter().map(unit).collect() })
    })
}

fn unit(unit: &UnitPlan) -> html::UnitPlan {
    let requests = unit.plan.requests().iter().map(|request| html::Request {
        table: match request.table() {
            Table::Coil => model::Table::Coil,
            Table::DiscreteInput => model::Table::DiscreteInput,
            Table::InputRegister => model::Table::InputRegister,
            Table::HoldingRegister => model::Table::HoldingRegister,
        },
        address: request.address(),
        count: request.count(),
    });
    html::UnitPlan {
        unit_id: unit.id,
        milliseconds: unit.plan.expected_time().as_secs_f64() * 1000.0,
        bytes: unit.plan.bytes(),
        requests: requests.collect(),
    }
}
