//! A plant with families of points and a device that says what it has and allows, in the shape generated code has.

use ::modbus_bindgen_runtime as rt;

const _: () = rt::assert_generated_for(3);

/// A plant.
#[derive(Debug, Clone)]
pub struct Plant {
    unit: rt::Unit,
}

impl Plant {
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

    /// Every readable point, in the fewest requests.
    pub fn read_all(&self) -> rt::ReadGroup<PlantReadings> {
        self.unit.read_group()
    }

    /// One heat pump.
    #[must_use]
    pub fn heat_pump(&self, no: HeatPumpNo) -> HeatPump {
        HeatPump { unit: self.unit.clone(), no }
    }

    /// Room temperature, °C.
    #[inline]
    pub fn room_temperature(&self, no: RoomTemperatureNo) -> rt::Read<f64> {
        self.unit.read_point(points::ROOM_TEMPERATURE[no as usize])
    }

    /// Setpoint, °C.
    #[inline]
    pub fn setpoint(&self) -> rt::Read<OffOrValue> {
        self.unit.read_point(points::SETPOINT)
    }

    /// Sets the setpoint.
    #[inline]
    pub fn set_setpoint(&self, value: OffOrValue) -> rt::Write {
        self.unit.write_point(points::SETPOINT, value)
    }

    /// What the setpoint may be set to.
    #[inline]
    pub fn setpoint_limits(&self) -> rt::ReadLimits {
        self.unit.read_limits(points::SETPOINT)
    }

    /// Sets the hours left.
    #[inline]
    pub fn set_hours_left(&self, value: NeverOrCount) -> rt::Write {
        self.unit.write_point(points::HOURS_LEFT, value)
    }

    /// Status.
    #[inline]
    pub fn status(&self) -> rt::Read<Status> {
        self.unit.read_point(points::STATUS)
    }

    /// Starts the heat pump.
    #[inline]
    pub fn set_start_heat_pump(&self, value: u16) -> rt::Write {
        self.unit.write_point(points::START_HEAT_PUMP, value)
    }

    /// Selects a text.
    #[inline]
    pub fn select_text(&self, value: u16) -> rt::Write {
        self.unit.command(points::SELECT_TEXT, value)
    }

    /// Text buffer.
    #[inline]
    pub fn text_buffer(&self) -> rt::Read<String> {
        self.unit.read_point(points::TEXT_BUFFER)
    }

    /// Sets the room of the output, and keeps it.
    #[inline]
    pub fn set_room_of_output_persistently(&self, value: u16) -> rt::WriteSequence {
        self.unit.write_point(points::ROOM_OF_OUTPUT, value).then(self.unit.trigger(points::INITIALISATION))
    }
}

impl AsRef<rt::Unit> for Plant {
    fn as_ref(&self) -> &rt::Unit {
        &self.unit
    }
}

impl rt::Device for Plant {
    const INFO: &'static rt::DeviceInfo = &DEVICE;

    fn at(unit: rt::Unit) -> Self {
        Self::new(unit)
    }
}

/// What the table says about the device and its link.
pub static DEVICE: rt::DeviceInfo = rt::DeviceInfo {
    name: "Plant",
    manufacturer: "Nobody",
    document: "None",
    link: rt::LinkInfo {
        unit_id: 1,
        unit_ids: (1, 247),
        rtu: None,
        baud_rates: &[],
        tcp_port: Some(502),
        max_read_registers: 100,
        max_read_bits: 2000,
        max_write_registers: 100,
        max_write_bits: 1968,
        write_functions: rt::WriteFunctions::MULTIPLE_ONLY,
        gaps: rt::Gaps::Never,
        ..rt::LinkInfo::DEFAULT
    },
    reserved: &[(rt::Table::HoldingRegister, 16, 19)],
    points: &[
        &[
            points::FACTORY_RESET.info(),
            points::INITIALISATION.info(),
            points::SELECT_TEXT.info(),
            points::SIMULATED_PULSE.info(),
            points::START_HEAT_PUMP.info(),
        ],
        PlantReadings::LIST,
    ],
};

/// Points of the device, as typed handles.
pub mod points {
    use super::rt;

