//! A small device in the shape generated code has.

use ::modbus_bindgen_runtime as rt;

const _: () = rt::assert_generated_for(3);

/// A pump.
#[derive(Debug, Clone)]
pub struct Pump {
    unit: rt::Unit,
}

impl Pump {
    /// Factory serial settings of the device.
    pub const RTU_DEFAULTS: rt::RtuSettings =
        rt::RtuSettings { baud_rate: 19_200, parity: rt::Parity::Even, data_bits: 8, stop_bits: 1 };
    /// Speeds the device can be set to, in bits per second.
    pub const BAUD_RATES: &'static [u32] = &[9_600, 19_200];
    /// The device's TCP port.
    pub const TCP_PORT: u16 = 502;
    /// The factory unit id of the device.
    pub const UNIT_ID: u8 = 1;

    /// The handle of the device at `unit`.
    #[must_use]
    pub fn new(unit: rt::Unit) -> Self {
        Self { unit: unit.with_device(&DEVICE) }
    }

    /// The unit, for raw access.
    #[must_use]
    pub fn unit(&self) -> &rt::Unit {
        &self.unit
    }

    /// Reads a tuple of points in the fewest requests.
    pub fn read<S: rt::PointSet>(&self, points: S) -> rt::ReadSet<S> {
        self.unit.read(points)
    }

    /// Writes assignments; neighbours share a request.
    pub fn write(&self, assignments: impl IntoIterator<Item = rt::Assignment>) -> rt::WriteSet {
        self.unit.write(assignments)
    }

    /// Every readable point, in the fewest requests.
    pub fn read_all(&self) -> rt::ReadGroup<PumpReadings> {
        self.unit.read_group()
    }

    /// All of “Temperatures”.
    pub fn read_temperatures(&self) -> rt::ReadGroup<TemperaturesReadings> {
        self.unit.read_group()
    }

    /// Outdoor temperature, °C.
    #[inline]
    pub fn outdoor_temperature(&self) -> rt::Read<Option<f64>> {
        self.unit.read_point(points::OUTDOOR_TEMPERATURE)
    }

    /// Operational mode.
    #[inline]
    pub fn operational_mode(&self) -> rt::Read<OperationalMode> {
        self.unit.read_point(points::OPERATIONAL_MODE)
    }

    /// Sets the operational mode.
    #[inline]
    pub fn set_operational_mode(&self, value: OperationalMode) -> rt::Write {
        self.unit.write_point(points::OPERATIONAL_MODE, value)
    }

    /// Room temperature wanted, °C.
    #[inline]
    pub fn set_room_temperature(&self, value: f64) -> rt::Write {
        self.unit.write_point(points::ROOM_TEMPERATURE, value)
    }

    /// Resets all alarms.
    #[inline]
    pub fn reset_all_alarms(&self) -> rt::Write {
        self.unit.trigger(points::RESET_ALL_ALARMS)
    }
}

impl AsRef<rt::Unit> for Pump {
    fn as_ref(&self) -> &rt::Unit {
        &self.unit
    }
}

impl rt::Device for Pump {
    const INFO: &'static rt::DeviceInfo = &DEVICE;

    fn at(unit: rt::Unit) -> Self {
        Self::new(unit)
    }
}

/// What the table says about the device and its link.
pub static DEVICE: rt::DeviceInfo = rt::DeviceInfo {
    name: "Pump",
    manufacturer: "Nobody",
    document: "None",
    link: rt::LinkInfo {
        unit_id: 1,
        unit_ids: (1, 247),
        rtu: Some(Pump::RTU_DEFAULTS),
        baud_rates: Pump::BAUD_RATES,
        tcp_port: Some(502),
        max_read_registers: 125,
        max_read_bits: 2000,
        max_write_registers: 123,
        max_write_bits: 1968,
        write_functions: rt::WriteFunctions::ANY,
        gaps: rt::Gaps::Never,
        ..rt::LinkInfo::DEFAULT
    },
    reserved: &[],
    points: &[PumpReadings::LIST, &[points::SERVICE_CODE.info()]],
};

/// Points of the device, as typed handles.
pub mod points {
    use super::rt;

