//! Procedures of the Alpha direct Balance Switch that take more than one register.

use std::error::Error;
use std::fmt;

use modbus_bindgen_runtime::{Assignment, FlagSet as _, WriteError, WriteSequence, WriteSetError};

use crate::alpha_balance_switch::{AlphaDirectBalanceSwitch, OutputNo, Outputs};

impl Outputs {
    /// One output, among several.
    #[must_use]
    pub fn from_no(no: OutputNo) -> Self {
        // Output 1 is bit 0, as the document prints it for registers 50 and 67.
        Self::from_bits(1_u16.unbounded_shl(u32::from(no.number().saturating_sub(1))))
    }
}

impl AlphaDirectBalanceSwitch {
    /// Opens these outputs by hand and closes the others, until another mode is commanded: the command takes them from
    /// the register of its parameter.
    pub fn manual_open(&self, outputs: Outputs) -> WriteSequence {
        self.set_command_parameter(outputs).then(self.manual_open_function())
    }

    /// Writes settings and has the device keep them over a restart, with one command for all of them. Not for what
    /// changes every day: the device stores it in memory that wears out.
    ///
    /// # Errors
    ///
    /// If a setting is refused or not confirmed, or if the command after them is; what was written before then holds
    /// until the next restart.
    pub async fn initialise(&self, settings: impl IntoIterator<Item = Assignment>) -> Result<(), InitialiseError> {
        self.write(settings).await.map_err(InitialiseError::Settings)?;
        self.initialisation().await.map_err(InitialiseError::Command)
    }
}

/// Why settings are not kept.
#[derive(Debug, Clone)]
pub enum InitialiseError {
    /// One of them was not written.
    Settings(WriteSetError),
    /// They were written, and the command that keeps them failed.
    Command(WriteError),
}

impl fmt::Display for InitialiseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settings(error) => error.fmt(f),
            Self::Command(error) => write!(f, "the settings hold only until the next restart: {error}"),
        }
    }
}

impl Error for InitialiseError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Settings(error) => Some(error),
            Self::Command(error) => Some(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use modbus_bindgen_runtime::Table;

    use super::*;
    use crate::alpha_balance_switch::{BaudRate, DEVICE, OutputRoom, points};
    use crate::simulated::simulated;

    #[test]
    fn an_output_by_its_number() {
        assert_eq!(Outputs::from_no(OutputNo::N1), Outputs::OUTPUT_1);
        assert_eq!(Outputs::from_no(OutputNo::N12), Outputs::OUTPUT_12);
    }

    #[tokio::test]
    async fn outputs_are_opened_by_hand_with_parameter_and_command() {
        let (simulator, unit) = simulated(&DEVICE).await;
        let switch = AlphaDirectBalanceSwitch::new(unit);
        switch.manual_open(Outputs::OUTPUT_5 | Outputs::OUTPUT_6).await.unwrap();
        assert_eq!(simulator.raw(Table::HoldingRegister, 45, 1), Some(vec![0x0030]));
        let requests: Vec<_> = simulator.requests().iter().map(|request| (request.function, request.address)).collect();
        assert_eq!(requests, [(6, 45), (6, 44)]);
        assert_eq!(simulator.get(points::TRIGGER_COMMAND).unwrap().to_string(), "ManualOpen function");
    }

    #[tokio::test]
    async fn settings_are_kept_with_one_command() {
        let (simulator, unit) = simulated(&DEVICE).await;
        let switch = AlphaDirectBalanceSwitch::new(unit);
        let rooms = points::output::ROOM.iter().map(|room| room.to(OutputRoom::Value(3)));
        switch.initialise(rooms.chain([points::BAUD_RATE.to(BaudRate::N9600)])).await.unwrap();
        let requests: Vec<_> = simulator.requests().iter().map(|request| (request.address, request.count)).collect();
        assert_eq!(requests, [(20, 12), (48, 1), (44, 1)]);

        switch.output(OutputNo::N2).set_room_persistently(OutputRoom::NoRoomAssigned).await.unwrap();
        assert_eq!(simulator.raw(Table::HoldingRegister, 20, 3), Some(vec![3, 0, 3]));
    }

    #[tokio::test]
    async fn a_room_that_does_not_exist_is_not_sent() {
        let (simulator, unit) = simulated(&DEVICE).await;
        let switch = AlphaDirectBalanceSwitch::new(unit);
        let error = switch.initialise([points::output::ROOM[0].to(OutputRoom::Value(9))]).await.unwrap_err();
        assert!(matches!(error, InitialiseError::Settings(_)), "{error}");
        assert_eq!(simulator.requests(), []);
    }
}