    /// Device type.
    pub const DEVICE_TYPE: rt::Point<String> = {
        static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec {
            id: "device_type",
            label: "Device type",
            words: &[8, 9, 10, 11, 12, 13, 14, 15],
            raw: rt::RawType::Text,
            kind: rt::Kind::Text,
            text: Some(rt::TextInfo { encoding: rt::Encoding::Ascii, packing: rt::Packing::One }),
            ..rt::PointSpec::DEFAULT
        });
        rt::Point::new(&INFO)
    };

    /// Room of the output.
    pub const ROOM_OF_OUTPUT: rt::Point<u16, rt::ReadWrite> = {
        static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec {
            id: "room_of_output",
            label: "Room of the output",
            words: &[20],
            access: rt::Access::ReadWrite,
            ..rt::PointSpec::DEFAULT
        });
        rt::Point::new(&INFO)
    };

    /// Factory reset.
    pub const FACTORY_RESET: rt::Point<u16, rt::Trigger> = {
        static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec {
            id: "factory_reset",
            label: "Factory reset",
            words: &[44],
            access: rt::Access::Write,
            role: rt::Role::Command,
            trigger: 1,
            ..rt::PointSpec::DEFAULT
        });
        rt::Point::new(&INFO)
    };

    /// Initialisation.
    pub const INITIALISATION: rt::Point<u16, rt::Trigger> = {
        static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec {
            id: "initialisation",
            label: "Initialisation",
            words: &[44],
            access: rt::Access::Write,
            role: rt::Role::Command,
            trigger: 2,
            ..rt::PointSpec::DEFAULT
        });
        rt::Point::new(&INFO)
    };

    /// Pulse.
    pub const PULSE: rt::Point<u16> = {
        static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec {
            id: "pulse",
            label: "Pulse",
            words: &[52],
            unit: "%",
            ..rt::PointSpec::DEFAULT
        });
        rt::Point::new(&INFO)
    };

    /// Simulated pulse.
    pub const SIMULATED_PULSE: rt::Point<u16, rt::WriteOnly> = {
        static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec {
            id: "simulated_pulse",
            label: "Simulated pulse",
            words: &[52],
            access: rt::Access::Write,
            unit: "%",
            ..rt::PointSpec::DEFAULT
        });
        rt::Point::new(&INFO)
    };

    /// Start heat pump.
    pub const START_HEAT_PUMP: rt::Point<u16, rt::WriteOnly> = {
        static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec {
            id: "start_heat_pump",
            label: "Start heat pump",
            words: &[1000],
            access: rt::Access::Write,
            keep_alive_s: Some(300),
            ..rt::PointSpec::DEFAULT
        });
        rt::Point::new(&INFO)
    };

    /// Setpoint.
    pub const SETPOINT: rt::Point<super::OffOrValue, rt::ReadWrite> = {
        static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec {
            id: "setpoint",
            label: "Setpoint",
            words: &[61_509],
            access: rt::Access::ReadWrite,
            raw: rt::RawType::I16,
            kind: rt::Kind::Special,
            scale: rt::Scale::new(1, 0, 10),
            unit: "°C",
            values: const { &[rt::Labelled::new(490, "Off")] },
            limit_registers: Some(rt::LimitRegisters { max: Some(60_027), min: Some(60_028), step: Some(60_029) }),
            available_if: Some(rt::AvailableIf { table: rt::Table::HoldingRegister, register: 62_501, bit: 0 }),
            ..rt::PointSpec::DEFAULT
        });
        rt::Point::new(&INFO)
    };

    /// Hours left.
    pub const HOURS_LEFT: rt::Point<super::NeverOrCount, rt::ReadWrite> = {
        static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec {
            id: "hours_left",
            label: "Hours left",
            words: &[61_510],
            access: rt::Access::ReadWrite,
            kind: rt::Kind::Special,
            unit: "h",
            values: const { &[rt::Labelled::new(241, "Never")] },
            limit_registers: Some(rt::LimitRegisters { max: Some(60_030), min: Some(60_031), step: Some(60_032) }),
            ..rt::PointSpec::DEFAULT
        });
        rt::Point::new(&INFO)
    };

    /// Status.
    pub const STATUS: rt::Point<super::Status> = {
        static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec {
            id: "status",
            label: "Status",
            words: &[62_005],
            kind: rt::Kind::Conditional,
            values_if: &[
                rt::ValuesIf {
                    table: rt::Table::HoldingRegister,
                    register: 65_000,
                    min: 0,
                    max: 999,
                    values: <super::EcoStatus as rt::Enumeration>::VALUES,
                },
                rt::ValuesIf {
                    table: rt::Table::HoldingRegister,
                    register: 65_000,
                    min: 1_000,
                    max: 1_999,
                    values: <super::EzStatus as rt::Enumeration>::VALUES,
                },
            ],
            ..rt::PointSpec::DEFAULT
        });
        rt::Point::new(&INFO)
    };

    /// BMS version.
    pub const BMS_VERSION: rt::Point<u16> = {
        static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec {
            id: "bms_version",
            label: "BMS version",
            words: &[65_000],
            ..rt::PointSpec::DEFAULT
        });
        rt::Point::new(&INFO)
    };

    /// Extended information.
    pub const EXTENDED_INFORMATION: rt::Point<rt::BitSet<u16>> = {
        static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec {
            id: "extended_information",
            label: "Extended information",
            words: &[65_002],
            kind: rt::Kind::Flags,
            read_side_effect: true,
            ..rt::PointSpec::DEFAULT
        });
        rt::Point::new(&INFO)
    };

    /// Select text.
    pub const SELECT_TEXT: rt::Point<u16, rt::Trigger> = {
        static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec {
            id: "select_text",
            label: "Select text",
            words: &[65_100],
            access: rt::Access::Write,
            role: rt::Role::Command,
            ..rt::PointSpec::DEFAULT
        });
        rt::Point::new(&INFO)
    };

    /// Text buffer.
    pub const TEXT_BUFFER: rt::Point<String> = {
        static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec {
            id: "text_buffer",
            label: "Text buffer",
            words: &[65_101, 65_102, 65_103, 65_104, 65_105],
            raw: rt::RawType::Text,
            kind: rt::Kind::Text,
            text: Some(rt::TextInfo { encoding: rt::Encoding::Iso8859_1, packing: rt::Packing::TwoHighFirst }),
            ..rt::PointSpec::DEFAULT
        });
        rt::Point::new(&INFO)
    };

    /// Room temperatures.
    pub const ROOM_TEMPERATURE: [rt::Point<f64>; 4] = {
        const COMMON: rt::PointSpec = rt::PointSpec {
            raw: rt::RawType::I16,
            kind: rt::Kind::Scaled,
            scale: rt::Scale::new(1, 0, 10),
            unit: "°C",
            ..rt::PointSpec::DEFAULT
        };
        static INFO: [rt::PointInfo; 4] = [
            rt::PointInfo::new(rt::PointSpec {
                id: "room_temperature[1]",
                label: "Room temperature 1",
                words: &[62203],
                ..COMMON
            }),
            rt::PointInfo::new(rt::PointSpec {
                id: "room_temperature[2]",
                label: "Room temperature 2",
                words: &[62204],
                ..COMMON
            }),
            rt::PointInfo::new(rt::PointSpec {
                id: "room_temperature[3]",
                label: "Room temperature 3",
                words: &[62205],
                ..COMMON
            }),
            rt::PointInfo::new(rt::PointSpec {
                id: "room_temperature[4]",
                label: "Room temperature 4",
                words: &[62206],
                ..COMMON
            }),
        ];
        [rt::Point::new(&INFO[0]), rt::Point::new(&INFO[1]), rt::Point::new(&INFO[2]), rt::Point::new(&INFO[3])]
    };

    /// Points of each heat pump.
    pub mod heat_pump {
        use super::rt;

        /// Status.
        pub const STATUS: [rt::Point<super::super::HeatPumpStatus>; 3] = {
            const COMMON: rt::PointSpec = rt::PointSpec {
                kind: rt::Kind::Enum,
                values: <super::super::HeatPumpStatus as rt::Enumeration>::VALUES,
                ..rt::PointSpec::DEFAULT
            };
            static INFO: [rt::PointInfo; 3] = [
                rt::PointInfo::new(rt::PointSpec {
                    id: "heat_pump[1].status",
                    label: "Heat pump 1 (A1): Status",
                    words: &[62017],
                    available_if: Some(rt::AvailableIf { table: rt::Table::HoldingRegister, register: 62_500, bit: 0 }),
                    ..COMMON
                }),
                rt::PointInfo::new(rt::PointSpec {
                    id: "heat_pump[2].status",
                    label: "Heat pump 2 (A2): Status",
                    words: &[62018],
                    available_if: Some(rt::AvailableIf { table: rt::Table::HoldingRegister, register: 62_500, bit: 1 }),
                    ..COMMON
                }),
                rt::PointInfo::new(rt::PointSpec {
                    id: "heat_pump[3].status",
                    label: "Heat pump 3 (A3): Status",
                    words: &[62019],
                    available_if: Some(rt::AvailableIf { table: rt::Table::HoldingRegister, register: 62_500, bit: 2 }),
                    ..COMMON
                }),
            ];
            [rt::Point::new(&INFO[0]), rt::Point::new(&INFO[1]), rt::Point::new(&INFO[2])]
        };
        /// Brine in.
        pub const BRINE_IN: [Option<rt::Point<f64>>; 3] = {
            const COMMON: rt::PointSpec = rt::PointSpec {
                raw: rt::RawType::I16,
                kind: rt::Kind::Scaled,
                scale: rt::Scale::new(1, 0, 10),
                unit: "°C",
                ..rt::PointSpec::DEFAULT
            };
            static INFO: [rt::PointInfo; 2] = [
                rt::PointInfo::new(rt::PointSpec {
                    id: "heat_pump[1].brine_in",
                    label: "Heat pump 1 (A1): Brine in",
                    words: &[62020],
                    available_if: Some(rt::AvailableIf { table: rt::Table::HoldingRegister, register: 62_500, bit: 0 }),
                    ..COMMON
                }),
                rt::PointInfo::new(rt::PointSpec {
                    id: "heat_pump[3].brine_in",
                    label: "Heat pump 3 (A3): Brine in",
                    words: &[62022],
                    available_if: Some(rt::AvailableIf { table: rt::Table::HoldingRegister, register: 62_500, bit: 2 }),
                    ..COMMON
                }),
            ];
            [Some(rt::Point::new(&INFO[0])), None, Some(rt::Point::new(&INFO[1]))]
        };
        /// Blocked.
        pub const BLOCKED: [Option<rt::Point<bool, rt::ReadWrite>>; 3] = {
            const COMMON: rt::PointSpec =
                rt::PointSpec { access: rt::Access::ReadWrite, kind: rt::Kind::Bool, ..rt::PointSpec::DEFAULT };
            static INFO: [rt::PointInfo; 2] = [
                rt::PointInfo::new(rt::PointSpec {
                    id: "heat_pump[1].blocked",
                    label: "Heat pump 1 (A1): Blocked",
                    words: &[61521],
                    available_if: Some(rt::AvailableIf { table: rt::Table::HoldingRegister, register: 62_500, bit: 0 }),
                    ..COMMON
                }),
                rt::PointInfo::new(rt::PointSpec {
                    id: "heat_pump[3].blocked",
                    label: "Heat pump 3 (A3): Blocked",
                    words: &[61523],
                    available_if: Some(rt::AvailableIf { table: rt::Table::HoldingRegister, register: 62_500, bit: 2 }),
                    ..COMMON
                }),
            ];
            [Some(rt::Point::new(&INFO[0])), None, Some(rt::Point::new(&INFO[1]))]
        };
    }
}