    /// Reset all alarms.
    pub const RESET_ALL_ALARMS: rt::Point<bool, rt::Trigger> = {
        static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec {
            id: "reset_all_alarms",
            label: "Reset all alarms",
            table: rt::Table::Coil,
            words: &[3],
            access: rt::Access::ReadWrite,
            role: rt::Role::Command,
            trigger: 1,
            raw: rt::RawType::Bool,
            kind: rt::Kind::Bool,
            ..rt::PointSpec::DEFAULT
        });
        rt::Point::new(&INFO)
    };

    /// Outdoor temperature.
    pub const OUTDOOR_TEMPERATURE: rt::Point<Option<f64>> = {
        static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec {
            id: "outdoor_temperature",
            label: "Outdoor temperature",
            group: "Temperatures",
            table: rt::Table::InputRegister,
            words: &[13],
            raw: rt::RawType::I16,
            kind: rt::Kind::Scaled,
            scale: rt::Scale::new(1, 0, 100),
            unit: "°C",
            not_available: &[20_000],
            ..rt::PointSpec::DEFAULT
        });
        rt::Point::new(&INFO)
    };

    /// Brine in.
    pub const BRINE_IN: rt::Point<Option<f64>> = {
        static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec {
            id: "brine_in",
            label: "Brine in",
            group: "Temperatures",
            table: rt::Table::InputRegister,
            words: &[14],
            raw: rt::RawType::I16,
            kind: rt::Kind::Scaled,
            scale: rt::Scale::new(1, 0, 100),
            unit: "°C",
            not_available: &[20_000],
            optional: true,
            ..rt::PointSpec::DEFAULT
        });
        rt::Point::new(&INFO)
    };

    /// Hours of operation, low word first.
    pub const HOURS: rt::Point<u32> = {
        static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec {
            id: "hours",
            label: "Hours",
            table: rt::Table::InputRegister,
            words: &[16, 15],
            raw: rt::RawType::U32,
            unit: "h",
            ..rt::PointSpec::DEFAULT
        });
        rt::Point::new(&INFO)
    };

    /// Running demands.
    pub const RUNNING_DEMANDS: rt::Point<super::RunningDemands> = {
        static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec {
            id: "running_demands",
            label: "Running demands",
            table: rt::Table::InputRegister,
            words: &[17],
            kind: rt::Kind::Flags,
            values: <super::RunningDemands as rt::FlagSet>::FLAGS,
            ..rt::PointSpec::DEFAULT
        });
        rt::Point::new(&INFO)
    };

    /// Relay outputs.
    pub const RELAYS: rt::Point<rt::BitSet<u16>> = {
        static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec {
            id: "relays",
            label: "Relays",
            table: rt::Table::InputRegister,
            words: &[18],
            kind: rt::Kind::Flags,
            ..rt::PointSpec::DEFAULT
        });
        rt::Point::new(&INFO)
    };

    /// Operational mode.
    pub const OPERATIONAL_MODE: rt::Point<super::OperationalMode, rt::ReadWrite> = {
        static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec {
            id: "operational_mode",
            label: "Operational mode",
            table: rt::Table::HoldingRegister,
            words: &[0],
            access: rt::Access::ReadWrite,
            kind: rt::Kind::Enum,
            values: <super::OperationalMode as rt::Enumeration>::VALUES,
            ..rt::PointSpec::DEFAULT
        });
        rt::Point::new(&INFO)
    };

    /// Room temperature wanted.
    pub const ROOM_TEMPERATURE: rt::Point<f64, rt::ReadWrite> = {
        static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec {
            id: "room_temperature",
            label: "Room temperature",
            table: rt::Table::HoldingRegister,
            words: &[1],
            access: rt::Access::ReadWrite,
            raw: rt::RawType::I16,
            kind: rt::Kind::Scaled,
            scale: rt::Scale::new(1, 0, 10),
            unit: "°C",
            limits: Some(rt::Limits::new(Some(rt::Decimal::new(5, 0)), Some(rt::Decimal::new(303, 1)))),
            ..rt::PointSpec::DEFAULT
        });
        rt::Point::new(&INFO)
    };

    /// Alarm count, set to zero by reading it.
    pub const ALARMS: rt::Point<u16> = {
        static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec {
            id: "alarms",
            label: "Alarms",
            table: rt::Table::HoldingRegister,
            words: &[2],
            read_side_effect: true,
            ..rt::PointSpec::DEFAULT
        });
        rt::Point::new(&INFO)
    };

    /// Pressure.
    pub const PRESSURE: rt::Point<f64> = {
        static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec {
            id: "pressure",
            label: "Pressure",
            table: rt::Table::HoldingRegister,
            words: &[3, 4],
            raw: rt::RawType::F32,
            kind: rt::Kind::Scaled,
            unit: "bar",
            ..rt::PointSpec::DEFAULT
        });
        rt::Point::new(&INFO)
    };

    /// Service code.
    pub const SERVICE_CODE: rt::Point<u16, rt::WriteOnly> = {
        static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec {
            id: "service_code",
            label: "Service code",
            table: rt::Table::HoldingRegister,
            words: &[5],
            access: rt::Access::Write,
            ..rt::PointSpec::DEFAULT
        });
        rt::Point::new(&INFO)
    };
}

rt::enumeration! {
    /// Operational mode.
    pub enum OperationalMode {
        /// OFF (1).
        Off = (1, "OFF", ("sv", "OFF (sv)")),
        /// Standby (2).
        Standby = (2, "Standby", ("sv", "Standby (sv)")),
        /// ON/Auto (3).
        OnAuto = (3, "ON/Auto", ("sv", "ON/Auto (sv)")),
    }
}

rt::flag_set! {
    /// Running demands.
    pub struct RunningDemands(u16);

    impl RunningDemands {
        /// Manual operation (bit 0).
        pub const MANUAL_OPERATION: Self = Self::bit(0, "Manual operation");
        /// Defrost (bit 1).
        pub const DEFROST: Self = Self::bit(1, "Defrost");
    }
}

rt::readings! {
    /// Readings of the group “Temperatures”.
    pub struct TemperaturesReadings {
        /// Outdoor temperature, °C.
        pub outdoor_temperature: Option<f64> = points::OUTDOOR_TEMPERATURE,
        /// Brine in, °C.
        pub brine_in: Option<f64> = points::BRINE_IN,
    }
}

rt::all_readings! {
    /// Readings of every readable point.
    pub struct PumpReadings {
        /// Temperatures.
        pub temperatures: TemperaturesReadings,
        /// Hours.
        pub hours: Option<u32> = points::HOURS,
        /// Running demands.
        pub running_demands: Option<RunningDemands> = points::RUNNING_DEMANDS,
        /// Relays.
        pub relays: Option<rt::BitSet<u16>> = points::RELAYS,
        /// Operational mode.
        pub r#mode: Option<OperationalMode> = points::OPERATIONAL_MODE,
        /// Room temperature, °C.
        pub room_temperature: Option<f64> = points::ROOM_TEMPERATURE,
        /// Alarms.
        pub alarms: Option<u16> = points::ALARMS,
        /// Pressure, bar.
        pub pressure: Option<f64> = points::PRESSURE,
    }
}

impl PumpReadings {
    const COMMANDS: &'static [&'static rt::PointInfo] = &[points::RESET_ALL_ALARMS.info()];
}