rt::element_number! {
    /// Which heat pump.
    pub enum HeatPumpNo {
        /// Heat pump 1 (A1).
        A1 = 1,
        /// Heat pump 2 (A2).
        A2 = 2,
        /// Heat pump 3 (A3).
        A3 = 3,
    }
}

rt::element_number! {
    /// Which room temperature.
    pub enum RoomTemperatureNo {
        /// 1.
        N1 = 1,
        /// 2.
        N2 = 2,
        /// 3.
        N3 = 3,
        /// 4.
        N4 = 4,
    }
}

/// One heat pump.
#[derive(Debug, Clone)]
pub struct HeatPump {
    unit: rt::Unit,
    no: HeatPumpNo,
}

impl HeatPump {
    /// Which one.
    #[must_use]
    pub const fn no(&self) -> HeatPumpNo {
        self.no
    }

    /// All readable points of this one, in the fewest requests.
    pub fn read(&self) -> rt::ReadElement<HeatPumpReadings> {
        self.unit.read_element(self.no as usize)
    }

    /// Status.
    #[inline]
    pub fn status(&self) -> rt::Read<HeatPumpStatus> {
        self.unit.read_point(points::heat_pump::STATUS[self.no as usize])
    }

    /// Brine in, °C.
    #[inline]
    pub fn brine_in(&self) -> rt::Read<f64> {
        self.unit.read_point_of(points::heat_pump::BRINE_IN[self.no as usize])
    }

    /// Blocks it.
    #[inline]
    pub fn set_blocked(&self, value: bool) -> rt::Write {
        self.unit.write_point_of(points::heat_pump::BLOCKED[self.no as usize], value)
    }
}

rt::enumeration! {
    /// Status of a heat pump.
    pub enum HeatPumpStatus {
        /// Off (0).
        Off = (0, "Off"),
        /// On (1).
        On = (1, "On"),
    }
}

rt::enumeration! {
    /// Status of an Eco.
    pub enum EcoStatus {
        /// Idle (0).
        Idle = (0, "Idle"),
        /// Heating (1).
        Heating = (1, "Heating"),
    }
}

rt::enumeration! {
    /// Status of an EZ.
    pub enum EzStatus {
        /// Idle (0).
        Idle = (0, "Idle"),
        /// Defrost (1).
        Defrost = (1, "Defrost"),
    }
}

rt::conditional_enumeration! {
    /// Status, by product.
    pub enum Status {
        /// Of an Eco.
        Eco(EcoStatus),
        /// Of an EZ.
        Ez(EzStatus),
    }
}

rt::special! {
    /// Off, or a number.
    pub enum OffOrValue {
        Value(f64),
        /// Off.
        Off = ("Off"),
    }
}

rt::special! {
    /// Never, or a number.
    #[derive(Eq, Hash)]
    pub enum NeverOrCount {
        Value(u16),
        /// Never.
        Never = ("Never"),
    }
}

rt::element_readings! {
    /// Readings of one heat pump.
    pub struct HeatPumpReadings {
        /// Status.
        pub status: Option<HeatPumpStatus> = points::heat_pump::STATUS,
        /// Brine in, °C.
        pub brine_in: Option<f64> = points::heat_pump::BRINE_IN,
        /// Blocked.
        pub blocked: Option<bool> = points::heat_pump::BLOCKED,
    }
}

rt::all_readings! {
    /// Readings of every readable point.
    pub struct PlantReadings {
        /// Device type.
        pub device_type: Option<String> = points::DEVICE_TYPE,
        /// Room of the output.
        pub room_of_output: Option<u16> = points::ROOM_OF_OUTPUT,
        /// Pulse, %.
        pub pulse: Option<u16> = points::PULSE,
        /// Setpoint, °C.
        pub setpoint: Option<OffOrValue> = points::SETPOINT,
        /// Hours left, h.
        pub hours_left: Option<NeverOrCount> = points::HOURS_LEFT,
        /// Status.
        pub status: Option<Status> = points::STATUS,
        /// BMS version.
        pub bms_version: Option<u16> = points::BMS_VERSION,
        /// Extended information.
        pub extended_information: Option<rt::BitSet<u16>> = points::EXTENDED_INFORMATION,
        /// Text buffer.
        pub text_buffer: Option<String> = points::TEXT_BUFFER,
        /// Room temperatures, °C.
        pub room_temperature: [Option<f64>; 4] = points::ROOM_TEMPERATURE,
        /// Heat pumps.
        pub heat_pump: [HeatPumpReadings; 3],
    }
}

impl PlantReadings {
    const COMMANDS: &'static [&'static rt::PointInfo] = &[];

    /// Readings of one heat pump.
    #[must_use]
    pub fn heat_pump(&self, no: HeatPumpNo) -> &HeatPumpReadings {
        &self.heat_pump[no as usize]
    }
}
